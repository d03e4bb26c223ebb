//! Who is here now: people, not pages. An attendance is one open page or one media session of one person.

use crate::{
    id::*,
    time::{Millis, Span},
};
use std::collections::{BTreeSet, HashMap};

/// A closed page leaves after this long: a reload is not a leave.
pub const LEAVE_AFTER: Span = Span::secs(3);

/// One person: an account, or an anonymous browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Person {
    Account(AccountId),
    Visitor(VisitorId),
}

/// The people of one room and how many pages each has open.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    pages: HashMap<Person, usize>,
    /// Those whose last page closed, and when they are taken to be gone.
    leaving: HashMap<Person, Millis>,
    /// The same in the order of time: a crowd that leaves at once is not searched for each of its members.
    order: BTreeSet<(Millis, Person)>,
    peak: usize,
}

impl Presence {
    pub fn enter(&mut self, person: Person) {
        *self.pages.entry(person).or_default() += 1;
        self.stays(person);
        self.peak = self.peak.max(self.pages.len());
    }

    /// A page closed; its person stays counted until [`LEAVE_AFTER`] has passed without another page.
    pub fn leave(&mut self, person: Person, now: Millis) {
        if let Some(pages) = self.pages.get_mut(&person) {
            *pages = pages.saturating_sub(1);
            if *pages == 0 {
                self.stays(person);
                self.leaving.insert(person, now + LEAVE_AFTER);
                self.order.insert((now + LEAVE_AFTER, person));
            }
        }
    }

    /// We ended one page of theirs: with the last one they are gone at once.
    pub fn remove(&mut self, person: Person) {
        let Some(pages) = self.pages.get_mut(&person) else { return };
        *pages = pages.saturating_sub(1);
        if *pages == 0 {
            self.pages.remove(&person);
            self.stays(person);
        }
    }

    /// Nothing is to happen with them later.
    fn stays(&mut self, person: Person) {
        if let Some(at) = self.leaving.remove(&person) {
            self.order.remove(&(at, person));
        }
    }

    /// Takes out those whose time to come back is over.
    pub fn settle(&mut self, now: Millis) {
        while let Some(&(at, person)) = self.order.first().filter(|(at, _)| *at <= now) {
            self.order.remove(&(at, person));
            self.leaving.remove(&person);
            self.pages.remove(&person);
        }
    }

    /// When [`Presence::settle`] next has something to do.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.order.first().map(|(at, _)| *at)
    }

    pub fn people(&self) -> usize {
        self.pages.len()
    }

    /// The most people since this was made; never below any sample.
    pub fn peak(&self) -> usize {
        self.peak
    }
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
            here.enter(ann);
        }
        here.leave(ann, NOW);
        here.settle(NOW + LEAVE_AFTER);
        assert_eq!((here.people(), here.next_deadline()), (1, None));
    }

    #[test]
    fn a_reload_is_not_a_leave_and_a_leave_is_one_after_three_seconds() {
        let (mut here, ann, ben) = (Presence::default(), visitor(), visitor());
        here.enter(ann);
        here.enter(ben);
        here.leave(ann, NOW);
        here.leave(ben, NOW);
        assert_eq!(here.next_deadline(), Some(NOW + LEAVE_AFTER));
        here.enter(ann);
        here.settle(NOW + Span(LEAVE_AFTER.0 - 1));
        assert_eq!(here.people(), 2);
        here.settle(NOW + LEAVE_AFTER);
        assert_eq!((here.people(), here.peak()), (1, 2));
    }

    #[test]
    fn one_who_is_put_out_is_gone_at_once_with_the_last_page() {
        let (mut here, ann) = (Presence::default(), visitor());
        here.enter(ann);
        here.enter(ann);
        here.remove(ann);
        assert_eq!(here.people(), 1);
        here.remove(ann);
        here.remove(ann);
        assert_eq!((here.people(), here.next_deadline()), (0, None));
    }

    /// Walks of enter, leave, put out and time, from a small generator; a list of open pages is the oracle.
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
                        here.enter(people[who]);
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
