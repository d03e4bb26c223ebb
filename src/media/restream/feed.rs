//! What is published in a room as Matroska, live, written to a pipe. Its thread may wait for whoever reads there: then packets find no
//! room in its tap and are lost, and after that the picture goes on with a keyframe.

use super::args::is_copied;
use crate::recording::{Container, Frames, RecordedFrame, TappedPackets, Taps, TrackKind, picture};
use domain::{
    id::RoomId,
    live::{media::Codec, recording::Picture},
};
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
    /// With pictures of this codec.
    Flowing(Codec),
    /// The pictures are others than whoever reads was told of.
    Changed,
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
            told: None,
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
    /// What whoever reads was told of them at the begin.
    told: Option<Picture>,
}

impl<W: Write> Feeding<W> {
    /// Until it is to end, nobody reads any more, or nothing can be written.
    fn run(&mut self) -> io::Result<FeedStage> {
        let began = Instant::now();
        let (mut frames, mut asked) = (Frames::new(0, began), began);
        self.tapped.want_keyframe();
        while !self.stop.load(Ordering::Relaxed) {
            let whole = match self.tapped.from.recv_timeout(LOOK) {
                Ok(packet) if !self.takes(packet.track, packet.codec) => return Ok(FeedStage::Changed),
                Ok(packet) => frames.push(packet),
                Err(RecvTimeoutError::Timeout) => vec![],
                Err(RecvTimeoutError::Disconnected) => break,
            };
            for frame in whole {
                if !self.write(frame)? {
                    return Ok(FeedStage::Changed);
                }
            }
            if frames.waits_for_key() && asked.elapsed() >= ASK {
                asked = Instant::now();
                self.tapped.want_keyframe();
            }
        }
        Ok(FeedStage::Closed)
    }

    /// Whether it can be written: all pictures have one codec.
    fn takes(&mut self, track: TrackKind, codec: Codec) -> bool {
        track == TrackKind::Audio || *self.codec.get_or_insert(codec) == codec
    }

