//! The people of one room, and their published count. It is published at most once a second, and the last value wins.

use crate::feed::Feed;
use domain::{
    chat::feed::Moment,
    live::{
        presence::{Person, Presence},
        stream::Stream,
        viewership::{Viewership, Viewing},
    },
    time::{Millis, Span},
};
use std::sync::Arc;

/// A room with this many people or more is a crowd: each message costs one system call per person.
pub(crate) const CROWD: usize = 100;
/// The pause between two published counts.
const PACE: Span = Span::secs(1);
/// The pause for a growing crowd, where a slight delay of the count is not noticed. It keeps the studio's figures at
/// most two seconds old.
const PACE_GROWING: Span = Span(1750);

/// The sums that were stored last, from which those of now follow without the database.
#[derive(Clone, Copy)]
struct StoredSums {
    sums: Viewership,
    /// What they have of the viewings that are still in memory.
    going_on: Span,
    /// How many accounts of this process they have.
    watchers: usize,
}

pub(crate) struct Crowd {
    feed: Arc<Feed>,
    presence: Presence,
    published: usize,
    published_at: Millis,
    published_peak: usize,
    /// What was stored of who watched.
    stored: Option<StoredSums>,
    /// When the viewings were last read to be stored, and how many accounts had watched by then.
    read: (Millis, usize),
    /// The peak at the end of the stream, once it is over: people who are still here no longer count as audience.
    dispersed: Option<usize>,
}

impl Crowd {
    pub fn new(feed: Arc<Feed>) -> Self {
        let presence = Presence::default();
        Self {
            feed,
            presence,
            published: 0,
            published_at: Millis(i64::MIN),
            published_peak: 0,
            stored: None,
            read: (Millis(i64::MIN), 0),
            dispersed: None,
        }
    }

    pub fn enter(&mut self, person: Person, now: Millis) {
        self.presence.enter(person, now);
    }
    pub fn leave(&mut self, person: Person, now: Millis) {
        self.presence.leave(person, now);
    }
    pub fn remove(&mut self, person: Person, now: Millis) {
        self.presence.remove(person, now);
    }
    /// The stream that this room belongs to, if it has one.
    pub fn stream(&self) -> Option<Arc<Stream>> {
        self.feed.stream()
    }
    /// The stream goes on air or off it; false when nothing changes.
    pub fn air(&mut self, on_air: bool, now: Millis) -> bool {
        self.presence.air(on_air, now)
    }
    pub fn on_air(&self) -> bool {
        self.presence.on_air()
    }
    /// The people who are counted, in no order.
    pub fn everybody(&self) -> impl Iterator<Item = Person> {
        self.presence.everybody().filter(|_| self.dispersed.is_none())
    }
    pub fn disperse(&mut self) {
        self.dispersed.get_or_insert(self.presence.peak());
    }
    pub fn people(&self) -> usize {
        if self.dispersed.is_some() { 0 } else { self.presence.people() }
    }
    pub fn peak(&self) -> usize {
        self.dispersed.unwrap_or(self.presence.peak())
    }
    /// Whether everybody has left, and everything is published and stored.
    pub fn is_over(&self) -> bool {
        self.presence.people() == 0
            && self.published == 0
            && self.untold_peak().is_none()
            && self.presence.all_stored()
    }
    /// A peak that is not stored yet.
    pub fn untold_peak(&self) -> Option<usize> {
        (self.peak() > self.published_peak).then_some(self.peak())
    }
    pub fn published_peak(&mut self, peak: usize) {
        self.published_peak = peak;
    }

    /// The viewings to store, and how many of them have ended.
    pub fn viewings(&mut self, now: Millis) -> (Vec<Viewing>, usize) {
        self.read = (now, self.presence.watchers());
        self.presence.viewings(now)
    }
    pub fn has_viewings(&self) -> bool {
        self.presence.has_viewings()
    }
    /// The first `ended` of the finished viewings are stored. `viewership` is the sum of all, if there were any.
    pub fn stored(&mut self, ended: usize, viewership: Option<Viewership>) {
        self.presence.stored(ended);
        if let Some(sums) = viewership {
            let (at, watchers) = self.read;
            self.stored = Some(StoredSums { sums, going_on: self.presence.watched(at), watchers });
            self.feed.moment(Moment::Viewership(sums));
        }
    }

