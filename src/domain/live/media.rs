//! The port to the media plane: WHIP and WHEP sessions, their events, and the health of the media.

use crate::{
    clock::BoxFuture,
    id::*,
    live::passes::{MediaPass, MediaRole},
};
use std::net::SocketAddr;

/// A WHIP or WHEP session that the media plane has accepted.
#[derive(Clone, Debug)]
pub struct MediaAnswer {
    pub session: MediaSessionId,
    /// The SDP answer.
    pub sdp: String,
}

/// How media comes to the media plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    Udp,
    Tcp,
}

/// A codec that is forwarded. A publisher's picture has one, and its sound is Opus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Codec {
    Opus,
    Vp8,
    H264,
    Vp9,
    Av1,
}

impl Codec {
    pub const VIDEO: [Self; 4] = [Self::Vp8, Self::H264, Self::Vp9, Self::Av1];

    pub fn name(self) -> &'static str {
        match self {
            Self::Opus => "Opus",
            Self::Vp8 => "VP8",
            Self::H264 => "H264",
            Self::Vp9 => "VP9",
            Self::Av1 => "AV1",
        }
    }

    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opus => "opus",
            Self::Vp8 => "vp8",
            Self::H264 => "h264",
            Self::Vp9 => "vp9",
            Self::Av1 => "av1",
        }
    }

    /// The codec of a picture as it is stored.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::VIDEO.into_iter().find(|codec| codec.code() == code)
    }

    /// The codec of a picture by its name in an SDP text.
    pub fn video_named(name: &str) -> Option<Self> {
        Self::VIDEO.into_iter().find(|codec| codec.name().eq_ignore_ascii_case(name))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("the offer is not usable: {0}")]
    Offer(String),
    /// A media line has no codec that we support. `kind`: `video` or `audio`. `offered`: its codecs, those of H264 with
    /// their profile and mode.
    #[error(
        "We take VP8, H264 (packetization mode 1), VP9 or AV1 for video and Opus for sound. This offer has {} for {kind}, \
        which we cannot forward.",
        listed(offered)
    )]
    Codecs { kind: String, offered: Vec<String> },
    /// The publisher's picture has a codec that this viewer did not offer to take.
    #[error("the picture comes in {}, which this player cannot show", codec.name())]
    Undecodable { codec: Codec },
    #[error("somebody is publishing already")]
    Busy,
    #[error("no such media session")]
    NotFound,
    #[error("the media plane is down")]
    Down,
    /// An offer where browsers need a pass, or the reverse.
    #[error("this stream is on another media plane")]
    OtherPlane,
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
    /// A viewer cannot decode what the publisher that came sends.
    Undecodable,
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
    /// The publisher is to pause these layers of its picture, which nobody gets, and to send all others. Only of one that
    /// [`MediaPlane::pause_layers`] was called for.
    LayersPaused {
        room: RoomId,
        session: MediaSessionId,
        layers: LayerSet,
    },
}

/// Layers of a picture, by their places in the publisher's offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerSet(u8);

impl LayerSet {
    pub fn has(self, layer: u8) -> bool {
        self.iter().any(|other| other == layer)
    }

    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..u8::BITS as u8).filter(move |layer| (self.0 >> layer) & 1 == 1)
    }
}

/// Of the first eight layers; browsers send three.
impl FromIterator<u8> for LayerSet {
    fn from_iter<I: IntoIterator<Item = u8>>(layers: I) -> Self {
        Self(layers.into_iter().fold(0, |set, layer| set | 1_u8.checked_shl(layer.into()).unwrap_or(0)))
    }
}

/// The health of the publisher's media over the last one or two seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct MediaHealth {
    pub bits_per_second: u64,
    /// The fraction of lost packets, 0 to 1.
    pub loss: f32,
    pub rtt_ms: Option<u32>,
    pub viewers: usize,
    /// `None` without video.
    pub picture: Option<PictureHealth>,
}

