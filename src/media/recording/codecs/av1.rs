//! AV1: its packets (the RTP payload format of the Alliance for Open Media, 4.4) and what its sequence header says (AV1 bitstream
//! specification, 5.5). In files each unit (OBU) has its length, and what separates frames is left out.

use super::{
    Depacketiser, Size,
    units::{extend, push, units},
};
use crate::codec::bits::Bits;

const SEQUENCE: u8 = 1;
const DELIMITER: u8 = 2;
const HEADER: u8 = 3;
const FRAME: u8 = 6;
const PADDING: u8 = 15;

pub struct Av1;

impl Depacketiser for Av1 {
    fn add(&self, frame: &mut Vec<u8>, payload: &[u8]) -> Option<()> {
        let (head, mut rest) = payload.split_first()?;
        let (mut continues, count) = (head & 0x80 != 0, head >> 4 & 3);
        let mut nth = 0;
        while !rest.is_empty() {
            nth += 1;
            let part;
            // With a count, the last one has no length.
            (part, rest) = if nth == count { (rest, &[][..]) } else { sized(rest)? };
            if std::mem::take(&mut continues) {
                extend(frame, part)?;
            } else if !part.is_empty() {
                push(frame, &[part])?;
            }
        }
        (nth > 0).then_some(())
    }

    fn finish(&self, frame: Vec<u8>) -> Option<Vec<u8>> {
        let mut whole = Vec::with_capacity(frame.len() + 8);
        for unit in units(&frame) {
            let (kind, head, body) = parts(unit)?;
            if matches!(kind, DELIMITER | PADDING) {
                continue;
            }
            whole.push(head[0] | 2);
            whole.extend(&head[1..]);
            push_number(&mut whole, body.len());
            whole.extend_from_slice(body);
        }
        let shows = obus(&whole).any(|(kind, _)| matches!(kind, HEADER | FRAME));
        shows.then_some(whole)
    }

    fn is_key(&self, frame: &[u8]) -> bool {
        // Neither shown again nor predicted.
        let picture = obus(frame).find(|(kind, _)| matches!(*kind, HEADER | FRAME));
        let is_whole = picture.is_some_and(|(_, body)| body.first().is_some_and(|head| head & 0xe0 == 0));
        is_whole && obus(frame).any(|(kind, _)| kind == SEQUENCE)
    }

    fn size(&self, frame: &[u8]) -> Option<Size> {
        Some(Sequence::of(frame)?.size)
    }

    fn setup(&self, frame: &[u8]) -> Option<Vec<u8>> {
        let Sequence { level, tier, deep, grey, place, .. } = Sequence::of(frame)?;
        let bit = |set: bool, at: u8| u8::from(set) << at;
        // Colours at half the resolution in both directions, which is so in this profile.
        let colours = bit(tier, 7) | bit(deep, 6) | bit(grey, 4) | 0b1100 | place;
        let mut setup = vec![0x81, level, colours, 0];
        let (_, body) = obus(frame).find(|(kind, _)| *kind == SEQUENCE)?;
        setup.push(SEQUENCE << 3 | 2);
        push_number(&mut setup, body.len());
        setup.extend_from_slice(body);
        Some(setup)
    }
}

/// A number of seven bits a byte, the lowest first, and what follows.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (nth, byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * nth);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[nth + 1..]));
        }
    }
    None
}

fn push_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// What stands behind its length, and what follows.
fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(bytes)?;
    rest.split_at_checked(length)
}

/// Kind, head and body of a unit, which may have a length.
fn parts(unit: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let first = *unit.first()?;
    let (head, rest) = unit.split_at_checked(if first & 4 == 0 { 1 } else { 2 })?;
    let body = if first & 2 == 0 { rest } else { sized(rest)?.0 };
    Some((first >> 3 & 15, head, body))
}

/// Kinds and bodies of the units of a frame, each with a length.
fn obus(mut rest: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let first = *rest.first()?;
        let more = rest.get(if first & 4 == 0 { 1 } else { 2 }..)?;
        let (body, after) = sized(more)?;
        rest = after;
        Some((first >> 3 & 15, body))
    })
}

/// What a sequence header says. Only the main profile, which is what browsers and encoders send.
struct Sequence {
    size: Size,
    level: u8,
    /// The high tier.
    tier: bool,
    /// Ten bits a colour.
    deep: bool,
    grey: bool,
    /// Where colours were sampled.
    place: u8,
}

impl Sequence {
    fn of(frame: &[u8]) -> Option<Self> {
        let (_, body) = obus(frame).find(|(kind, _)| *kind == SEQUENCE)?;
        Self::read(&mut Bits::new(body))
    }

    fn read(bits: &mut Bits<'_>) -> Option<Self> {
        if bits.take(3)? != 0 {
            return None;
        }
        let (_still, reduced) = (bits.take(1)?, bits.take(1)? == 1);
        let (level, tier) = if reduced { (bits.take(5)?, false) } else { operating_points(bits)? };
        let (wide, high) = (bits.take(4)? + 1, bits.take(4)? + 1);
        let size = (u16::try_from(bits.take(wide)? + 1).ok()?, u16::try_from(bits.take(high)? + 1).ok()?);
        skip_tools(bits, reduced)?;
        let (deep, grey) = (bits.take(1)? == 1, bits.take(1)? == 1);
        let mut is_rgb = false;
        if bits.take(1)? == 1 {
            is_rgb = bits.take(24)? == 0x01_0d00;
        }
        if is_rgb && !grey {
            return None;
        }
        bits.take(1)?;
        let place = if grey { 0 } else { bits.take(2)? as u8 };
        Some(Self { size, level: level as u8, tier, deep, grey, place })
    }
}

/// Level and tier of the first point, which is the whole picture.
fn operating_points(bits: &mut Bits<'_>) -> Option<(u32, bool)> {
    let mut delays = None;
    if bits.take(1)? == 1 {
        bits.take(32)?;
        bits.take(32)?;
        if bits.take(1)? == 1 {
            bits.number()?;
        }
        if bits.take(1)? == 1 {
            delays = Some(bits.take(5)? + 1);
            bits.take(32)?;
            bits.take(10)?;
        }
    }
    let shown_later = bits.take(1)? == 1;
    let mut first = None;
    for _ in 0..=bits.take(5)? {
        bits.take(12)?;
        let level = bits.take(5)?;
        let tier = level > 7 && bits.take(1)? == 1;
        if let Some(length) = delays
            && bits.take(1)? == 1
        {
            bits.take(length)?;
            bits.take(length)?;
            bits.take(1)?;
        }
        if shown_later && bits.take(1)? == 1 {
            bits.take(4)?;
        }
        first = first.or(Some((level, tier)));
    }
    first
}

/// Between the size of the picture and its colours.
fn skip_tools(bits: &mut Bits<'_>, reduced: bool) -> Option<()> {
    if !reduced && bits.take(1)? == 1 {
        bits.take(7)?;
    }
    bits.take(3)?;
    if !reduced {
        bits.take(4)?;
        let has_order = bits.take(1)? == 1;
        bits.take(if has_order { 2 } else { 0 })?;
        let screens = if bits.take(1)? == 1 { 2 } else { bits.take(1)? };
        if screens > 0 && bits.take(1)? == 0 {
            bits.take(1)?;
        }
        bits.take(if has_order { 3 } else { 0 })?;
    }
    bits.take(3).map(drop)
}
