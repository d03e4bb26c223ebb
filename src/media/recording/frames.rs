//! Frames from packets, with their moment on the clock of the recording.

use super::{
    codecs,
    order::{OrderedPacket, PacketOrder},
    tap::{TappedPacket, TrackKind},
};
use std::time::Instant;

/// A larger frame is not kept, in bytes.
const LARGEST: usize = 4 << 20;
/// How far the publisher's clock may be from ours before it is set again, in milliseconds.
const DRIFT: i64 = 1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedFrame {
    pub track: TrackKind,
    /// Milliseconds since the recording began.
    pub at: i64,
    /// It needs no other.
    pub key: bool,
    /// In the form in which files hold frames of its codec.
    pub data: Vec<u8>,
}

/// The clock of one source: its first packet counts as captured when it arrived.
#[derive(Default)]
struct SourceClock {
    run: Option<u32>,
    ts: u32,
    /// Ticks since `from`, a moment of the recording in milliseconds.
    ticks: i64,
    from: i64,
}

impl SourceClock {
    fn place(&mut self, packet: &TappedPacket, arrived: i64) -> i64 {
        // Both ways: what is placed out of order lies before the last one.
        self.ticks += i64::from(packet.ts.wrapping_sub(self.ts).cast_signed());
        self.ts = packet.ts;
        let at = self.from + self.ticks / packet.track.ticks();
        if self.run == Some(packet.run) && (at - arrived).abs() <= DRIFT {
            return at;
        }
        (self.run, self.ticks, self.from) = (Some(packet.run), 0, arrived);
        arrived
    }
}

/// A frame of which not all packets have come.
struct PartialFrame {
    ts: u32,
    at: i64,
    data: Vec<u8>,
}

pub struct Frames {
    /// The recording's moment of `began`.
    offset: i64,
    began: Instant,
    video: PacketOrder,
    audio: PacketOrder,
    video_clock: SourceClock,
    audio_clock: SourceClock,
    partial: Option<PartialFrame>,
    /// Nothing can be shown before the next keyframe.
    waits_for_key: bool,
    /// There was one: who comes in the middle of a show has lost nothing before it.
    shows: bool,
    /// Where the next picture stands that was published before the recording began.
    first: i64,
    /// Video frames that cannot be shown, because packets of them or of one before are missing.
    pub lost: u64,
}

impl Frames {
    /// `offset`: where the recording is at `began`, in milliseconds.
    pub fn new(offset: i64, began: Instant) -> Self {
        Self {
            offset,
            began,
            video: PacketOrder::default(),
            audio: PacketOrder::default(),
            video_clock: SourceClock::default(),
            audio_clock: SourceClock::default(),
            partial: None,
            waits_for_key: true,
            shows: false,
            first: offset,
            lost: 0,
        }
    }

    pub fn waits_for_key(&self) -> bool {
        self.waits_for_key
    }

    /// The moment of the recording; before its begin it may be less than zero.
    pub fn moment(&self, at: Instant) -> i64 {
        let since = at.saturating_duration_since(self.began).as_millis() as i64;
        let before = self.began.saturating_duration_since(at).as_millis() as i64;
        self.offset + since - before
    }

    /// Takes a packet, and returns the frames that are whole with it.
    pub fn push(&mut self, packet: TappedPacket) -> Vec<RecordedFrame> {
        let ready = match packet.track {
            TrackKind::Audio => self.audio.push(packet),
            TrackKind::Video => self.video.push(packet),
        };
        ready.into_iter().filter_map(|ready| self.take(ready)).collect()
    }

    /// What still waits for missing packets.
    pub fn flush(&mut self) -> Vec<RecordedFrame> {
        let ready = self.audio.flush().into_iter().chain(self.video.flush());
        ready.collect::<Vec<_>>().into_iter().filter_map(|ready| self.take(ready)).collect()
    }

    fn take(&mut self, ordered: OrderedPacket) -> Option<RecordedFrame> {
        let arrived = self.moment(ordered.packet.at);
        match ordered.packet.track {
            TrackKind::Audio => {
                let packet = ordered.packet;
                let at = self.audio_clock.place(&packet, arrived).max(0);
                let data = packet.payload.to_vec();
                (!data.is_empty()).then_some(RecordedFrame { track: TrackKind::Audio, at, key: true, data })
            }
            TrackKind::Video => self.take_video(ordered, arrived),
        }
    }

    fn take_video(&mut self, ordered: OrderedPacket, arrived: i64) -> Option<RecordedFrame> {
        let OrderedPacket { packet, after_gap } = ordered;
        let at = self.video_clock.place(&packet, arrived);
        if after_gap || self.partial.as_ref().is_some_and(|partial| partial.ts != packet.ts) {
            self.give_up();
        }
        let codec = codecs::of(packet.codec)?;
        let begun = self.partial.is_some();
        let new = || PartialFrame { ts: packet.ts, at, data: vec![] };
        let mut partial = self.partial.take().unwrap_or_else(new);
        if codec.add(&mut partial.data, &packet.payload).is_none() || partial.data.len() > LARGEST {
            // Cut, too large, or the end of a frame whose begin is missing.
            self.lost += u64::from(begun);
            self.waits_for_key = true;
            return None;
        }
        if !packet.marker {
            self.partial = Some(partial);
            return None;
        }
        let data = codec.finish(partial.data)?;
        let key = codec.is_key(&data);
        if key && codec.size(&data).is_some() {
            (self.waits_for_key, self.shows) = (false, true);
        }
        if self.waits_for_key {
            self.lost += u64::from(self.shows);
            return None;
        }
        Some(RecordedFrame { track: TrackKind::Video, at: self.not_before(partial.at), key, data })
    }

    /// Pictures from before the recording began stand at its begin, a millisecond each: players want another moment for each. What
    /// comes next follows them, until its own moment is later.
    fn not_before(&mut self, at: i64) -> i64 {
        let early = at < self.first;
        let at = at.max(self.first);
        self.first += i64::from(early);
        at
    }

    fn give_up(&mut self) {
        self.lost += u64::from(self.partial.take().is_some());
        self.waits_for_key = true;
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
pub mod tests;
