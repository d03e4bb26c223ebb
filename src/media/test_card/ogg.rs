//! Packets of an Ogg file. A page has a 27-byte header, a table of segment lengths, and the segments. A packet ends
//! with a segment shorter than 255 bytes.

const HEADER: usize = 27;

/// The packets in order, including the headers. `None` if the file is truncated.
pub fn packets(file: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (mut rest, mut packets, mut open) = (file, vec![], vec![]);
    while !rest.is_empty() {
        let count = *rest.strip_prefix(b"OggS").and_then(|_| rest.get(HEADER - 1))? as usize;
        let lengths = rest.get(HEADER..HEADER + count)?;
        rest = &rest[HEADER + count..];
        for &length in lengths {
            open.extend(rest.get(..length as usize)?);
            rest = &rest[length as usize..];
            if length < 255 {
                packets.push(std::mem::take(&mut open));
            }
        }
    }
    open.is_empty().then_some(packets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lengths: &[u8], body: &[u8]) -> Vec<u8> {
        let mut page = b"OggS".to_vec();
        page.resize(HEADER - 1, 0);
        page.push(lengths.len() as u8);
        page.extend(lengths);
        page.extend(body);
        page
    }

    #[test]
    fn packets_may_span_segments_and_pages() {
        let body = [7; 300];
        let mut file = page(&[3, 255], &[&b"one"[..], &body[..255]].concat());
        file.extend(page(&[45, 0], &body[255..]));
        assert_eq!(packets(&file).unwrap(), [b"one".to_vec(), body.to_vec(), vec![]]);
    }

    #[test]
    fn a_cut_file_has_none() {
        let whole = page(&[3], b"one");
        assert_eq!(packets(&whole[..whole.len() - 1]), None);
        assert_eq!(packets(&page(&[255], &[0; 255])), None, "a packet without an end");
        assert_eq!(packets(b"Oggy"), None);
    }
}
