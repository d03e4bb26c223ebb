//! The port to the media plane: WHIP and WHEP sessions, what happens to them, and how the media is doing.

use crate::{clock::BoxFuture, id::*};

/// A WHIP or WHEP session that the media plane has accepted.
#[derive(Clone, Debug)]
pub struct Answer {
    pub session: MediaSessionId,
    /// The SDP answer.
    pub sdp: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("the offer is not usable: {0}")]
    Offer(String),
    /// Some of its media lines have no codec of ours; the words name what came and what is taken.
    #[error("{0}")]
    Codecs(String),
    #[error("somebody is publishing already")]
    Busy,
    #[error("no such media session")]
    NotFound,
    #[error("the media plane is down")]
    Down,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaEnd {
    /// It said goodbye (DELETE, or DTLS close).
    Left,
    /// Its connection died (ICE).
    Lost,
    /// It did not connect in time, or not before its place was needed.
    Unconnected,
    /// It wanted more of the media plane than one peer may have.
    Excess,
    /// We ended it.
    Ejected,
    /// The publisher's connection stands but no packet came for two seconds.
    Silent,
}

/// What happens in the media plane, for the actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaEvent {
    /// Packets of the publisher flow; also again after `Silent`.
    PublisherUp {
        room: RoomId,
        session: MediaSessionId,
    },
    /// Within 2.5 s after its last packet, `Silent` while its connection stands. And once for each session that was answered,
    /// also when no packet came.
    PublisherDown {
        room: RoomId,
        session: MediaSessionId,
        end: MediaEnd,
    },
    ViewerUp {
        room: RoomId,
        session: MediaSessionId,
    },
    /// Once for each session that was answered, also when it never connected.
    ViewerDown {
        room: RoomId,
        session: MediaSessionId,
        end: MediaEnd,
    },
}

/// How the publisher's media is doing, over the last second or two.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct MediaHealth {
    pub bits_per_second: u64,
    /// 0 to 1.
    pub loss: f32,
    pub rtt_ms: Option<u32>,
    pub viewers: usize,
}

/// Forwards media, never decodes it: the embedded SFU (or, later, LiveKit).
pub trait MediaPlane: Send + Sync {
    /// WHIP: one publisher a room. `Busy` while another one's packets flow; one that has fallen silent is replaced, and with
    /// `replace` any.
    fn publish(
        &self,
        room: RoomId,
        offer: String,
        replace: bool,
    ) -> BoxFuture<'_, Result<Answer, MediaError>>;
    /// WHEP. May come before the publisher does.
    fn play(&self, room: RoomId, offer: String) -> BoxFuture<'_, Result<Answer, MediaError>>;
    /// Ends a session at once: no packet leaves for it after this was handled (within 50 ms). Unknown ones are ignored.
    fn end(&self, session: MediaSessionId, end: MediaEnd);
    fn health(&self, room: RoomId) -> Option<MediaHealth>;
    /// Everything that happens from now on, in order, called on the media thread: the listener must not block.
    fn listen(&self, listener: Box<dyn Fn(MediaEvent) + Send + Sync>);
}
