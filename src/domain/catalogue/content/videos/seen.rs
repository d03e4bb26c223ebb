//! The bytes of a file that were read so far. Whoever examines them begins anew with each further look, so that the readers are plain
//! functions without I/O.

use super::VideoRefusal;
use std::cell::Cell;

/// Read at once, in bytes.
const LOOK: u64 = 64 * 1024;
/// How often a file is looked at: these are 4 MB.
pub const MOST_LOOKS: usize = 64;
/// Parts of a file that are visited from its begin. Encoders write some dozens before the first picture.
const MOST_PARTS: usize = 2_000;

/// Bytes that have to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingBytes {
    pub at: u64,
    pub length: u64,
}

/// Why reading stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Missing(MissingBytes),
    Refused(VideoRefusal),
}

pub(super) type Step<T> = Result<T, Stop>;

pub(super) const BROKEN: Stop = Stop::Refused(VideoRefusal::Broken);

#[derive(Clone, Debug)]
pub struct SeenBytes {
    /// Of the whole file.
    size: u64,
    /// Where each look began, and what was seen.
    looks: Vec<(u64, Vec<u8>)>,
    parts: Cell<usize>,
}

impl SeenBytes {
    /// Nothing of a file of this size, in bytes.
    pub const fn of(size: u64) -> Self {
        Self { size, looks: Vec::new(), parts: Cell::new(0) }
    }

    /// The bytes of the file from there on.
    pub fn see(&mut self, at: u64, bytes: Vec<u8>) {
        self.looks.push((at, bytes));
    }

    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn begin(&self) {
        self.parts.set(0);
    }

    /// Counts a part of the file that is visited.
    pub(super) fn visit(&self) -> Step<()> {
        self.parts.set(self.parts.get() + 1);
        if self.parts.get() > MOST_PARTS { Err(BROKEN) } else { Ok(()) }
    }

    pub(super) fn get(&self, at: u64, length: u64) -> Step<&[u8]> {
        if length > LOOK || at.checked_add(length).is_none_or(|end| end > self.size) {
            return Err(BROKEN);
        }
        if length == 0 {
            return Ok(&[]);
        }
        let wanted = usize::try_from(length).map_err(|_| BROKEN)?;
        let seen = self.looks.iter().rev().find_map(|(from, bytes)| {
            let from = usize::try_from(at.checked_sub(*from)?).ok()?;
            bytes.get(from..from.checked_add(wanted)?)
        });
        match seen {
            Some(bytes) => Ok(bytes),
            None if self.looks.len() >= MOST_LOOKS => Err(BROKEN),
            None => Err(Stop::Missing(MissingBytes { at, length: LOOK.min(self.size - at) })),
        }
    }

    pub(super) fn byte(&self, at: u64) -> Step<u8> {
        self.get(at, 1)?.first().copied().ok_or(BROKEN)
    }

    /// The number in so many bytes, the highest first; at most eight count.
    pub(super) fn number(&self, at: u64, length: u64) -> Step<u64> {
        Ok(self.get(at, length.min(8))?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}
