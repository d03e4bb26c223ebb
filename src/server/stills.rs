//! Still pictures of what is on air, made of the publishers' keyframes. They are kept in memory while their streams are on
//! air, and are at most 30 s old: every 15 s the newest keyframe is taken and, if it is old, another one is asked for.
//!
//! A keyframe becomes a picture when somebody first asks for it, because that costs tens of milliseconds of processor time
//! and most stills are never looked at. Only the first of a stream is made at once: it shows whether there is a picture in
//! what its publisher sends.

use crate::app::App;
use actors::Worker;
use anyhow::Result;
use axum::body::Bytes;
use domain::{
    clock::Clock,
    id::StreamId,
    live::{media::Keyframe, stream::StreamState},
    time::{Millis, Span},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use store::Viewer;
use tokio::sync::Mutex as AsyncMutex;

const EVERY: Span = Span::secs(15);
/// Streams that have a still; all others show the covers of their spaces.
const MOST: usize = 200;

#[derive(Clone)]
pub struct Still {
    pub sharp: Bytes,
    /// For people without access.
    pub veiled: Bytes,
}

/// What is kept of one stream.
struct KeptStill {
    made: Still,
    /// A newer keyframe, of which nobody has asked for the picture yet.
    newer: Option<Keyframe>,
}

struct StillEntry {
    taken_at: Millis,
    kept: Arc<AsyncMutex<KeptStill>>,
}

#[derive(Default)]
pub struct Stills {
    entries: Mutex<HashMap<StreamId, StillEntry>>,
    /// Held while a picture is made: one at a time, whoever asks.
    making: Arc<AsyncMutex<()>>,
}

impl Stills {
    /// The newest still of a stream. Whoever asks while it is made waits for it.
    pub async fn of(&self, stream: StreamId) -> Option<Still> {
        let kept = self.entries().get(&stream)?.kept.clone();
        let mut kept = kept.lock_owned().await;
        if kept.newer.is_none() {
            return Some(kept.made.clone());
        }
        // A task of its own, because whoever asked may leave.
        let making = self.making.clone();
        let made = tokio::spawn(async move {
            if let Some(frame) = kept.newer.take()
                && let Some(still) = make(&making, frame).await
            {
                kept.made = still;
            }
            kept.made.clone()
        });
        made.await.ok()
    }

    /// When the newest keyframe of a stream was taken, if the stream has a still.
    pub fn taken_at(&self, stream: StreamId) -> Option<Millis> {
        self.entries().get(&stream).map(|entry| entry.taken_at)
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<StreamId, StillEntry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `None`: there is no picture in the frame. What a publisher sends may be anything.
async fn make(making: &AsyncMutex<()>, frame: Keyframe) -> Option<Still> {
    let _turn = making.lock().await;
    // It waits for no picture of somebody else.
    let files = tokio::task::spawn_blocking(move || gateways::still(&frame)).await.ok()?.ok()?;
    Some(Still { sharp: files.sharp.into(), veiled: files.veiled.into() })
}

/// The loop of the worker.
pub async fn work(app: App, mut worker: Worker) {
    while !worker.is_stopping() {
        match take(&app).await {
            Ok(taken) => worker.handled(taken),
            Err(error) => {
                tracing::warn!(%error, "no stills can be taken");
                worker.failed(error.to_string());
            }
        }
        worker.sleep_until(&app.clock, app.clock.now() + EVERY).await;
    }
}

/// Takes the newest keyframe of each stream, and forgets the streams that have none. Returns the number of stills.
async fn take(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let on_air = app.store.spaces().on_air(Viewer { account: None, now }).await?;
    let mut taken = HashMap::new();
    for show in on_air.iter().filter(|show| show.stream.state == StreamState::Live).take(MOST) {
        let Some(frame) = app.media.still(show.stream.room).await else { continue };
        let known = app.stills.entries().get(&show.stream.id).map(|entry| entry.kept.clone());
        let kept = match known {
            Some(kept) => {
                kept.lock().await.newer = Some(frame);
                kept
            }
            None => match make(&app.stills.making, frame).await {
                Some(made) => Arc::new(AsyncMutex::new(KeptStill { made, newer: None })),
                None => continue,
            },
        };
        taken.insert(show.stream.id, StillEntry { taken_at: now, kept });
    }
    let count = taken.len() as u64;
    *app.stills.entries() = taken;
    Ok(count)
}
