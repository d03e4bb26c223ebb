//! A page's SSE feed as its reader sees it: event names, ids and data, in order.

use crate::support::Browser;
use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use reqwest::{Method, StatusCode, header};
use std::time::{Duration, Instant};
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

/// A story fails if its next event takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    pub id: Option<u64>,
    pub data: String,
}

impl Event {
    /// The chat line in the event: its sequence number and text.
    pub fn line(&self) -> Option<(u64, String)> {
        let (_, after) = self.data.split_once(&format!("id=\"line-{}\"", self.id?))?;
        let words = after.split_once("dir=\"auto\">")?.1.split_once("</")?.0;
        Some((self.id?, words.to_string()))
    }
}

/// An open feed; dropping it closes the connection.
pub struct Feed {
    events: mpsc::UnboundedReceiver<Event>,
    reader: JoinHandle<()>,
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Feed {
    pub async fn open(browser: &Browser, path: &str, since: Option<u64>) -> Result<Self> {
        let mut request = browser.request(Method::GET, path).header(header::ACCEPT, "text/event-stream");
        if let Some(since) = since {
            request = request.header("last-event-id", since);
        }
        let response = request.send().await?;
        ensure!(response.status() == StatusCode::OK, "{path}: {}", response.status());
        let (tell, events) = mpsc::unbounded_channel();
        let reader = tokio::spawn(async move {
            let (mut bytes, mut rest) = (response.bytes_stream(), Vec::new());
            while let Some(Ok(chunk)) = bytes.next().await {
                rest.extend_from_slice(&chunk);
                while let Some(end) = rest.windows(2).position(|w| w == b"\n\n") {
                    let block: Vec<u8> = rest.drain(..end + 2).collect();
                    let _ = tell.send(parse(&String::from_utf8_lossy(&block)));
                }
            }
        });
        Ok(Self { events, reader })
    }

    /// The next event that is not a beat, within [`PATIENCE`]; `None` when the feed has ended.
    pub async fn next(&mut self) -> Result<Option<Event>> {
        let next = async {
            loop {
                match self.events.recv().await {
                    Some(event) if event.name == "beat" => {}
                    other => return other,
                }
            }
        };
        timeout(PATIENCE, next).await.context("nothing came")
    }

    /// All events up to and including the first that contains `words`.
    pub async fn all_until(&mut self, words: &str) -> Result<Vec<Event>> {
        let mut seen = Vec::new();
        while let Some(event) = self.next().await? {
            let found = event.data.contains(words);
            seen.push(event);
            if found {
                return Ok(seen);
            }
        }
        anyhow::bail!("the feed ended before it said {words:?}")
    }

    /// The next `count` lines; other events are skipped.
    pub async fn lines(&mut self, count: usize) -> Result<Vec<(u64, String)>> {
        let mut lines = Vec::with_capacity(count);
        while lines.len() < count {
            let event = self.next().await?;
            let Some(event) = event else { anyhow::bail!("the feed ended after {} lines", lines.len()) };
            lines.extend(event.line());
        }
        Ok(lines)
    }

    /// The reason in the feed's final event; asserts that nothing follows it.
    pub async fn end(&mut self) -> Result<String> {
        while let Some(event) = self.next().await? {
            if event.name == "end" {
                ensure!(self.next().await?.is_none(), "it goes on after its end");
                return Ok(event.data);
            }
        }
        anyhow::bail!("the feed broke off without a reason")
    }
}

fn parse(block: &str) -> Event {
    let (mut event, mut data) = (Event::default(), Vec::new());
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => event.name = value.into(),
            "id" => event.id = value.parse().ok(),
            "data" => data.push(value),
            _ => {}
        }
    }
    event.data = data.join("\n");
    event
}

/// Waits until all pages show these words. Returns how long that took.
pub async fn all_show(pages: &mut [Feed], words: &str) -> Result<Duration> {
    let begun = Instant::now();
    for page in pages {
        page.all_until(words).await.with_context(|| format!("{words} does not come"))?;
    }
    Ok(begun.elapsed())
}
