//! People on the page of a stream that has not begun: measures how long it takes until each of their pages is live after the
//! host goes live. It keeps its own record: what each page showed before, when it was live, and how often it was told so.

use crate::{
    clock::Clock,
    measure::{
        facts::{self, OTHERS, Usage},
        progress::Progress,
    },
    truth::latency::{Latency, Percentiles},
    wire::{
        self, Chunks,
        doors::{Demo, Room, Target},
        http::{Client, Request, connect_from},
        sse::Parser,
    },
};
use anyhow::{Context, Result, bail, ensure};
use memchr::memmem;
use serde::Serialize;
use std::{
    net::SocketAddr,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
    task::JoinSet,
    time::{sleep, timeout},
};

/// By then every page must be live, in milliseconds.
const PROMISED: f64 = 2_000.0;
/// A page that is not live by then never will be.
const LONGEST: Duration = Duration::from_secs(15);
/// How long a publisher may take until its packets arrive.
const PUBLISHED: Duration = Duration::from_secs(60);
/// How long everybody may take to connect.
const CONNECT: Duration = Duration::from_secs(90);
const TICK: Duration = Duration::from_millis(20);

/// What a page's frames say of the state of its stream.
const LIVE: &[u8] = b"data-state=\"live\"";

#[derive(Clone, Debug, Serialize)]
pub struct WaitingReport {
    pub pages: usize,
    /// Pages that showed something else first and were live afterwards.
    pub started: usize,
    /// Pages that were live before the host asked for it.
    pub early: usize,
    /// Pages that broke off.
    pub broken: usize,
    /// From right before the host's request was written, in milliseconds.
    pub until_live: Percentiles,
    pub other_share: f64,
    /// The first page that broke off, or was refused.
    pub first_error: Option<String>,
}

impl WaitingReport {
    pub fn good(&self) -> bool {
        self.started == self.pages && self.early == 0 && self.broken == 0 && self.until_live.max <= PROMISED
    }

    pub fn words(&self) -> String {
        let Self { pages, started, early, broken, until_live: t, other_share, first_error } = self;
        let error = first_error.as_ref().map_or(String::new(), |error| format!("error       {error}\n"));
        let disturbed = match *other_share > OTHERS {
            true => "DISTURBED   others took more of the processor than counts as quiet\n",
            false => "",
        };
        format!(
            "waiting     {started} of {pages} pages went live, {early} too early, {broken} broke off\nlive after  p50 {:.0} ms, p95 {:.0}, p99 {:.0}, the last {:.0}; promised {PROMISED:.0}\ncost        others {:.1} % of the processor\n{error}{disturbed}{}\n",
            t.p50,
            t.p95,
            t.p99,
            t.max,
            other_share * 100.0,
            if self.good() { "passed" } else { "failed" }
        )
    }
}

/// What one page saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct WaitingPage {
    /// Frames before the first one that was live.
    before: u64,
    live_us: u64,
}

/// `publish`: a command that publishes; `{url}` and `{key}` are replaced. It ends with the run.
pub async fn run(
    target: &Target,
    demo: &Demo,
    publish: Option<&str>,
    pages: usize,
    progress: &mut Progress,
) -> Result<WaitingReport> {
    ensure!(!demo.scheduled.events.is_empty(), "the demo names no scheduled stream");
    ensure!(!target.host.is_empty(), "the demo names no host");
    facts::raise_open_files(pages as u64 + 200)?;
    let room = Room::named(&demo.scheduled.events);
    let _publisher = publish.map(|command| begin(command, demo)).transpose()?;
    progress.stage("rehearse");
    rehearsing(target, &room).await?;
    progress.stage("connect");
    let (clock, ready) = (Clock::new(), Arc::new(AtomicUsize::new(0)));
    let mut waiting = JoinSet::new();
    for page in 0..pages {
        let cookie = target.people[page % target.people.len()].clone();
        let (at, path, ready) = (target.at, room.events.clone(), ready.clone());
        waiting.spawn(async move { wait(at, page, &path, &cookie, clock, &ready).await });
    }
    let begun = clock.us();
    while ready.load(Relaxed) < pages && clock.us() - begun < CONNECT.as_micros() as u64 {
        progress.tell(|| format!("{} of {pages} pages", ready.load(Relaxed)));
        sleep(TICK).await;
    }
    ensure!(ready.load(Relaxed) > 0, "no page was admitted; is the server running, are the cookies valid?");
    sleep(Duration::from_secs(1)).await;
    progress.stage("go live");
    let before = Usage::read(target.pid);
    let asked_us = clock.us();
    let path = format!("/streams/{}/state", room.id());
    let answer = Client::new(target.at).send(Request::post(&path, &target.host, "state=live")).await?;
    ensure!(answer.success(), "going live was answered {}", answer.status);
    let mut seen = Vec::with_capacity(pages);
    let gather = async {
        while let Some(page) = waiting.join_next().await {
            seen.push(page.map_err(anyhow::Error::from).flatten());
        }
    };
    let _ = timeout(LONGEST, gather).await;
    let other_share = Usage::read(target.pid).other_share(&before);
    Ok(judge(pages, asked_us, &seen, other_share))
}

