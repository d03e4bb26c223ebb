//! Frames of an IVF file: a 32-byte header, then for each frame its length, its time (8 bytes) and its body.

const HEADER: usize = 32;

/// The frames in order. `None` if the file is truncated.
pub fn frames(file: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = file.strip_prefix(b"DKIF").and_then(|_| file.get(HEADER..))?;
    let mut frames = vec![];
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        frames.push(after.get(8..8 + length)?);
        rest = &after[8 + length..];
    }
    Some(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(frames: &[&[u8]]) -> Vec<u8> {
        let mut file = b"DKIF".to_vec();
        file.resize(HEADER, 0);
        for frame in frames {
            file.extend((frame.len() as u32).to_le_bytes());
            file.extend([0; 8]);
            file.extend(*frame);
        }
        file
    }

    #[test]
    fn frames_come_out_as_they_went_in() {
        assert_eq!(frames(&file(&[b"one", b"", b"three"])).unwrap(), [&b"one"[..], b"", b"three"]);
    }

    #[test]
    fn a_cut_file_has_none() {
        let whole = file(&[b"one"]);
        assert_eq!(frames(&whole[..whole.len() - 1]), None);
        assert_eq!(frames(b"RIFF"), None);
        assert_eq!(frames(b"DKIF"), None);
    }
}
