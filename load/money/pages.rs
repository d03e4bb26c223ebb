//! Open pages of the pass that is sold, which follow how many are left, and a page that is asked for anew all the time.

use super::stock::{Glance, Sight};
use crate::{
    clock::Clock,
    wire::{
        self, Chunks, Framing,
        http::{self, Client, Request},
        rooms::between,
        sse::Parser,
    },
};
use anyhow::{Result, bail, ensure};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
    time::sleep,
};

/// The interval between two answers that are asked for.
const STEP: Duration = Duration::from_millis(100);
/// A browser waits before it connects again; this is shorter than any.
const AGAIN: Duration = Duration::from_millis(100);

/// What was seen, by each open page and by asking.
#[derive(Clone, Debug, Default)]
pub struct StockSeen {
    pub pages: Vec<Vec<Sight>>,
    pub glances: Vec<Glance>,
}

type Shared = Arc<Mutex<StockSeen>>;

/// The pages, until they are closed.
pub struct OpenPages {
    tasks: JoinSet<()>,
    seen: Shared,
}

/// Where a page looks.
#[derive(Clone)]
struct Window {
    clock: Clock,
    at: SocketAddr,
    /// The path of the offers of the space.
    offers: String,
    /// The beginning of the part that says how many are left.
    mark: String,
}

impl OpenPages {
    /// `count` pages of the pass with this id, in the space with this id.
    pub fn open(clock: Clock, at: SocketAddr, space: &str, pass: &str, count: usize) -> Self {
        let seen: Shared =
            Arc::new(Mutex::new(StockSeen { pages: vec![Vec::new(); count], ..StockSeen::default() }));
        let window = Window {
            clock,
            at,
            offers: format!("/spaces/{space}/offers"),
            mark: format!("\"#sale-{pass}\""),
        };
        let mut tasks = JoinSet::new();
        for page in 0..count {
            tasks.spawn(window.clone().follow(page, Arc::clone(&seen)));
        }
        tasks.spawn(window.glance(Arc::clone(&seen)));
        Self { tasks, seen }
    }

    /// What each page shows now.
    pub fn shown(&self) -> Vec<Option<i64>> {
        lock(&self.seen).pages.iter().map(|page| page.last().map(|sight| sight.left)).collect()
    }

    pub async fn close(mut self) -> StockSeen {
        self.tasks.shutdown().await;
        lock(&self.seen).clone()
    }
}

fn lock(seen: &Shared) -> std::sync::MutexGuard<'_, StockSeen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Window {
    /// Stays connected as a browser does.
    async fn follow(self, page: usize, seen: Shared) {
        loop {
            // It ends with its service, and is opened again.
            let _ = self.listen(page, &seen).await;
            sleep(AGAIN).await;
        }
    }

    async fn listen(&self, page: usize, seen: &Shared) -> Result<()> {
        let mut stream = http::connect_from(self.at, page).await?;
        let request = format!(
            "GET {}/events HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n\r\n",
            self.offers, self.at
        );
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        let (head, len) = loop {
            if let Some(found) = wire::head(&bytes)? {
                break found;
            }
            ensure!(stream.read_buf(&mut bytes).await? > 0, "closed before an answer");
        };
        ensure!(head.status == 200 && head.framing == Framing::Chunked, "answered {}", head.status);
        bytes.drain(..len);
        let (mut chunks, mut parser) = (Chunks::default(), Parser::default());
        loop {
            let mut fed = Ok(());
            chunks.feed(&bytes, |part| {
                if fed.is_ok() {
                    fed = parser.feed(part, |event| self.see(page, event.lines, seen));
                }
            })?;
            fed?;
            if chunks.ended() {
                bail!("the feed has ended");
            }
            bytes.clear();
            ensure!(stream.read_buf(&mut bytes).await? > 0, "the feed was closed");
        }
    }

    fn see(&self, page: usize, lines: &[u8], seen: &Shared) {
        if let Some(left) = std::str::from_utf8(lines).ok().and_then(|text| left(text, &self.mark)) {
            lock(seen).pages[page].push(Sight { at_us: self.clock.us(), left });
        }
    }

    async fn glance(self, seen: Shared) {
        let (mut client, path) = (Client::new(self.at), format!("{}/fragment", self.offers));
        loop {
            let asked_us = self.clock.us();
            let answer = client.send(Request::get(&path, "")).await;
            let answered_us = self.clock.us();
            let text = answer.ok().filter(|answer| answer.status == 200).map(|answer| answer.body);
            let text = text.and_then(|body| String::from_utf8(body).ok());
            if let Some(left) = text.and_then(|text| left(&text, &self.mark)) {
                lock(&seen).glances.push(Glance { asked_us, answered_us, left });
            }
            sleep(STEP).await;
        }
    }
}

/// How many are left, as a frame says it; `None` if it says nothing about this pass.
fn left(frame: &str, mark: &str) -> Option<i64> {
    let rest = &frame[frame.rfind(mark)? + mark.len()..];
    let part = &rest[..rest.find("</hx-partial>").unwrap_or(rest.len())];
    if part.contains("class=\"closed out\"") {
        return Some(0);
    }
    let words = between(part, "class=\"left\">", |c| c != '<')?;
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_how_many_are_left() {
        let frame = |words: &str| {
            format!(
                "data: <hx-partial hx-target=\"#sale-a\" hx-swap=\"innerMorph\">{words}</hx-partial>\
                 <hx-partial hx-target=\"#bar-sale-a\" hx-swap=\"innerMorph\"><p class=\"left\">7 left</p></hx-partial>"
            )
        };
        let mark = "\"#sale-a\"";
        assert_eq!(left(&frame("<p class=\"left\">1,204 left</p>"), mark), Some(1204));
        assert_eq!(left(&frame("<p class=\"closed out\"><b>Sold out</b></p>"), mark), Some(0));
        assert_eq!(left(&frame("<p class=\"closed\">On sale from noon.</p>"), mark), None);
        assert_eq!(left(&frame("<p class=\"left\">3 left</p>"), "\"#sale-b\""), None);
    }
}
