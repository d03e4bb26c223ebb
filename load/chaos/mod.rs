//! Kills during a run: random actors through the operators' controls, and the whole process with `kill -9`. A kill
//! counts only when the tree shows the actor again with another id.

pub mod process;
pub mod survival;

use crate::{
    chaos::process::Server,
    chat::posters::Hours,
    clock::Clock,
    crowd::readers::{self, Whisper},
    ops::{Actor, Ops},
    truth::latency::{Latency, Percentiles},
    wire::{
        doors::Target,
        http::{Client, Request},
    },
};
use anyhow::{Context, Result};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::sleep;

/// How often a killed actor or process is polled.
const GLANCE: Duration = Duration::from_millis(10);
/// After this long an actor counts as lost.
const GONE_US: u64 = 15_000_000;

#[derive(Clone, Debug)]
pub struct Plan {
    pub actors: Pace,
    /// The kinds of actors to kill; `all` is every kind that may be killed.
    pub kinds: Vec<String>,
    /// Streams whose own actors are not killed.
    pub spared: Vec<String>,
    pub process: Pace,
    pub seed: u64,
}

/// How often to kill.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pace {
    #[default]
    Never,
    /// The mean interval; actual intervals are between half and one and a half of it.
    Every(Duration),
    /// This many kills at random moments of the run; for actors, of each kind.
    Times(u64),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Killed {
    /// Microseconds on the tool's clock.
    pub at_us: u64,
    pub kind: String,
    pub name: String,
    pub lever: &'static str,
    /// Microseconds until it ran again; `None` if it never did.
    pub back_us: Option<u64>,
}

/// Live figures for the rest of the run.
#[derive(Debug, Default)]
pub struct KillCounters {
    pub kills: AtomicU64,
    pub restarts: AtomicU32,
}

pub struct Chaos {
    pub target: Arc<Target>,
    pub clock: Clock,
    pub plan: Plan,
    pub server: Option<Server>,
    pub live: Arc<KillCounters>,
    pub readers: Arc<readers::ReaderCounters>,
    pub whisper: Whisper,
}

impl Chaos {
    /// Kills until the run is over. Returns the server and what was killed.
    pub async fn run(mut self, hours: Hours) -> Result<(Vec<Killed>, Option<Server>)> {
        let mut rng = StdRng::seed_from_u64(self.plan.seed);
        let mut killed = Vec::new();
        let Plan { actors, process, .. } = self.plan;
        let (mut left, mut deaths_left) = (KillTally::new(actors), KillTally::new(process).of("process"));
        let mut actor_at = actors.next(&mut rng, hours.begin_us, hours.end_us, left.first_guess());
        let mut process_at = process.next(&mut rng, hours.begin_us, hours.end_us, deaths_left.left());
        loop {
            let next = actor_at.min(process_at);
            if next >= hours.end_us {
                return Ok((killed, self.server));
            }
            tokio::time::sleep_until(self.clock.instant(next).into()).await;
            if process_at <= actor_at {
                killed.push(self.kill_process().await?);
                deaths_left.count("process");
                process_at = process.next(&mut rng, self.clock.us(), hours.end_us, deaths_left.left());
            } else {
                let kill = self.kill_actor(&mut rng, &mut left).await?;
                killed.extend(kill);
                actor_at = actors.next(&mut rng, self.clock.us(), hours.end_us, left.left());
            }
        }
    }

    /// Waits until every page is back: a page still away at the next kill would count as late for both.
    async fn kill_process(&mut self) -> Result<Killed> {
        let at_us = self.clock.us();
        let server = self.server.as_mut().context("only a server that this tool started is killed")?;
        server.kill().await?;
        self.whisper.restarted(self.clock.us());
        server.start_again().await?;
        let mut back_us = None;
        while back_us.is_none() && self.clock.us() < at_us + GONE_US {
            match Client::new(self.target.at).send(Request::get("/readyz", "")).await {
                Ok(answer) if answer.status == 200 => back_us = Some(self.clock.us() - at_us),
                _ => sleep(GLANCE).await,
            }
        }
        self.live.restarts.fetch_add(1, Relaxed);
        while self.readers.down.load(Relaxed) > 0 && self.clock.us() < at_us + GONE_US {
            sleep(GLANCE).await;
        }
        Ok(Killed { at_us, kind: "process".into(), name: "backstage".into(), lever: "kill -9", back_us })
    }

