//! What outlives the restarts of one actor: its slot state, its counters, and its phase.
//!
//! Every phase change happens under one short lock, so that concurrent first uses start only one actor, and a report
//! about an earlier life changes nothing.

use crate::engine::{
    behavior::{Behavior, Failure},
    budget::{Blame, Budget, History, Restart, Verdict},
    fault::Faults,
    inbox::{CallError, Content, Envelope, Meter},
    mask::mask,
    pulse::{Pulse, Sample},
    tree::Status,
};
use domain::time::Millis;
use ractor::{ActorCell, ActorId, ActorProcessingErr, ActorRef, ActorStatus, MessagingErr};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};

pub(crate) struct Slot<K: Behavior> {
    pub id: K::Id,
    pub slot_state: K::SlotState,
    pub meter: Arc<Meter>,
    pub pulse: Pulse,
    pub faults: Faults,
    record: Mutex<Record<K::Msg>>,
    /// Notified of every phase change.
    turns: watch::Sender<()>,
}

/// The phase of an actor's slot.
pub(crate) enum Phase<M> {
    Asleep,
    Awake(ActorRef<Envelope<M>>),
    /// Failed; restarts after its backoff.
    Waiting,
    /// Its budget is spent; an operator must resume it.
    Parked,
}

pub(crate) struct Record<M> {
    pub phase: Phase<M>,
    /// The latest life, if there was one.
    pub last: Option<ActorCell>,
    /// Earlier lives that had not stopped when the latest began.
    pub before: Vec<ActorCell>,
    /// The supervisor under which the latest life began.
    pub under: Option<ActorId>,
    pub started_at: Option<Millis>,
    pub budget: Budget,
    pub history: History,
    /// The end of this life was requested, and why.
    pub asked: Option<(ActorId, &'static str)>,
    /// A message arrived while it was ending.
    pub wanted: bool,
    /// Loading found nothing under its id.
    pub missing: bool,
}

/// How a life ended.
pub(crate) enum Ending {
    /// Stopped or drained.
    Stopped,
    Killed(String),
    Failed(ActorProcessingErr),
}

/// What follows the end of a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The report was about an earlier life.
    Nothing,
    Sleep,
    Start,
    StartAfter(Duration),
    Park,
}

impl Next {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Sleep => "sleep",
            Self::Start | Self::StartAfter(_) => "start",
            Self::Park => "park",
        }
    }
}

impl<K: Behavior> Slot<K> {
    pub fn new(id: K::Id, slot_state: K::SlotState) -> Self {
        let record = Record {
            phase: Phase::Asleep,
            last: None,
            before: Vec::new(),
            under: None,
            started_at: None,
            budget: Budget::default(),
            history: History::default(),
            asked: None,
            wanted: false,
            missing: false,
        };
        Self {
            id,
            slot_state,
            meter: Arc::default(),
            pulse: Pulse::default(),
            faults: Faults::default(),
            record: Mutex::new(record),
            turns: watch::Sender::new(()),
        }
    }

    pub fn record(&self) -> MutexGuard<'_, Record<K::Msg>> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Whether its latest life has this id.
    pub fn is_called(&self, id: &str) -> bool {
        self.record().last.as_ref().is_some_and(|life| life.get_id().to_string() == id)
    }
    /// The activity since the last reading. A passivated actor has none, and its samples are dropped.
    pub fn sample(&self) -> Sample {
        let asleep = matches!(self.record().phase, Phase::Asleep);
        let sample = self.pulse.look(self.meter.handled(), self.meter.spent_micros(), self.meter.waiting());
        if asleep {
            self.pulse.stop();
        }
        sample
    }
    pub fn turns(&self) -> watch::Receiver<()> {
        self.turns.subscribe()
    }
    pub fn turned(&self) {
        self.turns.send_replace(());
    }
    /// The actor has loaded.
    pub fn started(&self) {
        self.record().missing = false;
    }

    /// Queues a message for the running actor.
    pub fn deliver(
        &self,
        record: &mut Record<K::Msg>,
        message: Content<K::Msg>,
        bound: usize,
    ) -> Result<(), CallError> {
        let Phase::Awake(actor) = &record.phase else { return Err(CallError::Resting) };
        let ticket = self.meter.admit(bound).ok_or(CallError::Full)?;
        match actor.send_message(Envelope { ticket, content: message }) {
            Ok(()) => Ok(()),
            Err(MessagingErr::SendErr(_) | MessagingErr::ChannelClosed | MessagingErr::InvalidActorType) => {
                record.wanted = true;
                Err(CallError::Resting)
            }
        }
    }

    /// Records the end of a life and returns what follows, which the caller does.
    pub fn ended(&self, id: ActorId, ending: Ending, clock: Millis) -> Next {
        let mut record = self.record();
        if record.current() != Some(id) {
            return Next::Nothing;
        }
        let asked = record.asked.take_if(|(of, _)| *of == id).map(|(_, why)| why);
        let wanted = std::mem::take(&mut record.wanted);
        let (why, blame) = match ending {
            Ending::Stopped => {
                record.phase = Phase::Asleep;
                return if wanted { Next::Start } else { Next::Sleep };
            }
            Ending::Killed(why) => (why, Blame::Own),
            Ending::Failed(error) => match error.downcast_ref::<Failure>() {
                Some(Failure::Unknown) => {
                    record.missing = true;
                    record.phase = Phase::Asleep;
                    return Next::Sleep;
                }
                Some(Failure::Away(why)) => (why.clone(), Blame::Away),
                _ => (error.to_string(), Blame::Own),
            },
        };
        let blame = if asked.is_some() { Blame::Asked } else { blame };
        let why = asked.map_or_else(|| mask(&why), str::to_owned);
        self.meter.failed(why.clone());
        match record.budget.fall(blame, Instant::now()) {
            Verdict::Spent => {
                record.phase = Phase::Parked;
                Next::Park
            }
            Verdict::Again(wait) => {
                record.history.add(Restart { at: clock, why, asked: blame == Blame::Asked });
                record.phase = Phase::Waiting;
                if wait.is_zero() { Next::Start } else { Next::StartAfter(wait) }
            }
        }
    }
}

impl<M: Send + 'static> Record<M> {
    /// The lives that the next one has to wait for.
    pub fn predecessors(&mut self) -> Vec<ActorCell> {
        self.before.extend(self.last.take());
        self.before.retain(|life| life.get_status() != ActorStatus::Stopped);
        self.before.clone()
    }
    /// The current life.
    pub fn current(&self) -> Option<ActorId> {
        matches!(self.phase, Phase::Awake(_)).then_some(self.last.as_ref()?.get_id())
    }
    pub fn status(&self) -> Status {
        match &self.phase {
            Phase::Asleep => Status::Stopped,
            Phase::Waiting => Status::Restarting,
            Phase::Parked => Status::Parked,
            Phase::Awake(actor) => match actor.get_status() {
                ActorStatus::Unstarted | ActorStatus::Starting => Status::Starting,
                ActorStatus::Running | ActorStatus::Upgrading => Status::Running,
                ActorStatus::Draining => Status::Draining,
                ActorStatus::Stopping | ActorStatus::Stopped => Status::Restarting,
            },
        }
    }
}
