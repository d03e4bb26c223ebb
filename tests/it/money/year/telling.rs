//! How the server learns what happens at the provider: in order, shuffled with older news late, or by the sweep alone.

use crate::support::TestServer;
use anyhow::{Context, Result, ensure};
use std::collections::HashSet;

/// How we learn what happens at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// By webhooks: each event once, in the order in which it happened.
    InOrder,
    /// By webhooks whose order follows from a number. Of each kind of object the newest event comes at once, older ones with it or when
    /// they come, all of them in the end.
    Shuffled(u64),
    /// No webhook comes; the sweep finds it all.
    Swept,
}

/// The provider does not list its events: then no sweep finds them.
const NO_LIST: &str = "error_before 1000000 /v1/events";

/// Numbers that look like chance and are the same for the same seed (xorshift).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Below `most`.
    pub fn draw(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % most
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for n in (1..all.len()).rev() {
            all.swap(n, self.draw(n + 1));
        }
    }
}

/// An event of the provider: its id, and the kind of object that it is about.
type Happened = (String, String);

/// What has been told to a server, and what has not.
pub struct Teller {
    telling: Telling,
    chance: Chance,
    seen: HashSet<String>,
    /// Events that were not told yet.
    late: Vec<String>,
}

impl Teller {
    pub async fn open(server: &TestServer, telling: Telling) -> Result<Self> {
        server.stand_in_does("in_order", "on").await?;
        if telling != Telling::InOrder {
            server.stand_in_does("lose", "on").await?;
        }
        if telling != Telling::Swept {
            server.stand_in_does("fault", NO_LIST).await?;
        }
        let chance = Chance(if let Telling::Shuffled(seed) = telling { seed } else { 1 });
        Ok(Self { telling, chance, seen: HashSet::new(), late: Vec::new() })
    }

    /// Waits until the server has learned what has happened, as far as it is told.
    pub async fn learn(&mut self, server: &TestServer) -> Result<()> {
        match self.telling {
            Telling::InOrder => server.rest().await,
            Telling::Swept => server.sweep().await,
            Telling::Shuffled(_) => {
                let told = self.choose(happened(server).await?);
                self.tell(server, told).await
            }
        }
    }

    /// Tells what was not told yet, and waits until the server has learned all that has happened.
    pub async fn tell_the_rest(&mut self, server: &TestServer) -> Result<()> {
        self.learn(server).await?;
        let late = std::mem::take(&mut self.late);
        self.tell(server, late).await
    }

    /// What of the new and the late events is told now. The others stay late.
    fn choose(&mut self, all: Vec<Happened>) -> Vec<String> {
        let mut told = Vec::new();
        for event in std::mem::take(&mut self.late) {
            let now = self.chance.draw(3) == 0;
            if now { told.push(event) } else { self.late.push(event) }
        }
        let new: Vec<_> = all.into_iter().filter(|(id, _)| self.seen.insert(id.clone())).collect();
        for (n, (id, kind)) in new.iter().enumerate() {
            let newest = new[n + 1..].iter().all(|(_, later)| later != kind);
            let now = newest || self.chance.draw(2) == 0;
            if now { told.push(id.clone()) } else { self.late.push(id.clone()) }
        }
        self.chance.shuffle(&mut told);
        told
    }

    async fn tell(&self, server: &TestServer, events: Vec<String>) -> Result<()> {
        if !events.is_empty() {
            let address = format!("{}/stand-in/tell", server.stand_in);
            let told = server.anybody().post(&address, &[("events", &events.join(" "))]).await?;
            ensure!(told.status == 200, "{}", told.text);
        }
        server.rest().await
    }
}

/// All that has happened at the provider, the oldest first.
pub async fn happened(server: &TestServer) -> Result<Vec<Happened>> {
    let listed = server.anybody().get(&format!("{}/stand-in/events.json", server.stand_in)).await?.json();
    let event = |event: &serde_json::Value| {
        Some((event["id"].as_str()?.to_owned(), event["object"].as_str()?.to_owned()))
    };
    listed.as_array().context("events")?.iter().map(|one| event(one).context("an event")).collect()
}