/// What the publisher's video is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PictureHealth {
    pub codec: Codec,
    /// Width and height in pixels; `None` if the stream does not say.
    pub size: Option<(u16, u16)>,
    pub frames_per_second: u32,
    /// Milliseconds between two keyframes of a publisher that sends them by the clock; `None` for one that sends them when
    /// they are asked for.
    pub keyframe_ms: Option<u32>,
}

/// How much of a picture a viewer asks for whose publisher sends it in several layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// What suits the link, and the size in which the player shows it.
    #[default]
    Auto,
    Low,
    Medium,
    High,
}

/// Which layer of the picture a viewer wants. It gets a smaller one if its link does not carry that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub struct LayerWish {
    #[serde(default)]
    pub quality: Quality,
    /// Pixels on the shorter side of the picture as it is shown, 0 if nobody sees it; `None` if the player does not say.
    /// It counts for `Auto` only.
    pub shown: Option<u16>,
}

/// The layers of a picture, as one viewer gets them.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ViewerLayers {
    /// Pixels on the shorter side of each layer, the smallest first; 0 if the stream does not say. Those that arrive, and those
    /// that do when somebody wants them.
    pub heights: Vec<u16>,
    /// The place of the viewer's own layer among them.
    pub current: Option<usize>,
}

/// One picture of the publisher's video that needs no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyframe {
    /// A VP8 frame without the headers of its packets.
    pub vp8: Vec<u8>,
    /// By how many degrees it is to be turned clockwise: 0, 90, 180 or 270.
    pub turn: u16,
}

/// Forwards media without decoding it: the embedded SFU, or LiveKit.
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
    /// The addresses to which browsers send media, by UDP and by TCP; none on a plane that does not say.
    fn addresses(&self) -> Vec<SocketAddr> {
        vec![]
    }
    /// Answers an offer to receive with addresses of one transport, and sends no media: the browser finds out whether it reaches us
    /// that way. The caller ends the session.
    fn try_out(&self, _: String, _: Transport) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        Box::pin(async { Err(MediaError::OtherPlane) })
    }
    /// A pass into the room, which is opened for it. At most one publisher per room, as with [`Self::publish`].
    fn admit(&self, _: RoomId, _: MediaRole) -> BoxFuture<'_, Result<MediaPass, MediaError>> {
        Box::pin(async { Err(MediaError::OtherPlane) })
    }
    /// Chooses the layer of a viewer, and answers which there are. `None`: no such viewer, or a plane where players choose
    /// by themselves.
    fn choose_layer(&self, _: MediaSessionId, _: LayerWish) -> BoxFuture<'_, Option<ViewerLayers>> {
        Box::pin(async { None })
    }
    /// From now on this publisher is told which layers of its picture nobody gets ([`MediaEvent::LayersPaused`]), and pauses
    /// them. All others send what they have. LiveKit tells its publishers by itself.
    fn pause_layers(&self, _: MediaSessionId) {}
    /// Ends a session at once: within 50 ms no more packets are sent to it. Unknown sessions are ignored.
    fn end(&self, session: MediaSessionId, end: MediaEnd);
    /// Whether the sound of whoever publishes in the room, now or later, is withheld, until it is said otherwise. Whoever was
    /// ended before is not heard any more.
    fn mute(&self, room: RoomId, muted: bool);
    fn health(&self, room: RoomId) -> Option<MediaHealth>;
    /// The newest keyframe of the publisher's video; `None` without one. If it is old, the publisher is asked for another one.
    fn still(&self, room: RoomId) -> BoxFuture<'_, Option<Keyframe>>;
    /// Registers a listener for all further events, in order. It is called on the media thread and must not block.
    fn listen(&self, listener: Box<dyn Fn(MediaEvent) + Send + Sync>);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_layers_has_what_was_put_in() {
        let set = LayerSet::from_iter([2, 0, 2, 8, 255]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 2], "no ninth layer");
        assert!(set.has(0) && !set.has(1) && set.has(2) && !set.has(8));
        assert_eq!(set, LayerSet::from_iter([0, 2]));
        assert_eq!(LayerSet::default().iter().count(), 0);
    }
}
