//! A stream of H264 units (annex B of the standard), in which a delimiter begins each frame, as RTP payloads (RFC 6184): units
//! alone, or in fragments.

use super::vp8::PAYLOAD;
use std::sync::Arc;

const KIND: u8 = 0x1f;
const DELIMITER: u8 = 9;
const FRAGMENT: u8 = 28;

/// The payloads of each frame. `None` if something stands before the first.
pub fn frames(file: &[u8]) -> Option<Vec<Vec<Arc<[u8]>>>> {
    let mut frames: Vec<Vec<_>> = vec![];
    for unit in units(file) {
        if unit.first()? & KIND == DELIMITER {
            frames.push(vec![]);
        } else {
            frames.last_mut()?.extend(payloads(unit).into_iter().map(Arc::from));
        }
    }
    Some(frames)
}

/// What stands behind the start codes. Zeros before one belong to it: no unit ends with them.
fn units(file: &[u8]) -> Vec<&[u8]> {
    let codes = file.windows(3).enumerate().filter(|(_, code)| *code == [0, 0, 1]);
    let starts: Vec<usize> = codes.map(|(at, _)| at + 3).collect();
    let ends = starts.iter().skip(1).map(|next| next - 3).chain([file.len()]);
    let whole = starts.iter().zip(ends).map(|(start, end)| &file[*start..end]);
    whole.map(|unit| &unit[..unit.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)]).collect()
}

fn payloads(unit: &[u8]) -> Vec<Vec<u8>> {
    if unit.len() <= PAYLOAD {
        return vec![unit.to_vec()];
    }
    let (head, parts) = (unit[0], unit[1..].chunks(PAYLOAD - 2));
    let last = parts.len() - 1;
    let part = |(nth, part): (usize, &[u8])| {
        let edges = u8::from(nth == 0) << 7 | u8::from(nth == last) << 6;
        [&[head & !KIND | FRAGMENT, edges | head & KIND], part].concat()
    };
    parts.enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_begins_with_its_delimiter_and_large_units_are_cut() {
        let large: Vec<u8> = [0x65].into_iter().chain((1..=2500).map(|n| (n % 200) as u8 + 1)).collect();
        let file = [
            &[0, 0, 0, 1, 0x09, 0x10, 0, 0, 0, 1, 0x67, 0x42, 0, 0, 0, 1][..],
            &large,
            &[0, 0, 1, 0x09, 0x30, 0, 0, 1, 0x41, 0x9a, 0],
        ]
        .concat();
        let frames = frames(&file).unwrap();
        let [first, second] = &frames[..] else { panic!("{} frames", frames.len()) };
        assert_eq!(second[..], [Arc::<[u8]>::from(&[0x41, 0x9a][..])]);
        let [parameters, parts @ ..] = &first[..] else { panic!("nothing") };
        assert_eq!(parameters[..], [0x67, 0x42]);
        let heads: Vec<_> = parts.iter().map(|part| [part[0], part[1]]).collect();
        assert_eq!(heads, [[0x7c, 0x85], [0x7c, 0x05], [0x7c, 0x45]]);
        let body: Vec<u8> = parts.iter().flat_map(|part| part[2..].to_vec()).collect();
        assert_eq!(body, large[1..]);
        assert!(parts[..2].iter().all(|part| part.len() == PAYLOAD), "one run for the kernel");
    }

    #[test]
    fn what_begins_without_a_delimiter_is_no_film() {
        assert_eq!(frames(&[0, 0, 1, 0x41, 0x9a]), None);
        assert_eq!(frames(&[0, 0, 1]), None);
        assert_eq!(frames(b"DKIF"), Some(vec![]));
    }
}
