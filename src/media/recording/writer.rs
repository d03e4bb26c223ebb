//! Puts frames of both tracks into one order, and into clusters and files.

use super::{
    container::Container,
    files::SegmentFile,
    frames::RecordedFrame,
    recorder::RecorderConfig,
    tap::{TappedPacket, TrackKind},
};
use domain::live::media::Codec;
use std::{
    fs::File,
    io::{self, Write},
};

/// The length of a cluster in milliseconds: what a crash may cost.
const CLUSTER: i64 = 2000;
/// The bytes after which a cluster ends in any case.
const CLUSTER_BYTES: usize = 2 << 20;
/// The length of a segment in milliseconds, once a keyframe can begin the next one.
const SEGMENT: i64 = 4000;
/// The length after which it ends without one.
const LONGEST_SEGMENT: i64 = 10_000;
/// How long frames wait for those of the other track that belong before them, in milliseconds.
const INTERLEAVED: i64 = 600;
/// After a longer silence a new segment begins, in milliseconds: so gaps lie between segments.
const GAP: i64 = 2000;

/// A file that is being written.
struct OpenSegment {
    segment: SegmentFile,
    file: File,
    began: i64,
    /// The first picture of its first cluster needs no other.
    keyed: bool,
}

/// Whether the first picture of these needs no other; `None` without one.
fn is_keyed(frames: &[RecordedFrame]) -> Option<bool> {
    frames.iter().find(|frame| frame.track == TrackKind::Video).map(|frame| frame.key)
}

pub struct SegmentWriter {
    pub config: RecorderConfig,
    /// The codec of pictures that were announced and have not come yet.
    announced: Option<Codec>,
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
        Self { config, announced: None, waiting: vec![], cluster: vec![], cluster_bytes: 0, open: None, last }
    }

    /// Whether a packet can be added: the pictures of a recording have one codec. Sound that is written before the first of them decides
    /// for the codec that its publisher has announced.
    pub fn takes(&mut self, packet: &TappedPacket) -> bool {
        self.announced = packet.pictures.or(self.announced);
        packet.track == TrackKind::Audio || *self.config.codec.get_or_insert(packet.codec) == packet.codec
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
            let age = frame.at - self.open.as_ref().map_or(first.at, |open| open.began);
            // However short a cluster is: the next keyframe may be far away. And however short a segment is that cannot be played alone:
            // where it lies, one begins with each keyframe.
            let keyed = self.open.as_ref().map_or(is_keyed(&self.cluster) != Some(false), |open| open.keyed);
            let ends = key && (age >= SEGMENT || !keyed);
            let full = length >= CLUSTER || self.cluster_bytes >= CLUSTER_BYTES;
            if full || ends || key && length >= CLUSTER / 2 {
                self.write_cluster()?;
                if ends || age >= LONGEST_SEGMENT {
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
        let codec = *self.config.codec.get_or_insert(self.announced.unwrap_or(Codec::Vp8));
        let bytes = Container::of(codec).cluster(first.at, &frames);
        if self.open.is_none() {
            let segment = SegmentFile::new(&self.config.folder, self.config.first, codec);
            let file = File::create(segment.part())?;
            let keyed = is_keyed(&frames) == Some(true);
            self.open = Some(OpenSegment { segment, file, began: first.at, keyed });
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        open.file.write_all(&bytes)?;
        open.file.sync_data()
    }

    fn close(&mut self) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            open.segment.complete()?;
            self.config.first += 1;
        }
        Ok(())
    }
}