    async fn kill_actor(&mut self, rng: &mut StdRng, left: &mut KillTally) -> Result<Option<Killed>> {
        let mut ops = Ops::new(&self.target)?;
        let actors: Vec<Actor> = ops.tree().await?.into_iter().filter(|actor| self.may_die(actor)).collect();
        // Picks a kind first, then one actor of it: otherwise a hundred checkouts would shield the only stream.
        let mut by_kind: BTreeMap<&str, Vec<&Actor>> = BTreeMap::new();
        actors.iter().for_each(|actor| by_kind.entry(&actor.kind).or_default().push(actor));
        let kinds: Vec<_> = by_kind.keys().copied().collect();
        let Some(kind) = left.choose(&kinds, rng) else { return Ok(None) };
        let Some(victim) = by_kind[kind].choose(rng) else { return Ok(None) };
        let lever = if rng.random() { "kill" } else { "panic" };
        let at_us = self.clock.us();
        let status = ops.strike(&victim.id, lever).await?;
        // It may have passivated or restarted since the tree was read.
        if matches!(status, 404 | 409) {
            return Ok(None);
        }
        anyhow::ensure!(
            (200..400).contains(&status),
            "{lever} of {} was answered {status}: was the server started with --chaos?",
            victim.name
        );
        left.count(kind);
        let mut back_us = None;
        while back_us.is_none() && self.clock.us() < at_us + GONE_US {
            let tree = ops.tree().await?;
            match tree.iter().find(|actor| actor.is_next_life_of(victim)) {
                Some(_) => back_us = Some(self.clock.us() - at_us),
                None => sleep(GLANCE).await,
            }
        }
        self.live.kills.fetch_add(1, Relaxed);
        Ok(Some(Killed { at_us, kind: victim.kind.clone(), name: victim.name.clone(), lever, back_us }))
    }

    fn may_die(&self, actor: &Actor) -> bool {
        let Plan { kinds, spared, .. } = &self.plan;
        let chosen = kinds.iter().any(|kind| kind == &actor.kind || kind == "all");
        let spared = spared.iter().any(|stream| actor.name.contains(stream.as_str()));
        chosen
            && !spared
            && actor.status == "running"
            && !["engine", "supervisor"].contains(&actor.kind.as_str())
    }
}

/// How many kills of each kind are left.
struct KillTally {
    wanted: Option<u64>,
    made: BTreeMap<String, u64>,
}

impl KillTally {
    fn new(pace: Pace) -> Self {
        let wanted = if let Pace::Times(times) = pace { Some(times) } else { None };
        Self { wanted, made: BTreeMap::new() }
    }

    /// Adds a kind that exists from the start.
    fn of(mut self, kind: &str) -> Self {
        self.made.insert(kind.into(), 0);
        self
    }

    /// Assumes a single kind: the first kill shows how many there are.
    fn first_guess(&self) -> u64 {
        self.wanted.unwrap_or(1)
    }

    fn left(&self) -> u64 {
        self.wanted.map_or(1, |wanted| self.made.values().map(|made| wanted.saturating_sub(*made)).sum())
    }

    fn count(&mut self, kind: &str) {
        *self.made.entry(kind.into()).or_default() += 1;
    }

