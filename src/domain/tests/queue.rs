//! Seats and the queue: a table of situations, and random walks against a slow, simple oracle.

use domain::{
    id::VisitorId,
    live::{
        presence::Person,
        queue::{ARRIVING, Counts, GRACE, PATIENCE, Place, Queue, QueueAnswer, QueueLane, QueueLimits},
    },
    time::{Millis, Span},
};
use proptest::prelude::*;

const NOW: Millis = Millis(1_000_000);
const THREE: QueueLimits = QueueLimits { seats: 3, reserve: 1, queue: 5 };

fn people<const N: usize>() -> [Person; N] {
    std::array::from_fn(|_| Person::Visitor(VisitorId::new()))
}

fn at(secs: i64) -> Millis {
    NOW + Span::secs(secs)
}

/// The place of a guest who asks; 0 is a seat.
fn number(queue: &mut Queue, person: Person, now: Millis) -> usize {
    match queue.ask(person, QueueLane::Guest, now) {
        QueueAnswer::Inside => 0,
        QueueAnswer::Waiting(place) => place.number,
        QueueAnswer::Full => usize::MAX,
    }
}

/// Fills all seats with guests, each with one page.
fn full(queue: &mut Queue, guests: &[Person]) {
    for guest in guests {
        assert_eq!(number(queue, *guest, NOW), 0);
        queue.enter(*guest);
    }
}

#[test]
fn beyond_the_limit_people_wait_and_are_called_in_order() {
    let (mut queue, [a, b, c, d, e, f]) = (Queue::new(THREE), people());
    full(&mut queue, &[a, b, c]);
    assert_eq!([d, e, d, e].map(|who| number(&mut queue, who, NOW)), [1, 2, 1, 2]);
    queue.leave(a, at(1));
    assert_eq!(number(&mut queue, d, at(1)), 1, "the seat is still kept");
    let free = at(1) + GRACE;
    assert_eq!([f, e, d].map(|who| number(&mut queue, who, free)), [2, 1, 0]);
    assert_eq!(queue.counts(free), Counts { inside: 3, waiting: 2, limit: 3 });
}

#[test]
fn pages_of_one_person_are_one_seat_and_a_reload_keeps_it() {
    let (mut queue, [a, b, c, d]) = (Queue::new(THREE), people());
    full(&mut queue, &[a, b, c, c, c]);
    assert_eq!(number(&mut queue, d, NOW), 1);
    queue.leave(c, at(1));
    queue.leave(c, at(1));
    assert_eq!(number(&mut queue, d, at(100)), 1, "one page is still open");
    // The old page closes, and the new one takes a while to load.
    assert_eq!(number(&mut queue, c, at(101)), 0);
    queue.leave(c, at(102));
    assert_eq!(number(&mut queue, d, at(120)), 1, "the page is still loading");
    assert!(queue.knock(c, QueueLane::Guest, at(121)));
    queue.enter(c);
    queue.leave(c, at(130));
    assert_eq!(number(&mut queue, d, at(130) + GRACE), 0);
    assert!(
        !queue.knock(c, QueueLane::Guest, at(140)),
        "the grace period is over: a feed does not bypass the queue"
    );
}

#[test]
fn an_ejected_person_loses_the_seat_at_once() {
    let (mut queue, [a, b, c, d]) = (Queue::new(THREE), people());
    full(&mut queue, &[a, b, c]);
    assert_eq!(number(&mut queue, d, NOW), 1);
    queue.remove(b, NOW);
    assert_eq!(number(&mut queue, d, NOW), 0);
}

#[test]
fn feeds_neither_join_nor_bypass_the_queue() {
    let (mut queue, [a, b, c, d, e]) = (Queue::new(THREE), people());
    full(&mut queue, &[a, b, c]);
    assert!(!queue.knock(e, QueueLane::Guest, NOW));
    assert_eq!(queue.counts(NOW).waiting, 0, "a knock does not join the queue");
    assert_eq!(number(&mut queue, d, NOW), 1);
    queue.remove(a, NOW);
    assert!(!queue.knock(e, QueueLane::Guest, NOW), "the seat belongs to the first in the queue");
    assert!(queue.knock(d, QueueLane::Guest, NOW));
}

#[test]
fn staff_never_wait_and_buyers_never_behind_guests() {
    let (mut queue, [a, b, c, guest, buyer, second, host]) = (Queue::new(THREE), people());
    full(&mut queue, &[a, b, c]);
    assert_eq!(number(&mut queue, guest, NOW), 1);
    assert_eq!(queue.ask(host, QueueLane::Staff, NOW), QueueAnswer::Inside);
    queue.remove(a, NOW);
    assert_eq!(number(&mut queue, guest, NOW), 1, "the host's seat counts");
    assert_eq!(queue.ask(buyer, QueueLane::Buyer, NOW), QueueAnswer::Inside, "the reserve");
    let waits = queue.ask(second, QueueLane::Buyer, NOW);
    assert!(matches!(waits, QueueAnswer::Waiting(Place { number: 1, .. })), "{waits:?}");
    assert_eq!(number(&mut queue, guest, NOW), 2);
    queue.remove(b, NOW);
    assert_eq!(queue.ask(second, QueueLane::Buyer, NOW), QueueAnswer::Inside);
    assert_eq!(number(&mut queue, guest, NOW), 1);
}

