//! What must survive every kill: a ban, a room in slow mode, a held order. They are set up before the chaos in a room
//! of their own, and checked all the time.

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
/// Seconds of slow mode in the probe's room.
const SLOW: u64 = 30;
/// How much too early a line may seem: it is timed where it is decided, not where it is answered.
const SLACK: Duration = Duration::from_secs(1);

/// The probe's room and its people, each as a cookie.
#[derive(Clone, Debug)]
pub struct SurvivalProbe {
    pub room: Room,
    pub banned: String,
    pub slow: String,
    pub buyer: String,
    /// The path of a paid pass that the buyer does not own.
    pub pass: String,
    checkout: String,
}

/// How often each guarantee was checked, and how often it was violated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GuaranteeChecks {
    pub asked: u64,
    /// Checks without an answer, or told to retry: their result is unknown.
    pub unanswered: u64,
    pub wrong: BTreeMap<&'static str, u64>,
}

enum CheckOutcome {
    Right,
    Wrong(&'static str),
    Nothing,
}

impl SurvivalProbe {
    /// Sets up the ban, slow mode and the hold. `people` are two people who may enter the room.
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

    /// Checks until the other end of `stop` is dropped.
    pub async fn watch(
        self,
        target: Arc<Target>,
        mut stop: tokio::sync::oneshot::Receiver<()>,
    ) -> GuaranteeChecks {
        let mut kept = GuaranteeChecks::default();
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

    async fn ban(&self, client: &mut Client) -> CheckOutcome {
        match self.post(client, &self.banned).await {
            Some(answer) if answer.status == 403 => CheckOutcome::Right,
            Some(_) => CheckOutcome::Wrong("a banned person was not refused"),
            None => CheckOutcome::Nothing,
        }
    }

    async fn pace(&self, client: &mut Client, spoke: &mut Option<Instant>) -> CheckOutcome {
        let early = spoke.is_some_and(|at| at.elapsed() + SLACK < Duration::from_secs(SLOW));
        match self.post(client, &self.slow).await {
            Some(answer) if answer.success() => {
                *spoke = Some(Instant::now());
                if early {
                    CheckOutcome::Wrong("slow mode let somebody speak too soon")
                } else {
                    CheckOutcome::Right
                }
            }
            Some(answer) if answer.status == 429 => CheckOutcome::Right,
            Some(_) => CheckOutcome::Wrong("a line in slow mode was refused for another reason"),
            None => CheckOutcome::Nothing,
        }
    }

    async fn mode(&self, client: &mut Client) -> CheckOutcome {
        match answered(client.send(Request::get(&self.room.watch, &self.slow)).await) {
            Some(page) if mark::contains(&page.body, &format!(">slow mode {SLOW} s<")) => CheckOutcome::Right,
            Some(_) => CheckOutcome::Wrong("the page does not show slow mode"),
            None => CheckOutcome::Nothing,
        }
    }

    async fn hold(&self, client: &mut Client) -> CheckOutcome {
        let path = format!("{}/purchase", self.pass);
        match answered(client.send(Request::post(&path, &self.buyer, "")).await) {
            Some(answer) if answer.location.as_ref() == Some(&self.checkout) => CheckOutcome::Right,
            Some(_) => CheckOutcome::Wrong("the order that was held is another one"),
            None => CheckOutcome::Nothing,
        }
    }

    async fn post(&self, client: &mut Client, cookie: &str) -> Option<Answer> {
        let form = format!("body=still+here&client_id={}", uuid::Uuid::now_v7());
        answered(client.send(Request::post(&self.room.messages, cookie, &form)).await)
    }
}

impl GuaranteeChecks {
    fn note(&mut self, found: &CheckOutcome) {
        self.asked += 1;
        match found {
            CheckOutcome::Right => {}
            CheckOutcome::Wrong(what) => *self.wrong.entry(what).or_default() += 1,
            CheckOutcome::Nothing => self.unanswered += 1,
        }
    }
}

/// `None` without an answer, or with one that says to retry.
fn answered(answer: Result<Answer>) -> Option<Answer> {
    answer.ok().filter(|answer| answer.status != 503)
}

/// Keeps the order's waiting page open, which keeps the order's actor awake.
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
