//! Recordings of shows, and the segments that they are made of.

pub mod clips;
pub mod outside;

use crate::{
    id::{SpaceId, StreamId},
    live::{media::Codec, passes::Plane},
    text::{self, TextError},
    time::{Millis, Span},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How far back a viewer may go while a show is on air.
pub const REWIND: Span = Span::minutes(5);
/// The title of a recording, in characters.
const TITLE: usize = 120;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingState {
    /// Its show is on air, or its last segments are on their way.
    Recording,
    /// It can be watched.
    Ready,
}

impl RecordingState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Ready => "ready",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Recording, Self::Ready].into_iter().find(|state| state.code() == code)
    }
}

/// Why a recording stopped before its show was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    /// The disk of the service is nearly full, or recordings take all that they may.
    Disk,
    /// The space has used up its room for recordings.
    Room,
    /// The files cannot be written.
    Failed,
    /// The picture comes in another codec than before, and a recording has one.
    Codec,
    /// The plane that the show runs on has nobody who records.
    NoRecorder,
    /// That plane has ended it.
    Outside,
}

impl StopReason {
    pub const ALL: [Self; 6] =
        [Self::Disk, Self::Room, Self::Failed, Self::Codec, Self::NoRecorder, Self::Outside];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Room => "room",
            Self::Failed => "failed",
            Self::Codec => "codec",
            Self::NoRecorder => "no_recorder",
            Self::Outside => "outside",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// Whether a show is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recorded {
    #[default]
    Off,
    /// The host wants it, and the service does it.
    On,
    /// The host wants it, and the outside plane that the show runs on is to do it. Nothing is recorded yet.
    Asked,
    /// That plane does it.
    Elsewhere,
    /// The host wanted it, and it could not go on.
    Stopped(StopReason),
}

impl Recorded {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Asked => "asked",
            Self::Elsewhere => "elsewhere",
            Self::Stopped(why) => why.code(),
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "off" => Some(Self::Off),
            "on" => Some(Self::On),
            "asked" => Some(Self::Asked),
            "elsewhere" => Some(Self::Elsewhere),
            other => StopReason::from_code(other).map(Self::Stopped),
        }
    }

    /// Whether the plane that the show runs on is to record it.
    pub const fn is_outside(self) -> bool {
        matches!(self, Self::Asked | Self::Elsewhere)
    }

    /// Whether it goes on as long as the show.
    pub const fn is_wanted(self) -> bool {
        matches!(self, Self::On) || self.is_outside()
    }

    /// The same wish on another plane. `None`: it suits that plane already.
    pub fn moved(self, plane: Plane) -> Option<Self> {
        match (self, plane) {
            (Self::On, Plane::LiveKit) => Some(Self::Asked),
            (Self::Asked | Self::Elsewhere, Plane::Embedded) => Some(Self::On),
            _ => None,
        }
    }
}

/// How the pictures of a recording are coded, and thus what its file is: MP4 for H264, WebM for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub codec: Codec,
    /// Width and height in pixels.
    pub size: (u16, u16),
    /// What a decoder is set up with before the first picture: `avcC` of H264 (ISO 14496-15, 5.3.3), `av1C` of AV1. Empty for the
    /// others, and while none has come.
    pub setup: Vec<u8>,
}

impl Picture {
    /// The ending of a file.
    pub const fn ending(&self) -> &'static str {
        if matches!(self.codec, Codec::H264) { "mp4" } else { "webm" }
    }

    pub const fn content_type(&self) -> &'static str {
        if matches!(self.codec, Codec::H264) { "video/mp4" } else { "video/webm" }
    }

    /// What a browser must be able to play (RFC 6381), as `canPlayType` takes it.
    pub fn plays(&self) -> String {
        let codec = match (self.codec, &self.setup[..]) {
            (Codec::H264, [_, profile, constraints, level, ..]) => {
                format!("avc1.{profile:02x}{constraints:02x}{level:02x}, ")
            }
            (Codec::Av1, [_, head, colours, ..]) => {
                let (tier, depth) = (if colours & 0x80 == 0 { 'M' } else { 'H' }, 8 + (colours >> 6 & 1) * 2);
                format!("av01.{}.{:02}{tier}.{depth:02}, ", head >> 5, head & 31)
            }
            (Codec::H264 | Codec::Av1, _) => String::new(),
            (codec, _) => format!("{}, ", codec.code()),
        };
        format!("{}; codecs=\"{codec}opus\"", self.content_type())
    }
}