#[test]
fn a_guest_who_buys_moves_ahead_and_never_back() {
    let (mut queue, [a, b, c, x, first, second]) =
        (Queue::new(QueueLimits { reserve: 0, ..THREE }), people());
    full(&mut queue, &[a, b, c]);
    assert_eq!([x, first, second].map(|who| number(&mut queue, who, NOW)), [1, 2, 3]);
    let bought = queue.ask(second, QueueLane::Buyer, NOW);
    assert!(matches!(bought, QueueAnswer::Waiting(Place { number: 1, .. })), "{bought:?}");
    assert_eq!(
        [x, second, first].map(|who| number(&mut queue, who, NOW)),
        [2, 1, 3],
        "another tab that asks as a guest does not move them back"
    );
}

#[test]
fn a_staff_seat_does_not_bypass_the_queue_of_another_space() {
    let (mut queue, [a, b, c, d, host]) = (Queue::new(THREE), people());
    full(&mut queue, &[a, b, c]);
    assert_eq!(number(&mut queue, d, NOW), 1);
    assert_eq!(queue.ask(host, QueueLane::Staff, NOW), QueueAnswer::Inside);
    queue.enter(host);
    assert!(!queue.knock(host, QueueLane::Guest, NOW));
    assert_eq!(number(&mut queue, host, NOW), 2);
    assert_eq!(queue.ask(host, QueueLane::Staff, NOW), QueueAnswer::Inside, "their own space stays open");
    queue.remove(a, NOW);
    queue.remove(b, NOW);
    assert_eq!([d, host].map(|who| number(&mut queue, who, NOW)), [0, 0], "in turn");
}

#[test]
fn the_queue_forgets_people_who_left_and_is_bounded() {
    let (mut queue, guests) = (Queue::new(THREE), people::<9>());
    full(&mut queue, &guests[..3]);
    let numbers: Vec<_> = guests[3..].iter().map(|who| number(&mut queue, *who, NOW)).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, usize::MAX]);
    let later = at(60);
    assert_eq!(number(&mut queue, guests[5], later), 3);
    let forgotten = NOW + PATIENCE;
    assert_eq!(number(&mut queue, guests[5], forgotten), 1);
    assert_eq!(number(&mut queue, guests[3], forgotten), 2, "at the end");
    // A person who was called but does not come is skipped.
    queue.remove(guests[0], forgotten);
    assert_eq!(number(&mut queue, guests[3], forgotten + PATIENCE), 0);
}

#[test]
fn the_expected_wait_is_unknown_until_it_was_measured() {
    let (mut queue, [a, b, c, d, e, f, g]) = (Queue::new(THREE), people());
    full(&mut queue, &[a, b, c]);
    let expected = |queue: &mut Queue, who, now| match queue.ask(who, QueueLane::Guest, now) {
        QueueAnswer::Waiting(place) => place.expected,
        other => panic!("{other:?}"),
    };
    for who in [d, e, f] {
        assert_eq!(expected(&mut queue, who, NOW), None);
    }
    queue.remove(a, at(10));
    assert_eq!(expected(&mut queue, f, at(10)), None, "one measurement is not enough");
    queue.remove(b, at(30));
    assert_eq!(expected(&mut queue, f, at(30)), Some(Span::secs(15)));
    assert_eq!(expected(&mut queue, g, at(30)), Some(Span::secs(30)));
}

// --- walks

#[derive(Clone, Debug)]
enum Step {
    Ask(usize, QueueLane),
    Knock(usize, QueueLane),
    /// Opens a page if the person has a seat, as the server checks before.
    Enter(usize),
    Leave(usize),
    Remove(usize),
    Pass(i64),
}

#[derive(Clone, Copy)]
struct Sitting {
    who: usize,
    pages: usize,
    until: Millis,
    staff: bool,
}

#[derive(Clone, Copy)]
struct Standing {
    who: usize,
    lane: QueueLane,
    until: Millis,
}

/// Plain lists with linear search.
struct Oracle {
    limits: QueueLimits,
    sitting: Vec<Sitting>,
    /// In the order of joining.
    standing: Vec<Standing>,
}