    /// Who has watched up to now; `None` before anything was stored. People who watched before a restart and come back after it
    /// count twice until the next viewings are stored.
    pub fn viewership(&self, now: Millis) -> Option<Viewership> {
        let StoredSums { sums, going_on, watchers } = self.stored?;
        Some(Viewership {
            people: sums.people + (self.presence.watchers() - watchers) as u64,
            peak: sums.peak.max(self.peak() as u64),
            watched: Span(sums.watched.0 + (self.presence.watched(now).0 - going_on.0).max(0)),
        })
    }

    /// The same as [`Self::tell`], and whether the room has become empty or is so no more.
    pub fn tell_turn(&mut self, now: Millis) -> (Option<Millis>, bool) {
        let was_empty = self.published == 0;
        let next = self.tell(now);
        (next, was_empty != (self.published == 0))
    }

    /// The sums are stored every few seconds; a new peak does not wait for them.
    fn tell_peak(&mut self, now: Millis) {
        let Some(viewership) = self.viewership(now) else { return };
        if let Some(stored) = self.stored.as_mut().filter(|stored| stored.sums.peak < viewership.peak) {
            stored.sums.peak = viewership.peak;
            self.feed.moment(Moment::Viewership(viewership));
        }
    }

    /// Publishes the count if it changed and is due. Returns when to check again.
    pub fn tell(&mut self, now: Millis) -> Option<Millis> {
        self.presence.settle(now);
        let people = self.people();
        let due = self.published_at + if people >= CROWD.max(self.published) { PACE_GROWING } else { PACE };
        if people != self.published && due <= now {
            self.feed.moment(Moment::People(people));
            (self.published, self.published_at) = (people, now);
            self.tell_peak(now);
        }
        let unpublished = (people != self.published).then_some(due);
        let peak = self.untold_peak().map(|_| now + PACE);
        [unpublished, peak, self.presence.next_deadline()].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{AccountId, RoomId};

    #[test]
    fn who_watched_is_known_between_two_stores() {
        let mut crowd = Crowd::new(Arc::new(Feed::new(RoomId::new())));
        let (ann, ben) = (Person::Account(AccountId::new()), Person::Account(AccountId::new()));
        let at = |seconds| Millis(0) + Span::secs(seconds);
        let sums = |people, peak, seconds| Viewership { people, peak, watched: Span::secs(seconds) };
        crowd.air(true, at(0));
        crowd.enter(ann, at(0));
        assert_eq!(crowd.viewership(at(1)), None, "nothing is stored");
        let (_, ended) = crowd.viewings(at(2));
        // Others have watched before a restart.
        crowd.stored(ended, Some(sums(5, 3, 102)));
        assert_eq!(crowd.viewership(at(4)), Some(sums(5, 3, 104)));
        crowd.enter(ben, at(4));
        assert_eq!(crowd.viewership(at(6)), Some(sums(6, 3, 108)));
        crowd.remove(ann, at(6));
        crowd.enter(ann, at(7));
        assert_eq!(crowd.viewership(at(8)), Some(sums(6, 3, 111)), "whoever comes again is one");
        let (viewings, ended) = crowd.viewings(at(8));
        assert_eq!((viewings.len(), ended), (3, 1));
        // Somebody leaves while it is being stored.
        crowd.remove(ben, at(9));
        crowd.stored(ended, Some(sums(6, 3, 111)));
        assert_eq!(crowd.viewership(at(10)), Some(sums(6, 3, 114)));
    }

    #[test]
    fn the_count_is_told_every_second_and_of_a_crowd_that_grows_a_little_less_often() {
        let mut crowd = Crowd::new(Arc::new(Feed::new(RoomId::new())));
        let mut people = Vec::new();
        for (change, at, published, next) in [
            (1, 0, 1, None),
            (98, 100, 1, Some(1000)),
            (0, 1000, 99, None),
            (1, 1100, 99, Some(2750)),
            (0, 2749, 99, Some(2750)),
            (5, 2750, 105, None),
            (-1, 3000, 105, Some(3750)),
            (0, 3750, 104, None),
            (1, 3800, 104, Some(5500)),
            (-2, 3900, 104, Some(4750)),
        ] {
            for _ in 0..change {
                people.push(Person::Account(AccountId::new()));
                crowd.enter(*people.last().expect("somebody"), Millis(at));
            }
            for _ in change..0 {
                crowd.remove(people.pop().expect("somebody"), Millis(at));
            }
            crowd.published_peak(usize::MAX);
            let look = crowd.tell(Millis(at));
            assert_eq!((crowd.published, look), (published, next.map(Millis)), "{change} at {at} ms");
        }
    }
}
