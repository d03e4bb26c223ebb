//! The port to the media plane: WHIP and WHEP sessions, their events, and the health of the media.

use crate::{clock::BoxFuture, id::*};

/// A WHIP or WHEP session that the media plane has accepted.
#[derive(Clone, Debug)]
pub struct MediaAnswer {
    pub session: MediaSessionId,
    /// The SDP answer.
    pub sdp: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("the offer is not usable: {0}")]
    Offer(String),
    /// A media line has no codec that we support. `kind`: `video` or `audio`. `offered`: the names of its codecs.
    #[error(
        "We take VP8 for video and Opus for sound. This offer has {} for {kind}, which we cannot forward yet.",
        listed(offered)
    )]
    Codecs { kind: String, offered: Vec<String> },
    #[error("somebody is publishing already")]
    Busy,
    #[error("no such media session")]
    NotFound,
    #[error("the media plane is down")]
    Down,
}

fn listed(codecs: &[String]) -> String {
    if codecs.is_empty() { "no codec".into() } else { codecs.join(", ") }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaEnd {
    /// The peer closed it (DELETE or DTLS close).
    Left,
    /// Its connection failed (ICE).
    Lost,
    /// It did not connect in time, or another peer needed its place first.
    Unconnected,
    /// It exceeded the limits of one peer.
    Excess,
    /// The service ended it.
    Ejected,
    /// The publisher's connection is up, but no packet arrived for two seconds.
    Silent,
}

/// Events of the media plane, for the actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaEvent {
    /// The publisher's packets flow, for the first time or again after `Silent`.
    PublisherUp {
        room: RoomId,
        session: MediaSessionId,
    },
    /// Within 2.5 s after the publisher's last packet; `Silent` while its connection is up. Also once for each accepted
    /// session when it ends, even if no packet ever came.
    PublisherDown {
        room: RoomId,
        session: MediaSessionId,
        end: MediaEnd,
    },
    ViewerUp {
        room: RoomId,
        session: MediaSessionId,
    },
    /// Once for each accepted session when it ends, even if it never connected.
    ViewerDown {
        room: RoomId,
        session: MediaSessionId,
        end: MediaEnd,
    },
}

/// The health of the publisher's media over the last one or two seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct MediaHealth {
    pub bits_per_second: u64,
    /// The fraction of lost packets, 0 to 1.
    pub loss: f32,
    pub rtt_ms: Option<u32>,
    pub viewers: usize,
}

/// One picture of the publisher's video that needs no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyframe {
    /// A VP8 frame without the headers of its packets.
    pub vp8: Vec<u8>,
    /// By how many degrees it is to be turned clockwise: 0, 90, 180 or 270.
    pub turn: u16,
}

/// Forwards media without decoding it: the embedded SFU (or, later, LiveKit).
pub trait MediaPlane: Send + Sync {
    /// WHIP: at most one publisher per room. `Busy` while another one's packets flow; a silent one is replaced, and
    /// with `replace` any.
    fn publish(
        &self,
        room: RoomId,
        offer: String,
        replace: bool,
    ) -> BoxFuture<'_, Result<MediaAnswer, MediaError>>;
    /// WHEP. May be called before the publisher arrives.
    fn play(&self, room: RoomId, offer: String) -> BoxFuture<'_, Result<MediaAnswer, MediaError>>;
    /// Ends a session at once: within 50 ms no more packets are sent to it. Unknown sessions are ignored.
    fn end(&self, session: MediaSessionId, end: MediaEnd);
    fn health(&self, room: RoomId) -> Option<MediaHealth>;
    /// The newest keyframe of the publisher's video; `None` without one. If it is old, the publisher is asked for another one.
    fn still(&self, room: RoomId) -> BoxFuture<'_, Option<Keyframe>>;
    /// Registers a listener for all further events, in order. It is called on the media thread and must not block.
    fn listen(&self, listener: Box<dyn Fn(MediaEvent) + Send + Sync>);
}
