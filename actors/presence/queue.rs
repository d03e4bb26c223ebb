//! The seats of the house and the queue before it, under the same lock as the register: a seat is given where it is counted.
//! The rules stand in [`domain::live::queue`].

use crate::{presence::attendance::Attendances, tree::Engine};
use domain::live::{
    presence::Person,
    queue::{Answer, Counts, Lane},
};

impl Engine {
    /// A page asks to come in: the seat is theirs, or they stand in the queue and ask again.
    pub fn ask(&self, person: Person, lane: Lane) -> Answer {
        self.register().ask(person, lane)
    }
    /// A feed or a player asks, which cannot wait: true when the seat is theirs. It is kept until they attend.
    pub fn knock(&self, person: Person, lane: Lane) -> bool {
        self.register().knock(person, lane)
    }
    /// Who is inside and who waits, in people.
    pub fn queue(&self) -> Counts {
        self.register().queue()
    }
}

impl Attendances {
    fn ask(&self, person: Person, lane: Lane) -> Answer {
        let now = self.clock.now();
        self.here().queue.ask(person, lane, now)
    }
    fn knock(&self, person: Person, lane: Lane) -> bool {
        let now = self.clock.now();
        self.here().queue.knock(person, lane, now)
    }
    fn queue(&self) -> Counts {
        let now = self.clock.now();
        self.here().queue.counts(now)
    }
}
