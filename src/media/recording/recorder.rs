//! The thread of one recording: packets in, files of clusters out.
//!
//! A segment is written as `00000001.part` and gets the name `00000001.webm` when it is complete. Whoever takes complete files
//! away keeps the folder small.

use super::{
    frames::{Frames, RecordedFrame},
    segment::{SegmentFacts, facts},
    tap::{TappedPackets, Taps, TrackKind},
    webm,
};
use domain::{id::RoomId, live::media::Codec};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::RecvTimeoutError,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The length of a cluster in milliseconds: what a crash may cost.
const CLUSTER: i64 = 2000;
/// The bytes after which a cluster ends in any case.
const CLUSTER_BYTES: usize = 2 << 20;
/// The length of a segment in milliseconds, once a keyframe can begin the next one.
const SEGMENT: i64 = 4000;
/// The length after which it ends without one.
const LONGEST_SEGMENT: i64 = 10_000;
/// How often a keyframe is needed at least, to begin a segment with, in milliseconds.
const KEYFRAMES: i64 = 4000;
/// How long frames wait for those of the other track that belong before them, in milliseconds.
const INTERLEAVED: i64 = 600;
/// After a longer silence a new segment begins, in milliseconds: so gaps lie between segments.
const GAP: i64 = 2000;
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
}

/// Why a recorder writes nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecorderFailure {
    Files(String),
    /// The picture has a codec that is not written.
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

/// Until it is to stop, or a picture comes whose codec is not written, which is returned.
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
            Ok(packet) if !matches!(packet.codec, Codec::Vp8 | Codec::Opus) => return Ok(Some(packet.codec)),
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

/// A file that is being written.
struct OpenSegment {
    file: File,
    began: i64,
}

/// Puts frames of both tracks into one order, and into clusters and files.
pub struct SegmentWriter {
    config: RecorderConfig,
    /// What may have to wait for the other track, in the order of the moments.
    waiting: Vec<RecordedFrame>,
    cluster: Vec<RecordedFrame>,
    cluster_bytes: usize,
    open: Option<OpenSegment>,
    /// The moment of the last frame that was put into a cluster.
    last: i64,
}

impl SegmentWriter {
    pub fn new(config: RecorderConfig) -> Self {
        let last = config.offset;
        Self { config, waiting: vec![], cluster: vec![], cluster_bytes: 0, open: None, last }
    }

    /// Adds a frame.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn add(&mut self, frame: RecordedFrame) -> io::Result<()> {
        let place = self.waiting.partition_point(|there| there.at <= frame.at);
        self.waiting.insert(place, frame);
        let newest = self.waiting.last().map_or(0, |frame| frame.at);
        self.release(newest - INTERLEAVED)
    }

    /// Writes what is due at this moment, though nothing comes.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn look(&mut self, now: i64) -> io::Result<()> {
        self.release(now - INTERLEAVED * 2)?;
        if self.cluster.first().is_some_and(|first| now - first.at >= CLUSTER + INTERLEAVED * 2) {
            self.write_cluster()?;
        }
        let over = |open: &OpenSegment| now - open.began >= LONGEST_SEGMENT + CLUSTER + INTERLEAVED * 2;
        if self.cluster.is_empty() && self.open.as_ref().is_some_and(over) {
            self.close()?;
        }
        Ok(())
    }

    /// Writes everything and completes the last file.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn finish(&mut self) -> io::Result<()> {
        self.release(i64::MAX)?;
        self.write_cluster()?;
        self.close()
    }

    /// Puts frames up to a moment into clusters.
    fn release(&mut self, until: i64) -> io::Result<()> {
        let ready = self.waiting.partition_point(|frame| frame.at <= until);
        for frame in self.waiting.drain(..ready).collect::<Vec<_>>() {
            self.put(frame)?;
        }
        Ok(())
    }

    fn put(&mut self, mut frame: RecordedFrame) -> io::Result<()> {
        // What comes too late for its place is not earlier than what was written.
        frame.at = frame.at.max(self.last);
        if frame.at - self.last > GAP {
            self.write_cluster()?;
            self.close()?;
        }
        self.last = frame.at;
        if let Some(first) = self.cluster.first() {
            let (length, key) = (frame.at - first.at, frame.track == TrackKind::Video && frame.key);
            let cut =
                length >= CLUSTER || self.cluster_bytes >= CLUSTER_BYTES || key && length >= CLUSTER / 2;
            if cut {
                self.write_cluster()?;
                let age = self.open.as_ref().map_or(0, |open| frame.at - open.began);
                if age >= LONGEST_SEGMENT || key && age >= SEGMENT {
                    self.close()?;
                }
            }
        }
        self.cluster_bytes += frame.data.len();
        self.cluster.push(frame);
        Ok(())
    }

    /// Writes the cluster, so that it survives a crash.
    fn write_cluster(&mut self) -> io::Result<()> {
        let frames = std::mem::take(&mut self.cluster);
        self.cluster_bytes = 0;
        let Some(first) = frames.first() else { return Ok(()) };
        let bytes = webm::cluster(first.at, &frames);
        if self.open.is_none() {
            let file = File::create(self.path("part"))?;
            self.open = Some(OpenSegment { file, began: first.at });
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        open.file.write_all(&bytes)?;
        open.file.sync_data()
    }

    fn close(&mut self) -> io::Result<()> {
        if self.open.take().is_some() {
            fs::rename(self.path("part"), self.path("webm"))?;
            File::open(&self.config.folder)?.sync_all()?;
            self.config.first += 1;
        }
        Ok(())
    }

    fn path(&self, ending: &str) -> PathBuf {
        self.config.folder.join(format!("{:08}.{ending}", self.config.first))
    }
}

/// Completes what a crash left in the folder of a recording: whole clusters become a segment, the rest is thrown away.
///
/// # Errors
/// A file cannot be read or written.
pub fn recover(folder: &Path) -> io::Result<()> {
    for (_, path) in files_of(folder, "part")? {
        match facts(&fs::read(&path)?) {
            Some(SegmentFacts { bytes, .. }) => {
                let file = File::options().write(true).open(&path)?;
                file.set_len(bytes as u64)?;
                file.sync_all()?;
                fs::rename(&path, path.with_extension("webm"))?;
            }
            None => fs::remove_file(&path)?,
        }
    }
    Ok(())
}

/// The complete segments in a folder with their numbers, in order. A folder that is not there has none.
///
/// # Errors
/// The folder cannot be read.
pub fn segment_files(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    files_of(folder, "webm")
}

fn files_of(folder: &Path, ending: &str) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        entries => entries?,
    };
    let mut files = vec![];
    for entry in entries {
        let path = entry?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        if let Some(number) = number.filter(|_| path.extension().is_some_and(|there| there == ending)) {
            files.push((number, path));
        }
    }
    files.sort_unstable();
    Ok(files)
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
