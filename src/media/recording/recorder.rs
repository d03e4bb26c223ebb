//! The thread of one recording: packets in, files of clusters out.

use super::{
    frames::Frames,
    tap::{TappedPackets, Taps, TrackKind},
    writer::SegmentWriter,
};
use domain::{id::RoomId, live::media::Codec};
use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::RecvTimeoutError,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often a keyframe is needed at least, to begin a segment with, in milliseconds.
const KEYFRAMES: i64 = 4000;
/// How often the thread looks at its clock while nothing comes.
const LOOK: Duration = Duration::from_millis(250);
/// How often a publisher is asked for a keyframe at most: not all of them answer.
const ASK: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct RecorderConfig {
    /// Of this recording alone.
    pub folder: PathBuf,
    /// The number of the first segment.
    pub first: u64,
    /// Where the clock of the recording is, in milliseconds.
    pub offset: i64,
    /// Of the pictures that it has, or else may have. `None`: of those that come.
    pub codec: Option<Codec>,
}

/// Why a recorder writes nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecorderFailure {
    Files(String),
    /// Pictures come in another codec than those before.
    Codec(Codec),
}

impl From<io::Error> for RecorderFailure {
    fn from(error: io::Error) -> Self {
        Self::Files(error.to_string())
    }
}

/// What became of the packets so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecorderReport {
    /// Packets that came faster than they could be written.
    pub dropped: u64,
    /// Frames of video that could not be shown, because packets are missing.
    pub lost: u64,
    pub failed: Option<RecorderFailure>,
}

/// A recording that runs. Dropping it ends it, without waiting.
pub struct Recorder {
    stop: Arc<AtomicBool>,
    report: Arc<Mutex<RecorderReport>>,
    thread: Option<JoinHandle<()>>,
}

impl Recorder {
    /// Begins to record a room, whether somebody publishes in it or not.
    ///
    /// # Errors
    /// The folder or the thread cannot be made.
    pub fn start(taps: &Arc<Taps>, room: RoomId, config: RecorderConfig) -> io::Result<Self> {
        fs::create_dir_all(&config.folder)?;
        let (stop, report) = (Arc::<AtomicBool>::default(), Arc::<Mutex<RecorderReport>>::default());
        let tapped = taps.open(room);
        let (theirs, told) = (stop.clone(), report.clone());
        let thread = thread::Builder::new()
            .name("recording".into())
            .spawn(move || record(&tapped, config, &theirs, &told))?;
        Ok(Self { stop, report, thread: Some(thread) })
    }

    pub fn report(&self) -> RecorderReport {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes what has come, and ends. Blocks for as long as that takes.
    pub fn finish(mut self) -> RecorderReport {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a recording panicked");
        }
        self.report()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn record(tapped: &TappedPackets, config: RecorderConfig, stop: &AtomicBool, told: &Mutex<RecorderReport>) {
    let began = Instant::now();
    let mut frames = Frames::new(config.offset, began);
    let mut writer = SegmentWriter::new(config);
    let outcome = run(tapped, &mut frames, &mut writer, stop, told)
        .and_then(|ended| finish(frames, &mut writer).map(|()| ended));
    let mut report = told.lock().unwrap_or_else(PoisonError::into_inner);
    report.failed = match outcome {
        Ok(None) => None,
        Ok(Some(codec)) => Some(RecorderFailure::Codec(codec)),
        Err(error) => {
            tracing::error!(%error, folder = %writer.config.folder.display(), "a recording cannot be written");
            Some(error.into())
        }
    };
}

/// Until it is to stop, or a picture comes in another codec than those before, which is returned.
fn run(
    tapped: &TappedPackets,
    frames: &mut Frames,
    writer: &mut SegmentWriter,
    stop: &AtomicBool,
    told: &Mutex<RecorderReport>,
) -> io::Result<Option<Codec>> {
    let begun = Instant::now();
    let (mut keyed, mut looked, mut asked) = (i64::MIN / 2, begun, begun);
    tapped.want_keyframe();
    while !stop.load(Ordering::Relaxed) {
        let whole = match tapped.from.recv_timeout(LOOK) {
            Ok(packet) if !writer.takes(&packet) => return Ok(Some(packet.codec)),
            Ok(packet) => frames.push(packet),
            Err(RecvTimeoutError::Timeout) => vec![],
            Err(RecvTimeoutError::Disconnected) => break,
        };
        for frame in whole {
            if frame.track == TrackKind::Video && frame.key {
                keyed = frame.at;
            }
            writer.add(frame)?;
        }
        let now = Instant::now();
        if now - looked < LOOK {
            continue;
        }
        looked = now;
        writer.look(frames.moment(now))?;
        let needed = frames.waits_for_key() || frames.moment(now) - keyed >= KEYFRAMES;
        if needed && now - asked >= ASK {
            asked = now;
            tapped.want_keyframe();
        }
        let mut report = told.lock().unwrap_or_else(PoisonError::into_inner);
        (report.dropped, report.lost) = (tapped.dropped(), frames.lost);
    }
    for packet in tapped.from.try_iter() {
        if !writer.takes(&packet) {
            break;
        }
        for frame in frames.push(packet) {
            writer.add(frame)?;
        }
    }
    Ok(None)
}

/// Writes what still waits.
fn finish(mut frames: Frames, writer: &mut SegmentWriter) -> io::Result<()> {
    for frame in frames.flush() {
        writer.add(frame)?;
    }
    writer.finish()
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
