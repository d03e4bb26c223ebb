//! The tool's own head count, compared with every place that shows one: the feeds, the watch pages, `/ops` and
//! `/metrics`.

use crate::truth::headcount::{Checks, Headcount};
use serde::Serialize;

/// A number shown somewhere at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// A watch page: the people in one room.
    Page { room: usize, people: u32 },
    /// `/ops`: the people in all rooms.
    Ops { people: u32 },
    /// `/metrics`: open pages, of which one person may have several.
    Metrics { attendances: u32 },
}

/// People and pages that are not ours, from before the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strangers {
    pub rooms: Vec<u32>,
    pub ops: u32,
    pub attendances: u32,
}

/// How often each place was right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Places {
    pub watch_pages: Checks,
    pub ops: Checks,
    pub metrics: Checks,
}

impl Places {
    pub fn each(&self) -> [(&'static str, Checks); 3] {
        [("watch page", self.watch_pages), ("/ops", self.ops), ("/metrics", self.metrics)]
    }
}

#[derive(Debug, Default)]
pub struct Census {
    pub rooms: Vec<Headcount>,
    all: Headcount,
    pages: Headcount,
    pub places: Places,
}

/// One page of one person in one room.
#[derive(Clone, Copy, Debug)]
pub struct PageId {
    pub room: usize,
    pub identity: usize,
    pub page: usize,
}

impl Census {
    pub fn new(strangers: &Strangers) -> Self {
        Self {
            rooms: strangers.rooms.iter().map(|others| Headcount::new(*others)).collect(),
            all: Headcount::new(strangers.ops),
            pages: Headcount::new(strangers.attendances),
            places: Places::default(),
        }
    }

    /// The probes of all rooms have just left. `prober` tells who looked at a room.
    pub fn probes_left(&mut self, prober: impl Fn(usize) -> usize, now: u64) {
        for room in 0..self.rooms.len() {
            let whose = PageId { room, identity: prober(room), page: usize::MAX - room };
            self.knock(whose, now);
            self.enter(whose, now);
            self.leave(whose, now);
        }
    }

    pub fn knock(&mut self, whose: PageId, now: u64) {
        self.each(whose, |count, who| count.knock(who, now));
    }

    pub fn enter(&mut self, whose: PageId, now: u64) {
        self.each(whose, |count, who| count.enter(who, now));
    }

    pub fn turned_away(&mut self, whose: PageId, now: u64) {
        self.each(whose, |count, who| count.turned_away(who, now));
    }

    pub fn leave(&mut self, whose: PageId, now: u64) {
        self.each(whose, |count, who| count.leave(who, now));
    }

    pub fn die(&mut self, whose: PageId, now: u64) {
        self.each(whose, |count, who| count.die(who, now));
    }

    fn each(&mut self, whose: PageId, mut tell: impl FnMut(&mut Headcount, usize)) {
        let PageId { room, identity, page } = whose;
        let rooms = self.rooms.len();
        tell(&mut self.rooms[room], identity);
        tell(&mut self.all, identity * rooms + room);
        tell(&mut self.pages, page);
    }

    /// A new process serves: what the old one's feeds showed last no longer counts.
    pub fn restarted(&mut self) {
        self.rooms.iter_mut().for_each(Headcount::forget_shown);
    }

    /// What the feeds show must stay right or be corrected.
    pub fn compare(&mut self, now: u64) {
        self.rooms.iter_mut().for_each(|count| count.compare(now));
    }

    pub fn see(&mut self, sighting: Sighting, now: u64) {
        let Self { rooms, all, pages, places } = self;
        match sighting {
            Sighting::Page { room, people } => rooms[room].said(people, now, &mut places.watch_pages),
            Sighting::Ops { people } => all.said(people, now, &mut places.ops),
            Sighting::Metrics { attendances } => pages.said(attendances, now, &mut places.metrics),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_counted_by_room_and_pages_one_by_one() {
        let strangers = Strangers { rooms: vec![0, 1], ops: 1, attendances: 2 };
        let mut census = Census::new(&strangers);
        // One person with two pages in room 0 and one in room 1; another person in room 1.
        for (page, (room, identity)) in [(0, 7), (0, 7), (1, 7), (1, 8)].into_iter().enumerate() {
            census.knock(PageId { room, identity, page }, 0);
            census.enter(PageId { room, identity, page }, 0);
        }
        let later = 10_000_000;
        for right in [
            Sighting::Page { room: 0, people: 1 },
            Sighting::Page { room: 1, people: 3 },
            Sighting::Ops { people: 4 },
            Sighting::Metrics { attendances: 6 },
        ] {
            census.see(right, later);
        }
        assert!(census.places.each().iter().all(|(_, checks)| checks.made > 0 && checks.wrong == 0));
        census.see(Sighting::Page { room: 0, people: 2 }, later);
        census.see(Sighting::Ops { people: 3 }, later);
        census.see(Sighting::Metrics { attendances: 5 }, later);
        assert!(census.places.each().iter().all(|(_, checks)| checks.wrong == 1));
    }
}
