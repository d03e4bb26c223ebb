//! AV1 (the RTP payload format of the Alliance for Open Media, section 4.4).

/// The aggregation header's N bit marks the first packet of a new coded video sequence, which begins with a keyframe. A
/// continuation (Z) cannot be that packet. A header alone carries nothing.
pub fn begins_keyframe(payload: &[u8]) -> bool {
    matches!(payload, [head, _, ..] if head & 0x88 == 0x08)
}
