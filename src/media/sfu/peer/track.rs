//! An outgoing source of a viewer, and how it sends a packet of the room.

use super::rebase::{Numbers, Rebase};
use crate::sfu::packet::{Kind, Packet};
use str0m::{
    media::{MediaKind, Mid, Pt},
    rtp::{ExtensionValues, RtpWrite, Vp8Patch},
};

pub struct Track {
    pub mid: Mid,
    pub pt: Pt,
    pub rebase: Rebase,
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
