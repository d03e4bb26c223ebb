//! What is published in a room as WebM, live, written to a pipe. Its thread may wait for whoever reads there: then packets find no
//! room in its tap and are lost, and after that the picture goes on with a keyframe.

use crate::recording::{
    Container, Frames, RecordedFrame, TappedPackets, Taps, TrackKind, live_head, picture,
};
use domain::{id::RoomId, live::media::Codec};
use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::RecvTimeoutError,
    },
    thread,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// How often the thread looks whether it is to end, while nothing comes.
const LOOK: Duration = Duration::from_millis(250);
/// How often a publisher is asked for a keyframe at most.
const ASK: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedStage {
    /// Nobody has sent a picture yet.
    Waiting,
    Flowing,
    /// The picture has a codec that is not written.
    Codec,
    /// Nobody reads any more.
    Closed,
}

/// Dropping it ends it, without waiting.
pub struct Feed {
    stop: Arc<AtomicBool>,
    taken: Arc<AtomicU64>,
    offered: Arc<AtomicU64>,
    pub stage: watch::Receiver<FeedStage>,
}

impl Feed {
    /// # Errors
    /// The thread cannot be made.
    pub fn start(taps: &Arc<Taps>, room: RoomId, to: impl Write + Send + 'static) -> io::Result<Self> {
        let (tell, stage) = watch::channel(FeedStage::Waiting);
        let stop = Arc::<AtomicBool>::default();
        let (taken, offered) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let mut feeding = Feeding {
            tapped: taps.open_beside(room),
            to,
            stop: stop.clone(),
            taken: taken.clone(),
            offered: offered.clone(),
            tell: tell.clone(),
            codec: None,
        };
        thread::Builder::new().name("restream".into()).spawn(move || {
            let stage = feeding.run().unwrap_or(FeedStage::Closed);
            tell.send_replace(stage);
        })?;
        Ok(Self { stop, taken, offered, stage })
    }

    /// Bytes that there were so far.
    pub fn offered(&self) -> u64 {
        self.offered.load(Ordering::Relaxed)
    }

    /// Whether it waits for whoever reads.
    pub fn is_blocked(&self) -> bool {
        self.offered() > self.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Feeding<W> {
    tapped: TappedPackets,
    to: W,
    stop: Arc<AtomicBool>,
    taken: Arc<AtomicU64>,
    offered: Arc<AtomicU64>,
    tell: watch::Sender<FeedStage>,
    /// Of the pictures, once there were any.
    codec: Option<Codec>,
}

impl<W: Write> Feeding<W> {
    /// Until it is to end, nobody reads any more, or nothing can be written.
    fn run(&mut self) -> io::Result<FeedStage> {
        let began = Instant::now();
        let (mut frames, mut asked) = (Frames::new(0, began), began);
        self.tapped.want_keyframe();
        while !self.stop.load(Ordering::Relaxed) {
            let whole = match self.tapped.from.recv_timeout(LOOK) {
                Ok(packet) if !self.takes(packet.track, packet.codec) => return Ok(FeedStage::Codec),
                Ok(packet) => frames.push(packet),
                Err(RecvTimeoutError::Timeout) => vec![],
                Err(RecvTimeoutError::Disconnected) => break,
            };
            for frame in whole {
                self.write(frame)?;
            }
            if frames.waits_for_key() && asked.elapsed() >= ASK {
                asked = Instant::now();
                self.tapped.want_keyframe();
            }
        }
        Ok(FeedStage::Closed)
    }

    /// Whether it can be written: all pictures have one codec, which WebM knows.
    fn takes(&mut self, track: TrackKind, codec: Codec) -> bool {
        track == TrackKind::Audio
            || Container::of(codec) == Container::WebM && *self.codec.get_or_insert(codec) == codec
    }

    /// Writes a frame as a cluster of its own, so that it is on its way at once. What comes before the first picture is left out.
    fn write(&mut self, frame: RecordedFrame) -> io::Result<()> {
        let mut bytes = vec![];
        let begins = *self.tell.borrow() == FeedStage::Waiting;
        if begins {
            let codec = self.codec.filter(|_| frame.track == TrackKind::Video && frame.key);
            let Some(picture) = codec.and_then(|codec| picture(codec, &frame.data)) else { return Ok(()) };
            bytes = live_head(&picture);
        }
        bytes.extend(Container::WebM.cluster(frame.at, &[frame]));
        if begins {
            // Whoever is to read comes when it flows.
            self.tell.send_replace(FeedStage::Flowing);
        }
        self.offered.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.to.write_all(&bytes)?;
        self.taken.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{TappedPacket, card, facts};
    use std::{io::Read, time::Duration};

    fn packets() -> Vec<TappedPacket> {
        card(Instant::now(), 2)
    }

    async fn reaches(feed: &mut Feed, wanted: FeedStage) {
        let waited = feed.stage.wait_for(|stage| *stage == wanted);
        let reached = tokio::time::timeout(Duration::from_secs(10), waited).await;
        assert!(matches!(reached, Ok(Ok(_))), "{wanted:?}");
    }

    #[tokio::test]
    async fn what_is_published_is_written_from_the_first_picture_on() {
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        let (mut reader, writer) = io::pipe().unwrap();
        let mut feed = Feed::start(&taps, room, writer).unwrap();
        for packet in packets() {
            taps.offer(room, || packet, Vec::new);
        }
        reaches(&mut feed, FeedStage::Flowing).await;
        let (mut file, mut bytes) = (vec![], [0; 4096]);
        let facts = loop {
            let count = reader.read(&mut bytes).unwrap();
            file.extend_from_slice(&bytes[..count]);
            let first = file.windows(4).position(|bytes| bytes == [0x1f, 0x43, 0xb6, 0x75]);
            let found = first.and_then(|first| facts(Codec::Vp8, &file[first..]));
            if let Some(found) = found.filter(|found| found.frames > 10) {
                break found;
            }
        };
        assert_eq!(file[..4], [0x1a, 0x45, 0xdf, 0xa3]);
        assert_eq!((facts.key, facts.size), (true, Some((640, 360))));
        assert!(feed.offered() >= file.len() as u64);
        // Nobody reads any more.
        drop(reader);
        for packet in packets() {
            taps.offer(room, || TappedPacket { run: 2, ..packet }, Vec::new);
        }
        reaches(&mut feed, FeedStage::Closed).await;
    }

    #[tokio::test]
    async fn another_codec_is_told_and_the_end_of_the_feed_closes_its_tap() {
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        let (_reader, writer) = io::pipe().unwrap();
        let mut feed = Feed::start(&taps, room, writer).unwrap();
        let packet = packets().into_iter().find(|packet| packet.track == TrackKind::Video).unwrap();
        taps.offer(room, || TappedPacket { codec: Codec::H264, ..packet }, Vec::new);
        reaches(&mut feed, FeedStage::Codec).await;
        let (_reader, writer) = io::pipe().unwrap();
        let feed = Feed::start(&taps, room, writer).unwrap();
        let mut stage = feed.stage.clone();
        drop(feed);
        let closed =
            tokio::time::timeout(Duration::from_secs(10), stage.wait_for(|s| *s == FeedStage::Closed));
        assert!(matches!(closed.await, Ok(Ok(_))));
    }
}
