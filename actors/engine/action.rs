//! What an operator does to one actor.

use crate::engine::{
    behavior::Behavior,
    budget::{Budget, Restart},
    directory::Address,
    fault::Fault,
    inbox::Content,
    slot::{Phase, Record},
    tree,
};
use domain::time::Span;

/// All but `Resume` and `Restart` need an actor that is awake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ends it after the message in hand; what waits is dropped (its callers ask again). The next message starts it anew.
    Stop,
    /// Ends this life at once and begins the next; what waits is asked again by its callers.
    Restart,
    /// Finishes what waits, then sleeps.
    Drain,
    /// Raises a parked or stopped one with a fresh budget.
    Resume,
    /// Chaos: ends this life at once, wherever it stands.
    Kill,
    /// Chaos: panics at once, after the message in hand.
    Panic,
    /// Chaos: a fault stands for so long, at most [`crate::LONGEST_FAULT`]. One that stands already makes room.
    Inject(Fault, Span),
    /// Takes the fault away.
    Clear,
}

impl Action {
    pub(crate) const fn is_chaos(self) -> bool {
        matches!(self, Self::Kill | Self::Panic | Self::Inject(..))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    #[error("no such actor")]
    NotFound,
    #[error("not in its present state")]
    NotNow,
    #[error("only where chaos was switched on at the start")]
    NotAllowed,
}

impl<K: Behavior> Address<K> {
    pub(crate) fn act(&self, action: Action) -> Result<(), ActError> {
        if action == Action::Clear {
            return if self.slot().faults.clear() { Ok(()) } else { Err(ActError::NotNow) };
        }
        let mut record = self.slot().record();
        // One that is just raised or gone has nobody yet, or no longer, who would raise it after this.
        if let Phase::Awake(actor) = &record.phase
            && !self.directory().living().contains(&actor.get_id())
        {
            return Err(ActError::NotNow);
        }
        let awake = match &record.phase {
            Phase::Awake(actor) => Some(actor.clone()),
            Phase::Asleep | Phase::Waiting | Phase::Parked => None,
        };
        match (action, awake) {
            (Action::Resume | Action::Restart, None) => self.resume(&mut record),
            (Action::Resume, Some(_)) | (_, None) => Err(ActError::NotNow),
            (Action::Stop, Some(actor)) => {
                actor.stop(Some("an operator stopped it".into()));
                Ok(())
            }
            (Action::Drain, Some(actor)) => actor.drain().map_err(|_| ActError::NotNow),
            (Action::Restart, Some(actor)) => {
                record.asked = Some((actor.get_id(), "an operator restarted it"));
                actor.kill();
                Ok(())
            }
            (Action::Kill, Some(actor)) => {
                record.asked = Some((actor.get_id(), "chaos killed it"));
                actor.kill();
                Ok(())
            }
            (Action::Inject(fault, lasts), Some(_)) if self.directory().config().counts_messages => {
                self.slot().faults.arm(fault, self.directory().clock.now(), lasts);
                Ok(())
            }
            // A worker's work does not come to it as messages: none would meet the fault.
            (Action::Inject(..) | Action::Clear, Some(_)) => Err(ActError::NotNow),
            (Action::Panic, Some(actor)) => {
                record.asked = Some((actor.get_id(), "chaos made it panic"));
                let put = self.slot().deliver(&mut record, Content::Panic, usize::MAX);
                put.map_err(|_| ActError::NotNow)
            }
        }
    }

    fn resume(&self, record: &mut Record<K::Msg>) -> Result<(), ActError> {
        record.budget = Budget::default();
        let at = self.directory().clock.now();
        record.history.add(Restart { at, why: "an operator resumed it".into(), asked: true });
        tree::restarted(self.directory().config().branch);
        self.start(record).map_err(|_| ActError::NotNow)
    }
}
