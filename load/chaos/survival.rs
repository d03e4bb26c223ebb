//! What must outlive every kill: somebody who is banned, a room in slow mode, an order that is held. Made before the chaos in a
//! room of their own, and asked after all the time.

use crate::{
    chat::modes,
    truth::mark,
    wire::{
        doors::{Room, Target},
        http::{Answer, Client, Request},
        rooms,
    },
};
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{io::AsyncReadExt, io::AsyncWriteExt, net::TcpStream, task::JoinSet};

const STEP: Duration = Duration::from_millis(250);
/// Seconds between two lines of one person in the ward.
const SLOW: u64 = 30;
/// How much earlier than that a line may seem to come: it is timed where it is decided, not where it is answered.
const SLACK: Duration = Duration::from_secs(1);

/// The ward's room and its people, each by their cookie.
#[derive(Clone, Debug)]
pub struct SurvivalProbe {
    pub room: Room,
    pub banned: String,
    pub slow: String,
    pub buyer: String,
    /// The path of a pass that costs something, which the buyer has not.
    pub pass: String,
    checkout: String,
}

/// How often was asked, and what was wrong how often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub asked: u64,
    /// Not answered, or told to come again: nothing is known then.
    pub unanswered: u64,
    pub wrong: BTreeMap<&'static str, u64>,
}

enum Found {
    Right,
    Wrong(&'static str),
    Nothing,
}

impl SurvivalProbe {
    /// Bans, slows down and holds. `people` are two who may enter the room.
    pub async fn admit(
        target: &Target,
        room: Room,
        people: [String; 2],
        buyer: String,
        pass: &str,
    ) -> Result<Self> {
        let [banned, slow] = people;
        let mut client = Client::new(target.at);
        let page = client.send(Request::get(&room.watch, &banned)).await?;
        ensure!(page.status == 200, "{} answered {}", room.watch, page.status);
        let page = String::from_utf8(page.body)?;
        let account =
            rooms::between(&page, "data-me=\"", |c| c != '"').context("the page says not whose it is")?;
        let (bans, ban) =
            (format!("/streams/{}/bans", room.id()), format!("kind=ban&reason=load&account={account}"));
        let answer = client.send(Request::post(&bans, &target.host, &ban)).await?;
        ensure!(answer.success(), "{bans} answered {}", answer.status);
        modes::slow_down(target, &room, SLOW).await?;
        let held = client.send(Request::post(&format!("{pass}/purchase"), &buyer, "")).await?;
        let checkout =
            held.location.filter(|to| to.contains("/checkouts/")).context("no order was opened")?;
        let pass = pass.to_string();
        Ok(Self { room, banned, slow, buyer, pass, checkout })
    }

    /// Asks until it is stopped by dropping the other end of `stop`.
    pub async fn watch(self, target: Arc<Target>, mut stop: tokio::sync::oneshot::Receiver<()>) -> Kept {
        let mut kept = Kept::default();
        let mut client = Client::new(target.at);
        let mut spoke = None;
        let mut waiting_page = JoinSet::new();
        waiting_page.spawn(follow(target.clone(), self.checkout.clone(), self.buyer.clone()));
        while stop.try_recv() == Err(tokio::sync::oneshot::error::TryRecvError::Empty) {
            for found in [
                self.ban(&mut client).await,
                self.pace(&mut client, &mut spoke).await,
                self.mode(&mut client).await,
                self.hold(&mut client).await,
            ] {
                kept.note(&found);
            }
            tokio::time::sleep(STEP).await;
        }
        kept
    }

    async fn ban(&self, client: &mut Client) -> Found {
        match self.post(client, &self.banned).await {
            Some(answer) if answer.status == 403 => Found::Right,
            Some(_) => Found::Wrong("a banned person was not refused"),
            None => Found::Nothing,
        }
    }

    async fn pace(&self, client: &mut Client, spoke: &mut Option<Instant>) -> Found {
        let early = spoke.is_some_and(|at| at.elapsed() + SLACK < Duration::from_secs(SLOW));
        match self.post(client, &self.slow).await {
            Some(answer) if answer.success() => {
                *spoke = Some(Instant::now());
                if early { Found::Wrong("slow mode let somebody speak too soon") } else { Found::Right }
            }
            Some(answer) if answer.status == 429 => Found::Right,
            Some(_) => Found::Wrong("a line in slow mode was refused for another reason"),
            None => Found::Nothing,
        }
    }

    async fn mode(&self, client: &mut Client) -> Found {
        match answered(client.send(Request::get(&self.room.watch, &self.slow)).await) {
            Some(page) if mark::contains(&page.body, &format!("id=\"slow-mode\">slow mode {SLOW} s")) => {
                Found::Right
            }
            Some(_) => Found::Wrong("the page does not show slow mode"),
            None => Found::Nothing,
        }
    }

    async fn hold(&self, client: &mut Client) -> Found {
        let path = format!("{}/purchase", self.pass);
        match answered(client.send(Request::post(&path, &self.buyer, "")).await) {
            Some(answer) if answer.location.as_ref() == Some(&self.checkout) => Found::Right,
            Some(_) => Found::Wrong("the order that was held is another one"),
            None => Found::Nothing,
        }
    }

    async fn post(&self, client: &mut Client, cookie: &str) -> Option<Answer> {
        let form = format!("body=still+here&client_id={}", uuid::Uuid::now_v7());
        answered(client.send(Request::post(&self.room.messages, cookie, &form)).await)
    }
}

impl Kept {
    fn note(&mut self, found: &Found) {
        self.asked += 1;
        match found {
            Found::Right => {}
            Found::Wrong(what) => *self.wrong.entry(what).or_default() += 1,
            Found::Nothing => self.unanswered += 1,
        }
    }
}

/// No answer where it was none, or one that says to come again.
fn answered(answer: Result<Answer>) -> Option<Answer> {
    answer.ok().filter(|answer| answer.status != 503)
}

/// The waiting page of an order: while it is open, the order's actor is awake.
async fn follow(target: Arc<Target>, checkout: String, buyer: String) {
    let path = checkout.find("/checkouts/").map_or("", |at| &checkout[at..]);
    let request = format!(
        "GET {path}/events HTTP/1.1\r\nHost: {}\r\nCookie: {buyer}\r\nAccept: text/event-stream\r\n\r\n",
        target.at
    );
    let mut nothing = vec![0; 4096];
    loop {
        if let Ok(mut stream) = TcpStream::connect(target.at).await
            && stream.write_all(request.as_bytes()).await.is_ok()
        {
            while stream.read(&mut nothing).await.is_ok_and(|len| len > 0) {}
        }
        tokio::time::sleep(STEP).await;
    }
}
