//! Finds `bench-<ns>-<seq>` tokens in a byte stream that may be cut anywhere.

use memchr::memmem::Finder;

pub const PREFIX: &[u8] = b"bench-";
/// The longest token: prefix, 20 digits, dash, 9 digits.
const LONGEST: usize = 6 + 20 + 1 + 9;

#[derive(Debug, PartialEq)]
enum Parsed {
    /// Nanoseconds, number and length; the byte after it is not a digit.
    Token(u64, usize, usize),
    /// The input ended before the token could be decided.
    Cut,
    No,
}

/// Parses at most `most` digits at the start of `text`: their value and length, if a non-digit follows.
fn digits(text: &[u8], most: usize) -> Result<(u64, usize), Parsed> {
    let length = text.iter().take_while(|c| c.is_ascii_digit()).count();
    match length {
        _ if length > most => Err(Parsed::No),
        _ if length == text.len() => Err(Parsed::Cut),
        0 => Err(Parsed::No),
        _ => {
            let value = text[..length]
                .iter()
                .fold(0u64, |sum, c| sum.wrapping_mul(10).wrapping_add(u64::from(c - b'0')));
            Ok((value, length))
        }
    }
}

fn parse(text: &[u8]) -> Parsed {
    let head = text.len().min(PREFIX.len());
    if text[..head] != PREFIX[..head] {
        return Parsed::No;
    }
    let token = || {
        let (ns, length) = digits(&text[head..], 20)?;
        let dash = head + length;
        if text[dash] != b'-' {
            return Err(Parsed::No);
        }
        let (number, length) = digits(&text[dash + 1..], 9)?;
        Ok(Parsed::Token(ns, number as usize, dash + 1 + length))
    };
    if head < PREFIX.len() { Parsed::Cut } else { token().unwrap_or_else(|no| no) }
}

/// An unfinished token between two pieces of the stream.
#[derive(Clone)]
pub struct Carry {
    text: [u8; LONGEST],
    length: usize,
}

impl Carry {
    pub const fn new() -> Self {
        Self { text: [0; LONGEST], length: 0 }
    }

    fn keep(&mut self, text: &[u8]) {
        self.length = text.len().min(LONGEST);
        self.text[..self.length].copy_from_slice(&text[..self.length]);
    }

    /// Calls `found` for each token that ends in `piece`.
    pub fn feed(&mut self, piece: &[u8], finder: &Finder, found: &mut impl FnMut(u64, usize)) {
        let mut at = 0;
        if self.length > 0 {
            let mut joint = [0u8; 2 * LONGEST + 2];
            let (held, taken) = (self.length, piece.len().min(LONGEST + 2));
            joint[..held].copy_from_slice(&self.text[..held]);
            joint[held..held + taken].copy_from_slice(&piece[..taken]);
            self.length = 0;
            match parse(&joint[..held + taken]) {
                Parsed::Token(ns, number, used) => {
                    found(ns, number);
                    at = used - held;
                }
                Parsed::Cut => return self.keep(&joint[..held + taken]),
                // The letter b occurs once in the prefix and never in digits, so no other token begins in the held
                // bytes.
                // held.
                Parsed::No => {}
            }
        }
        while let Some(next) = finder.find(&piece[at..]) {
            at += next;
            match parse(&piece[at..]) {
                Parsed::Token(ns, number, used) => {
                    found(ns, number);
                    at += used;
                }
                Parsed::Cut => return self.keep(&piece[at..]),
                Parsed::No => at += PREFIX.len(),
            }
        }
        let rest = &piece[at..];
        let begun = (1..PREFIX.len().min(rest.len() + 1)).rev().find(|&k| rest.ends_with(&PREFIX[..k]));
        if let Some(length) = begun {
            self.keep(&rest[rest.len() - length..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(pieces: &[&[u8]]) -> Vec<(u64, usize)> {
        let (finder, mut carry, mut found) = (Finder::new(PREFIX), Carry::new(), vec![]);
        for piece in pieces {
            carry.feed(piece, &finder, &mut |ns, number| found.push((ns, number)));
        }
        found
    }

    #[test]
    fn tokens_are_found_whatever_the_cuts() {
        let text = b"data: <p>bench-12345678901234-0</p>\nbbench-7-1 benchbench-9-22\n\nbench-x bench-1-\n bench-18446744073709551615-3\n";
        let want = vec![(12345678901234, 0), (7, 1), (9, 22), (u64::MAX, 3)];
        for i in 0..=text.len() {
            for j in i..=text.len() {
                assert_eq!(tokens(&[&text[..i], &text[i..j], &text[j..]]), want, "{i} {j}");
            }
        }
        assert_eq!(tokens(&text.chunks(1).collect::<Vec<_>>()), want);
    }
}
