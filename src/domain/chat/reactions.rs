//! Reactions to a show: how many of each kind there were. Nobody's are stored, and pages get sums, at most one a second.

use crate::{
    chat::rules::ChatRefusal,
    id::AccountId,
    people::allowance::{Allowance, Allowances},
    time::{Millis, Span},
};

/// How many one person sends: a burst, and then one a second.
const EACH: Allowance = Allowance { times: 10, span: Span::secs(10) };
/// The pause between two published sums.
pub const PACE: Span = Span::secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    Heart,
    Clap,
    Laugh,
    Wow,
    Fire,
}

impl Reaction {
    pub const ALL: [Self; 5] = [Self::Heart, Self::Clap, Self::Laugh, Self::Wow, Self::Fire];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Heart => "heart",
            Self::Clap => "clap",
            Self::Laugh => "laugh",
            Self::Wow => "wow",
            Self::Fire => "fire",
        }
    }
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Heart => "❤️",
            Self::Clap => "👏",
            Self::Laugh => "😂",
            Self::Wow => "😮",
            Self::Fire => "🔥",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reaction| reaction.code() == code)
    }
}

/// How many of each kind there were since the process began, in the order of [`Reaction::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReactionCounts(pub [u64; Reaction::ALL.len()]);

impl ReactionCounts {
    pub fn iter(&self) -> impl Iterator<Item = (Reaction, u64)> {
        Reaction::ALL.into_iter().zip(self.0)
    }
}

/// The reactions of one room.
pub struct Reactions {
    counts: ReactionCounts,
    told: ReactionCounts,
    told_at: Option<Millis>,
    each: Allowances<AccountId>,
}

impl Default for Reactions {
    fn default() -> Self {
        let none = ReactionCounts::default();
        Self { counts: none, told: none, told_at: None, each: Allowances::new(EACH) }
    }
}

impl Reactions {
    /// Counts one.
    ///
    /// # Errors
    /// `TooFast` from somebody who sends too many.
    pub fn add(&mut self, by: AccountId, reaction: Reaction, now: Millis) -> Result<(), ChatRefusal> {
        self.each.take(by, now).map_err(|retry_after| ChatRefusal::TooFast { retry_after })?;
        self.counts.0[reaction as usize] += 1;
        Ok(())
    }

    /// The sums to publish now, if pages do not have them and the pause is over.
    pub fn tell(&mut self, now: Millis) -> Option<ReactionCounts> {
        let due = self.told_at.is_none_or(|at| at + PACE <= now);
        if self.counts == self.told || !due {
            return None;
        }
        (self.told, self.told_at) = (self.counts, Some(now));
        Some(self.counts)
    }

    /// When [`Self::tell`] next has something.
    pub fn next_tell(&self) -> Option<Millis> {
        self.told_at.map(|at| at + PACE).filter(|_| self.counts != self.told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000);

    #[test]
    fn two_thousand_people_make_one_sum_a_second_and_the_total_is_exact() {
        let mut reactions = Reactions::default();
        let mut told = Vec::new();
        for ms in 0..2_000 {
            let now = NOW + Span(ms);
            reactions.add(AccountId::new(), Reaction::Heart, now).unwrap();
            told.extend(reactions.tell(now));
        }
        assert_eq!(told.len(), 2, "at once, and after a second");
        let next = reactions.next_tell().expect("some are not told yet");
        assert_eq!(reactions.tell(next + Span(-1)), None);
        assert_eq!(reactions.tell(next).unwrap().iter().next(), Some((Reaction::Heart, 2_000)));
        assert_eq!((reactions.tell(next + PACE), reactions.next_tell()), (None, None));
    }

    #[test]
    fn one_person_has_a_burst_and_then_one_a_second() {
        let (mut reactions, ann, ben) = (Reactions::default(), AccountId::new(), AccountId::new());
        let taken =
            (0..10_000).filter(|ms| reactions.add(ann, Reaction::Fire, NOW + Span(*ms)).is_ok()).count();
        assert!((18..=20).contains(&taken), "{taken} in ten seconds");
        assert_eq!(reactions.add(ben, Reaction::Clap, NOW + Span(9_999)), Ok(()));
    }

    #[test]
    fn kinds_are_read_by_their_codes() {
        assert_eq!(Reaction::ALL.map(|kind| Reaction::from_code(kind.code())), Reaction::ALL.map(Some));
        assert_eq!(Reaction::from_code("boo"), None);
    }
}