    /// Any kind; with a quota per kind, the one with the most kills left.
    fn choose<'a>(&mut self, kinds: &[&'a str], rng: &mut StdRng) -> Option<&'a str> {
        let Some(wanted) = self.wanted else { return kinds.choose(rng).copied() };
        for kind in kinds {
            self.made.entry((*kind).into()).or_default();
        }
        let lacks = |kind: &&str| wanted.saturating_sub(self.made[*kind]);
        kinds.iter().copied().max_by_key(lacks).filter(|kind| lacks(kind) > 0)
    }
}

impl Pace {
    /// When the next kill is due if `left` more must happen before `end_us`, in microseconds.
    fn next(self, rng: &mut StdRng, now: u64, end_us: u64, left: u64) -> u64 {
        let wait = match self {
            Self::Never => return u64::MAX,
            Self::Times(_) if left == 0 => return u64::MAX,
            Self::Every(every) => every.as_micros() as f64 * rng.random_range(0.5..1.5),
            // The earliest of `left` random moments in the time that is left, minus a margin at its end.
            Self::Times(_) => {
                let first = 1.0 - rng.random_range(0.0_f64..1.0).powf(1.0 / left as f64);
                end_us.saturating_sub(now) as f64 * 0.95 * first
            }
        };
        now + wait as u64
    }
}

/// The kills of one kind: milliseconds until the actor was back, and how many never were.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KillSummary {
    pub kind: String,
    pub kills: u64,
    pub never_back: u64,
    pub back_ms: Percentiles,
}

pub fn tolls(killed: &[Killed]) -> Vec<KillSummary> {
    let mut kinds: BTreeMap<&str, (u64, Latency)> = BTreeMap::new();
    for kill in killed {
        let (never, back) = kinds.entry(&kill.kind).or_default();
        match kill.back_us {
            Some(us) => back.record(us),
            None => *never += 1,
        }
    }
    let toll = |(kind, (never_back, back)): (&str, (u64, Latency))| KillSummary {
        kind: kind.into(),
        kills: back.count() + never_back,
        never_back,
        back_ms: back.percentiles(),
    };
    kinds.into_iter().map(toll).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_never_came_back_is_counted_apart() {
        let kill = |kind: &str, back_us| Killed {
            at_us: 0,
            kind: kind.into(),
            name: "x".into(),
            lever: "kill",
            back_us,
        };
        let tolls =
            tolls(&[kill("stream", Some(50_000)), kill("stream", None), kill("chat_room", Some(10_000))]);
        let found: Vec<_> =
            tolls.iter().map(|toll| (toll.kind.as_str(), toll.kills, toll.never_back)).collect();
        assert_eq!(found, [("chat_room", 1, 0), ("stream", 2, 1)]);
        assert!((tolls[1].back_ms.max - 50.0).abs() < 0.1);
    }

    #[test]
    fn kills_are_spread_over_the_time() {
        let mut rng = StdRng::seed_from_u64(1);
        assert_eq!(Pace::Never.next(&mut rng, 0, 1_000_000, 5), u64::MAX);
        let soon = Pace::Every(Duration::from_secs(2)).next(&mut rng, 0, 0, 1);
        assert!((1_000_000..3_000_000).contains(&soon));
        let (mut now, mut left) = (0, 20);
        while left > 0 {
            now = Pace::Times(20).next(&mut rng, now, 60_000_000, left);
            left -= 1;
        }
        assert!((30_000_000..60_000_000).contains(&now), "{now}");
        assert!(Pace::Times(20).next(&mut rng, 59_999_000, 60_000_000, 1) < 60_000_000);
        assert_eq!(Pace::Times(20).next(&mut rng, now, 60_000_000, 0), u64::MAX);
    }

    #[test]
    fn each_kind_gets_as_many() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut tally = KillTally::new(Pace::Times(3));
        while let Some(kind) = tally.choose(&["stream", "chat_room"], &mut rng) {
            tally.count(kind);
        }
        assert_eq!((tally.made["stream"], tally.made["chat_room"], tally.left()), (3, 3, 0));
    }
}
