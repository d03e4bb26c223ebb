//! One room of the scripted people: who is inside, and who writes next.

use super::script::Script;
use crate::{
    app::App,
    demo::{town::address, wire::Wire},
};
use actors::Worker;
use anyhow::{Context, Result, ensure};
use domain::id::StreamId;
use http_body_util::BodyExt as _;
use service::people::sign_in::enter_by_link;
use std::{collections::HashMap, ops::Range, time::Duration};
use tokio::{task::AbortHandle, time::sleep};

/// Between two lines of a room; a longer line takes longer to write.
const PAUSE_MS: Range<u64> = 3_000..11_000;
const TYPING: Duration = Duration::from_millis(60);
/// Between coming in and writing.
const SETTLE: Duration = Duration::from_millis(1_500);
/// How often the script is played: for about an hour and a half. Afterwards people only come and go.
const ROUNDS: usize = 25;
/// How long a room that refused somebody is left alone.
const AWAY: Duration = Duration::from_secs(60);
/// One in so many steps, somebody comes or leaves.
const RESTLESS: u32 = 3;

pub struct SimulatedRoom {
    app: App,
    wire: Wire,
    stream: StreamId,
    script: &'static Script,
    /// The cookies of those who have been here.
    cookies: HashMap<&'static str, String>,
    inside: HashMap<&'static str, Visit>,
}

/// An open page. Dropping it closes the page.
struct Visit(AbortHandle);

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl SimulatedRoom {
    pub fn new(app: &App, wire: &Wire, stream: StreamId, script: &'static Script) -> Self {
        let (app, wire) = (app.clone(), wire.clone());
        Self { app, wire, stream, script, cookies: HashMap::new(), inside: HashMap::new() }
    }

    /// Plays until it is dropped.
    pub async fn play(&mut self, worker: &Worker) {
        let lines = self.script.lines.iter().cycle().take(ROUNDS * self.script.lines.len());
        for &(who, words) in lines {
            let writing = TYPING * u32::try_from(words.len()).unwrap_or_default();
            sleep(pause() + writing).await;
            let step = self.step(who, Some(words)).await;
            self.report(step, worker).await;
        }
        loop {
            sleep(pause() * 4).await;
            let who = self.script.cast[rand::random_range(0..self.script.cast.len())];
            let step = self.step(who, None).await;
            self.report(step, worker).await;
        }
    }

    async fn report(&mut self, step: Result<()>, worker: &Worker) {
        match step {
            Ok(()) => worker.handled(1),
            Err(error) => {
                worker.failed(error.to_string());
                self.inside.clear();
                sleep(AWAY).await;
            }
        }
    }

    /// Somebody comes or leaves, and `who` comes in and writes.
    async fn step(&mut self, who: &'static str, words: Option<&str>) -> Result<()> {
        self.inside.retain(|_, visit| !visit.0.is_finished());
        if rand::random_range(0..RESTLESS) == 0 {
            let other = self.script.cast[rand::random_range(0..self.script.cast.len())];
            if self.inside.remove(other).is_none() {
                self.enter(other).await?;
            }
        }
        if !self.inside.contains_key(who) {
            self.enter(who).await?;
            sleep(SETTLE).await;
        }
        match words {
            Some(words) => self.say(who, words).await,
            None => Ok(()),
        }
    }

    async fn enter(&mut self, who: &'static str) -> Result<()> {
        let cookie = self.cookie(who).await?;
        let feed = self.wire.open(&format!("/streams/{}/events", self.stream), &cookie).await?;
        ensure!(feed.status().is_success(), "{who} cannot enter: {}", feed.status());
        let reading = tokio::spawn(async move {
            let mut feed = feed.into_body();
            while let Some(Ok(_)) = feed.frame().await {}
        });
        self.inside.insert(who, Visit(reading.abort_handle()));
        Ok(())
    }

    async fn say(&self, who: &str, words: &str) -> Result<()> {
        let cookie = self.cookies.get(who).context("nobody's cookie")?;
        let form = form_urlencoded::Serializer::new(String::new()).append_pair("body", words).finish();
        let path = format!("/streams/{}/messages", self.stream);
        let status = self.wire.post(&path, cookie, form).await?;
        ensure!(status.is_success() || status.is_redirection(), "{who} cannot write: {status}");
        Ok(())
    }

    async fn cookie(&mut self, who: &'static str) -> Result<String> {
        if let Some(cookie) = self.cookies.get(who) {
            return Ok(cookie.clone());
        }
        let account = self.app.store.accounts().by_email(&address(who)).await?.context("nobody")?;
        let session = enter_by_link(&self.app.services, account.id, "demo").await?;
        let cookie = format!("{}={}", self.app.cookie_name(), session.token);
        self.cookies.insert(who, cookie.clone());
        Ok(cookie)
    }
}

fn pause() -> Duration {
    Duration::from_millis(rand::random_range(PAUSE_MS))
}
