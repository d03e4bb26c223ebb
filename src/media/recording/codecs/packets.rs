//! For tests: frames as their senders put them into packets.

use super::units::units;
use domain::live::media::Codec;

const PAYLOAD: usize = 1100;

/// The payloads of a frame in the form in which files hold it.
pub fn payloads(codec: Codec, frame: &[u8], key: bool) -> Vec<Vec<u8>> {
    match codec {
        Codec::H264 => h264(&units(frame).collect::<Vec<_>>()),
        Codec::Vp9 => with_heads(frame, |first| vp9(first, key)),
        Codec::Av1 => av1(&obus(frame)),
        _ => with_heads(frame, |first| vec![if first { 0x10 } else { 0 }]),
    }
}

fn with_heads(frame: &[u8], head: impl Fn(bool) -> Vec<u8>) -> Vec<Vec<u8>> {
    frame.chunks(PAYLOAD).enumerate().map(|(nth, part)| [head(nth == 0), part.to_vec()].concat()).collect()
}

/// A picture's number, and with a keyframe one layer of 320 x 180.
fn vp9(first: bool, key: bool) -> Vec<u8> {
    let flags = 0x80 | if key { 0 } else { 0x40 } | if first { 8 } else { 0 };
    match first && key {
        true => vec![flags | 2, 0x81, 0x02, 0x18, 1, 0x40, 0, 0xb4, 1, 0x04, 1],
        false => vec![flags, 0x81, 0x02],
    }
}

/// Small units together, large ones in fragments.
pub fn h264(units: &[&[u8]]) -> Vec<Vec<u8>> {
    let (mut payloads, mut small) = (vec![], vec![]);
    for unit in units {
        if unit.len() < 200 {
            small.push(*unit);
            continue;
        }
        flush(&mut small, &mut payloads);
        let (head, body) = (unit[0], &unit[1..]);
        let count = body.chunks(PAYLOAD).count();
        if count == 1 {
            payloads.push(unit.to_vec());
            continue;
        }
        for (nth, part) in body.chunks(PAYLOAD).enumerate() {
            let edges = u8::from(nth == 0) << 7 | u8::from(nth + 1 == count) << 6;
            payloads.push([&[head & 0xe0 | 28, edges | head & 0x1f], part].concat());
        }
    }
    flush(&mut small, &mut payloads);
    payloads
}

fn flush(small: &mut Vec<&[u8]>, payloads: &mut Vec<Vec<u8>>) {
    match small.len() {
        0 => {}
        1 => payloads.push(small[0].to_vec()),
        _ => {
            let mut payload = vec![0x78];
            for unit in small.iter() {
                payload.extend((unit.len() as u16).to_be_bytes());
                payload.extend(*unit);
            }
            payloads.push(payload);
        }
    }
    small.clear();
}

/// The units of a frame without their lengths, as they travel.
fn obus(mut frame: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![];
    while let Some(first) = frame.first() {
        let head = if first & 4 == 0 { 1 } else { 2 };
        let (mut length, mut at) = (0, head);
        loop {
            length |= usize::from(frame[at] & 0x7f) << (7 * (at - head));
            at += 1;
            if frame[at - 1] & 0x80 == 0 {
                break;
            }
        }
        let mut unit = frame[..head].to_vec();
        unit[0] &= !2;
        unit.extend(&frame[at..at + length]);
        all.push(unit);
        frame = &frame[at + length..];
    }
    all
}

/// One unit or a part of one in each packet; a small first one shares its packet with the next.
pub fn av1(units: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut payloads: Vec<Vec<u8>> = vec![];
    for unit in units {
        let parts: Vec<&[u8]> = unit.chunks(PAYLOAD).collect();
        for (nth, part) in parts.iter().enumerate() {
            let edges = u8::from(nth > 0) << 7 | u8::from(nth + 1 < parts.len()) << 6;
            match &mut payloads[..] {
                // A count of two, and the length of the first.
                [first] if first[0] == 0x10 && first.len() < 120 && part.len() < 900 => {
                    first.insert(1, first.len() as u8 - 1);
                    first[0] = 0x20;
                    first.extend(*part);
                }
                _ => payloads.push([&[edges | 0x10], *part].concat()),
            }
        }
    }
    payloads
}
