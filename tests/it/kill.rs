//! `kill -9` at a random moment under load, ten times on the same data: everything answered with success is stored,
//! once and in order, and open pages continue where they were.

use crate::support::{Browser, Database, Feed, Room, child::Process, on_both};
use anyhow::{Context, Result, ensure};
use domain::{chat::journal::JournalStore, clock::Clock};
use futures_util::future::{join_all, try_join_all};
use server::clock::ServiceClock;
use std::{
    collections::{HashMap, HashSet},
    path::Path,
    time::Duration,
};
use store::{Found, Resolved, Store};
use tokio::time::{Instant, interval_at, sleep};
use uuid::Uuid;

on_both!(what_was_answered_survives_ten_kills_once_and_in_order);

const ROUNDS: usize = 10;
const PEOPLE: usize = 200;
/// Pause between two lines of one person: together they send 250 a second, and each stays below the room's rate limit.
const PACE: Duration = Duration::from_millis(800);
const READERS: usize = 4;

type Line = (u64, String);

/// Cookies of people who hold the pass, created by the command line while the server runs.
async fn identities(database: &str) -> Result<Vec<String>> {
    let store = Store::open(database).await?;
    let Found::Here(space) = store.spaces().by_slug("maya").await? else { anyhow::bail!("no space") };
    let Resolved::Pass(pass) = store.spaces().resolve(space.id, "front-row").await? else {
        anyhow::bail!("no pass")
    };
    let holders = store.grants().make_holders(pass, PEOPLE, ServiceClock::default().now()).await?;
    store.close().await;
    Ok(holders.into_iter().map(|h| format!("{}={}", server::app::cookie_name(false), h.token)).collect())
}

/// A line and its client id, which stays the same when it is sent again.
#[derive(Clone)]
struct Words {
    client: Uuid,
    body: String,
}

/// What one person sent until the connection broke.
#[derive(Default)]
struct Said {
    answered: Vec<String>,
    /// Sent without an answer: it may be stored or not.
    unanswered: Option<Words>,
}

async fn speak(room: Room, who: Browser, at: usize, round: usize) -> Result<Said> {
    let mut said = Said::default();
    let mut pace = interval_at(Instant::now() + PACE.mul_f64(at as f64 / PEOPLE as f64), PACE);
    for n in 0.. {
        pace.tick().await;
        let words = Words { client: Uuid::new_v4(), body: format!("{round}/{at}/{n}") };
        match room.say_as(&who, words.client, &words.body).await {
            Ok(reply) => {
                ensure!(reply.status == 303, "{}: {} {}", words.body, reply.status, reply.text);
                said.answered.push(words.body);
            }
            Err(_) => {
                said.unanswered = Some(words);
                break;
            }
        }
    }
    Ok(said)
}

/// A page that stays open over all rounds.
#[derive(Default)]
struct Page {
    last: u64,
    lines: Vec<Line>,
}

impl Page {
    /// Reads until the connection breaks.
    async fn read(mut self, mut feed: Feed) -> Result<Self> {
        while let Some(event) = feed.next().await? {
            self.take(&event)?;
        }
        Ok(self)
    }
    async fn read_to(&mut self, mut feed: Feed, words: &str) -> Result<()> {
        for event in feed.all_until(words).await? {
            self.take(&event)?;
        }
        Ok(())
    }
    fn take(&mut self, event: &crate::support::Event) -> Result<()> {
        ensure!(event.name != "resync", "the gap was small enough to be replayed");
        if let Some(id) = event.id {
            ensure!(id == self.last + 1, "{id} after {}", self.last);
            self.last = id;
        }
        self.lines.extend(event.line());
        Ok(())
    }
}

/// One server process.
struct Life {
    service: Process,
    room: Room,
    first: Browser,
}

impl Life {
    fn begin(data: &Path, database: &str) -> Result<Self> {
        let service = Process::demo("127.0.0.1:0", data, &["--database-url", database])?;
        let url = service.doors["url"].as_str().context("url")?;
        let id = service.doors["events"].as_str().and_then(|p| p.split('/').nth(2)).context("a stream")?;
        Ok(Self { room: Room(id.parse()?), first: Browser::new(url), service })
    }

