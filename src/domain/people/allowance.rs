//! Rate limits: a number of uses per time span and key, in bounded memory.

use crate::time::{Millis, Span};
use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
};

/// The most keys remembered. At the limit all are forgotten: memory stays bounded and nobody is locked out.
const MOST_KEYS: usize = 100_000;
const FEW_KEYS: usize = 1024;

/// Allows `times` uses at once; used ones are restored evenly over `span`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub times: u32,
    pub span: Span,
}

impl Allowance {
    pub const fn per_hour(times: u32) -> Self {
        Self { times, span: Span::hours(1) }
    }

    /// How long it takes to restore one use, in milliseconds.
    fn pace(self) -> i64 {
        (self.span.0 / i64::from(self.times.max(1))).max(1)
    }

    /// When the whole allowance is restored after one more use now, or how long until there is one.
    fn next(self, full_at: Option<Millis>, now: Millis) -> Result<Millis, Span> {
        let pace = self.pace();
        let next = full_at.unwrap_or(now).max(now) + Span(pace);
        let over = (next - now).0 - pace * i64::from(self.times);
        if over > 0 { Err(Span(over)) } else { Ok(next) }
    }
}

/// A use that is available.
pub struct Use<'a, K> {
    place: Entry<'a, K, Millis>,
    next: Millis,
}

impl<K> Use<'_, K> {
    pub fn take(self) {
        self.place.insert_entry(self.next);
    }
}

/// Counts uses of an allowance by key. It implements the generic cell rate algorithm: per key it stores only the time
/// at which the whole allowance is restored.
pub struct Allowances<K> {
    allowance: Allowance,
    full_at: HashMap<K, Millis>,
    sweep_at: usize,
}

impl<K: Eq + Hash> Allowances<K> {
    pub fn new(allowance: Allowance) -> Self {
        Self { allowance, full_at: HashMap::new(), sweep_at: FEW_KEYS }
    }

    /// Takes one use, or returns how long until one is available. A refused attempt costs nothing.
    pub fn take(&mut self, key: K, now: Millis) -> Result<(), Span> {
        self.find(key, now).map(Use::take)
    }

    /// Like [`Self::take`], but leaves it to the caller to take what was found.
    pub fn find(&mut self, key: K, now: Millis) -> Result<Use<'_, K>, Span> {
        if self.full_at.len() >= self.sweep_at {
            self.sweep(now);
        }
        let place = self.full_at.entry(key);
        let full_at = match &place {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(_) => None,
        };
        let next = self.allowance.next(full_at, now)?;
        Ok(Use { place, next })
    }

    /// Whether [`Self::take`] would succeed.
    pub fn check(&self, key: &K, now: Millis) -> Result<(), Span> {
        self.allowance.next(self.full_at.get(key).copied(), now).map(drop)
    }

    /// The number of keys that are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.full_at.len()
    }

    /// Forgets keys whose whole allowance is restored.
    pub fn sweep(&mut self, now: Millis) {
        self.full_at.retain(|_, full_at| *full_at > now);
        if self.full_at.len() >= MOST_KEYS {
            self.full_at.clear();
        }
        self.sweep_at = FEW_KEYS.max(2 * self.full_at.len());
        self.full_at.shrink_to(self.sweep_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEN: Allowance = Allowance::per_hour(10);

    #[test]
    fn so_many_at_once_then_one_after_each_pause() {
        let mut asks = Allowances::new(TEN);
        let begin = Millis(1_000);
        assert!((0..10).all(|_| asks.check(&"a", begin).is_ok() && asks.take("a", begin).is_ok()));
        assert_eq!(asks.check(&"a", begin), Err(Span::minutes(6)));
        let wait = asks.take("a", begin).unwrap_err();
        assert_eq!(wait, Span::minutes(6));
        assert_eq!(asks.take("b", begin), Ok(()), "other keys are not affected");
        assert_eq!(asks.take("a", Millis(begin.0 + wait.0 - 1)), Err(Span(1)));
        assert_eq!(asks.take("a", begin + wait), Ok(()), "ten thousand refusals cost nothing");
    }

    #[test]
    fn memory_is_bounded() {
        let mut asks = Allowances::new(TEN);
        for n in 0..3 * MOST_KEYS {
            let _ = asks.take(n, Millis(0));
            assert!(asks.full_at.len() <= 2 * MOST_KEYS);
        }
        asks.sweep(Millis(0) + Span::hours(1));
        assert!(asks.full_at.is_empty());
    }

    proptest! {
        /// Whatever is attempted, no span has more uses than the allowance and what was restored during it.
        #[test]
        fn never_more_than_twice_the_times_in_a_span(gaps in prop::collection::vec(0i64..600_000, 1..200)) {
            let mut asks = Allowances::new(TEN);
            let (mut now, mut taken) = (Millis(0), Vec::new());
            for gap in gaps {
                now = now + Span(gap);
                match asks.take((), now) {
                    Ok(()) => taken.push(now),
                    Err(wait) => prop_assert!(wait.0 > 0 && wait <= TEN.span),
                }
            }
            for first in &taken {
                let within = taken.iter().filter(|at| *at >= first && (**at - *first) < TEN.span).count();
                prop_assert!(within <= 20, "{within}");
            }
        }
    }
}
