//! Who may come in when the service is full, and who waits. A *seat* is one person, however many pages and media
//! sessions they have open anywhere. Beyond the limit newcomers join a queue and are called in order. A person with a
//! seat keeps it over reloads and reconnects.
//!
//! The effects of time (a seat expired, a queue place expired, somebody called) are applied at the next call, so
//! nothing here needs a timer.

use crate::{
    live::{presence::Person, queue_pace::QueuePace},
    time::{Millis, Span},
};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// How long a seat is kept after its last page closed. Browsers reconnect a broken feed after 0.5, 1.5 and 3.5 s.
pub const GRACE: Span = Span::secs(5);
/// How long a seat is kept for a person who was let in and whose page is still loading.
pub const ARRIVING: Span = Span::secs(30);
/// A person in the queue who has not asked for this long has left, and so has one who was called and did not come.
/// Browsers throttle a hidden page to one request a minute.
pub const PATIENCE: Span = Span::secs(75);

/// The kind of access with which a person asks for a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QueueLane {
    /// The team of the requested space, and operators: they never wait. Their seat is not valid for other spaces.
    Staff,
    /// Holders of a paid pass: they come before all guests, and have a reserve of seats.
    Buyer,
    Guest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Seats for everybody.
    pub seats: usize,
    /// Seats beyond those, for buyers only.
    pub reserve: usize,
    /// People who may wait.
    pub queue: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self::NONE
    }
}

impl QueueLimits {
    /// No limit: nobody ever waits.
    pub const NONE: Self = Self { seats: usize::MAX, reserve: 0, queue: 0 };

    /// Limits for this many seats: one percent more, at least one, is reserved for buyers; ten thousand may queue.
    pub const fn of(seats: usize) -> Self {
        Self { seats, reserve: seats.div_ceil(100), queue: 10_000 }
    }

    const fn seats_for(&self, lane: QueueLane) -> usize {
        match lane {
            QueueLane::Staff => usize::MAX,
            QueueLane::Buyer => self.seats.saturating_add(self.reserve),
            QueueLane::Guest => self.seats,
        }
    }
}

/// The answer to a person who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueAnswer {
    /// The person has a seat.
    Inside,
    Waiting(Place),
    /// Even the queue is full.
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1 is called next.
    pub number: usize,
    /// The expected wait, from the recent pace; `None` without enough measurements.
    pub expected: Option<Span>,
}