    /// Sends unanswered lines again under their client ids, as a browser does.
    async fn repeat(&self, cookies: &[String], open: &mut [Said]) -> Result<()> {
        let again = open.iter_mut().zip(cookies).filter(|(said, _)| said.unanswered.is_some());
        try_join_all(again.map(|(said, cookie)| async {
            let words = said.unanswered.take().context("words")?;
            let reply = self.room.say_as(&self.first.beside(cookie), words.client, &words.body).await?;
            ensure!(reply.status == 303, "{}: {} {}", words.body, reply.status, reply.text);
            said.answered.push(words.body);
            Ok(())
        }))
        .await
        .map(drop)
    }
}

async fn what_was_answered_survives_ten_kills_once_and_in_order(database: Database) -> Result<()> {
    let data = tempfile::tempdir()?;
    let url = database.url(data.path());
    let mut life = Life::begin(data.path(), &url)?;
    let cookies = identities(&url).await?;
    let mut pages: Vec<Page> = (0..READERS).map(|_| Page::default()).collect();
    let mut answered: Vec<String> = Vec::new();
    let (mut alive, mut lived) = (0, Duration::ZERO);
    for round in 0..ROUNDS {
        let (room, first) = (life.room, life.first.clone());
        let mut reading = Vec::new();
        for (page, cookie) in pages.drain(..).zip(&cookies) {
            let feed = room.resume(&first.beside(cookie), 0, page.last).await?;
            reading.push(tokio::spawn(page.read(feed)));
        }
        let talk = cookies.iter().enumerate();
        let talk = talk.map(|(at, cookie)| tokio::spawn(speak(room, first.beside(cookie), at, round)));
        let talk: Vec<_> = talk.collect();
        let begun = Instant::now();
        // By then everybody has started to send. The exact moment is random.
        sleep(PACE + Duration::from_millis((Uuid::new_v4().as_u128() % 1000) as u64)).await;
        life.service.kill()?;
        lived += begun.elapsed();
        let mut said = join_all(talk).await.into_iter().map(|t| t?).collect::<Result<Vec<Said>>>()?;
        for page in join_all(reading).await {
            pages.push(page??);
        }
        alive += said.iter().map(|s| s.answered.len()).sum::<usize>();
        life = Life::begin(data.path(), &url)?;
        life.repeat(&cookies, &mut said).await?;
        let before = answered.len();
        answered.extend(said.into_iter().flat_map(|s| s.answered));
        assert!(answered.len() - before > PEOPLE / 2, "round {round}: only {}", answered.len() - before);
    }
    let end = "the end";
    assert_eq!(life.room.say(&life.first.beside(&cookies[0]), end).await?.status, 303);
    answered.push(end.into());
    for (page, cookie) in pages.iter_mut().zip(&cookies) {
        let feed = life.room.resume(&life.first.beside(cookie), 0, page.last).await?;
        page.read_to(feed, end).await?;
    }
    let room = life.room;
    life.service.kill()?;

    let store = Store::open(&url).await?;
    let stored = store.since(store.streams().room_of(room.0).await?, 0, 1_000_000).await?;
    store.close().await;
    assert!(stored.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "no gap");
    let stored: Vec<Line> = stored.iter().filter_map(|e| Some((e.seq, e.line()?.body.clone()))).collect();
    let once: HashSet<&str> = stored.iter().map(|(_, body)| body.as_str()).collect();
    assert_eq!(once.len(), stored.len(), "each once");
    let answered: HashSet<&str> = answered.iter().map(String::as_str).collect();
    assert_eq!(answered, once, "the stored lines are those answered with success");
    for page in &pages {
        assert_eq!(page.lines, stored, "open pages saw each line once, in order");
    }
    println!("{alive} lines were answered in {lived:?} of {ROUNDS} lives, {} are stored", stored.len());
    let mut order = HashMap::new();
    for body in stored.iter().map(|(_, body)| body.as_str()).filter(|body| *body != end) {
        let mut parts = body.split('/').map(|part| part.parse::<usize>().unwrap_or_default());
        let (round, at, n) = (parts.next(), parts.next(), parts.next());
        let last = order.insert(at, (round, n));
        assert!(last < Some((round, n)), "{body} after {last:?}: each person's own order");
    }
    Ok(())
}
