//! A media packet on its way from a publisher to the viewers of its room.

use crate::{
    codec::begins_keyframe,
    recording::{TappedPacket, TrackKind},
};
use domain::live::media::Codec;
use std::{sync::Arc, time::Instant};
use str0m::rtp::{RtpPacket, VideoOrientation, Vp8Descriptor};

/// The largest payload that we forward, in bytes. We add our own headers, and a longer packet would exceed any link's
/// MTU.
pub const LONGEST_PAYLOAD: usize = 1400;

/// An Opus packet of 20 ms in which nothing is coded (RFC 6716, 3.1: configuration 31, one frame).
const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Audio,
    Video,
}

impl Kind {
    pub fn of(codec: Codec) -> Self {
        if codec == Codec::Opus { Kind::Audio } else { Kind::Video }
    }

    /// RTP ticks per millisecond: 90 kHz for all video, 48 kHz for Opus.
    pub fn ticks(self) -> u32 {
        match self {
            Kind::Audio => 48,
            Kind::Video => 90,
        }
    }
}

/// The payload is shared by all receivers.
#[derive(Clone, Debug)]
pub struct Packet {
    /// The packet's run of sequence numbers. A new publisher, or a new source of the same publisher, begins a new run.
    /// The run numbers of a room only grow.
    pub run: u32,
    /// The layer of the picture that it belongs to, as the publisher numbers them; 0 of sound.
    pub layer: u8,
    pub kind: Kind,
    pub codec: Codec,
    /// The sender's sequence number, extended beyond 16 bits.
    pub seq: u64,
    pub ts: u32,
    /// Whether it is the last packet of its frame.
    pub marker: bool,
    /// Whether a decoder that knows nothing yet can begin with it.
    pub key: bool,
    pub at: Instant,
    pub vp8: Option<Vp8Descriptor>,
    pub orientation: Option<VideoOrientation>,
    pub payload: Arc<[u8]>,
}

impl Packet {
    pub fn new(
        run: u32,
        codec: Codec,
        seq: u64,
        ts: u32,
        marker: bool,
        at: Instant,
        payload: Arc<[u8]>,
    ) -> Self {
        let (kind, key) = (Kind::of(codec), begins_keyframe(codec, &payload));
        let vp8 = if codec == Codec::Vp8 { Vp8Descriptor::parse(&payload).ok() } else { None };
        Self { run, layer: 0, kind, codec, seq, ts, marker, key, at, vp8, orientation: None, payload }
    }

    /// The same without its sound. A stream that goes on has no gap that players would wait for.
    pub fn silenced(self) -> Self {
        Self { payload: SILENCE.into(), ..self }
    }

    /// Converts a packet from a publisher's connection.
    pub fn from_rtp((run, layer): (u32, u8), codec: Codec, rtp: RtpPacket) -> Self {
        let header = rtp.header;
        let mut packet =
            Self::new(run, codec, *rtp.seq_no, header.timestamp, header.marker, rtp.timestamp, rtp.payload);
        packet.layer = layer;
        packet.orientation = header.ext_vals.video_orientation;
        packet
    }

    /// The same for a recorder, in a run of its own. `pictures`: the codec of its publisher's.
    pub fn tapped(&self, run: u32, pictures: Option<Codec>) -> TappedPacket {
        let track = match self.kind {
            Kind::Audio => TrackKind::Audio,
            Kind::Video => TrackKind::Video,
        };
        let Self { codec, seq, ts, marker, at, .. } = *self;
        TappedPacket { track, codec, pictures, run, seq, ts, marker, at, payload: self.payload.clone() }
    }
}
