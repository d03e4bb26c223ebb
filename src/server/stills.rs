//! Still pictures of what is on air, made of the publishers' keyframes. They are kept in memory while their streams are on
//! air, and are at most 30 s old: every 15 s the newest keyframe is taken and, if it is old, another one is asked for.

use crate::app::App;
use actors::Worker;
use anyhow::Result;
use axum::body::Bytes;
use domain::{
    clock::Clock,
    id::StreamId,
    live::stream::StreamState,
    time::{Millis, Span},
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use store::Viewer;

const EVERY: Span = Span::secs(15);
/// Streams that have a still; all others show the covers of their spaces.
const MOST: usize = 200;

#[derive(Clone)]
pub struct Still {
    pub at: Millis,
    pub sharp: Bytes,
    /// For people without access.
    pub veiled: Bytes,
}

#[derive(Default)]
pub struct Stills(Mutex<HashMap<StreamId, Still>>);

impl Stills {
    pub fn of(&self, stream: StreamId) -> Option<Still> {
        self.stills().get(&stream).cloned()
    }

    /// When the still of a stream was taken, if it has one.
    pub fn taken_at(&self, stream: StreamId) -> Option<Millis> {
        self.stills().get(&stream).map(|still| still.at)
    }

    fn stills(&self) -> MutexGuard<'_, HashMap<StreamId, Still>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        tokio::select! {
            () = worker.stopping() => {}
            () = app.clock.sleep_until(app.clock.now() + EVERY) => {}
        }
    }
}

/// Replaces all stills. Returns their number.
async fn take(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let on_air = app.store.spaces().on_air(Viewer { account: None, now }).await?;
    let mut taken = HashMap::new();
    for show in on_air.iter().filter(|show| show.stream.state == StreamState::Live).take(MOST) {
        let Some(frame) = app.media.still(show.stream.room).await else { continue };
        // One at a time, and it waits for no picture of somebody else.
        let made = tokio::task::spawn_blocking(move || gateways::still(&frame));
        // What a publisher sends may be anything.
        if let Ok(Ok(files)) = made.await {
            let still = Still { at: now, sharp: files.sharp.into(), veiled: files.veiled.into() };
            taken.insert(show.stream.id, still);
        }
    }
    let count = taken.len() as u64;
    *app.stills.stills() = taken;
    Ok(count)
}