/// The recording of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    pub stream: StreamId,
    pub space: SpaceId,
    pub title: String,
    pub state: RecordingState,
    /// Only the team sees it.
    pub hidden: bool,
    /// When its clock begins.
    pub began_at: Millis,
    /// Until its last frame.
    pub length: Span,
    /// Of the picture, in pixels; 0 before the first one.
    pub width: i64,
    pub height: i64,
    /// Of all its pictures.
    pub codec: Codec,
    /// As [`Picture::setup`].
    pub setup: Vec<u8>,
    pub segments: i64,
    /// Of all segments.
    pub bytes: i64,
    /// Bytes of what stands before them in the file; 0 until it is complete.
    pub head: i64,
    /// Frames that are missing, because packets of them were lost.
    pub lost: i64,
    /// When it is thrown away; `None` until it is complete.
    pub expires_at: Option<Millis>,
    /// What an outside plane calls it that makes it. Then it is one file, without a head and with one segment.
    pub outside: Option<String>,
}

impl Recording {
    /// Whether an outside plane makes it, so that nothing can be cut out of it.
    pub const fn is_outside(&self) -> bool {
        self.outside.is_some()
    }

    pub fn is_ready(&self) -> bool {
        self.state == RecordingState::Ready
    }

    /// The bytes of the whole file.
    pub const fn size(&self) -> i64 {
        self.head + self.bytes
    }

    /// Its pictures. One without any does not tell their size.
    pub fn picture(&self) -> Picture {
        let side = |pixels: i64| u16::try_from(pixels).ok().filter(|side| *side > 0);
        let size = side(self.width).zip(side(self.height)).unwrap_or((640, 360));
        Picture { codec: self.codec, size, setup: self.setup.clone() }
    }

    /// Whether somebody with access to its show may watch it.
    pub fn is_shown(&self, team: bool, now: Millis) -> bool {
        self.is_ready() && self.shows_clips(team, now)
    }

    /// Whether somebody with access to its show may watch clips of it, which are made while it runs, too.
    pub fn shows_clips(&self, team: bool, now: Millis) -> bool {
        (team || !self.hidden) && self.expires_at.is_none_or(|at| now < at)
    }

    /// The name of a part of it in the object store.
    pub fn object(&self, part: RecordingPart) -> String {
        match part {
            RecordingPart::Head => format!("recordings/{}/head", self.stream),
            // The plane that writes it wants an ending.
            RecordingPart::Segment(_) if self.is_outside() => format!("recordings/{}/show.mp4", self.stream),
            RecordingPart::Segment(number) => format!("recordings/{}/{number}", self.stream),
        }
    }

    /// The moment of what was said in its show: what comes after its last frame is at its end.
    pub fn said_at(&self, at: Millis) -> Span {
        Span(self.moment(at).0.min(self.length.0))
    }

    /// When it was said that is between two moments of the recording; see [`Self::said_at`].
    pub fn said_between(&self, from: i64, until: i64) -> Range<Millis> {
        let on_clock = |moment: i64| {
            if moment > self.length.0 { Millis(i64::MAX) } else { self.began_at + Span(moment.max(0)) }
        };
        on_clock(from)..on_clock(until)
    }

    /// The moment of the recording.
    pub fn moment(&self, at: Millis) -> Span {
        Span((at - self.began_at).0.max(0))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingPart {
    /// What stands before the segments.
    Head,
    Segment(i64),
}

/// Some seconds of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub number: i64,
    /// First and last moment.
    pub begins: Span,
    pub until: Span,
    /// It begins with a picture that needs no other.
    pub keyed: bool,
    /// Bytes of the segments before it.
    pub position: i64,
    pub bytes: i64,
}

/// A segment that is about to be kept, with what only its bytes tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSegment {
    pub number: i64,
    pub begins: Span,
    pub until: Span,
    pub keyed: bool,
    /// Of the picture, in pixels, if it has one.
    pub size: Option<(u16, u16)>,
    /// As [`Picture::setup`]; it comes with the size.
    pub setup: Vec<u8>,
    pub codec: Codec,
    pub bytes: i64,
}

/// The title of a recording.
///
/// # Errors
/// It is empty or too long.
pub fn title(text: &str) -> Result<String, TextError> {
    text::line(text, 1..=TITLE)
}

/// Deletes the segments of recordings that nobody can watch any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PruneRecordings {}

impl Job for PruneRecordings {
    const NAME: &'static str = "prune_recordings";
    const LANE: Lane = Lane::Upkeep;
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A recording of ten minutes that began at a million.
    pub(crate) fn recording() -> Recording {
        Recording {
            stream: StreamId::new(),
            space: SpaceId::new(),
            title: "Friday session".into(),
            state: RecordingState::Ready,
            hidden: false,
            began_at: Millis(1_000_000),
            length: Span::minutes(10),
            width: 640,
            height: 360,
            codec: Codec::Vp8,
            setup: vec![],
            segments: 150,
            bytes: 9000,
            head: 1000,
            lost: 0,
            expires_at: Some(Millis(9_000_000)),
            outside: None,
        }
    }

