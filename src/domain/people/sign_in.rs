//! Limits on requesting and guessing sign-in codes.
//!
//! The requester is limited first, by network address and browser. Each mailbox also has a quota, which all unknown
//! browsers share. A browser that has signed in to the mailbox before has its own quota, so strangers cannot use up the
//! owner's.

use super::allowance::{Allowance, Allowances};
use crate::time::{Millis, Span};
use std::hash::Hash;

/// How long a code is valid.
pub const CODE_LASTS: Span = Span::minutes(10);
/// Wrong attempts after which a code is void.
pub const TRIES: i64 = 5;
/// Requests by one browser, for any mailboxes.
pub const ASKS_OF_A_BROWSER: Allowance = Allowance::per_hour(20);
/// A code allows five attempts; people who mistype need fewer.
const TRIES_PER_ASK: u32 = 5;

/// A number of uses per calendar hour or day, counted in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Part of the stored key.
    pub name: &'static str,
    pub times: i64,
    pub span: Span,
}

/// Codes mailed to one mailbox: a quota for all unknown browsers together, and one for each browser that has signed in
/// to it.
pub const ASKS: Quota = Quota { name: "ask", times: 10, span: Span::hours(1) };
/// Codes tried for one mailbox, counted in the same way. At 40 a day a stranger needs 34 years on average to guess one
/// of 10^6 codes.
pub const GUESSES: [Quota; 2] = [
    Quota { name: "guess", times: 15, span: Span::hours(1) },
    Quota { name: "guess", times: 40, span: Span::days(1) },
];

impl Quota {
    /// The key under which uses are counted. `known`: the browser, if this mailbox has signed in with it before.
    pub fn subject(&self, mailbox: &str, known: Option<&str>) -> String {
        format!("{}:{mailbox}:{}", self.name, known.unwrap_or_default())
    }

    /// The start of the window that contains `now`.
    pub fn window(&self, now: Millis) -> Millis {
        Millis(now.0 - now.0.rem_euclid(self.span.0))
    }
}

/// Limits on requesters, in memory. `N`: a network address, `B`: a browser.
pub struct AskLimits<N, B> {
    asks: Allowances<N>,
    tries: Allowances<N>,
    browsers: Allowances<B>,
}

impl<N: Eq + Hash, B: Eq + Hash> AskLimits<N, B> {
    /// `per_network`: requests per hour from one network address.
    pub fn new(per_network: u32) -> Self {
        Self {
            asks: Allowances::new(Allowance::per_hour(per_network)),
            tries: Allowances::new(Allowance::per_hour(per_network.saturating_mul(TRIES_PER_ASK))),
            browsers: Allowances::new(ASKS_OF_A_BROWSER),
        }
    }

    /// Whether a code may be mailed, or how long to wait. If `known` (as in [`Quota::subject`]), the network is not
    /// counted, because others may have used up its allowance.
    pub fn ask(&mut self, network: N, browser: B, known: bool, now: Millis) -> Result<(), Span> {
        if !known {
            self.asks.take(network, now)?;
        }
        self.browsers.take(browser, now)
    }

    /// Whether a code may be tried, or how long to wait.
    pub fn try_code(&mut self, network: N, known: bool, now: Millis) -> Result<(), Span> {
        if known { Ok(()) } else { self.tries.take(network, now) }
    }

    pub fn sweep(&mut self, now: Millis) {
        self.asks.sweep(now);
        self.tries.sweep(now);
        self.browsers.sweep(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Millis = Millis(1_700_000_000_000);
    const OFFICE: u32 = 500;

    #[test]
    fn ten_thousand_asks_of_one_network_are_its_own_affair() {
        let mut limits = AskLimits::new(OFFICE);
        let taken = (0..10_000).filter(|n| limits.ask("attacker", *n, false, NOW).is_ok()).count();
        assert_eq!(taken, OFFICE as usize);
        assert_eq!(limits.ask("elsewhere", 20_000, false, NOW), Ok(()));
        assert_eq!(
            limits.ask("attacker", 20_001, true, NOW),
            Ok(()),
            "a browser that has signed in before is not affected"
        );
        assert!(limits.ask("attacker", 20_002, false, NOW).is_err());
    }

    #[test]
    fn a_browser_asks_so_often_whatever_network_it_is_in() {
        let mut limits = AskLimits::new(OFFICE);
        let taken = (0..100).filter(|n| limits.ask(*n, "browser", *n % 2 == 0, NOW).is_ok()).count();
        assert_eq!(taken, ASKS_OF_A_BROWSER.times as usize);
        assert_eq!(limits.ask(200, "another", false, NOW), Ok(()));
    }

    #[test]
    fn strangers_and_the_owners_browsers_are_counted_apart() {
        let [hour, day] = GUESSES;
        let subjects = [
            ASKS.subject("ann@x.org", None),
            ASKS.subject("ann@x.org", Some("b1")),
            ASKS.subject("ann@x.org", Some("b2")),
            hour.subject("ann@x.org", None),
        ];
        assert_eq!(subjects.iter().collect::<std::collections::HashSet<_>>().len(), subjects.len());
        assert_eq!(hour.subject("a@x.org", None), day.subject("a@x.org", None), "the span tells them apart");
        assert_eq!(
            (hour.window(NOW), day.window(NOW)),
            (hour.window(NOW + Span(1)), day.window(NOW + Span::hours(1)))
        );
        assert_eq!(hour.window(NOW) + hour.span, hour.window(NOW + hour.span));
    }

    proptest! {
        /// Whatever one network does, a second network and the known browsers of the first are not affected.
        #[test]
        fn one_network_takes_nothing_from_others(asks in prop::collection::vec((0u8..50, 0i64..2_000), 1..300)) {
            let mut limits = AskLimits::new(5);
            let mut now = NOW;
            for (browser, gap) in asks {
                now = now + Span(gap);
                let _ = limits.ask("attacker", browser, false, now);
                let _ = limits.try_code("attacker", false, now);
            }
            for n in 0..5 {
                prop_assert_eq!(limits.ask("elsewhere", 100 + n, false, now), Ok(()));
                prop_assert_eq!(limits.ask("attacker", 200 + n, true, now), Ok(()));
                prop_assert_eq!(limits.try_code("elsewhere", false, now), Ok(()));
            }
        }
    }
}