    /// Writes a frame as a cluster of its own, so that it is on its way at once. What comes before the first picture is left out.
    /// False if it is none of the pictures that were told.
    fn write(&mut self, frame: RecordedFrame) -> io::Result<bool> {
        let begins = self.codec.filter(|_| frame.track == TrackKind::Video && frame.key);
        let shown = begins.and_then(|codec| picture(codec, &frame.data));
        let (mut bytes, mut flows) = (vec![], None);
        if let Some(told) = &self.told {
            // Nobody decodes them here: the destination was told how to, and is not told again.
            if begins.is_some_and(is_copied) && shown.as_ref() != Some(told) {
                return Ok(false);
            }
        } else {
            let Some(first) = shown else { return Ok(true) };
            bytes = Container::WebM.live_head(&first);
            flows = Some(FeedStage::Flowing(first.codec));
            self.told = Some(first);
        }
        bytes.extend(Container::WebM.cluster(frame.at, &[frame]));
        if let Some(flows) = flows {
            // Whoever is to read comes when it flows.
            self.tell.send_replace(flows);
        }
        self.offered.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.to.write_all(&bytes)?;
        self.taken.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{TappedPacket, card, facts};
    use std::{io::Read, time::Duration};

    /// By `ffmpeg -c:v libx264 -profile:v baseline`, of 1280x720 and of 640x360.
    const LARGE: &[u8] = &[
        0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe8, 0x40, 0x00, 0x00, 0x03, 0x00, 0x40, 0x00, 0x00,
        0x0c, 0x83, 0xc6, 0x0c, 0xa8,
    ];
    const SMALL: &[u8] = &[
        0x67, 0x42, 0xc0, 0x1e, 0xd9, 0x00, 0xa0, 0x2f, 0xf9, 0x70, 0x11, 0x00, 0x00, 0x03, 0x00, 0x01, 0x00,
        0x00, 0x03, 0x00, 0x32, 0x0f, 0x16, 0x2e, 0x48,
    ];
    const PPS: &[u8] = &[0x68, 0xce, 0x0f, 0xc8];
    /// A slice of a keyframe, and one of another frame.
    const KEY: &[u8] = &[0x65, 0x88, 1];
    const OTHER: &[u8] = &[0x41, 0x9a, 3];

    fn packets() -> Vec<TappedPacket> {
        card(Instant::now(), 2)
    }

    /// Frames of H264, 40 ms apart, each unit in a packet of its own.
    fn h264(frames: &[&[&[u8]]]) -> Vec<TappedPacket> {
        let (start, codec) = (Instant::now() + Duration::from_secs(1), Codec::H264);
        let units = frames.iter().zip(0_u32..).flat_map(|(units, nth)| {
            units.iter().enumerate().map(move |(at, unit)| (nth, at + 1 == units.len(), *unit))
        });
        let packet = |(seq, (nth, marker, unit)): (u64, (u32, bool, &[u8]))| TappedPacket {
            track: TrackKind::Video,
            codec,
            pictures: Some(codec),
            run: 1,
            seq,
            ts: nth * 3600,
            marker,
            at: start + Duration::from_millis(40) * nth,
            payload: unit.into(),
        };
        (0_u64..).zip(units).map(packet).collect()
    }

    async fn reaches(feed: &mut Feed, wanted: FeedStage) {
        let waited = feed.stage.wait_for(|stage| *stage == wanted);
        let reached = tokio::time::timeout(Duration::from_secs(10), waited).await;
        assert!(matches!(reached, Ok(Ok(_))), "{wanted:?}");
    }

    /// Where the first cluster begins.
    fn clusters(file: &[u8]) -> Option<&[u8]> {
        Some(&file[file.windows(4).position(|bytes| bytes == [0x1f, 0x43, 0xb6, 0x75])?..])
    }

    fn holds(file: &[u8], wanted: &[u8]) -> bool {
        file.windows(wanted.len()).any(|part| part == wanted)
    }

    #[tokio::test]
    async fn what_is_published_is_written_from_the_first_picture_on() {
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        let (mut reader, writer) = io::pipe().unwrap();
        let mut feed = Feed::start(&taps, room, writer).unwrap();
        for packet in packets() {
            taps.offer(room, || packet, Vec::new);
        }
        reaches(&mut feed, FeedStage::Flowing(Codec::Vp8)).await;
        let (mut file, mut bytes) = (vec![], [0; 4096]);
        let facts = loop {
            let count = reader.read(&mut bytes).unwrap();
            file.extend_from_slice(&bytes[..count]);
            let found = clusters(&file).and_then(|clusters| facts(Codec::Vp8, clusters));
            if let Some(found) = found.filter(|found| found.frames > 10) {
                break found;
            }
        };
        assert_eq!(file[..4], [0x1a, 0x45, 0xdf, 0xa3]);
        assert!(holds(&file, b"webm") && holds(&file, b"V_VP8"));
        assert_eq!((facts.key, facts.size), (true, Some((640, 360))));
        assert!(feed.offered() >= file.len() as u64);
        // Nobody reads any more.
        drop(reader);
        for packet in packets() {
            taps.offer(room, || TappedPacket { run: 2, ..packet }, Vec::new);
        }
        reaches(&mut feed, FeedStage::Closed).await;
    }

    /// Everything that is written of these packets, until the pictures change.
    async fn written(packets: Vec<TappedPacket>) -> Vec<u8> {
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        let (mut reader, writer) = io::pipe().unwrap();
        let mut feed = Feed::start(&taps, room, writer).unwrap();
        for packet in packets {
            taps.offer(room, || packet, Vec::new);
        }
        reaches(&mut feed, FeedStage::Changed).await;
        let mut file = vec![];
        reader.read_to_end(&mut file).unwrap();
        file
    }

    #[tokio::test]
    async fn h264_is_written_as_it_came_from_a_keyframe_with_its_parameters_on_until_these_change() {
        let key: &[&[u8]] = &[LARGE, PPS, KEY];
        let before: [&[&[u8]]; 3] = [&[OTHER], &[KEY], &[LARGE, KEY]];
        let shown = [key, &[OTHER], key, &[OTHER]];
        let after: [&[&[u8]]; 2] = [&[SMALL, PPS, KEY], &[OTHER]];
        let frames = [&before[..], &shown[..], &after[..]].concat();
        let file = written(h264(&frames)).await;
        assert!(holds(&file, b"matroska") && holds(&file, b"V_MPEG4/ISO/AVC"));
        let picture = picture(Codec::H264, &with_lengths(key)).unwrap();
        assert!(holds(&file, &picture.setup), "the program is told how they are decoded");
        let (mut rest, mut blocks) = (clusters(&file).unwrap(), vec![]);
        while !rest.is_empty() {
            let (block, after) = Container::WebM.read(rest).unwrap();
            assert_eq!(block.len(), 1, "each is on its way at once");
            blocks.extend(block);
            rest = after;
        }
        let got: Vec<_> = blocks.iter().map(|block| (block.at, block.key, block.data.to_vec())).collect();
        let want = shown
            .iter()
            .zip(0_i64..)
            .map(|(units, nth)| (got[0].0 + nth * 40, units[0] == LARGE, with_lengths(units)));
        assert_eq!(got, want.collect::<Vec<_>>());
    }

    fn with_lengths(units: &[&[u8]]) -> Vec<u8> {
        units.iter().flat_map(|unit| [&(unit.len() as u32).to_be_bytes()[..], unit].concat()).collect()
    }

    #[tokio::test]
    async fn another_codec_is_told_and_the_end_of_the_feed_closes_its_tap() {
        let of_card = packets().into_iter().take_while(|packet| packet.ts < 9000);
        let of_encoder = h264(&[&[LARGE, PPS, KEY]]).into_iter();
        let of_encoder = of_encoder.map(|packet| TappedPacket { run: 2, ..packet });
        let file = written(of_card.chain(of_encoder).collect()).await;
        assert!(holds(&file, b"V_VP8") && !holds(&file, LARGE));
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        let (_reader, writer) = io::pipe().unwrap();
        let feed = Feed::start(&taps, room, writer).unwrap();
        let mut stage = feed.stage.clone();
        drop(feed);
        let closed =
            tokio::time::timeout(Duration::from_secs(10), stage.wait_for(|s| *s == FeedStage::Closed));
        assert!(matches!(closed.await, Ok(Ok(_))));
    }
}
