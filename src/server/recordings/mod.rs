//! Records shows: once a second it is looked which of them are to be recorded, what recorders have written is taken to the object
//! store, and what is over is completed. All of it follows from rows and files, so after a crash the same loop goes on. What LiveKit
//! records is in `outside.rs`.

pub mod outside;
mod settings;

pub use settings::RecordingSettings;

use crate::{app::App, data::free_bytes};
use actors::Worker;
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    id::StreamId,
    live::{
        media::Codec,
        recording::{NewSegment, Recording, Segment, StopReason},
    },
    time::Span,
};
use futures_util::future::join_all;
use media::{Cue, EmbeddedSfu, Recorder, RecorderConfig, RecorderFailure, SegmentFile};
use service::live::recordings::{self, Running};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{task::spawn_blocking, time::Instant};

const EVERY: Span = Span::secs(1);
/// How long segments of a recording are taken to the object store in one look. Until it is over, no recorder is ended, neither because
/// its host wants that nor because the disk is full, and a slow store takes less than recorders write.
const TAKES: Duration = Duration::from_secs(2);

/// What the loop works with.
struct Studio {
    app: App,
    media: Arc<EmbeddedSfu>,
    /// Files that were not taken to the object store yet, in a folder for each recording.
    folder: PathBuf,
}

/// The loop of the worker. Recorders that run when it ends complete their files.
pub async fn work(app: App, media: Arc<EmbeddedSfu>, folder: PathBuf, mut worker: Worker) {
    let (studio, mut recorders) = (Studio { app: app.clone(), media, folder }, HashMap::new());
    if let Err(error) = studio.forget_files().await {
        tracing::warn!(%error, "files of recordings that are over are left");
    }
    while !worker.is_stopping() {
        match studio.look(&mut recorders).await {
            Ok(handled) => worker.handled(handled),
            Err(error) => {
                tracing::warn!(%error, "recordings are not looked after");
                worker.failed(error.to_string());
            }
        }
        worker.sleep_until(&app.clock, app.clock.now() + EVERY).await;
    }
    let _ =
        spawn_blocking(move || recorders.into_values().for_each(|recorder| drop(recorder.finish()))).await;
}

impl Studio {
    fn folder_of(&self, stream: StreamId) -> PathBuf {
        self.folder.join(stream.to_string())
    }

