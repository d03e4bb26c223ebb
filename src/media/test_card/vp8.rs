//! Splits a VP8 frame into RTP payloads (RFC 7741).

use std::sync::Arc;

/// Payload bytes; with all headers a packet fits an MTU of 1,280. All packets of a frame but the last have this size,
/// so that they are sent as one GSO run.
pub const PAYLOAD: usize = 1160;
const DESCRIPTOR: usize = 4;

/// `picture` is the frame's number; its lower 15 bits are written.
pub fn payloads(frame: &[u8], picture: u64) -> impl Iterator<Item = Arc<[u8]>> {
    let [high, low] = ((picture & 0x7fff) as u16).to_be_bytes();
    frame.chunks(PAYLOAD - DESCRIPTOR).enumerate().map(move |(i, part)| {
        // X bit (extended), and S bit in the first packet of the first partition. Then: a picture id follows, in its
        // 15-bit form.
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
