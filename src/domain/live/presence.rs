//! Who is present: people, not pages. An attendance is one open page or one media session of one person.

use crate::{
    id::*,
    live::viewership::Viewing,
    time::{Millis, Span},
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How long a person stays counted after their last page closed, so that a reload is not a departure.
pub const LEAVE_AFTER: Span = Span::secs(3);

/// One person: an account, or an anonymous browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Person {
    Account(AccountId),
    Visitor(VisitorId),
}

impl Person {
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(account) => Some(account),
            Self::Visitor(_) => None,
        }
    }
}

/// How many pages a person has open, and since when they are here; on air, at the earliest since the stream went on
/// air.
#[derive(Clone, Copy, Debug)]
struct Stay {
    pages: u32,
    since: Millis,
}

/// The people in one room, and what those with an account have watched there.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    here: HashMap<Person, Stay>,
    /// People whose last page has closed, and when they stop being counted.
    leaving: HashMap<Person, Millis>,
    /// The same ordered by time: when a crowd leaves at once, nobody has to be searched for.
    order: BTreeSet<(Millis, Person)>,
    peak: usize,
    on_air: bool,
    /// Viewings that have ended but are not stored yet.
    ended: Vec<Viewing>,
    /// The accounts that have watched since this was created.
    watchers: HashSet<AccountId>,
}

impl Presence {
    pub fn enter(&mut self, person: Person, now: Millis) {
        self.here.entry(person).or_insert(Stay { pages: 0, since: now }).pages += 1;
        if self.on_air {
            self.watchers.extend(person.account());
        }
        self.stays(person);
        self.peak = self.peak.max(self.here.len());
    }

    /// A page was closed; its person stays counted until [`LEAVE_AFTER`] has passed without another page.
    pub fn leave(&mut self, person: Person, now: Millis) {
        if let Some(stay) = self.here.get_mut(&person) {
            stay.pages = stay.pages.saturating_sub(1);
            if stay.pages == 0 {
                self.stays(person);
                self.leaving.insert(person, now + LEAVE_AFTER);
                self.order.insert((now + LEAVE_AFTER, person));
            }
        }
    }

    /// The service closed one of their pages; after the last one they are gone at once.
    pub fn remove(&mut self, person: Person, now: Millis) {
        let Some(stay) = self.here.get_mut(&person) else { return };
        stay.pages = stay.pages.saturating_sub(1);
        if stay.pages == 0 {
            self.stays(person);
            self.goes(person, now);
        }
    }

    /// Cancels a pending departure.
    fn stays(&mut self, person: Person) {
        if let Some(at) = self.leaving.remove(&person) {
            self.order.remove(&(at, person));
        }
    }

    /// Removes people whose time to come back is over.
    pub fn settle(&mut self, now: Millis) {
        while let Some(&(at, person)) = self.order.first().filter(|(at, _)| *at <= now) {
            self.order.remove(&(at, person));
            self.leaving.remove(&person);
            self.goes(person, Millis(at.0 - LEAVE_AFTER.0));
        }
    }

    fn goes(&mut self, person: Person, until: Millis) {
        let stay = self.here.remove(&person);
        let viewing = stay.and_then(|stay| viewing(person, stay, until));
        // A viewing of length zero would have the same key as this person's next one.
        self.ended.extend(viewing.filter(|viewing| self.on_air && viewing.since < viewing.until));
    }

    /// The stream goes on air or off it; false when nothing changes. Time off air does not count as viewing.
    pub fn air(&mut self, on_air: bool, now: Millis) -> bool {
        if on_air == self.on_air {
            return false;
        }
        if on_air {
            self.here.values_mut().for_each(|stay| stay.since = now);
            self.watchers.extend(self.here.keys().filter_map(|person| person.account()));
        } else {
            let watched: Vec<_> = self.running(now).collect();
            self.ended.extend(watched);
        }
        self.on_air = on_air;
        true
    }

    pub const fn on_air(&self) -> bool {
        self.on_air
    }

    /// The viewings in progress, with `now` as their end.
    fn running(&self, now: Millis) -> impl Iterator<Item = Viewing> {
        let those = self.here.iter().filter(|_| self.on_air);
        those.filter_map(move |(person, stay)| {
            let left = self.leaving.get(person).map(|at| Millis(at.0 - LEAVE_AFTER.0));
            viewing(*person, *stay, left.unwrap_or(now))
        })
    }

    /// The viewings to store: first the ended ones, whose number is returned too, then those in progress.
    pub fn viewings(&self, now: Millis) -> (Vec<Viewing>, usize) {
        (self.ended.iter().copied().chain(self.running(now)).collect(), self.ended.len())
    }
    /// How long the viewings that are not dropped yet had lasted at this time, all together.
    pub fn watched(&self, at: Millis) -> Span {
        let spans = self.ended.iter().copied().chain(self.running(at));
        Span(spans.map(|one| (one.until.min(at) - one.since).0.max(0)).sum())
    }
    /// The number of accounts that have watched since this was created.
    pub fn watchers(&self) -> usize {
        self.watchers.len()
    }
    /// The first `ended` of the ended viewings were stored.
    pub fn stored(&mut self, ended: usize) {
        self.ended.drain(..ended.min(self.ended.len()));
    }
    /// Whether somebody is watching, or an ended viewing is not stored yet.
    pub fn has_viewings(&self) -> bool {
        !self.ended.is_empty() || (self.on_air && !self.here.is_empty())
    }
    /// Whether all ended viewings are stored.
    pub fn all_stored(&self) -> bool {
        self.ended.is_empty()
    }