    /// Deletes the folders of recordings that were completed or deleted.
    async fn forget_files(&self) -> Result<()> {
        let running = self.app.store.recordings().running().await?;
        let known: Vec<PathBuf> =
            running.iter().map(|(recording, _)| self.folder_of(recording.stream)).collect();
        let folder = self.folder.clone();
        spawn_blocking(move || {
            fs::create_dir_all(&folder)?;
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if !known.contains(&path) && path.is_dir() {
                    fs::remove_dir_all(path)?;
                }
            }
            anyhow::Ok(())
        })
        .await?
    }

    /// Does what is due for each recording. Returns the number of segments that were kept.
    async fn look(&self, recorders: &mut HashMap<StreamId, Recorder>) -> Result<u64> {
        let running = recordings::running(&self.app.services).await?;
        let most = self.app.settings.recordings.all_recording_bytes;
        let full = !running.is_empty() && recordings::are_full(&self.app.services, most).await?;
        // A recorder that stays in here ends: its recording is gone.
        let mut before = std::mem::take(recorders);
        let looks = running.into_iter().map(|running| {
            let mut recorder = before.remove(&running.recording.stream);
            async move {
                let kept = self.look_after(&running, &mut recorder, full).await;
                (running.recording.stream, recorder, kept)
            }
        });
        let mut handled = 0;
        for (stream, recorder, kept) in join_all(looks.collect::<Vec<_>>()).await {
            recorders.extend(recorder.map(|recorder| (stream, recorder)));
            match kept {
                Ok(kept) => handled += kept,
                Err(error) => tracing::warn!(%error, %stream, "a recording is not looked after"),
            }
        }
        Ok(handled)
    }

    /// Does what is due for one. A recorder that runs goes on if something fails, and the next look tries again. `full`: recordings
    /// take all that they may.
    async fn look_after(
        &self,
        running: &Running,
        recorder: &mut Option<Recorder>,
        full: bool,
    ) -> Result<u64> {
        if self.follow_plane(running).await? || running.is_outside() {
            *recorder = None;
            return Ok(0);
        }
        self.direct(running, recorder, full).await?;
        self.take(running, recorder.is_some()).await
    }

    /// A show that was planned like another one wants its recording from where that one ran. Returns whether this has changed.
    async fn follow_plane(&self, running: &Running) -> Result<bool> {
        let Some(stream) = &running.stream else { return Ok(false) };
        Ok(recordings::follow_plane(&self.app.services, running, self.app.planes.of(stream)).await?)
    }

    /// Starts or ends the recorder as the show and the room for it want.
    async fn direct(&self, running: &Running, recorder: &mut Option<Recorder>, full: bool) -> Result<()> {
        let (recording, services) = (&running.recording, &self.app.services);
        let reported = recorder.as_ref().map(Recorder::report).unwrap_or_default();
        let stopped = match (running.records(), reported.failed) {
            (false, _) => None,
            (true, Some(RecorderFailure::Files(_))) => Some(StopReason::Failed),
            (true, Some(RecorderFailure::Codec(_))) => Some(StopReason::Codec),
            (true, None) if full => Some(StopReason::Disk),
            (true, None) => self.why_not(recording).await?,
        };
        if let Some(why) = stopped {
            tracing::warn!(stream = %recording.stream, why = why.code(), "a recording stops");
            recordings::stop(services, recording.stream, why).await?;
        }
        if running.records() && stopped.is_none() {
            if recorder.is_none() {
                *recorder = self.start(running).await?;
            }
        } else if let Some(recorder) = recorder.take() {
            let report = spawn_blocking(move || recorder.finish()).await?;
            let lost = i64::try_from(report.lost).unwrap_or(i64::MAX);
            if report.dropped > 0 {
                tracing::warn!(stream = %recording.stream, dropped = report.dropped, "a recording was too slow");
            }
            services.store.recordings().lose(recording.stream, lost).await?;
        }
        Ok(())
    }

    /// Why a recording cannot go on.
    async fn why_not(&self, recording: &Recording) -> Result<Option<StopReason>> {
        let (settings, folder) = (self.app.settings.recordings, self.folder.clone());
        let free = spawn_blocking(move || free_bytes(&folder)).await??;
        if free < settings.recording_reserve {
            return Ok(Some(StopReason::Disk));
        }
        let full =
            recordings::is_full(&self.app.services, recording.space, settings.space_recording_bytes).await?;
        Ok(full.then_some(StopReason::Room))
    }

    /// Starts a recorder behind everything that was written so far.
    async fn start(&self, running: &Running) -> Result<Option<Recorder>> {
        let Some(room) = running.stream.as_ref().map(|stream| stream.room) else { return Ok(None) };
        let (recording, folder) = (&running.recording, self.folder_of(running.recording.stream));
        let files = folder.clone();
        let left = spawn_blocking(move || {
            media::recover(&files)?;
            media::segment_files(&files)
        });
        let left = left.await?.context("what was recorded before cannot be read")?;
        let kept = recording.segments.unsigned_abs();
        let first = left.last().map_or(kept, |file| kept.max(file.number + 1));
        let codec = left.last().map(|file| file.codec).or((kept > 0).then_some(recording.codec));
        let offset = recording.moment(self.app.clock.now()).0;
        let media = self.media.clone();
        let config = RecorderConfig { folder, first, offset, codec };
        let started = spawn_blocking(move || media.record(room, config)).await?;
        Ok(Some(started.context("a recording cannot begin")?))
    }

    /// Takes complete segments to the object store, and completes the recording of a show that is over. Returns the number of
    /// segments.
    async fn take(&self, running: &Running, records: bool) -> Result<u64> {
        let (recording, folder) = (&running.recording, self.folder_of(running.recording.stream));
        if !records {
            let files = folder.clone();
            spawn_blocking(move || media::recover(&files)).await??;
        }
        let files = folder.clone();
        let files = spawn_blocking(move || media::segment_files(&files)).await??;
        let count = files.len();
        let taken = take_some(files, |file| self.take_file(recording, file)).await?;
        if taken == count && !running.is_on_air() && !records {
            let kept = Span::days(self.app.settings.recordings.recording_days.into());
            recordings::complete(&self.app.services, recording.stream, kept, head).await?;
            spawn_blocking(move || remove(&folder)).await??;
        }
        Ok(taken as u64)
    }

    async fn take_file(&self, recording: &Recording, file: SegmentFile) -> Result<()> {
        let SegmentFile { number, path, codec } = file;
        let (from, number) = (path.clone(), i64::try_from(number)?);
        let (bytes, new) = spawn_blocking(move || {
            let bytes = fs::read(from)?;
            let new = segment(number, codec, &bytes)?;
            anyhow::Ok((bytes, new))
        })
        .await??;
        match new {
            Some(new) => recordings::keep(&self.app.services, recording, &new, bytes).await?,
            None => {
                tracing::warn!(stream = %recording.stream, number, "a segment cannot be read and is lost");
                recordings::pass_over(&self.app.services, recording, number).await?;
            }
        }
        Ok(spawn_blocking(move || fs::remove_file(path)).await??)
    }
}

