//! Limits on requesting and guessing sign-in codes.
//!
//! A stranger may type anybody's address, so what strangers do must not keep its owner out. The requester is limited
//! first: by network and browser, and more strictly for one mailbox. Each mailbox has a quota as well, which all unknown
//! browsers share and which no single network can use up. A browser that has signed in to the mailbox before has its own.

use super::{
    allowance::{Allowance, Allowances},
    networks::{NetworkAllowances, Networks},
};
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
pub const ASKS: Quota = Quota { name: "ask", times: 30, span: Span::hours(1) };
/// Codes tried for one mailbox, counted in the same way. At 60 a day a stranger needs 45 years on average to guess one of
/// 10^6 codes.
pub const GUESSES: Quota = Quota { name: "guess", times: 60, span: Span::days(1) };

/// What one network has of [`ASKS`]: a little more than the ten of somebody who cannot find the mail.
pub const ASKS_OF_A_NETWORK: Allowance = Allowance::per_hour(12);
/// What one network has of [`GUESSES`]: five codes with five tries each.
pub const GUESSES_OF_A_NETWORK: Allowance = Allowance { times: 25, span: Span::days(1) };

/// An allowance gives at most twice its number within one window of a quota, so no network uses up a quota alone.
const _: () = assert!(2 * (ASKS_OF_A_NETWORK.times as i64) < ASKS.times);
const _: () = assert!(2 * (GUESSES_OF_A_NETWORK.times as i64) < GUESSES.times);

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
    asks: RequestLimits<N>,
    tries: RequestLimits<N>,
    browsers: Allowances<B>,
}

/// Limits on one kind of request.
struct RequestLimits<N> {
    networks: NetworkAllowances<N>,
    /// By mailbox and widest network: the many networks of one site are one stranger to a mailbox.
    mailboxes: Allowances<(String, N)>,
}

impl<N: Eq + Hash + Copy> RequestLimits<N> {
    fn new(per_network: u32, per_mailbox: Allowance) -> Self {
        let networks = NetworkAllowances::new(Allowance::per_hour(per_network));
        Self { networks, mailboxes: Allowances::new(per_mailbox) }
    }

    /// If one limit refuses, the other is not charged, and no entry is stored for a refused request.
    fn take(&mut self, networks: Networks<N>, mailbox: &str, now: Millis) -> Result<(), Span> {
        self.networks.check(networks, now)?;
        if let Some(widest) = networks.widest() {
            self.mailboxes.take((mailbox.to_owned(), widest), now)?;
        }
        self.networks.take(networks, now)
    }

    fn sweep(&mut self, now: Millis) {
        self.networks.sweep(now);
        self.mailboxes.sweep(now);
    }
}

impl<N: Eq + Hash + Copy, B: Eq + Hash> AskLimits<N, B> {
    /// `per_network`: requests per hour from one network of the narrowest kind.
    pub fn new(per_network: u32) -> Self {
        Self {
            asks: RequestLimits::new(per_network, ASKS_OF_A_NETWORK),
            tries: RequestLimits::new(per_network.saturating_mul(TRIES_PER_ASK), GUESSES_OF_A_NETWORK),
            browsers: Allowances::new(ASKS_OF_A_BROWSER),
        }
    }

    /// Whether a code may be mailed, or how long to wait. If `known` (as in [`Quota::subject`]), the network is not
    /// counted, because others may have used up its allowance.
    pub fn ask(
        &mut self,
        networks: Networks<N>,
        mailbox: &str,
        browser: B,
        known: bool,
        now: Millis,
    ) -> Result<(), Span> {
        if !known {
            self.asks.take(networks, mailbox, now)?;
        }
        self.browsers.take(browser, now)
    }