impl Place {
    /// How soon to ask again: people near the front ask more often.
    pub const fn ask_again(&self) -> Span {
        match self.number {
            0..=20 => Span::secs(2),
            21..=200 => Span::secs(5),
            _ => Span::secs(10),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub inside: usize,
    pub waiting: usize,
    pub limit: usize,
}

#[derive(Clone, Copy, Debug)]
struct QueueSeat {
    pages: u32,
    /// Without pages: when the seat expires. With pages: the earliest time at which it may.
    until: Millis,
    staff: bool,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    lane: QueueLane,
    ticket: u64,
    until: Millis,
}

/// The seats of the service and its queue.
#[derive(Clone, Debug)]
pub struct Queue {
    limits: QueueLimits,
    seats: HashMap<Person, QueueSeat>,
    /// Seats without a page, by expiry.
    empty: BTreeSet<(Millis, Person)>,
    waiting: HashMap<Person, Waiting>,
    /// Waiting people, by when their place expires.
    fading: BTreeSet<(Millis, Person)>,
    /// Tickets in order, so that a place is found by binary search.
    buyers: VecDeque<(u64, Person)>,
    guests: VecDeque<(u64, Person)>,
    tickets: u64,
    pace: QueuePace,
}

impl Queue {
    pub fn new(limits: QueueLimits) -> Self {
        Self {
            limits,
            seats: HashMap::new(),
            empty: BTreeSet::new(),
            waiting: HashMap::new(),
            fading: BTreeSet::new(),
            buyers: VecDeque::new(),
            guests: VecDeque::new(),
            tickets: 0,
            pace: QueuePace::default(),
        }
    }

    /// A page asks: gives it a seat, or a place in the queue, which asking again keeps.
    pub fn ask(&mut self, person: Person, lane: QueueLane, now: Millis) -> QueueAnswer {
        if self.knock(person, lane, now) {
            return QueueAnswer::Inside;
        }
        let Some(lane) = self.join(person, lane, now) else { return QueueAnswer::Full };
        let number = self.number(person, lane);
        QueueAnswer::Waiting(Place { number, expected: self.pace.expected(number, now) })
    }

    /// A feed or a player asks. It cannot wait, so it gets a seat (true) or nothing.
    pub fn knock(&mut self, person: Person, lane: QueueLane, now: Millis) -> bool {
        self.settle(now);
        if !self.has_seat(person, lane) {
            if !self.may_sit(person, lane) {
                return false;
            }
            // A staff seat does not replace the one that the person may be waiting for elsewhere.
            if lane != QueueLane::Staff {
                self.leave_queue(person);
            }
            self.sit(person, lane == QueueLane::Staff, now + ARRIVING);
        }
        self.keep(person, now + ARRIVING);
        self.pace.note(self.is_full(), now);
        true
    }

    /// One of the person's pages or media sessions has opened.
    pub fn enter(&mut self, person: Person) {
        let seat = self.seats.entry(person).or_insert(QueueSeat { pages: 0, until: Millis(0), staff: false });
        self.empty.remove(&(seat.until, person));
        seat.pages += 1;
        seat.until = Millis(0);
    }

    /// One has closed. After the last one the seat is kept for [`GRACE`].
    pub fn leave(&mut self, person: Person, now: Millis) {
        let Some(seat) = self.seats.get_mut(&person) else { return };
        seat.pages = seat.pages.saturating_sub(1);
        self.keep(person, now + GRACE);
    }

    /// The service closed one: after the last one the seat is free at once.
    pub fn remove(&mut self, person: Person, now: Millis) {
        let Some(seat) = self.seats.get_mut(&person) else { return };
        seat.pages = seat.pages.saturating_sub(1);
        if seat.pages == 0 {
            self.vacate(person, now);
            self.settle(now);
        }
    }

    pub fn counts(&mut self, now: Millis) -> Counts {
        self.settle(now);
        Counts { inside: self.seats.len(), waiting: self.waiting.len(), limit: self.limits.seats }
    }

    /// Applies the effects of time up to `now`.
    fn settle(&mut self, now: Millis) {
        while let Some((at, person)) = self.empty.first().copied().filter(|(at, _)| *at <= now) {
            self.vacate(person, at);
        }
        while let Some((_, person)) = self.fading.first().copied().filter(|(at, _)| *at <= now) {
            self.leave_queue(person);
        }
        while let Some(person) = self.next() {
            let until = now + PATIENCE;
            self.leave_queue(person);
            self.sit(person, false, until);
        }
        self.pace.note(self.is_full(), now);
    }

    /// The next person to be called, if there is a seat for them.
    fn next(&self) -> Option<Person> {
        let (line, lane) = match self.buyers.front() {
            Some(_) => (&self.buyers, QueueLane::Buyer),
            None => (&self.guests, QueueLane::Guest),
        };
        line.front().map(|(_, person)| *person).filter(|person| self.has_room(*person, lane))
    }

    /// A staff seat is not valid for a space of others.
    fn has_seat(&self, person: Person, lane: QueueLane) -> bool {
        self.seats.get(&person).is_some_and(|seat| !seat.staff || lane == QueueLane::Staff)
    }

    fn may_sit(&self, person: Person, lane: QueueLane) -> bool {
        let first = match lane {
            QueueLane::Staff => true,
            QueueLane::Buyer => self.buyers.is_empty(),
            QueueLane::Guest => self.buyers.is_empty() && self.guests.is_empty(),
        };
        first && self.has_room(person, lane)
    }

    /// A seat that the person already has as staff is counted once.
    fn has_room(&self, person: Person, lane: QueueLane) -> bool {
        let others = self.seats.len() - usize::from(self.seats.contains_key(&person));
        others < self.limits.seats_for(lane)
    }

    fn is_full(&self) -> bool {
        self.seats.len() >= self.limits.seats
    }

    fn sit(&mut self, person: Person, staff: bool, until: Millis) {
        self.seats.entry(person).or_insert(QueueSeat { pages: 0, until: Millis(0), staff }).staff = staff;
        self.keep(person, until);
    }

    /// Keeps the seat at least until `until`.
    fn keep(&mut self, person: Person, until: Millis) {
        let Some(seat) = self.seats.get_mut(&person) else { return };
        self.empty.remove(&(seat.until, person));
        seat.until = seat.until.max(until);
        if seat.pages == 0 {
            self.empty.insert((seat.until, person));
        }
    }

    fn vacate(&mut self, person: Person, at: Millis) {
        let Some(seat) = self.seats.remove(&person) else { return };
        self.empty.remove(&(seat.until, person));
        if !self.is_full() {
            self.pace.freed(at);
        }
    }

    /// Joins the queue, or stays in it. A guest who has bought meanwhile moves to the buyers; nobody moves back.
    fn join(&mut self, person: Person, lane: QueueLane, now: Millis) -> Option<QueueLane> {
        let until = now + PATIENCE;
        let stays = self.waiting.get(&person).copied().filter(|place| place.lane <= lane);
        if stays.is_none() {
            self.leave_queue(person);
            if self.waiting.len() >= self.limits.queue {
                return None;
            }
            self.tickets += 1;
            let ticket = self.tickets;
            self.line(lane).push_back((ticket, person));
        }
        let place = stays.unwrap_or(Waiting { lane, ticket: self.tickets, until });
        self.fading.remove(&(place.until, person));
        self.fading.insert((until, person));
        self.waiting.insert(person, Waiting { until, ..place });
        Some(place.lane)
    }

    fn leave_queue(&mut self, person: Person) {
        let Some(place) = self.waiting.remove(&person) else { return };
        self.fading.remove(&(place.until, person));
        let line = self.line(place.lane);
        if let Ok(index) = line.binary_search_by_key(&place.ticket, |(ticket, _)| *ticket) {
            line.remove(index);
        }
    }

    /// The person's position; 1 is called next. Guests come after all buyers.
    fn number(&self, person: Person, lane: QueueLane) -> usize {
        let Some(place) = self.waiting.get(&person) else { return 0 };
        let (line, before) = match lane {
            QueueLane::Guest => (&self.guests, self.buyers.len()),
            _ => (&self.buyers, 0),
        };
        before + line.partition_point(|(ticket, _)| *ticket < place.ticket) + 1
    }

    const fn line(&mut self, lane: QueueLane) -> &mut VecDeque<(u64, Person)> {
        match lane {
            QueueLane::Guest => &mut self.guests,
            _ => &mut self.buyers,
        }
    }
}
