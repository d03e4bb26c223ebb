//! Maps source addresses to peers. Datagrams other than STUN requests name no peer, so their source address identifies
//! it.
//!
//! A sender can forge a source address, so a STUN request proves who sent it, but not from where. Only the answer to
//! one of our own checks proves the address: the check went there, and nobody else has seen it. Until then an address
//! is only claimed. A claim never takes an address from a peer that has proved it; another proof does.

use super::limits::RIVALS;
use crate::wire::Remote;
use domain::id::MediaSessionId;
use std::collections::{HashMap, hash_map::Entry};

struct Claim {
    owner: MediaSessionId,
    proven: bool,
    /// Other peers that claim it, the latest last.
    rivals: Vec<MediaSessionId>,
}

/// A peer that has claimed an address stays in its entry until it releases the address, or until [`Sources::claim`]
/// returns it as displaced.
#[derive(Default)]
pub struct Sources(HashMap<Remote, Claim>);

impl Sources {
    pub fn owner(&self, address: Remote) -> Option<MediaSessionId> {
        self.0.get(&address).map(|claim| claim.owner)
    }

    /// The owner and its rivals.
    pub fn claimants(&self, address: Remote) -> impl Iterator<Item = MediaSessionId> + '_ {
        let claim = self.0.get(&address).into_iter();
        claim.flat_map(|claim| std::iter::once(claim.owner).chain(claim.rivals.iter().copied()))
    }

    /// Records a request of `session` from this address. Returns the claimant that was displaced to make room.
    pub fn claim(&mut self, address: Remote, session: MediaSessionId) -> Option<MediaSessionId> {
        let claim = match self.0.entry(address) {
            Entry::Vacant(entry) => {
                entry.insert(Claim { owner: session, proven: false, rivals: vec![] });
                return None;
            }
            Entry::Occupied(entry) => entry.into_mut(),
        };
        if claim.owner == session || claim.rivals.contains(&session) {
            return None;
        }
        let rival = if claim.proven { session } else { std::mem::replace(&mut claim.owner, session) };
        claim.rivals.push(rival);
        (claim.rivals.len() > RIVALS).then(|| claim.rivals.remove(0))
    }

    /// Records that `session` answered a check sent to this address.
    pub fn prove(&mut self, address: Remote, session: MediaSessionId) {
        let Some(claim) = self.0.get_mut(&address) else { return };
        if claim.owner != session {
            let Some(at) = claim.rivals.iter().position(|rival| *rival == session) else { return };
            claim.rivals.remove(at);
            claim.rivals.push(std::mem::replace(&mut claim.owner, session));
        }
        claim.proven = true;
    }

    /// Records that `session` left the address. If it was the owner, its latest rival becomes the owner.
    pub fn release(&mut self, address: Remote, session: MediaSessionId) {
        let Entry::Occupied(mut entry) = self.0.entry(address) else { return };
        let claim = entry.get_mut();
        if claim.owner != session {
            claim.rivals.retain(|rival| *rival != session);
            return;
        }
        match claim.rivals.pop() {
            Some(heir) => (claim.owner, claim.proven) = (heir, false),
            None => drop(entry.remove()),
        }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address() -> Remote {
        Remote::udp("192.0.2.7:4000".parse().unwrap())
    }

    #[test]
    fn a_claim_never_takes_a_proven_address() {
        let (mut sources, owner, thief) = (Sources::default(), MediaSessionId::new(), MediaSessionId::new());
        sources.claim(address(), owner);
        sources.prove(address(), owner);
        sources.claim(address(), thief);
        assert_eq!(sources.owner(address()), Some(owner));
        sources.release(address(), thief);
        assert_eq!(sources.owner(address()), Some(owner));
        assert_eq!(sources.claimants(address()).count(), 1);
    }

    #[test]
    fn by_udp_and_by_tcp_an_address_has_two_owners() {
        let (mut sources, one, other) = (Sources::default(), MediaSessionId::new(), MediaSessionId::new());
        let by_tcp = Remote::tcp(address().at);
        sources.claim(address(), one);
        sources.claim(by_tcp, other);
        sources.prove(by_tcp, other);
        assert_eq!((sources.owner(address()), sources.owner(by_tcp)), (Some(one), Some(other)));
    }

    #[test]
    fn a_claim_before_the_owner_is_worth_nothing_once_the_owner_comes() {
        let (mut sources, thief, owner) = (Sources::default(), MediaSessionId::new(), MediaSessionId::new());
        sources.claim(address(), thief);
        sources.claim(address(), owner);
        assert_eq!(sources.owner(address()), Some(owner), "the latest claim wins");
        sources.prove(address(), owner);
        sources.claim(address(), thief);
        assert_eq!(sources.owner(address()), Some(owner));
    }

    #[test]
    fn an_address_goes_to_who_proves_to_have_it_now_and_comes_back() {
        let (mut sources, first, second) = (Sources::default(), MediaSessionId::new(), MediaSessionId::new());
        for session in [first, second] {
            sources.claim(address(), session);
            sources.prove(address(), session);
            assert_eq!(sources.owner(address()), Some(session));
        }
        sources.release(address(), second);
        assert_eq!(sources.owner(address()), Some(first));
        sources.release(address(), first);
        assert_eq!((sources.owner(address()), sources.len()), (None, 0));
    }

    proptest! {
        /// Whatever others claim and release, the peer that proved the address keeps it, and claimants stay few.
        #[test]
        fn a_proven_owner_stays_owner(steps in proptest::collection::vec((0..12usize, any::<bool>()), 0..60)) {
            let thieves: Vec<_> = (0..12).map(|_| MediaSessionId::new()).collect();
            let (mut sources, owner) = (Sources::default(), MediaSessionId::new());
            let mut displaced = vec![];
            sources.claim(address(), thieves[0]);
            sources.claim(address(), owner);
            sources.prove(address(), owner);
            for (thief, comes) in steps {
                match comes {
                    true => displaced.extend(sources.claim(address(), thieves[thief])),
                    false => sources.release(address(), thieves[thief]),
                }
                prop_assert_eq!(sources.owner(address()), Some(owner));
                prop_assert!(sources.claimants(address()).count() <= 1 + RIVALS);
            }
            prop_assert!(!displaced.contains(&owner));
        }
    }
}
