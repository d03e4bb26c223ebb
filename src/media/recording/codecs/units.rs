//! A frame that consists of units, each behind its length of four bytes: so MP4 holds H264, and so AV1 is put together.

/// Units of a frame; encoders send one for each slice or tile.
const MOST: usize = 512;

/// The units, up to what is cut.
pub fn units(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, more) = rest.split_first_chunk::<4>()?;
        let (unit, more) = more.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = more;
        Some(unit)
    })
}

/// `None` if there are too many.
pub fn push(frame: &mut Vec<u8>, parts: &[&[u8]]) -> Option<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    if length == 0 || units(frame).count() >= MOST {
        return None;
    }
    frame.extend(u32::try_from(length).ok()?.to_be_bytes());
    parts.iter().for_each(|part| frame.extend_from_slice(part));
    Some(())
}

/// Adds to the last unit. `None` if there is none.
pub fn extend(frame: &mut Vec<u8>, part: &[u8]) -> Option<()> {
    let length = units(frame).last()?.len();
    let at = frame.len() - length - 4;
    frame[at..at + 4].copy_from_slice(&u32::try_from(length + part.len()).ok()?.to_be_bytes());
    frame.extend_from_slice(part);
    Some(())
}
