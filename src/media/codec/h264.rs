//! H264 (RFC 6184), packetization mode 1: single units, aggregates (STAP-A) and fragments (FU-A).

use super::{Size, bits::Bits};

const PARAMETERS: u8 = 7;
const AGGREGATE: u8 = 24;
/// Bytes of parameters that we read; senders write 10 to 60.
const LONGEST: usize = 256;

/// Players decode a keyframe only after its parameters, which a sender repeats in front of each one that answers a request
/// and, for newcomers, in front of all. So the packet with the parameters begins it, and the units behind it do not.
pub fn begins_keyframe(payload: &[u8]) -> bool {
    parameters(payload).is_some()
}

pub fn size(payload: &[u8]) -> Option<Size> {
    picture_size(&without_escapes(parameters(payload)?))
}

fn kind(unit: &[u8]) -> Option<u8> {
    unit.first().map(|head| head & 0x1f)
}

/// The sequence parameters in this packet, alone or in an aggregate.
fn parameters(payload: &[u8]) -> Option<&[u8]> {
    match kind(payload)? {
        PARAMETERS => Some(payload),
        AGGREGATE => aggregated(&payload[1..]).find(|unit| kind(unit) == Some(PARAMETERS)),
        _ => None,
    }
}

/// The units of an aggregate; each follows its length of two bytes.
pub fn aggregated(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, more) = rest.split_first_chunk::<2>()?;
        let (unit, more) = more.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = more;
        Some(unit)
    })
}

/// A third byte 3 after two zeros only keeps start codes out of the data.
fn without_escapes(unit: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = vec![];
    let mut zeros = 0;
    for &byte in unit.iter().take(LONGEST) {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        bytes.push(byte);
    }
    bytes
}

/// Profiles whose parameters also say how colours are sampled (H.264, 7.3.2.1.1).
const WITH_COLOURS: [u8; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// Width and height as the sequence parameters state them, cropped.
fn picture_size(unit: &[u8]) -> Option<Size> {
    let profile = *unit.get(1)?;
    let mut bits = Bits::new(unit.get(4..)?);
    bits.number()?;
    let mut colours = 1;
    if WITH_COLOURS.contains(&profile) {
        colours = skip_colours(&mut bits)?;
    }
    bits.number()?;
    skip_order(&mut bits)?;
    bits.number()?;
    bits.take(1)?;
    let (columns, rows) = (bits.number()? + 1, bits.number()? + 1);
    let fields = 2 - bits.take(1)?;
    if fields == 2 {
        bits.take(1)?;
    }
    bits.take(1)?;
    let (mut width, mut height) = (columns.checked_mul(16)?, rows.checked_mul(16 * fields)?);
    if bits.take(1)? == 1 {
        let [left, right, top, bottom] = [bits.number()?, bits.number()?, bits.number()?, bits.number()?];
        let (across, down) = match colours {
            1 => (2, 2 * fields),
            2 => (2, fields),
            _ => (1, fields),
        };
        width = width.checked_sub(left.checked_add(right)?.checked_mul(across)?)?;
        height = height.checked_sub(top.checked_add(bottom)?.checked_mul(down)?)?;
    }
    Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?))
}

/// Returns `chroma_format_idc`.
fn skip_colours(bits: &mut Bits<'_>) -> Option<u32> {
    let colours = bits.number()?;
    if colours == 3 {
        bits.take(1)?;
    }
    bits.number()?;
    bits.number()?;
    bits.take(1)?;
    if bits.take(1)? == 1 {
        for list in 0..if colours == 3 { 12 } else { 8 } {
            if bits.take(1)? == 1 {
                skip_scaling(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Some(colours)
}

fn skip_scaling(bits: &mut Bits<'_>, length: usize) -> Option<()> {
    let (mut last, mut next) = (8_i32, 8_i32);
    for _ in 0..length {
        if next != 0 {
            next = last.wrapping_add(bits.signed()?).rem_euclid(256);
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

/// How the order of pictures is coded.
fn skip_order(bits: &mut Bits<'_>) -> Option<()> {
    match bits.number()? {
        0 => {
            bits.number()?;
        }
        1 => {
            bits.take(1)?;
            bits.number()?;
            bits.number()?;
            for _ in 0..bits.number()?.min(255) {
                bits.number()?;
            }
        }
        _ => {}
    }
    Some(())
}