/// Takes one after the other, until that has taken long. Returns how many; the next look goes on with the others.
async fn take_some<T, F: Future<Output = Result<()>>>(all: Vec<T>, take: impl Fn(T) -> F) -> Result<usize> {
    let (begun, mut taken) = (Instant::now(), 0);
    for one in all {
        if begun.elapsed() >= TAKES {
            break;
        }
        take(one).await?;
        taken += 1;
    }
    Ok(taken)
}

/// What is kept of a segment; `None` if nothing of it can be played.
pub fn segment(number: i64, codec: Codec, bytes: &[u8]) -> Result<Option<NewSegment>> {
    let Some(facts) = media::facts(codec, bytes) else { return Ok(None) };
    Ok(Some(NewSegment {
        number,
        begins: Span(facts.begins),
        until: Span(facts.until),
        keyed: facts.key,
        size: facts.size,
        setup: facts.setup,
        codec,
        bytes: i64::try_from(bytes.len())?,
    }))
}

fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// What stands before the segments of a complete recording.
fn head(recording: &Recording, segments: &[Segment]) -> Vec<u8> {
    head_from(recording, Span(0), segments)
}

/// What stands before some segments of a recording, one after the other, on a clock that begins at this moment.
pub fn head_from(recording: &Recording, begins: Span, segments: &[Segment]) -> Vec<u8> {
    let before = segments.first().map_or(0, |first| first.position);
    let keyed = segments.iter().filter(|segment| segment.keyed);
    let cues: Vec<Cue> = keyed
        .map(|segment| Cue {
            at: segment.begins.0 - begins.0,
            position: (segment.position - before).unsigned_abs(),
        })
        .collect();
    let until = segments.iter().map(|segment| segment.until.0).max().unwrap_or_default();
    let bytes: i64 = segments.iter().map(|segment| segment.bytes).sum();
    media::head(&recording.picture(), until - begins.0, &cues, bytes.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;
    use tokio::time::sleep;

    /// How many of a backlog are taken in one look by a store that needs so long for each, and for how long that goes on.
    async fn look(files: u64, each: Duration) -> (usize, Duration) {
        let begun = Instant::now();
        let taken = take_some((0..files).collect(), |_| async move {
            sleep(each).await;
            Ok(())
        });
        (taken.await.unwrap_or_default(), begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_store_holds_a_look_for_a_moment_only() {
        for (each, taken) in [(0, 900), (100, 20), (1_500, 2), (20_000, 1)] {
            let (count, lasted) = look(900, Duration::from_millis(each)).await;
            assert_eq!(count, taken, "{each} ms for each");
            assert!(lasted <= TAKES + Duration::from_millis(each), "{each} ms for each: {lasted:?}");
        }
        let fails =
            take_some(vec![1, 2, 3], |nth| async move { if nth == 2 { bail!("no answer") } else { Ok(()) } });
        assert!(fails.await.is_err());
    }
}
