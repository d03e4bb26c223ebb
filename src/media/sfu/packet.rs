//! A media packet on its way from a publisher to the viewers of its room.

use std::{sync::Arc, time::Instant};
use str0m::rtp::{RtpPacket, VideoOrientation, Vp8Descriptor};

/// The largest payload that we forward, in bytes. We add our own headers, and a longer packet would exceed any link's
/// MTU.
pub const LONGEST_PAYLOAD: usize = 1400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Audio,
    Video,
}

impl Kind {
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
    pub kind: Kind,
    /// The sender's sequence number, extended beyond 16 bits.
    pub seq: u64,
    pub ts: u32,
    /// Whether it is the last packet of its frame.
    pub marker: bool,
    /// Whether it is the first packet of a keyframe.
    pub key: bool,
    pub at: Instant,
    pub vp8: Option<Vp8Descriptor>,
    pub orientation: Option<VideoOrientation>,
    pub payload: Arc<[u8]>,
}

impl Packet {
    pub fn new(
        run: u32,
        kind: Kind,
        seq: u64,
        ts: u32,
        marker: bool,
        at: Instant,
        payload: Arc<[u8]>,
    ) -> Self {
        let vp8 = if kind == Kind::Video { Vp8Descriptor::parse(&payload).ok() } else { None };
        let key = vp8.is_some_and(|descriptor| descriptor.starts_keyframe(&payload));
        Self { run, kind, seq, ts, marker, key, at, vp8, orientation: None, payload }
    }

    /// Converts a packet from a publisher's connection.
    pub fn from_rtp(run: u32, kind: Kind, rtp: RtpPacket) -> Self {
        let header = rtp.header;
        let mut packet =
            Self::new(run, kind, *rtp.seq_no, header.timestamp, header.marker, rtp.timestamp, rtp.payload);
        packet.orientation = header.ext_vals.video_orientation;
        packet
    }
}
