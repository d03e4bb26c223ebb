//! Who is here now: people, not pages. An attendance is one open page or one media session of one person.

use crate::{id::*, time::{Millis, Span}};
use std::collections::HashMap;

/// A closed page leaves after this long: a reload is not a leave.
pub const LEAVE_AFTER: Span = Span::secs(3);

/// One person: an account, or an anonymous browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    peak: usize,
}

impl Presence {
    pub fn enter(&mut self, person: Person) {
        *self.pages.entry(person).or_default() += 1;
        self.leaving.remove(&person);
        self.peak = self.peak.max(self.pages.len());
    }

    /// A page closed; its person stays counted until [`LEAVE_AFTER`] has passed without another page.
    pub fn leave(&mut self, person: Person, now: Millis) {
        if let Some(pages) = self.pages.get_mut(&person) {
            *pages = pages.saturating_sub(1);
            if *pages == 0 {
                self.leaving.insert(person, now + LEAVE_AFTER);
            }
        }
    }

    /// Ejected: gone at once.
    pub fn remove(&mut self, person: Person) {
        self.pages.remove(&person);
        self.leaving.remove(&person);
    }

    /// Takes out those whose time to come back is over.
    pub fn settle(&mut self, now: Millis) {
        let Self { pages, leaving, .. } = self;
        leaving.retain(|person, at| {
            let stays = *at > now;
            if !stays {
                pages.remove(person);
            }
            stays
        });
    }

    /// When [`Presence::settle`] next has something to do.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.leaving.values().min().copied()
    }

    pub fn people(&self) -> usize {
        self.pages.len()
    }

    /// The most people since this was made; never below any sample.
    pub fn peak(&self) -> usize {
        self.peak
    }
}
