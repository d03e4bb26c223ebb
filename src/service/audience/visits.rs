//! Counts looks at pages. A look waits in memory and is stored within a minute, so no page waits for it.

use crate::{ServiceResult, Services, sender};
use domain::{
    audience::{
        days::LocalDay,
        visits::{
            MOST_OF_A_NETWORK, MOST_OF_A_SPACE, MOST_WAITING, PageVisit, SECRET_DAYS, VisitStep, agent,
            kept_since,
        },
    },
    catalogue::{offer::Space, zone::Zone},
    id::SpaceId,
};
use std::{
    collections::{HashMap, HashSet},
    mem,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Looks that are not stored yet.
#[derive(Default)]
pub struct WaitingVisits(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    looks: HashSet<PageVisit>,
    /// How many of each space and day this process has taken.
    taken: HashMap<(SpaceId, LocalDay), usize>,
    /// The same of each network: one that gives itself many names counts for no more.
    nearby: HashMap<(IpAddr, LocalDay), usize>,
}

impl Waiting {
    /// False if there are too many. The same look is taken once until it is stored. `network`: the widest that it comes from.
    fn take(&mut self, visit: PageVisit, network: IpAddr) -> bool {
        let (place, source) = ((visit.space, visit.day), (network, visit.day));
        let taken = self.taken.get(&place).copied().unwrap_or_default();
        let nearby = self.nearby.get(&source).copied().unwrap_or_default();
        if self.looks.len() >= MOST_WAITING || taken >= MOST_OF_A_SPACE || nearby >= MOST_OF_A_NETWORK {
            return false;
        }
        if self.looks.insert(visit) {
            self.taken.insert(place, taken + 1);
            self.nearby.insert(source, nearby + 1);
        }
        true
    }
}

/// Notes that somebody who is not in the team looked at a page of a space. `browser`: the name that it gives itself. Programs that
/// say that they are no person are not counted, and nothing is outside of a request.
pub fn note(services: &Services, space: &Space, step: VisitStep, browser: &str, source: String) {
    let Some(networks) = sender::networks() else { return };
    let (address, network) = (networks.0.into_iter().flatten().next(), networks.widest());
    let (Some(address), Some(network), Some(agent)) = (address, network, agent(browser)) else { return };
    let day = LocalDay::of(services.now(), space.zone.as_ref().unwrap_or(&Zone::UTC));
    let visit = PageVisit { space: space.id, day, step, address, agent, source };
    let mut waiting = services.visits.0.lock().unwrap_or_else(PoisonError::into_inner);
    if !waiting.take(visit, network) {
        tracing::debug!("a look is not counted, because too many wait");
    }
}

/// Stores the looks that wait. Returns how many there were. What cannot be stored is not counted: it is worth no second try.
pub async fn store(services: &Services) -> ServiceResult<usize> {
    let today = LocalDay::of(services.now(), &Zone::UTC);
    let looks = {
        let mut waiting = services.visits.0.lock().unwrap_or_else(PoisonError::into_inner);
        // East and west of Greenwich it is another day for half a day.
        waiting.taken.retain(|(_, day), _| *day >= today.plus(-1));
        waiting.nearby.retain(|(_, day), _| *day >= today.plus(-1));
        mem::take(&mut waiting.looks)
    };
    let count = looks.len();
    if count > 0 {
        services.store.page_visits().store(looks.into_iter().collect()).await?;
    }
    Ok(count)
}

/// Deletes the secrets of past days, after which nobody can tell who looked, and what is too old to be shown.
pub async fn forget(services: &Services) -> ServiceResult<()> {
    let now = services.now();
    let secrets = LocalDay::of(now, &Zone::UTC).plus(-SECRET_DAYS);
    let looks = LocalDay::of(kept_since(now), &Zone::UTC);
    Ok(services.store.page_visits().forget(looks, secrets).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_bounded_and_the_same_look_waits_once() {
        let mut waiting = Waiting::default();
        let day: LocalDay = "2026-11-29".parse().expect("a day");
        let look = |n: u32, space| PageVisit {
            space,
            day,
            step: VisitStep::Space,
            address: std::net::Ipv4Addr::from_bits(n).into(),
            agent: "a browser".into(),
            source: String::new(),
        };
        let space = SpaceId::new();
        let take = |waiting: &mut Waiting, visit: PageVisit| {
            let network = visit.address;
            waiting.take(visit, network)
        };
        assert!(take(&mut waiting, look(0, space)) && take(&mut waiting, look(0, space)));
        assert_eq!((waiting.looks.len(), waiting.taken[&(space, day)]), (1, 1));
        let taken = (1..9_999).filter(|n| take(&mut waiting, look(*n, space))).count();
        assert_eq!((taken + 1, waiting.looks.len()), (MOST_WAITING, MOST_WAITING));
        waiting.looks.clear();
        waiting.taken.insert((space, day), MOST_OF_A_SPACE);
        assert!(!take(&mut waiting, look(1, space)) && take(&mut waiting, look(1, SpaceId::new())));
        let from = look(2, space).address;
        waiting.nearby.insert((from, day), MOST_OF_A_NETWORK - 1);
        let named = |agent: &str| PageVisit { agent: agent.into(), ..look(2, SpaceId::new()) };
        assert!(take(&mut waiting, named("one browser")) && !take(&mut waiting, named("another name")));
    }
}