impl Oracle {
    fn seat(&mut self, who: usize) -> Option<&mut Sitting> {
        self.sitting.iter_mut().find(|seat| seat.who == who)
    }
    fn room(&self, who: usize, lane: QueueLane) -> bool {
        let others = self.sitting.iter().filter(|seat| seat.who != who).count();
        match lane {
            QueueLane::Staff => true,
            QueueLane::Buyer => others < self.limits.seats + self.limits.reserve,
            QueueLane::Guest => others < self.limits.seats,
        }
    }
    fn line(&self) -> Vec<Standing> {
        let of = |lane| self.standing.iter().copied().filter(move |one| one.lane == lane);
        of(QueueLane::Buyer).chain(of(QueueLane::Guest)).collect()
    }
    fn sit(&mut self, who: usize, staff: bool, until: Millis) {
        match self.seat(who) {
            Some(seat) => (seat.staff, seat.until) = (staff, seat.until.max(until)),
            None => self.sitting.push(Sitting { who, pages: 0, until, staff }),
        }
    }
    fn settle(&mut self, now: Millis) {
        self.sitting.retain(|seat| seat.pages > 0 || seat.until > now);
        self.standing.retain(|one| one.until > now);
        while let Some(first) = self.line().first().copied().filter(|one| self.room(one.who, one.lane)) {
            self.standing.retain(|one| one.who != first.who);
            self.sit(first.who, false, now + PATIENCE);
        }
    }
    fn knock(&mut self, who: usize, lane: QueueLane, now: Millis) -> bool {
        self.settle(now);
        let seated = self.seat(who).is_some_and(|seat| !seat.staff || lane == QueueLane::Staff);
        let before = self.standing.iter().any(|one| one.lane <= lane);
        if !seated && lane != QueueLane::Staff && (before || !self.room(who, lane)) {
            return false;
        }
        if !seated {
            self.standing.retain(|one| one.who != who || lane == QueueLane::Staff);
        }
        let asked = lane == QueueLane::Staff;
        let staff = self.seat(who).map_or(asked, |seat| seat.staff && asked);
        self.sit(who, staff, now + ARRIVING);
        true
    }
    /// The place; 0 is a seat.
    fn ask(&mut self, who: usize, lane: QueueLane, now: Millis) -> usize {
        if self.knock(who, lane, now) {
            return 0;
        }
        let until = now + PATIENCE;
        match self.standing.iter_mut().find(|one| one.who == who && one.lane <= lane) {
            Some(place) => place.until = until,
            None => {
                self.standing.retain(|one| one.who != who);
                if self.standing.len() >= self.limits.queue {
                    return usize::MAX;
                }
                self.standing.push(Standing { who, lane, until });
            }
        }
        self.line().iter().position(|one| one.who == who).map_or(usize::MAX, |index| index + 1)
    }
}

fn step() -> impl Strategy<Value = Step> {
    let lane = prop_oneof![
        1 => Just(QueueLane::Staff),
        2 => Just(QueueLane::Buyer),
        7 => Just(QueueLane::Guest),
    ];
    let who = 0..12_usize;
    prop_oneof![
        6 => (who.clone(), lane.clone()).prop_map(|(who, lane)| Step::Ask(who, lane)),
        1 => (who.clone(), lane).prop_map(|(who, lane)| Step::Knock(who, lane)),
        3 => who.clone().prop_map(Step::Enter),
        2 => who.clone().prop_map(Step::Leave),
        1 => who.prop_map(Step::Remove),
        3 => (0..20_000_i64).prop_map(Step::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_queue_does_what_the_oracle_says(steps in prop::collection::vec(step(), 1..250)) {
        let (all, limits) = (people::<12>(), QueueLimits { seats: 3, reserve: 1, queue: 4 });
        let (mut queue, mut now) = (Queue::new(limits), NOW);
        let mut oracle = Oracle { limits, sitting: vec![], standing: vec![] };
        for step in steps {
            match step {
                Step::Ask(who, lane) => {
                    let got = match queue.ask(all[who], lane, now) {
                        QueueAnswer::Inside => 0,
                        QueueAnswer::Waiting(place) => place.number,
                        QueueAnswer::Full => usize::MAX,
                    };
                    prop_assert_eq!(got, oracle.ask(who, lane, now));
                }
                Step::Knock(who, lane) => {
                    prop_assert_eq!(queue.knock(all[who], lane, now), oracle.knock(who, lane, now));
                }
                Step::Enter(who) => if let Some(seat) = oracle.seat(who) {
                    (seat.pages, seat.until) = (seat.pages + 1, Millis(0));
                    queue.enter(all[who]);
                },
                Step::Leave(who) => if let Some(seat) = oracle.seat(who).filter(|seat| seat.pages > 0) {
                    (seat.pages, seat.until) = (seat.pages - 1, seat.until.max(now + GRACE));
                    queue.leave(all[who], now);
                },
                Step::Remove(who) => if let Some(seat) = oracle.seat(who).filter(|seat| seat.pages > 0) {
                    seat.pages -= 1;
                    if seat.pages == 0 {
                        oracle.sitting.retain(|seat| seat.who != who);
                    }
                    queue.remove(all[who], now);
                },
                Step::Pass(millis) => now = now + Span(millis),
            }
            // A person with an open page keeps the seat, whatever others do.
            let open = oracle.sitting.iter().filter(|seat| seat.pages > 0).count();
            let counts = queue.counts(now);
            oracle.settle(now);
            prop_assert!(counts.inside >= open);
            prop_assert_eq!((counts.inside, counts.waiting), (oracle.sitting.len(), oracle.standing.len()));
            let beyond = oracle.sitting.iter().filter(|seat| !seat.staff).count();
            prop_assert!(beyond <= limits.seats + limits.reserve);
        }
    }
}
