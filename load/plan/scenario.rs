//! What a run does, as plain numbers: who arrives when, who leaves, who posts. Generated before the run from a seed.

use rand::{Rng, SeedableRng, rngs::StdRng};
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Chat {
    Silent,
    /// Lines per second, at regular times whatever the server does.
    Paced(f64),
    /// No lines: this many changes of slow mode per second, by the host.
    Moves(f64),
    /// This many posters; each posts again as soon as it is answered.
    Storm {
        speakers: usize,
    },
    /// This many newcomers within the given time. Each posts five lines a second, most of which must be refused.
    Raid {
        joiners: usize,
        within: Duration,
        /// The slow mode that the host sets before they arrive.
        slow: Duration,
    },
}

/// A service replays a limited number of entries: after a storm only the end can be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    Whole,
    /// The last entries of each room; what readers saw stands in for the rest.
    Tail,
}

#[derive(Clone, Debug)]
pub struct Scenario {
    pub viewers: usize,
    /// Open pages per person.
    pub tabs: usize,
    /// Readers per second that leave and are replaced.
    pub churn: f64,
    /// Additional readers that stop reading once they are connected.
    pub stalled: usize,
    /// Readers that vanish without closing while lines are posted, one after the other.
    pub dead: usize,
    pub chat: Chat,
    pub seconds: f64,
    /// Seconds of posting at the start that are not measured: everybody's first line needs more look-ups than later
    /// ones.
    pub warm: f64,
    pub line_bytes: usize,
    pub seed: u64,
    /// Long enough to judge whether the server's memory grows, by comparing thirds of the time.
    pub soak: bool,
}

/// One connection's part in the run. Times are microseconds of the run; at 0 its readers begin to arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub room: usize,
    pub identity: usize,
    pub opens_us: u64,
    pub closes_us: Option<u64>,
    /// When it stops answering without closing.
    pub dies_us: Option<u64>,
    pub stalled: bool,
}

impl Scenario {
    /// The seats taken before anybody posts.
    pub fn audience(&self, rooms: usize, people: usize) -> Vec<Seat> {
        let seat = |i: usize, stalled| Seat {
            room: i % rooms,
            identity: i / self.tabs.max(1) % people,
            opens_us: 0,
            closes_us: None,
            dies_us: None,
            stalled,
        };
        let total = self.viewers + self.stalled;
        (0..total).map(|i| seat(i, i >= self.viewers)).collect()
    }

    /// Adds arrivals and departures between `begin_us` and `end_us` to the taken seats.
    pub fn churn(&self, seats: &mut Vec<Seat>, begin_us: u64, end_us: u64) {
        let mut rng = StdRng::seed_from_u64(self.seed);
        let mut present: Vec<usize> = (0..seats.len()).filter(|i| !seats[*i].stalled).collect();
        for i in 0..self.dead.min(present.len()) {
            let gone = present.swap_remove(rng.random_range(0..present.len()));
            seats[gone].dies_us = Some(begin_us + (end_us - begin_us) * i as u64 / self.dead as u64);
        }
        if self.churn <= 0.0 || present.is_empty() {
            return;
        }
        let step = (1e6 / self.churn).max(1.0) as u64;
        for at in (begin_us..end_us).step_by(step as usize) {
            let gone = present.swap_remove(rng.random_range(0..present.len()));
            seats[gone].closes_us = Some(at);
            present.push(seats.len());
            seats.push(Seat { opens_us: at, closes_us: None, ..seats[gone] });
        }
    }

    /// The newcomers of a raid.
    pub fn raiders(&self, seats: &mut Vec<Seat>, rooms: usize, people: usize, begin_us: u64) {
        let Chat::Raid { joiners, within, .. } = self.chat else { return };
        for i in 0..joiners {
            let late = within.as_micros() as u64 * i as u64 / joiners.max(1) as u64;
            let opens_us = begin_us + late;
            seats.push(Seat {
                room: i % rooms,
                identity: i % people,
                opens_us,
                closes_us: None,
                dies_us: None,
                stalled: false,
            });
        }
    }

    /// The minimum time between two lines of one person, in the mode that the host sets for the run.
    pub const fn slow(&self) -> Duration {
        match self.chat {
            Chat::Raid { slow, .. } => slow,
            _ => Duration::ZERO,
        }
    }

    /// The same without the disturbance: the other half of a pair.
    pub fn calm(&self) -> Self {
        Self { stalled: 0, ..self.clone() }
    }

    /// How much of the journal is read again.
    pub const fn depth(&self) -> Depth {
        match self.chat {
            Chat::Storm { .. } => Depth::Tail,
            Chat::Silent | Chat::Paced(_) | Chat::Moves(_) | Chat::Raid { .. } => Depth::Whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> Scenario {
        let chat = Chat::Raid { joiners: 4, within: Duration::from_secs(2), slow: Duration::ZERO };
        Scenario {
            viewers: 8,
            tabs: 4,
            churn: 10.0,
            stalled: 1,
            dead: 2,
            chat,
            seconds: 1.0,
            warm: 0.0,
            line_bytes: 80,
            seed: 1,
            soak: false,
        }
    }

    #[test]
    fn tabs_share_a_person() {
        let seats = scenario().audience(1, 100);
        let identities: Vec<_> = seats.iter().map(|seat| seat.identity).collect();
        assert_eq!(identities, [0, 0, 0, 0, 1, 1, 1, 1, 2]);
        assert_eq!(seats.iter().filter(|seat| seat.stalled).count(), 1);
    }

    #[test]
    fn who_leaves_is_replaced_by_the_same_person() {
        let scenario = scenario();
        let mut seats = scenario.audience(1, 100);
        scenario.churn(&mut seats, 1_000_000, 2_000_000);
        assert_eq!(seats.len(), 9 + 10);
        for seat in &seats[9..] {
            let left =
                |other: &&Seat| other.closes_us == Some(seat.opens_us) && other.identity == seat.identity;
            assert_eq!(seats.iter().filter(left).count(), 1);
        }
        assert!(seats.iter().filter(|seat| seat.stalled).all(|seat| seat.closes_us.is_none()));
        let dead: Vec<_> = seats.iter().filter(|seat| seat.dies_us.is_some()).collect();
        assert!(dead.len() == 2 && dead.iter().all(|seat| seat.closes_us.is_none()));
    }

    #[test]
    fn a_raid_comes_within_its_time() {
        let mut seats = Vec::new();
        scenario().raiders(&mut seats, 2, 100, 500);
        let opens: Vec<_> = seats.iter().map(|seat| seat.opens_us).collect();
        assert_eq!(opens, [500, 500_500, 1_000_500, 1_500_500]);
    }
}
