//! A VP8 frame as RTP payloads (RFC 7741).

use std::sync::Arc;

/// Bytes of a payload; with all headers a packet then fits an MTU of 1,280. All but a frame's last are of one size, so that
/// they leave as one run.
const PAYLOAD: usize = 1160;
const DESCRIPTOR: usize = 4;

/// `picture` is the frame's number; 15 bits of it are written.
pub fn payloads(frame: &[u8], picture: u64) -> impl Iterator<Item = Arc<[u8]>> {
    let [high, low] = ((picture & 0x7fff) as u16).to_be_bytes();
    frame.chunks(PAYLOAD - DESCRIPTOR).enumerate().map(move |(i, part)| {
        // Extended, and the first packet starts the first partition; then: a picture number follows, in its long form.
        let start = if i == 0 { 0x90 } else { 0x80 };
        [&[start, 0x80, 0x80 | high, low], part].concat().into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use str0m::rtp::Vp8Descriptor;

    proptest! {
        #[test]
        fn payloads_are_the_frame_again(frame in proptest::collection::vec(any::<u8>(), 1..6000), picture in any::<u64>()) {
            let payloads: Vec<_> = payloads(&frame, picture).collect();
            let body: Vec<u8> = payloads.iter().flat_map(|payload| payload[DESCRIPTOR..].to_vec()).collect();
            prop_assert_eq!(&body, &frame);
            for (i, payload) in payloads.iter().enumerate() {
                let descriptor = Vp8Descriptor::parse(payload).unwrap();
                prop_assert_eq!(descriptor.picture_id(), Some((picture & 0x7fff) as u16));
                prop_assert_eq!(descriptor.starts_keyframe(payload), i == 0 && frame[0] & 1 == 0);
                prop_assert!(payload.len() == PAYLOAD || i == payloads.len() - 1 && payload.len() < PAYLOAD + 1);
            }
        }
    }
}
