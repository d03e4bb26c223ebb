//! Samples what the service reports during a run: head counts at `/ops`, `/metrics` and on the watch pages, blocked
//! readers, and the memory of the process.

use crate::{
    clock::Clock,
    crowd::readers::Whisper,
    measure::processes,
    truth::{census::Sighting, mark},
    wire::{
        doors::Target,
        http::{Client, Request},
    },
};
use serde::Serialize;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{task::JoinHandle, time::sleep};

const STEP: Duration = Duration::from_secs(1);

/// One sample. Values that could not be read are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Sample {
    /// Microseconds of the tool's clock.
    pub at_us: u64,
    /// Bytes of server memory (PSS): pages shared with other processes are divided among them.
    pub memory: u64,
    /// Resident bytes of the server (RSS), including shared pages.
    pub resident: u64,
    /// Connections that accept nothing although data is queued.
    pub blocked: Option<u64>,
    /// Connections closed because they accepted nothing.
    pub closed_slow: Option<u64>,
    pub resyncs: Option<u64>,
    /// Frames appended to the logs.
    pub frames: Option<u64>,
}

pub struct Lookout {
    task: JoinHandle<()>,
    samples: Arc<Mutex<Vec<Sample>>>,
}

impl Lookout {
    /// Samples once a second until it is stopped.
    pub fn post(target: &Arc<Target>, clock: Clock, whisper: Whisper) -> Self {
        let samples: Arc<Mutex<Vec<Sample>>> = Arc::default();
        let mut eyes = ObserverClient::new(target);
        let notes = samples.clone();
        let task = tokio::spawn(async move {
            let mut room = 0;
            loop {
                let sample = eyes.look(clock, &whisper, room).await;
                notes.lock().unwrap_or_else(PoisonError::into_inner).push(sample);
                room = (room + 1) % eyes.target.rooms.len();
                sleep(STEP).await;
            }
        });
        Self { task, samples }
    }

    pub fn take_down(self) -> Vec<Sample> {
        self.task.abort();
        std::mem::take(&mut self.samples.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A client that reads what operators and visitors may read.
pub struct ObserverClient {
    client: Client,
    target: Arc<Target>,
}

impl ObserverClient {
    pub fn new(target: &Arc<Target>) -> Self {
        Self { client: Client::new(target.at), target: target.clone() }
    }

    async fn look(&mut self, clock: Clock, whisper: &Whisper, room: usize) -> Sample {
        if let Some(people) = self.page(room).await {
            whisper.compare(Sighting::Page { room, people });
        }
        if let Some(people) = self.ops().await {
            whisper.compare(Sighting::Ops { people });
        }
        let metrics = self.metrics().await.unwrap_or_default();
        if let Some(attendances) = metric(&metrics, "backstage_attendances") {
            whisper.compare(Sighting::Metrics { attendances: attendances as u32 });
        }
        let held = processes::held(self.target.pid.as_slice());
        Sample {
            at_us: clock.us(),
            memory: held.pss,
            resident: held.rss,
            blocked: metric(&metrics, "backstage_feed_connections_blocked"),
            closed_slow: metric(&metrics, "backstage_feed_closed_slow_total"),
            resyncs: metric(&metrics, "backstage_feed_resyncs_total"),
            frames: metric(&metrics, "backstage_feed_frames_appended_total"),
        }
    }

    async fn page(&mut self, room: usize) -> Option<u32> {
        let target = self.target.clone();
        let watch = &target.rooms[room].watch;
        let page = self.read(watch, &target.people[0]).await?;
        mark::people(page.as_bytes())
    }

    /// The people in all rooms, as operators see them.
    pub async fn ops(&mut self) -> Option<u32> {
        viewers(&self.operators("/ops/fragment").await?)
    }

    pub async fn attendances(&mut self) -> Option<u32> {
        metric(&self.metrics().await?, "backstage_attendances").map(|count| count as u32)
    }

    async fn metrics(&mut self) -> Option<String> {
        self.operators("/metrics").await
    }

    async fn operators(&mut self, path: &str) -> Option<String> {
        let target = self.target.clone();
        if target.operator.is_empty() { None } else { self.read(path, &target.operator).await }
    }

    /// `None` if the page or the process is unavailable; other checks report that.
    async fn read(&mut self, path: &str, cookie: &str) -> Option<String> {
        if path.is_empty() {
            return None;
        }
        let answer = self.client.send(Request::get(path, cookie)).await.ok()?;
        if answer.status == 200 { String::from_utf8(answer.body).ok() } else { None }
    }
}

/// The value of a metric without labels.
fn metric(text: &str, name: &str) -> Option<u64> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    lines.filter_map(|value| value.trim().parse::<f64>().ok()).map(|value| value as u64).next()
}

/// The value of `viewers` on the operators' page.
fn viewers(page: &str) -> Option<u32> {
    let shown = page.split_once("<dt>viewers</dt>")?.1.split_once("<dd>")?.1.split_once('<')?.0;
    shown.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_what_the_service_says() {
        let text = "# TYPE a_b gauge\na_b{x=\"1\"} 7\na_b_c 8\na_b 12\n";
        assert_eq!((metric(text, "a_b"), metric(text, "a")), (Some(12), None));
        let page = "<dl><div><dt>viewers</dt><dd>1,234</dd></div><div><dt>live streams</dt><dd>1</dd></div>";
        assert_eq!((viewers(page), viewers("<dl>")), (Some(1234), None));
    }
}