    /// The people who are here, in no order.
    pub fn everybody(&self) -> impl Iterator<Item = Person> {
        self.here.keys().copied()
    }

    /// When [`Presence::settle`] next has something to do.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.order.first().map(|(at, _)| *at)
    }

    pub fn people(&self) -> usize {
        self.here.len()
    }

    /// The most people at once since this was created.
    pub fn peak(&self) -> usize {
        self.peak
    }
}

fn viewing(person: Person, stay: Stay, until: Millis) -> Option<Viewing> {
    let since = stay.since;
    person.account().filter(|_| since <= until).map(|account| Viewing { account, since, until })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000);

    fn visitor() -> Person {
        Person::Visitor(VisitorId::new())
    }

    #[test]
    fn four_pages_are_one_person() {
        let (mut here, ann) = (Presence::default(), visitor());
        for _ in 0..4 {
            here.enter(ann, NOW);
        }
        here.leave(ann, NOW);
        here.settle(NOW + LEAVE_AFTER);
        assert_eq!((here.people(), here.next_deadline()), (1, None));
    }

    #[test]
    fn a_reload_is_not_a_leave_and_a_leave_is_one_after_three_seconds() {
        let (mut here, ann, ben) = (Presence::default(), visitor(), visitor());
        here.enter(ann, NOW);
        here.enter(ben, NOW);
        here.leave(ann, NOW);
        here.leave(ben, NOW);
        assert_eq!(here.next_deadline(), Some(NOW + LEAVE_AFTER));
        here.enter(ann, NOW);
        here.settle(NOW + Span(LEAVE_AFTER.0 - 1));
        assert_eq!(here.people(), 2);
        here.settle(NOW + LEAVE_AFTER);
        assert_eq!((here.people(), here.peak()), (1, 2));
    }

    #[test]
    fn one_who_is_put_out_is_gone_at_once_with_the_last_page() {
        let (mut here, ann) = (Presence::default(), visitor());
        here.enter(ann, NOW);
        here.enter(ann, NOW);
        here.remove(ann, NOW);
        assert_eq!(here.people(), 1);
        here.remove(ann, NOW);
        here.remove(ann, NOW);
        assert_eq!((here.people(), here.next_deadline()), (0, None));
    }

    #[test]
    fn viewings_are_what_people_with_an_account_watched_while_it_was_on_air() {
        let (ann, ben, eve) = (AccountId::new(), AccountId::new(), visitor());
        let at = |seconds| NOW + Span::secs(seconds);
        let viewing = |account, since, until| Viewing { account, since: at(since), until: at(until) };
        let mut here = Presence::default();
        here.enter(Person::Account(ann), at(0));
        here.enter(eve, at(0));
        assert_eq!(here.viewings(at(5)), (vec![], 0), "not on air");
        here.air(true, at(10));
        assert_eq!(here.viewings(at(10)), (vec![viewing(ann, 10, 10)], 0), "she was there before it began");
        here.enter(Person::Account(ben), at(20));
        here.leave(Person::Account(ben), at(30));
        here.enter(Person::Account(ben), at(31));
        here.leave(Person::Account(ben), at(40));
        here.settle(at(60));
        let over = viewing(ben, 20, 40);
        assert_eq!(here.viewings(at(60)), (vec![over, viewing(ann, 10, 60)], 1), "a reload is one viewing");
        assert_eq!((here.watched(at(60)), here.watched(at(30))), (Span::secs(70), Span::secs(30)));
        assert_eq!(here.watchers(), 2, "however often they come");
        here.stored(1);
        assert_eq!((here.watched(at(60)), here.watchers()), (Span::secs(50), 2));
        here.leave(Person::Account(ann), at(70));
        here.air(false, at(72));
        assert_eq!(here.viewings(at(99)), (vec![viewing(ann, 10, 70)], 1), "until she closed the page");
        here.enter(Person::Account(ben), at(80));
        here.remove(Person::Account(ben), at(90));
        assert_eq!((here.viewings(at(99)).1, here.has_viewings(), here.all_stored()), (1, true, false));
        here.stored(1);
        assert!(!here.has_viewings() && here.all_stored());
    }

    /// Random sequences of enter, leave, remove and time steps; a plain list of open pages is the oracle.
    #[test]
    fn the_count_is_that_of_people_with_an_open_or_just_closed_page() {
        let people: Vec<_> = (0..5).map(|_| visitor()).collect();
        for seed in 1..200_u64 {
            let (mut here, mut now, mut random) = (Presence::default(), NOW, seed);
            let mut pages = vec![0_usize; people.len()];
            let mut closed: Vec<Option<Millis>> = vec![None; people.len()];
            let mut most = 0;
            for _ in 0..200 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let who = (random >> 33) as usize % people.len();
                match (random >> 50) % 4 {
                    0 | 1 => {
                        here.enter(people[who], now);
                        pages[who] += 1;
                    }
                    2 if pages[who] > 0 => {
                        here.leave(people[who], now);
                        pages[who] -= 1;
                        closed[who] = (pages[who] == 0).then_some(now);
                    }
                    _ => now = now + Span(700),
                }
                here.settle(now);
                let lingers = |at: &Option<Millis>| at.is_some_and(|at| now - at < LEAVE_AFTER);
                let count = (0..people.len()).filter(|i| pages[*i] > 0 || lingers(&closed[*i])).count();
                most = most.max(count);
                assert_eq!(here.people(), count, "seed {seed}");
                assert_eq!(here.peak(), most, "seed {seed}");
            }
        }
    }
}