    /// Whether a code may be tried, or how long to wait.
    pub fn try_code(
        &mut self,
        networks: Networks<N>,
        mailbox: &str,
        known: bool,
        now: Millis,
    ) -> Result<(), Span> {
        if known { Ok(()) } else { self.tries.take(networks, mailbox, now) }
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
    const ANN: &str = "ann@x.org";

    const fn only<N: Copy>(network: N) -> Networks<N> {
        Networks([Some(network), None, None])
    }

    #[test]
    fn ten_thousand_asks_of_one_network_are_its_own_affair() {
        let mut limits = AskLimits::new(OFFICE);
        let taken = |n: &u32| limits.ask(only("attacker"), &format!("{n}@x.org"), *n, false, NOW).is_ok();
        assert_eq!((0..10_000).filter(taken).count(), OFFICE as usize);
        assert_eq!(limits.ask(only("elsewhere"), ANN, 20_000, false, NOW), Ok(()));
        assert_eq!(
            limits.ask(only("attacker"), ANN, 20_001, true, NOW),
            Ok(()),
            "a browser that has signed in before is not affected"
        );
        assert!(limits.ask(only("attacker"), ANN, 20_002, false, NOW).is_err());
        assert_eq!(limits.asks.mailboxes.len(), OFFICE as usize + 1, "nothing is kept of what is refused");
    }

    #[test]
    fn a_network_that_is_after_one_mailbox_soon_has_enough_of_it() {
        let mut limits = AskLimits::new(OFFICE);
        // One site with many networks.
        let at = |n: u32| Networks([Some((0, n)), Some((1, n >> 8)), Some((2, 0))]);
        let asks = (0..10_000).filter(|n| limits.ask(at(*n), ANN, *n, false, NOW).is_ok()).count();
        let guesses = (0..10_000).filter(|n| limits.try_code(at(*n), ANN, false, NOW).is_ok()).count();
        assert_eq!(asks, ASKS_OF_A_NETWORK.times as usize);
        assert_eq!(guesses, GUESSES_OF_A_NETWORK.times as usize);
        assert_eq!(
            limits.ask(at(1), "ben@x.org", 20_000, false, NOW),
            Ok(()),
            "its neighbours are not affected"
        );
        assert_eq!(limits.try_code(at(1), "ben@x.org", false, NOW), Ok(()));
        let elsewhere = Networks([Some((3, 1)), None, None]);
        assert_eq!(limits.ask(elsewhere, ANN, 20_001, false, NOW), Ok(()), "nor is the owner elsewhere");
        assert_eq!(limits.try_code(elsewhere, ANN, false, NOW), Ok(()));
        assert_eq!(limits.try_code(at(1), ANN, true, NOW), Ok(()));
    }

    #[test]
    fn a_browser_asks_so_often_whatever_network_it_is_in() {
        let mut limits = AskLimits::new(OFFICE);
        let taken =
            (0..100).filter(|n| limits.ask(only(*n), ANN, "browser", *n % 2 == 0, NOW).is_ok()).count();
        assert_eq!(taken, ASKS_OF_A_BROWSER.times as usize);
        assert_eq!(limits.ask(only(200), ANN, "another", false, NOW), Ok(()));
    }

    #[test]
    fn strangers_and_the_owners_browsers_are_counted_apart() {
        let subjects = [
            ASKS.subject("ann@x.org", None),
            ASKS.subject("ann@x.org", Some("b1")),
            ASKS.subject("ann@x.org", Some("b2")),
            GUESSES.subject("ann@x.org", None),
        ];
        assert_eq!(subjects.iter().collect::<std::collections::HashSet<_>>().len(), subjects.len());
        for quota in [ASKS, GUESSES] {
            assert_eq!(quota.window(NOW), quota.window(NOW + Span(1)));
            assert_eq!(quota.window(NOW) + quota.span, quota.window(NOW + quota.span));
        }
    }

    proptest! {
        /// Whatever one network does, a second network and the known browsers of the first are not affected.
        #[test]
        fn one_network_takes_nothing_from_others(asks in prop::collection::vec((0u8..50, 0i64..2_000), 1..300)) {
            let mut limits = AskLimits::new(5);
            let mut now = NOW;
            for (browser, gap) in asks {
                now = now + Span(gap);
                let _ = limits.ask(only("attacker"), ANN, browser, false, now);
                let _ = limits.try_code(only("attacker"), ANN, false, now);
            }
            for n in 0..5 {
                prop_assert_eq!(limits.ask(only("elsewhere"), ANN, 100 + n, false, now), Ok(()));
                prop_assert_eq!(limits.ask(only("attacker"), ANN, 200 + n, true, now), Ok(()));
                prop_assert_eq!(limits.try_code(only("elsewhere"), ANN, false, now), Ok(()));
            }
        }
    }
}
