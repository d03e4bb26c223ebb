//! The seats of the service and the queue for them. They share the register's lock, so a seat is granted where it is
//! counted. The rules are in [`domain::live::queue`].

use crate::{presence::attendance::Attendances, tree::Engine};
use domain::live::{
    presence::Person,
    queue::{Counts, QueueAnswer, QueueLane},
};

impl Engine {
    /// A page asks to enter. The person gets a seat, or is queued and must ask again.
    pub fn ask(&self, person: Person, lane: QueueLane) -> QueueAnswer {
        self.register().ask(person, lane)
    }
    /// A feed or a player asks and cannot wait. Returns true if the person has a seat; it is reserved until they
    /// attend.
    pub fn knock(&self, person: Person, lane: QueueLane) -> bool {
        self.register().knock(person, lane)
    }
    /// How many people are inside and how many are waiting.
    pub fn queue(&self) -> Counts {
        self.register().queue()
    }
}

impl Attendances {
    fn ask(&self, person: Person, lane: QueueLane) -> QueueAnswer {
        let now = self.clock.now();
        self.here().queue.ask(person, lane, now)
    }
    fn knock(&self, person: Person, lane: QueueLane) -> bool {
        let now = self.clock.now();
        self.here().queue.knock(person, lane, now)
    }
    fn queue(&self) -> Counts {
        let now = self.clock.now();
        self.here().queue.counts(now)
    }
}
