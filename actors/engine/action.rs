//! The actions that an operator can take on one actor.

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

/// All but `Resume` and `Restart` require an actor that is awake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Stops it after the current message. Waiting messages are dropped, and their callers ask again. The next message
    /// starts a new life.
    Stop,
    /// Ends this life at once and starts the next. Callers of waiting messages ask again.
    Restart,
    /// Handles the waiting messages, then passivates.
    Drain,
    /// Starts a parked or stopped actor with a fresh budget.
    Resume,
    /// Chaos: ends this life at once, even in the middle of a message.
    Kill,
    /// Chaos: panics after the current message.
    Panic,
    /// Chaos: sets a fault for this long, at most [`crate::LONGEST_FAULT`]. It replaces an existing fault.
    Inject(Fault, Span),
    /// Removes the fault.
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
        // During a start or an end nobody would restart it after this action.
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
            // A worker's work does not arrive as messages, so a fault would have no effect.
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
