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

/// The networks that contain a requester, from the narrowest to the widest. Who rents an IPv6 /48 has 65,536 networks of
/// the narrowest kind at no cost, so wider ones are counted, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Networks<N>(pub [Option<N>; 3]);

/// The allowances of a narrowest network that each kind of [`Networks`] has in common. A /48 may be an office building
/// or a provider's district, so it has as much as 16 households.
const SHARES: [u32; 3] = [1, 4, 16];

/// Counts each use for all networks that contain the requester.
struct Nested<N>([Allowances<N>; 3]);

impl<N: Eq + Hash> Nested<N> {
    fn new(per_hour: u32) -> Self {
        Self(SHARES.map(|share| Allowances::new(Allowance::per_hour(per_hour.saturating_mul(share)))))
    }

    /// The narrowest is asked first: what it refuses must cost its neighbours nothing.
    fn take(&mut self, networks: Networks<N>, now: Millis) -> Result<(), Span> {
        let kinds = self.0.iter_mut().zip(networks.0);
        kinds.filter_map(|(uses, network)| Some((uses, network?))).try_for_each(|(uses, n)| uses.take(n, now))
    }

    fn sweep(&mut self, now: Millis) {
        self.0.iter_mut().for_each(|uses| uses.sweep(now));
    }
}

/// Limits on requesters, in memory. `N`: a network address, `B`: a browser.
pub struct AskLimits<N, B> {
    asks: Nested<N>,
    tries: Nested<N>,
    browsers: Allowances<B>,
}

impl<N: Eq + Hash, B: Eq + Hash> AskLimits<N, B> {
    /// `per_network`: requests per hour from one network of the narrowest kind.
    pub fn new(per_network: u32) -> Self {
        Self {
            asks: Nested::new(per_network),
            tries: Nested::new(per_network.saturating_mul(TRIES_PER_ASK)),
            browsers: Allowances::new(ASKS_OF_A_BROWSER),
        }
    }

    /// Whether a code may be mailed, or how long to wait. If `known` (as in [`Quota::subject`]), the network is not
    /// counted, because others may have used up its allowance.
    pub fn ask(&mut self, networks: Networks<N>, browser: B, known: bool, now: Millis) -> Result<(), Span> {
        if !known {
            self.asks.take(networks, now)?;
        }
        self.browsers.take(browser, now)
    }

    /// Whether a code may be tried, or how long to wait.
    pub fn try_code(&mut self, networks: Networks<N>, known: bool, now: Millis) -> Result<(), Span> {
        if known { Ok(()) } else { self.tries.take(networks, now) }
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

    const fn only<N: Copy>(network: N) -> Networks<N> {
        Networks([Some(network), None, None])
    }

    #[test]
    fn ten_thousand_asks_of_one_network_are_its_own_affair() {
        let mut limits = AskLimits::new(OFFICE);
        let taken = (0..10_000).filter(|n| limits.ask(only("attacker"), *n, false, NOW).is_ok()).count();
        assert_eq!(taken, OFFICE as usize);
        assert_eq!(limits.ask(only("elsewhere"), 20_000, false, NOW), Ok(()));
        assert_eq!(
            limits.ask(only("attacker"), 20_001, true, NOW),
            Ok(()),
            "a browser that has signed in before is not affected"
        );
        assert!(limits.ask(only("attacker"), 20_002, false, NOW).is_err());
    }

    #[test]
    fn the_narrow_networks_of_a_wide_one_share_an_allowance() {
        let mut limits = AskLimits::<(u8, u32), u32>::new(5);
        let at = |narrow: u32| Networks([Some((0, narrow)), Some((1, narrow >> 8)), Some((2, narrow >> 16))]);
        let mut browser = 0;
        let mut taken = |limits: &mut AskLimits<_, u32>, narrow: std::ops::Range<u32>, times: u32| {
            let asks = narrow.flat_map(|n| (0..times).map(move |_| n)).filter(|n| {
                browser += 1;
                limits.ask(at(*n), browser, false, NOW).is_ok()
            });
            asks.count()
        };
        assert_eq!(taken(&mut limits, 0..1, 1_000), 5, "one narrow network");
        assert_eq!(taken(&mut limits, 1..256, 1), 20 - 5, "the middle one has four times as much");
        assert_eq!(taken(&mut limits, 256..65_536, 1), 80 - 20, "the widest has 16 times as much");
        assert_eq!(taken(&mut limits, 65_536..65_541, 1), 5, "another wide network is not affected");
        assert_eq!(limits.ask(at(1), 0, true, NOW), Ok(()), "nor is a browser that has signed in before");
    }

    #[test]
    fn a_browser_asks_so_often_whatever_network_it_is_in() {
        let mut limits = AskLimits::new(OFFICE);
        let taken = (0..100).filter(|n| limits.ask(only(*n), "browser", *n % 2 == 0, NOW).is_ok()).count();
        assert_eq!(taken, ASKS_OF_A_BROWSER.times as usize);
        assert_eq!(limits.ask(only(200), "another", false, NOW), Ok(()));
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
                let _ = limits.ask(only("attacker"), browser, false, now);
                let _ = limits.try_code(only("attacker"), false, now);
            }
            for n in 0..5 {
                prop_assert_eq!(limits.ask(only("elsewhere"), 100 + n, false, now), Ok(()));
                prop_assert_eq!(limits.ask(only("attacker"), 200 + n, true, now), Ok(()));
                prop_assert_eq!(limits.try_code(only("elsewhere"), false, now), Ok(()));
            }
        }
    }
}
