//! Recordings that LiveKit makes: once a second they are looked at, and what is complete is read and counted. A loop of its own, because
//! LiveKit may take its time, and ours must not wait for that.

use super::EVERY;
use crate::{
    app::App,
    config::{Checked, Settings, object_store_variables},
    data::DataDir,
    objects_config,
};
use actors::Worker;
use anyhow::Result;
use domain::{
    clock::Clock,
    live::{
        media::Codec,
        recording::{
            NewSegment, Recording, RecordingPart,
            outside::{OutsideFile, OutsideRecorder},
        },
    },
    time::Span,
};
use futures_util::future::join_all;
use gateways::{EgressPlace, LiveKitRecorder, ObjectsConfig};
use media::{MOVIE_LOOK, MovieFacts, MovieWalk};
use service::live::{
    outside,
    recordings::{self, Running},
};
use std::sync::Arc;

/// How long a file is looked for that is said to be there.
const LOOKED_FOR: Span = Span::minutes(10);

/// LiveKit's recorders, where they are to be used.
pub fn recorder(settings: &Checked, data: &DataDir) -> Option<Arc<dyn OutsideRecorder>> {
    let config = settings.livekit.as_ref()?;
    let given: &Settings = settings;
    let objects = match objects_config(settings, data) {
        ObjectsConfig::Folder(path) => ObjectsConfig::Folder(std::path::absolute(path).ok()?),
        bucket => bucket,
    };
    if !given.livekit.records(&objects) {
        return None;
    }
    let place = EgressPlace::of(&objects, object_store_variables());
    if place.is_none() {
        tracing::warn!("LiveKit records nothing: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
    }
    Some(Arc::new(LiveKitRecorder::new(config, place?)))
}

/// How often it is looked where LiveKit records nothing: only what it recorded before is completed then.
const SELDOM: Span = Span::secs(10);

/// The loop of the worker.
pub async fn work(app: App, mut worker: Worker) {
    let every = if app.services.recorder.is_some() { EVERY } else { SELDOM };
    while !worker.is_stopping() {
        match look(&app).await {
            Ok(kept) => worker.handled(kept),
            Err(error) => {
                tracing::warn!(%error, "recordings of LiveKit are not looked after");
                worker.failed(error.to_string());
            }
        }
        worker.sleep_until(&app.clock, app.clock.now() + every).await;
    }
}

/// Returns the number of files that were counted.
async fn look(app: &App) -> Result<u64> {
    let running: Vec<_> =
        recordings::running(&app.services).await?.into_iter().filter(Running::is_outside).collect();
    if running.is_empty() {
        return Ok(0);
    }
    let full = recordings::are_full(&app.services, app.settings.recordings.all_recording_bytes).await?;
    let looks = running.into_iter().map(|running| async move {
        let looked = look_after(app, &running, full).await;
        (running.recording.stream, looked)
    });
    let mut kept = 0;
    for (stream, looked) in join_all(looks).await {
        match looked {
            Ok(is_kept) => kept += u64::from(is_kept),
            Err(error) => tracing::warn!(%error, %stream, "a recording of LiveKit is not looked after"),
        }
    }
    Ok(kept)
}

/// Returns whether its file was counted. `full`: recordings take all that they may.
async fn look_after(app: &App, running: &Running, full: bool) -> Result<bool> {
    let settings = app.settings.recordings;
    let kept = Span::days(settings.recording_days.into());
    let room = (settings.space_recording_bytes, full);
    let file = outside::look_after(&app.services, running, room, kept).await?;
    let Some(file) = file else { return Ok(false) };
    let facts = match read(app, &running.recording, file).await {
        Err(error) if app.clock.now() > file.ended_at + LOOKED_FOR => {
            tracing::warn!(%error, stream = %running.recording.stream, "a recording of LiveKit is not there");
            None
        }
        facts => facts?,
    };
    outside::keep(&app.services, running, file, facts).await?;
    Ok(true)
}

/// What a file says of itself; `None` if it is none that can be played.
async fn read(app: &App, recording: &Recording, file: OutsideFile) -> Result<Option<NewSegment>> {
    let (object, size) = (recording.object(RecordingPart::Segment(0)), file.bytes.unsigned_abs());
    let mut walk = MovieWalk::default();
    while walk.at() < size {
        let bytes = app.services.objects.get_range(&object, walk.at(), MOVIE_LOOK as u64).await?;
        if walk.step(&bytes).is_none() {
            return Ok(None);
        }
    }
    let facts = walk.finish(size).filter(|facts| facts.length > 0);
    Ok(facts.map(|MovieFacts { length, picture }| {
        let (size, setup) = picture.unzip();
        NewSegment {
            number: 0,
            begins: Span(0),
            until: Span(length),
            keyed: true,
            size,
            setup: setup.unwrap_or_default(),
            codec: Codec::H264,
            bytes: file.bytes,
        }
    }))
}
