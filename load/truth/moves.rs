//! Changes of slow mode, recognised by the seconds that a page shows. The seconds repeat after `VALUES` changes, so
//! this record keeps which journal entry was which change.

use crate::truth::mark::{Mark, digits};
use memchr::memmem;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// The shortest slow mode that the service accepts, in seconds.
const LEAST: u64 = 3;
/// How many different values are used: 3 to 120 seconds.
const VALUES: u64 = 118;
/// The text around the seconds in the badge of a page.
const BADGE: (&[u8], &[u8]) = (b">slow mode ", b" s<");

#[derive(Debug, Default)]
pub struct Moves(Mutex<MoveRecord>);

#[derive(Debug, Default)]
struct MoveRecord {
    /// When each change was sent, in microseconds.
    sent_us: Vec<u64>,
    /// Changes by journal number.
    entries: HashMap<u64, u32>,
}

impl Moves {
    /// Records the next change, which is about to be sent, and returns its number.
    pub fn send(&self, now_us: u64) -> u32 {
        let mut account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        account.sent_us.push(now_us);
        account.sent_us.len() as u32 - 1
    }

    /// The seconds of slow mode that a change sets. Consecutive changes always differ.
    pub const fn seconds(number: u32) -> u64 {
        LEAST + number as u64 % VALUES
    }

    /// The change that a fragment shows. `id`: its journal number, if it has one.
    pub fn find(&self, fragment: &[u8], id: Option<u64>) -> Option<Mark> {
        let seconds = shown(fragment)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).find(seconds, id)
    }
}

impl MoveRecord {
    fn find(&mut self, seconds: u64, id: Option<u64>) -> Option<Mark> {
        let known = id.and_then(|id| self.entries.get(&id).copied());
        let number = match known.filter(|number| Moves::seconds(*number) == seconds) {
            Some(number) => number,
            None => self.latest(seconds)?,
        };
        if let Some(id) = id {
            self.entries.entry(id).or_insert(number);
        }
        Some(Mark { number, sent_us: *self.sent_us.get(number as usize)? })
    }

    /// The last change that set these seconds.
    fn latest(&self, seconds: u64) -> Option<u32> {
        let place = seconds.checked_sub(LEAST).filter(|place| *place < VALUES)?;
        let last = (self.sent_us.len() as u64).checked_sub(1)?;
        let ago = (last % VALUES + VALUES - place) % VALUES;
        last.checked_sub(ago)?.try_into().ok()
    }
}

/// The last badge is what the page ends up showing.
fn shown(fragment: &[u8]) -> Option<u64> {
    let at = memmem::rfind(fragment, BADGE.0)?;
    let (seconds, rest) = digits(&fragment[at + BADGE.0.len()..])?;
    rest.starts_with(BADGE.1).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::RangeInclusive;

    fn badge(seconds: u64) -> String {
        format!("<span class=\"badge\">slow mode {seconds} s</span>")
    }

    fn numbers(moves: &Moves, shown: &[(u64, Option<u64>)]) -> Vec<Option<u32>> {
        let find = |(seconds, id): &(u64, Option<u64>)| moves.find(badge(*seconds).as_bytes(), *id);
        shown.iter().map(find).map(|mark| mark.map(|mark| mark.number)).collect()
    }

    fn send(moves: &Moves, times: RangeInclusive<u64>) {
        for time in times {
            moves.send(time);
        }
    }

    #[test]
    fn a_change_is_known_by_its_seconds() {
        let moves = Moves::default();
        assert_eq!(moves.find(badge(3).as_bytes(), Some(9)), None, "nothing was sent yet");
        for number in 0..4 {
            assert_eq!(moves.send(u64::from(number) * 100), number);
        }
        assert_eq!(moves.find(badge(5).as_bytes(), Some(11)), Some(Mark { number: 2, sent_us: 200 }));
        let others = [(0, Some(12)), (2, None), (7, Some(13)), (121, None)];
        assert_eq!(numbers(&moves, &others), [None; 4], "neither off nor a value that was never set");
        assert_eq!(moves.find(b"<li>slow mode 5 s", None), None);
    }

    #[test]
    fn seconds_that_repeat_are_told_apart_by_the_entry() {
        let moves = Moves::default();
        send(&moves, 0..=1);
        assert_eq!(numbers(&moves, &[(3, Some(11)), (4, Some(12))]), [Some(0), Some(1)]);
        send(&moves, 2..=VALUES);
        assert_eq!(Moves::seconds(VALUES as u32), 3);
        let later = [(3, Some(11)), (3, Some(500)), (3, None), (3, Some(500)), (4, Some(12))];
        let last = Some(VALUES as u32);
        assert_eq!(numbers(&moves, &later), [Some(0), last, last, last, Some(1)]);
        // An entry that now shows something else is another change: the readers then disagree about its number.
        assert_eq!(numbers(&moves, &[(6, Some(11))]), [Some(3)]);
    }
}
