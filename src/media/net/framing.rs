//! Datagrams in a stream of bytes: two octets of length before each (RFC 4571).

/// The longest datagram that we read, in bytes; WebRTC respects an MTU of 1,500.
pub const LONGEST: usize = 2048;
/// Bytes of the length.
pub const HEAD: usize = 2;

/// The stream holds something that is no datagram, so nothing behind it can be read.
#[derive(Debug, PartialEq, Eq)]
pub struct NotFramed;

/// The datagram that `bytes` begin with; `None` while a part of it is missing.
///
/// # Errors
/// Its length is 0 or above [`LONGEST`].
pub fn first_datagram(bytes: &[u8]) -> Result<Option<&[u8]>, NotFramed> {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() else { return Ok(None) };
    match usize::from(u16::from_be_bytes(*head)) {
        length @ 1..=LONGEST => Ok(rest.get(..length)),
        _ => Err(NotFramed),
    }
}

/// Appends a datagram. One that is too long for a length of two octets is left out; str0m makes none.
pub fn append(stream: &mut Vec<u8>, datagram: &[u8]) {
    if let Ok(length) = u16::try_from(datagram.len()) {
        stream.extend(length.to_be_bytes());
        stream.extend(datagram);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_datagram_is_whole_or_awaited_or_refused() {
        for (bytes, first) in [
            (&[][..], Ok(None)),
            (&[0], Ok(None)),
            (&[0, 2, 7], Ok(None)),
            (&[0, 2, 7, 8], Ok(Some(&[7, 8][..]))),
            (&[0, 1, 7, 0, 1], Ok(Some(&[7]))),
            (&[0, 0, 7], Err(NotFramed)),
            (&[8, 1], Err(NotFramed)),
            // What a browser would send to a web server.
            (b"GET / HTTP/1.1", Err(NotFramed)),
        ] {
            assert_eq!(first_datagram(bytes), first, "{bytes:?}");
        }
    }

    proptest! {
        /// However the stream is cut, the same datagrams come out of it.
        #[test]
        fn datagrams_come_out_as_they_went_in(
            datagrams in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..LONGEST), 0..6),
            cut in 1..3_000usize,
        ) {
            let mut stream = vec![];
            datagrams.iter().for_each(|datagram| append(&mut stream, datagram));
            let (mut held, mut came) = (vec![], vec![]);
            for piece in stream.chunks(cut) {
                held.extend(piece);
                while let Some(datagram) = first_datagram(&held).unwrap().map(<[u8]>::to_vec) {
                    held.drain(..HEAD + datagram.len());
                    came.push(datagram);
                }
            }
            prop_assert_eq!(came, datagrams);
            prop_assert!(held.is_empty());
        }
    }
}
