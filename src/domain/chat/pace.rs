//! How fast people may write in a room: a rate limit for everybody, and slow mode for viewers.

use crate::{
    chat::{
        modes::SLOW_MODE,
        room::{RATE, RATE_WINDOW},
        rules::ChatRefusal,
    },
    id::AccountId,
    time::{Millis, Span},
};
use std::collections::{HashMap, VecDeque};

/// With fewer people than this, nobody is forgotten, which saves the search for silent ones.
const FEW: usize = 1024;

/// When each person last wrote: at most [`RATE`] moments each.
#[derive(Clone, Debug)]
pub struct ChatPace {
    said: HashMap<AccountId, VecDeque<Millis>>,
    /// When this many people are remembered, those who have been silent for long are forgotten.
    crowd: usize,
}

impl Default for ChatPace {
    fn default() -> Self {
        Self { said: HashMap::new(), crowd: FEW }
    }
}

impl ChatPace {
    /// Records that this person writes at `now`, or returns how long they must wait: until `slow` has passed since
    /// their last line, and until fewer than [`RATE`] of their lines are younger than [`RATE_WINDOW`].
    pub fn speak(&mut self, author: AccountId, slow: Span, now: Millis) -> Result<(), ChatRefusal> {
        self.forget_the_silent(now);
        let said = self.said.entry(author).or_default();
        // If the clock was set back, nobody must be kept silent by it.
        if said.back().is_some_and(|last| *last > now) {
            said.retain(|at| *at <= now);
        }
        let wait = said.back().map_or(Span(0), |last| *last + slow - now);
        if wait > Span(0) {
            return Err(ChatRefusal::SlowMode { retry_after: wait });
        }
        let oldest = said.front().filter(|_| said.len() == RATE);
        let wait = oldest.map_or(Span(0), |first| *first + RATE_WINDOW - now);
        if wait > Span(0) {
            return Err(ChatRefusal::TooFast { retry_after: wait });
        }
        add(said, now);
        Ok(())
    }

    /// Records a line, in any order. Also rebuilds the pace of a room from its journal.
    pub fn note(&mut self, author: AccountId, at: Millis) {
        self.forget_the_silent(at);
        add(self.said.entry(author).or_default(), at);
    }

    fn forget_the_silent(&mut self, now: Millis) {
        if self.said.len() < self.crowd {
            return;
        }
        let longest = RATE_WINDOW.max(Span::secs(*SLOW_MODE.end()));
        self.said.retain(|_, said| said.back().is_some_and(|last| *last + longest > now));
        self.crowd = FEW.max(self.said.len() * 2);
    }
}

/// Adds a moment, oldest first.
fn add(said: &mut VecDeque<Millis>, at: Millis) {
    said.insert(said.partition_point(|earlier| *earlier <= at), at);
    if said.len() > RATE {
        said.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFF: Span = Span(0);

    #[test]
    fn twenty_lines_in_ten_seconds_and_then_the_oldest_must_age() {
        let (mut pace, me) = (ChatPace::default(), AccountId::new());
        for n in 0..20 {
            assert_eq!(pace.speak(me, OFF, Millis(n * 10)), Ok(()));
        }
        assert_eq!(pace.speak(me, OFF, Millis(200)), Err(ChatRefusal::TooFast { retry_after: Span(9_800) }));
        assert_eq!(pace.speak(me, OFF, Millis(9_999)), Err(ChatRefusal::TooFast { retry_after: Span(1) }));
        assert_eq!(pace.speak(me, OFF, Millis(10_000)), Ok(()));
        assert_eq!(pace.speak(me, OFF, Millis(10_009)), Err(ChatRefusal::TooFast { retry_after: Span(1) }));
        assert_eq!(pace.speak(AccountId::new(), OFF, Millis(10_009)), Ok(()));
    }

    #[test]
    fn slow_mode_counts_from_the_last_line_and_refusals_do_not_prolong_it() {
        let (mut pace, me, slow) = (ChatPace::default(), AccountId::new(), Span::secs(3));
        assert_eq!(pace.speak(me, slow, Millis(0)), Ok(()));
        assert_eq!(
            pace.speak(me, slow, Millis(2_000)),
            Err(ChatRefusal::SlowMode { retry_after: Span(1_000) })
        );
        assert_eq!(pace.speak(me, slow, Millis(3_000)), Ok(()));
    }

    #[test]
    fn a_clock_set_back_silences_nobody() {
        let (mut pace, me) = (ChatPace::default(), AccountId::new());
        for _ in 0..20 {
            assert_eq!(pace.speak(me, OFF, Millis(3_600_000)), Ok(()));
        }
        assert_eq!(pace.speak(me, Span::secs(120), Millis(0)), Ok(()));
    }

    #[test]
    fn silent_people_are_forgotten_once_they_may_speak_anyway() {
        let mut pace = ChatPace::default();
        for n in 0..10_000 {
            assert_eq!(pace.speak(AccountId::new(), OFF, Millis(n * 1_000)), Ok(()));
        }
        assert!(pace.said.len() <= FEW, "{}", pace.said.len());
    }
}
