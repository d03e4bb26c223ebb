//! Reads which peer a STUN message is for, before str0m parses it.

const HEADER: usize = 20;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const REQUEST: [u8; 2] = [0x00, 0x01];
const SUCCESS: [u8; 2] = [0x01, 0x01];
const FAILURE: [u8; 2] = [0x01, 0x11];
const USERNAME: u16 = 0x0006;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;

pub type Transaction = [u8; 12];
/// Port and address, not XORed.
pub type Mapped = [u8; 18];

/// A binding message.
#[derive(Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Carries our half of its USERNAME "ours:theirs", which names the peer whatever its source address.
    Request { ufrag: &'a str },
    /// Answers one of our requests, with our address as the peer saw it.
    Response { transaction: Transaction, mapped: Option<Mapped> },
}

/// True for STUN, false for DTLS (first byte 20 to 63) and RTP (128 to 191): RFC 7983.
pub fn is_stun(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 4)
}

/// The transaction of a binding request, the only kind that we send.
pub fn request(datagram: &[u8]) -> Option<Transaction> {
    if !datagram.starts_with(&REQUEST) {
        return None;
    }
    datagram.get(8..HEADER)?.try_into().ok()
}

/// `None` for everything but a binding request with a USERNAME and a binding response.
pub fn read(datagram: &[u8]) -> Option<Message<'_>> {
    let (head, body) = datagram.split_at_checked(HEADER)?;
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    if head[4..8] != COOKIE || length != body.len() {
        return None;
    }
    let kind = [head[0], head[1]];
    if kind == REQUEST {
        let name = std::str::from_utf8(attribute(body, USERNAME)?).ok()?;
        return Some(Message::Request { ufrag: name.split(':').next()? });
    }
    let transaction = head[8..].try_into().ok().filter(|_| kind == SUCCESS || kind == FAILURE)?;
    let mapped = attribute(body, XOR_MAPPED_ADDRESS).and_then(|value| mapped(value, &head[4..]));
    Some(Message::Response { transaction, mapped })
}

/// Decodes an XOR-MAPPED-ADDRESS; `mask` is the magic cookie and the transaction.
fn mapped(value: &[u8], mask: &[u8]) -> Option<Mapped> {
    let (port, ip) = (value.get(2..4)?, value.get(4..).filter(|ip| ip.len() <= 16)?);
    let mut plain = [0; 18];
    plain[..2].copy_from_slice(port);
    for (byte, (written, mask)) in plain[2..].iter_mut().zip(ip.iter().zip(mask)) {
        *byte = written ^ mask;
    }
    Some(plain)
}

fn attribute(mut rest: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some(([a, b, c, d], body)) = rest.split_first_chunk() {
        let (kind, length) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]) as usize);
        if kind == wanted {
            return body.get(..length);
        }
        rest = body.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(kind: [u8; 2], attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![kind[0], kind[1], 0, 0, 0x21, 0x12, 0xa4, 0x42];
        bytes.resize(HEADER, 7);
        for (kind, value) in attributes {
            bytes.extend(kind.to_be_bytes());
            bytes.extend((value.len() as u16).to_be_bytes());
            bytes.extend(*value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        let length = (bytes.len() - HEADER) as u16;
        bytes[2..4].copy_from_slice(&length.to_be_bytes());
        bytes
    }

    #[test]
    fn our_half_of_the_name_is_found() {
        for (attributes, ufrag) in [
            (&[(6, &b"ours:theirs"[..])][..], "ours"),
            (&[(0x24, &[0; 4]), (0x8022, b"padded"), (6, b"abcd:x")], "abcd"),
            (&[(6, b"alone")], "alone"),
        ] {
            assert_eq!(read(&message(REQUEST, attributes)), Some(Message::Request { ufrag }));
        }
    }

    #[test]
    fn an_answer_has_the_transaction_of_its_question() {
        let answer = message(SUCCESS, &[(0x20, &[0, 1, 2, 3, 4, 5, 6, 7])]);
        let transaction = request(&message(REQUEST, &[(6, b"a:b")])).unwrap();
        let mut mapped = [0; 18];
        mapped[..6].copy_from_slice(&[2, 3, 4 ^ 0x21, 5 ^ 0x12, 6 ^ 0xa4, 7 ^ 0x42]);
        assert_eq!(read(&answer), Some(Message::Response { transaction, mapped: Some(mapped) }));
        assert_eq!(request(&answer), None);
        assert!(matches!(read(&message(FAILURE, &[])), Some(Message::Response { mapped: None, .. })));
    }

    #[test]
    fn what_names_nobody_is_nothing() {
        let named = message(REQUEST, &[(6, b"ours:theirs")]);
        let (mut rtp, mut cookie) = (named.clone(), named.clone());
        rtp[0] = 0x80;
        cookie[4] = 0;
        for datagram in [
            &rtp[..],
            &cookie,
            &named[..named.len() - 4],
            &message(REQUEST, &[(0x24, &[0; 4])]),
            &message(REQUEST, &[(6, &[0xff; 8])]),
            &message([0x00, 0x11], &[(6, b"ours:theirs")]),
            &[],
        ] {
            assert_eq!(read(datagram), None, "{datagram:?}");
        }
    }

    proptest! {
        #[test]
        fn no_datagram_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), stun in any::<bool>()) {
            let mut bytes = bytes;
            if stun && bytes.len() >= HEADER {
                let length = (bytes.len() - HEADER) as u16;
                bytes[..2].copy_from_slice(&REQUEST);
                bytes[2..4].copy_from_slice(&length.to_be_bytes());
                bytes[4..8].copy_from_slice(&COOKIE);
            }
            read(&bytes);
            request(&bytes);
        }
    }
}
