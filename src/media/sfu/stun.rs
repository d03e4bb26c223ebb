//! Who a STUN request is for.

const HEADER: usize = 20;
const USERNAME: u16 = 6;

/// Our half of the USERNAME of a STUN message, which is "ours:theirs": it names the peer, whatever address it comes from.
/// None for anything else, also for STUN answers, which carry no name.
pub fn ufrag(datagram: &[u8]) -> Option<&str> {
    // The first byte tells STUN (0 to 3) from DTLS (20 to 63) and RTP (128 to 191): RFC 7983.
    let mut rest = datagram.get(HEADER..).filter(|_| datagram[0] < 4)?;
    while let Some(([a, b, c, d], body)) = rest.split_first_chunk() {
        let (kind, length) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]) as usize);
        if kind == USERNAME {
            return std::str::from_utf8(body.get(..length)?).ok()?.split(':').next();
        }
        rest = body.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        bytes.resize(HEADER, 7);
        for (kind, value) in attributes {
            bytes.extend(kind.to_be_bytes());
            bytes.extend((value.len() as u16).to_be_bytes());
            bytes.extend(*value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    #[test]
    fn our_half_of_the_name_is_found() {
        assert_eq!(ufrag(&request(&[(6, b"ours:theirs")])), Some("ours"));
        assert_eq!(ufrag(&request(&[(0x24, &[0; 4]), (0x8022, b"padded"), (6, b"abcd:x")])), Some("abcd"));
        assert_eq!(ufrag(&request(&[(6, b"alone")])), Some("alone"));
    }

    #[test]
    fn what_has_no_name_has_none() {
        let mut rtp = request(&[(6, b"ours:theirs")]);
        rtp[0] = 0x80;
        let cut = request(&[(6, b"ours:theirs")]);
        for datagram in
            [&rtp[..], &cut[..cut.len() - 4], &request(&[(0x24, &[0; 4])]), &request(&[(6, &[0xff; 8])]), &[]]
        {
            assert_eq!(ufrag(datagram), None, "{datagram:?}");
        }
    }

    proptest! {
        #[test]
        fn no_datagram_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), stun in any::<bool>()) {
            let mut bytes = bytes;
            if let (true, Some(first)) = (stun, bytes.first_mut()) {
                *first = 0;
            }
            ufrag(&bytes);
        }
    }
}
