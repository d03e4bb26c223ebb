//! VP9 (RFC 9628).

use super::Size;

/// The fields of a payload descriptor that say where a packet stands.
struct Descriptor<'a> {
    predicted: bool,
    begins_frame: bool,
    /// The spatial layer; 0 without layers.
    layer: u8,
    /// Whether the scalability structure stands before the frame in `rest`.
    structured: bool,
    rest: &'a [u8],
}

fn read(payload: &[u8]) -> Option<Descriptor<'_>> {
    let flags = *payload.first()?;
    let has = |bit: u8| flags & bit != 0;
    let (mut at, mut layer) = (1, 0);
    if has(0x80) {
        // The picture's number has one byte or two.
        at += 1 + usize::from(payload.get(at)? >> 7);
    }
    if has(0x20) {
        layer = (payload.get(at)? >> 1) & 7;
        // In the mode that is not flexible, the number of the base layer's frame follows.
        at += if has(0x10) { 1 } else { 2 };
    }
    if has(0x40) && has(0x10) {
        // One to three references; all but the last say that another follows.
        let more = payload.get(at..)?.iter().take(3).take_while(|reference| **reference & 1 == 1).count();
        at += (more + 1).min(3);
    }
    let rest = payload.get(at..)?;
    Some(Descriptor { predicted: has(0x40), begins_frame: has(0x08), layer, structured: has(0x02), rest })
}

pub fn begins_keyframe(payload: &[u8]) -> bool {
    read(payload).is_some_and(|packet| !packet.predicted && packet.begins_frame && packet.layer == 0)
}

/// The largest layer that the scalability structure lists. A sender puts it into its keyframes.
pub fn size(payload: &[u8]) -> Option<Size> {
    let structure = read(payload).filter(|packet| packet.structured)?.rest;
    let head = *structure.first()?;
    let layers = usize::from(head >> 5) + 1;
    let sizes = structure.get(1..1 + 4 * layers).filter(|_| head & 0x10 != 0)?;
    let [.., w0, w1, h0, h1] = sizes else { return None };
    Some((u16::from_be_bytes([*w0, *w1]), u16::from_be_bytes([*h0, *h1])))
}

/// What a packet carries of a frame.
pub struct Part<'a> {
    /// It is the first part of its layer's frame.
    pub begins: bool,
    /// The spatial layer.
    pub layer: u8,
    pub body: &'a [u8],
}

/// `None` if it is cut.
pub fn part(payload: &[u8]) -> Option<Part<'_>> {
    let Descriptor { begins_frame: begins, layer, structured, rest, .. } = read(payload)?;
    let body = if structured { rest.get(structure_length(rest)?..)? } else { rest };
    (!body.is_empty()).then_some(Part { begins, layer, body })
}

/// Bytes of the scalability structure: sizes of the layers, and which pictures of a group refer to which.
fn structure_length(structure: &[u8]) -> Option<usize> {
    let head = *structure.first()?;
    let mut at = 1 + if head & 0x10 == 0 { 0 } else { 4 * (usize::from(head >> 5) + 1) };
    if head & 0x08 != 0 {
        let pictures = *structure.get(at)?;
        at += 1;
        for _ in 0..pictures {
            at += 1 + usize::from(structure.get(at)? >> 2 & 3);
        }
    }
    Some(at)
}