fn judge(pages: usize, asked_us: u64, seen: &[Result<WaitingPage>], other_share: f64) -> WaitingReport {
    let (mut latency, mut early) = (Latency::default(), 0);
    for page in seen.iter().flatten() {
        match page.live_us.checked_sub(asked_us) {
            Some(us) if page.before > 0 => latency.record(us),
            _ => early += 1,
        }
    }
    let first_error = seen.iter().find_map(|page| page.as_ref().err()).map(|error| format!("{error:#}"));
    WaitingReport {
        pages,
        started: latency.count() as usize,
        early,
        broken: seen.iter().filter(|page| page.is_err()).count(),
        until_live: latency.percentiles(),
        other_share,
        first_error,
    }
}

fn begin(command: &str, demo: &Demo) -> Result<Child> {
    let url = format!("{}{}", demo.url, demo.scheduled.whip);
    let command = command.replace("{url}", &url).replace("{key}", &demo.scheduled.whip_key);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec {command}")]).stdout(Stdio::null()).kill_on_drop(true);
    let child = shell.spawn();
    child.with_context(|| format!("{command} cannot be started"))
}

/// Waits until the host's page shows that packets arrive.
async fn rehearsing(target: &Target, room: &Room) -> Result<()> {
    let path = format!("/streams/{}/fragment?page=studio", room.id());
    let look = async {
        loop {
            let answer = Client::new(target.at).send(Request::get(&path, &target.host)).await?;
            ensure!(answer.success(), "{path} answered {}", answer.status);
            if memmem::find(&answer.body, b"data-state=\"rehearsal\"").is_some() {
                return anyhow::Ok(());
            }
            ensure!(memmem::find(&answer.body, LIVE).is_none(), "the stream is live already");
            sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(PUBLISHED, look).await.context("nobody published; give --publish")?
}

/// Follows the feed of a page until it is live. Counts the page as ready with its first frame.
async fn wait(
    at: SocketAddr,
    page: usize,
    path: &str,
    cookie: &str,
    clock: Clock,
    ready: &AtomicUsize,
) -> Result<WaitingPage> {
    let mut stream = connect_from(at, page).await?;
    let request = format!(
        "GET {path}?since=0 HTTP/1.1\r\nHost: {at}\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    let len = loop {
        if let Some((head, len)) = wire::head(&bytes)? {
            ensure!(head.status == 200, "a page was answered {}", head.status);
            break len;
        }
        ensure!(stream.read_buf(&mut bytes).await? > 0, "a page was closed before its answer");
    };
    bytes.drain(..len);
    let (mut chunks, mut parser, mut before) = (Chunks::default(), Parser::default(), 0);
    let mut counted = false;
    loop {
        let mut body = Vec::new();
        chunks.feed(&bytes, |part| body.extend_from_slice(part))?;
        let mut live = false;
        parser.feed(&body, |event| {
            // Beats carry nothing.
            let told = event.name.is_empty() && !event.data().is_empty();
            live |= memmem::find(event.lines, LIVE).is_some();
            if told && !live {
                before += 1;
            }
        })?;
        if live {
            return Ok(WaitingPage { before, live_us: clock.us() });
        }
        if before > 0 && !counted {
            counted = true;
            ready.fetch_add(1, Relaxed);
        }
        bytes.clear();
        if stream.read_buf(&mut bytes).await? == 0 {
            bail!("a page ended before it was live");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_that_waited_and_were_live_in_time_pass() {
        let page = |before, live_us| Ok(WaitingPage { before, live_us });
        let asked = 1_000_000;
        let good = judge(2, asked, &[page(1, asked + 90_000), page(3, asked + 1_900_000)], 0.0);
        assert!(good.good() && good.words().ends_with("passed\n"), "{good:?}");
        for (seen, fault) in [
            (vec![page(1, asked + 90_000)], "one never was"),
            (vec![page(1, asked + 90_000), page(1, asked + 2_100_000)], "one was late"),
            (vec![page(1, asked + 90_000), page(1, asked - 1)], "one was early"),
            (vec![page(1, asked + 90_000), page(0, asked + 90_000)], "one never waited"),
            (vec![page(1, asked + 90_000), Err(anyhow::anyhow!("cut"))], "one broke off"),
        ] {
            let report = judge(2, asked, &seen, 0.0);
            assert!(!report.good() && report.words().ends_with("failed\n"), "{fault}: {report:?}");
        }
    }
}
