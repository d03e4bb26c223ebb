//! An outgoing source of a viewer, and how it sends a packet of the room.

use super::rebase::{Numbers, Rebase};
use crate::sfu::packet::{Kind, Packet};
use domain::live::media::Codec;
use str0m::{
    format::{self, PayloadParams},
    media::{MediaKind, Mid, Pt},
    rtp::{ExtensionValues, RtpWrite, Vp8Patch},
};

pub struct Track {
    pub mid: Mid,
    /// The payload type of each codec that the viewer takes.
    pub pts: Vec<(Codec, Pt)>,
    pub rebase: Rebase,
}

impl Track {
    pub fn pt(&self, codec: Codec) -> Option<Pt> {
        self.pts.iter().find(|(taken, _)| *taken == codec).map(|(_, pt)| *pt)
    }
}

/// The codec of a payload type's parameters; `None` for those that we never agree to.
pub fn agreed(params: &PayloadParams) -> Option<Codec> {
    match params.spec().codec {
        format::Codec::Opus => Some(Codec::Opus),
        format::Codec::Vp8 => Some(Codec::Vp8),
        format::Codec::H264 => Some(Codec::H264),
        format::Codec::Vp9 => Some(Codec::Vp9),
        format::Codec::Av1 => Some(Codec::Av1),
        _ => None,
    }
}

pub fn kind(kind: MediaKind) -> Kind {
    match kind {
        MediaKind::Audio => Kind::Audio,
        MediaKind::Video => Kind::Video,
    }
}

pub fn outgoing(packet: &Packet, numbers: Numbers, pt: Pt) -> RtpWrite {
    let video = packet.kind == Kind::Video;
    let mut write = RtpWrite::new(pt, numbers.seq.into(), numbers.ts, packet.at, packet.payload.clone())
        .marker(packet.marker)
        .nackable(video);
    if packet.orientation.is_some() {
        write = write.ext_vals(ExtensionValues {
            video_orientation: packet.orientation,
            ..ExtensionValues::default()
        });
    }
    match patch(packet, numbers) {
        Some(patch) => write.vp8_patch(patch),
        None => write,
    }
}

/// `None` if the packet's own picture ids are already right, or if it has none.
fn patch(packet: &Packet, numbers: Numbers) -> Option<Vp8Patch> {
    let descriptor = packet.vp8?;
    if numbers.picture == descriptor.picture_id() && numbers.tl0 == descriptor.tl0_pic_idx() {
        return None;
    }
    let build = |mask: u16| {
        let mut patch = descriptor.patch();
        if let Some(picture) = numbers.picture {
            patch = patch.picture_id(picture & mask);
        }
        if let Some(tl0) = numbers.tl0 {
            patch = patch.tl0_pic_idx(tl0);
        }
        patch.build()
    };
    // Some senders use the short, 7-bit form.
    build(0x7fff).or_else(|_| build(0x7f)).ok()
}
