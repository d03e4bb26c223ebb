//! The networks that contain a requester. Whatever is limited by network address counts for each of them.

use super::allowance::{Allowance, Allowances};
use crate::time::{Millis, Span};
use std::hash::Hash;

/// From the narrowest to the widest. Who rents an IPv6 /48 has 65,536 networks of the narrowest kind at no cost, so wider
/// ones are counted, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Networks<N>(pub [Option<N>; 3]);

/// Limit multiplier for /64, /56 and /48. A /48 may be an office building or a provider's district, but one that took all
/// would leave nothing to others.
pub const SHARES: [u32; 3] = [1, 2, 4];

impl<N: Clone> Networks<N> {
    /// Each network with the index of its kind in [`SHARES`].
    pub fn kinds(self) -> impl Iterator<Item = (usize, N)> + Clone {
        self.0.into_iter().enumerate().filter_map(|(kind, network)| Some((kind, network?)))
    }

    pub fn widest(self) -> Option<N> {
        self.0.into_iter().flatten().last()
    }
}

/// An allowance of the narrowest network, of which the wider ones have their shares.
pub struct NetworkAllowances<N>([Allowances<N>; 3]);

impl<N: Copy + Eq + Hash> NetworkAllowances<N> {
    pub fn new(narrowest: Allowance) -> Self {
        Self(SHARES.map(|share| {
            Allowances::new(Allowance { times: narrowest.times.saturating_mul(share), ..narrowest })
        }))
    }

    /// Takes one use of each network, or none and returns how long until one is available.
    pub fn take(&mut self, networks: Networks<N>, now: Millis) -> Result<(), Span> {
        // A single one is taken or refused as a whole.
        if networks.kinds().nth(1).is_some() {
            self.check(networks, now)?;
        }
        networks.kinds().try_for_each(|(kind, network)| self.0[kind].take(network, now))
    }

    /// Whether [`Self::take`] would succeed.
    pub fn check(&self, networks: Networks<N>, now: Millis) -> Result<(), Span> {
        networks.kinds().try_for_each(|(kind, network)| self.0[kind].check(&network, now))
    }

    pub fn sweep(&mut self, now: Millis) {
        self.0.iter_mut().for_each(|uses| uses.sweep(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrow_networks_of_a_wide_one_share_an_allowance() {
        let mut uses = NetworkAllowances::<u32>::new(Allowance::per_hour(5));
        let at = |narrow: u32| Networks([Some(narrow), Some(narrow >> 8), Some(narrow >> 16)]);
        let mut taken = |narrow: std::ops::Range<u32>, times: u32| {
            let uses_of = narrow.flat_map(|n| (0..times).map(move |_| n));
            uses_of.filter(|n| uses.take(at(*n), Millis(0)).is_ok()).count()
        };
        assert_eq!(taken(0..1, 1_000), 5, "one narrow network");
        assert_eq!(taken(1..256, 1), 10 - 5, "the middle one has twice as much");
        assert_eq!(taken(256..65_536, 1), 20 - 10, "the widest has four times as much");
        assert_eq!(taken(65_536..65_541, 1), 5, "another wide network is not affected");
        assert_eq!(
            uses.0[0].check(&60_000, Millis(0)),
            Ok(()),
            "what a wide network refuses costs the narrow nothing"
        );
    }

    #[test]
    fn the_widest_network_is_the_last_that_there_is() {
        assert_eq!(Networks([Some(1), Some(2), Some(3)]).widest(), Some(3));
        assert_eq!(Networks([Some(1), None, None]).widest(), Some(1));
        assert_eq!(Networks::<u8>([None; 3]).widest(), None);
    }
}