    #[test]
    fn a_recording_is_shown_while_it_is_kept_and_a_hidden_one_to_the_team() {
        let (ready, now) = (recording(), Millis(8_999_999));
        let hidden = Recording { hidden: true, ..ready.clone() };
        let running = Recording { state: RecordingState::Recording, expires_at: None, ..ready.clone() };
        for (recording, now, viewers, team) in [
            (&ready, now, true, true),
            (&ready, Millis(9_000_000), false, false),
            (&hidden, now, false, true),
            (&running, now, false, false),
        ] {
            assert_eq!((recording.is_shown(false, now), recording.is_shown(true, now)), (viewers, team));
            let clips = recording.state == RecordingState::Recording;
            assert_eq!(recording.shows_clips(false, now), viewers || clips);
        }
    }

    #[test]
    fn codes_are_read_back() {
        let stopped = StopReason::ALL.map(Recorded::Stopped);
        let others = [Recorded::Off, Recorded::On, Recorded::Asked, Recorded::Elsewhere];
        for recorded in stopped.into_iter().chain(others) {
            assert_eq!(Recorded::from_code(recorded.code()), Some(recorded));
        }
        for state in [RecordingState::Recording, RecordingState::Ready] {
            assert_eq!(RecordingState::from_code(state.code()), Some(state));
        }
    }

    #[test]
    fn a_wish_follows_its_show_to_the_plane_that_can_do_it() {
        use Recorded::{Asked, Elsewhere, Off, On, Stopped};
        let stopped = Stopped(StopReason::Disk);
        for (recorded, embedded, livekit) in [
            (Off, None, None),
            (On, None, Some(Asked)),
            (Asked, Some(On), None),
            (Elsewhere, Some(On), None),
            (stopped, None, None),
        ] {
            assert_eq!(
                (recorded.moved(Plane::Embedded), recorded.moved(Plane::LiveKit)),
                (embedded, livekit)
            );
            assert_eq!(recorded.is_wanted(), recorded != Off && recorded != stopped);
            assert_eq!(recorded.is_outside(), embedded.is_some());
        }
    }

    #[test]
    fn what_is_said_after_the_last_frame_is_at_the_end_and_in_one_part_of_it() {
        let (recording, length) = (recording(), 600_000);
        for (at, moment) in [(0, 0), (1_000_500, 500), (1_600_000, length), (9_999_999, length)] {
            assert_eq!(recording.said_at(Millis(at)), Span(moment));
        }
        for said in [1_000_000, 1_000_500, 1_599_999, 1_600_000, 1_600_001, 9_999_999] {
            let moment = recording.said_at(Millis(said)).0;
            for (from, until) in
                [(-5, -1), (0, 500), (500, length), (length, length + 1), (length + 1, i64::MAX)]
            {
                let holds = recording.said_between(from, until).contains(&Millis(said));
                assert_eq!(holds, (from..until).contains(&moment), "{said} in {from}..{until}");
            }
        }
    }

    #[test]
    fn a_recording_says_what_a_browser_must_play() {
        for (codec, setup, ending, plays) in [
            (Codec::Vp8, &[][..], "webm", r#"video/webm; codecs="vp8, opus""#),
            (Codec::Vp9, &[], "webm", r#"video/webm; codecs="vp9, opus""#),
            (Codec::Av1, &[0x81, 0x05, 0x0c, 0], "webm", r#"video/webm; codecs="av01.0.05M.08, opus""#),
            (Codec::Av1, &[0x81, 0x08, 0xcc, 0], "webm", r#"video/webm; codecs="av01.0.08H.10, opus""#),
            (Codec::H264, &[1, 0x42, 0xe0, 0x1f, 0xff], "mp4", r#"video/mp4; codecs="avc1.42e01f, opus""#),
            (Codec::H264, &[], "mp4", r#"video/mp4; codecs="opus""#),
        ] {
            let recording = Recording { codec, setup: setup.to_vec(), ..recording() };
            let picture = recording.picture();
            assert_eq!((picture.size, picture.ending(), &picture.plays()[..]), ((640, 360), ending, plays));
            assert_eq!(Codec::from_code(codec.code()), Some(codec));
        }
        let without = Recording { width: 0, height: 0, ..recording() };
        assert_eq!(without.picture().size, (640, 360));
    }

    #[test]
    fn moments_begin_with_the_recording() {
        let recording = recording();
        assert_eq!(recording.moment(Millis(1_000_500)), Span(500));
        assert_eq!(recording.moment(Millis(0)), Span(0));
        assert_eq!(recording.size(), 10_000);
    }
}
