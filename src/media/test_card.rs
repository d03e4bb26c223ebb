//! The test card and other films, built into the binary and played in an endless loop. Sequence numbers and timestamps
//! continue over the loop; only the counter drawn into the test card restarts. `test_card/make.sh` makes the films and
//! documents where the counter is.

mod h264;
pub mod ivf;
mod ogg;
mod vp8;

use crate::sfu::Kind;
use domain::live::media::Codec;
use std::{
    collections::VecDeque,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

const FRAME: Duration = Duration::from_millis(40);
const SOUND: Duration = Duration::from_millis(20);
/// After a longer delay (the machine slept) the card continues from now instead of sending everything it missed.
const LATE: Duration = Duration::from_secs(1);

/// What is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Film {
    /// A dial, colour bars and a frame counter that tests read.
    TestCard,
    /// A bowl on a potter's wheel.
    Wheel,
    /// A pen that draws, as encoders like OBS send it: H264, with a keyframe each two seconds.
    Line,
}

impl Film {
    fn reel(self) -> &'static Reel {
        match self {
            Self::TestCard => &TEST_CARD,
            Self::Wheel => &WHEEL,
            Self::Line => &LINE,
        }
    }

    /// Of its pictures.
    pub fn codec(self) -> Codec {
        self.reel().pictures.codec()
    }
}

/// The frames of a film.
enum Pictures {
    Vp8(Vec<&'static [u8]>),
    /// In packets, which have no numbers of their own.
    H264(Vec<Vec<Arc<[u8]>>>),
}

impl Pictures {
    const fn codec(&self) -> Codec {
        match self {
            Self::Vp8(_) => Codec::Vp8,
            Self::H264(_) => Codec::H264,
        }
    }

    /// The payloads of a frame. `number`: counted over all rounds.
    fn payloads(&self, number: u64) -> Vec<Arc<[u8]>> {
        match self {
            Self::Vp8(frames) => vp8::payloads(frames[number as usize % frames.len()], number).collect(),
            Self::H264(frames) => frames[number as usize % frames.len()].clone(),
        }
    }
}

/// The packets of a film.
struct Reel {
    pictures: Pictures,
    sounds: Vec<Arc<[u8]>>,
}

static TEST_CARD: LazyLock<Reel> =
    LazyLock::new(|| Reel::vp8(include_bytes!("test_card/card.ivf"), include_bytes!("test_card/card.ogg")));
static WHEEL: LazyLock<Reel> =
    LazyLock::new(|| Reel::vp8(include_bytes!("test_card/wheel.ivf"), include_bytes!("test_card/wheel.ogg")));
static LINE: LazyLock<Reel> = LazyLock::new(|| {
    let frames = h264::frames(include_bytes!("test_card/line.h264")).unwrap_or_default();
    Reel::with(Pictures::H264(frames), include_bytes!("test_card/line.ogg"))
});

impl Reel {
    fn vp8(pictures: &'static [u8], sound: &[u8]) -> Self {
        Self::with(Pictures::Vp8(ivf::frames(pictures).unwrap_or_default()), sound)
    }

    fn with(pictures: Pictures, sound: &[u8]) -> Self {
        // The first two Opus packets of an Ogg file are headers.
        let sounds = ogg::packets(sound).unwrap_or_default().into_iter().skip(2).map(Arc::from).collect();
        Self { pictures, sounds }
    }
}

/// A packet of a film.
pub struct CardPacket {
    pub codec: Codec,
    pub seq: u64,
    pub ts: u32,
    pub marker: bool,
    pub at: Instant,
    pub payload: Arc<[u8]>,
}

/// One playback of a film.
pub struct Card {
    reel: &'static Reel,
    start: Instant,
    /// Video frames and audio packets started so far.
    frames: u64,
    sounds: u64,
    video_seq: u64,
    ready: VecDeque<CardPacket>,
}

impl Card {
    pub fn new(film: Film, now: Instant) -> Self {
        Self { reel: film.reel(), start: now, frames: 0, sounds: 0, video_seq: 0, ready: VecDeque::new() }
    }

    /// Of its pictures.
    pub fn codec(&self) -> Codec {
        self.reel.pictures.codec()
    }

    /// When [`Self::next`] has the next packet.
    pub fn due(&self) -> Instant {
        if self.ready.is_empty() { self.next_frame().min(self.next_sound()) } else { self.start }
    }

    /// The next packet, if it is due.
    pub fn next(&mut self, now: Instant) -> Option<CardPacket> {
        if self.ready.is_empty() && self.due() <= now {
            self.start += now.saturating_duration_since(self.due() + LATE);
            if self.next_frame() <= self.next_sound() { self.begin_frame() } else { self.begin_sound() }
        }
        self.ready.pop_front()
    }

    fn next_frame(&self) -> Instant {
        self.start + FRAME * self.frames as u32
    }

    fn next_sound(&self) -> Instant {
        self.start + SOUND * self.sounds as u32
    }

    fn begin_frame(&mut self) {
        let (at, number) = (self.next_frame(), self.frames);
        self.frames += 1;
        for payload in self.reel.pictures.payloads(number) {
            let (codec, seq) = (self.codec(), self.video_seq);
            let ts = (number as u32).wrapping_mul(FRAME.as_millis() as u32 * Kind::Video.ticks());
            self.video_seq += 1;
            self.ready.push_back(CardPacket { codec, seq, ts, marker: false, at, payload });
        }
        if let Some(last) = self.ready.back_mut() {
            last.marker = true;
        }
    }

    fn begin_sound(&mut self) {
        let (at, number, codec) = (self.next_sound(), self.sounds, Codec::Opus);
        self.sounds += 1;
        let payload = self.reel.sounds[number as usize % self.reel.sounds.len()].clone();
        let ts = (number as u32).wrapping_mul(SOUND.as_millis() as u32 * Kind::Audio.ticks());
        self.ready.push_back(CardPacket { codec, seq: number, ts, marker: false, at, payload });
    }
}

#[cfg(test)]
#[path = "test_card_tests.rs"]
mod tests;
