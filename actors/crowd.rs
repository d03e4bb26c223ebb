//! The people of one room and what of their number has been told: at most once a second, the last value wins.

use crate::feed::Feed;
use domain::{
    feed::Moment,
    presence::{Person, Presence},
    time::{Millis, Span},
};
use std::sync::Arc;

/// Between two counts that are told.
const PACE: Span = Span::secs(1);

pub(crate) struct Crowd {
    feed: Arc<Feed>,
    presence: Presence,
    told: usize,
    told_at: Millis,
    peak_told: usize,
    /// The stream is over; who is still here is no audience.
    dispersed: bool,
}

impl Crowd {
    pub fn new(feed: Arc<Feed>) -> Self {
        let presence = Presence::default();
        Self { feed, presence, told: 0, told_at: Millis(i64::MIN), peak_told: 0, dispersed: false }
    }

    pub fn enter(&mut self, person: Person) {
        self.presence.enter(person);
    }
    pub fn leave(&mut self, person: Person, now: Millis) {
        self.presence.leave(person, now);
    }
    pub fn remove(&mut self, person: Person) {
        self.presence.remove(person);
    }
    pub fn disperse(&mut self) {
        self.dispersed = true;
    }
    pub fn people(&self) -> usize {
        if self.dispersed { 0 } else { self.presence.people() }
    }
    pub fn peak(&self) -> usize {
        self.presence.peak()
    }
    /// Nobody is left and everybody knows.
    pub fn is_over(&self) -> bool {
        self.presence.people() == 0 && self.told == 0 && self.untold_peak().is_none()
    }
    /// A peak that is not stored yet.
    pub fn untold_peak(&self) -> Option<usize> {
        (self.peak() > self.peak_told).then_some(self.peak())
    }
    pub fn peak_told(&mut self, peak: usize) {
        self.peak_told = peak;
    }

    /// Tells the count if it is another one and it is time. Says when to look again.
    pub fn tell(&mut self, now: Millis) -> Option<Millis> {
        self.presence.settle(now);
        let (people, due) = (self.people(), self.told_at + PACE);
        if people != self.told && due <= now {
            self.feed.moment(Moment::People(people));
            (self.told, self.told_at) = (people, now);
        }
        let untold = (people != self.told).then(|| self.told_at + PACE);
        let peak = self.untold_peak().map(|_| now + PACE);
        [untold, peak, self.presence.next_deadline()].into_iter().flatten().min()
    }
}
