//! Faults that an operator sets on one actor, to test its callers. They exist only if chaos is switched on.
//!
//! A fault belongs to the slot, so it outlives the actor's lives. It ends by itself, at the latest after
//! [`LONGEST_FAULT`]. It applies to messages when they are taken from the mailbox. A dropped message also drops its
//! reply: the caller asks once more, and gets `Lost` if that is dropped too.

use domain::time::{Millis, Span};
use serde::Serialize;
use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

/// The longest a fault can last.
pub const LONGEST_FAULT: Span = Span::minutes(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// Each message waits this many milliseconds before it is handled.
    Delay { millis: u32 },
    /// The next messages are dropped.
    DropNext { messages: u32 },
    /// This percentage of messages is dropped, evenly spread.
    DropShare { percent: u8 },
    /// The next message panics, without a charge to the restart budget.
    Panic,
    /// Every message panics with a charge to the budget: after ten the actor is parked.
    Poison,
}

/// A fault that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Armed {
    #[serde(flatten)]
    pub fault: Fault,
    pub until: Millis,
    /// Messages that it has affected.
    pub met: u64,
}

/// What a fault does to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultEffect {
    Wait(Duration),
    Drop,
    /// `counts`: charged to the actor's budget.
    Panic {
        counts: bool,
    },
}

/// The fault of one slot, if any.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Read for every message; the rest only if it is true.
    on: AtomicBool,
    armed: Mutex<Option<Armed>>,
}

impl Faults {
    pub fn arm(&self, fault: Fault, now: Millis, lasts: Span) {
        let until = now + lasts.min(LONGEST_FAULT);
        *self.slot() = Some(Armed { fault, until, met: 0 });
        self.on.store(true, Relaxed);
    }

    /// Returns whether there was one.
    pub fn clear(&self) -> bool {
        self.on.store(false, Relaxed);
        self.slot().take().is_some()
    }

    pub fn armed(&self, now: Millis) -> Option<Armed> {
        if !self.on.load(Relaxed) {
            return None;
        }
        self.slot().filter(|armed| now < armed.until)
    }

    /// The effect on the next message. `now` is called only while a fault is set.
    pub fn meet(&self, now: impl FnOnce() -> Millis) -> Option<FaultEffect> {
        if !self.on.load(Relaxed) {
            return None;
        }
        let (mut slot, now) = (self.slot(), now());
        let armed = slot.as_mut().filter(|armed| now < armed.until);
        let blow = armed.and_then(|armed| armed.next(now));
        let over = slot.is_none_or(|armed| now >= armed.until || armed.is_spent());
        if over {
            *slot = None;
            self.on.store(false, Relaxed);
        }
        blow
    }

    fn slot(&self) -> MutexGuard<'_, Option<Armed>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn next(&mut self, now: Millis) -> Option<FaultEffect> {
        let before = self.met;
        self.met += 1;
        match self.fault {
            Fault::Delay { millis } => {
                let wait = Duration::from_millis(millis.into());
                Some(FaultEffect::Wait(wait.min((self.until - now).to_std())))
            }
            Fault::DropNext { .. } => Some(FaultEffect::Drop),
            Fault::DropShare { percent } => {
                let dropped = |met: u64| met * u64::from(percent) / 100;
                (dropped(self.met) > dropped(before)).then_some(FaultEffect::Drop)
            }
            Fault::Panic => Some(FaultEffect::Panic { counts: false }),
            Fault::Poison => Some(FaultEffect::Panic { counts: true }),
        }
    }

    fn is_spent(self) -> bool {
        match self.fault {
            Fault::DropNext { messages } => self.met >= messages.into(),
            Fault::Panic => self.met > 0,
            Fault::Delay { .. } | Fault::DropShare { .. } | Fault::Poison => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blows(faults: &Faults, at: Millis, count: usize) -> Vec<Option<FaultEffect>> {
        (0..count).map(|_| faults.meet(|| at)).collect()
    }
    fn armed(fault: Fault, lasts: Span) -> Faults {
        let faults = Faults::default();
        faults.arm(fault, Millis(0), lasts);
        faults
    }

    #[test]
    fn each_fault_meets_what_it_says_and_then_is_gone() {
        let faults = armed(Fault::DropNext { messages: 2 }, Span::secs(30));
        assert_eq!(blows(&faults, Millis(1), 3), [Some(FaultEffect::Drop), Some(FaultEffect::Drop), None]);
        assert_eq!(faults.armed(Millis(1)), None);
        let faults = armed(Fault::Panic, Span::secs(30));
        assert_eq!(blows(&faults, Millis(1), 2), [Some(FaultEffect::Panic { counts: false }), None]);
        let faults = armed(Fault::Poison, Span::secs(30));
        assert_eq!(blows(&faults, Millis(1), 3), [Some(FaultEffect::Panic { counts: true }); 3]);
        let faults = armed(Fault::DropShare { percent: 25 }, Span::secs(30));
        let dropped = blows(&faults, Millis(1), 100).into_iter().flatten().count();
        assert_eq!((dropped, faults.armed(Millis(1)).map(|a| a.met)), (25, Some(100)));
        assert_eq!(
            blows(&armed(Fault::DropShare { percent: 100 }, Span::secs(1)), Millis(1), 3),
            [Some(FaultEffect::Drop); 3]
        );
    }

    #[test]
    fn a_fault_ends_by_itself_and_no_wait_outlasts_it() {
        let faults = armed(Fault::Delay { millis: 5000 }, Span::secs(30));
        assert_eq!(faults.meet(|| Millis(1000)), Some(FaultEffect::Wait(Duration::from_secs(5))));
        assert_eq!(faults.meet(|| Millis(29_000)), Some(FaultEffect::Wait(Duration::from_secs(1))));
        assert_eq!(faults.armed(Millis(30_000)), None, "it is not shown any more");
        assert_eq!(faults.meet(|| Millis(30_000)), None);
        let long = armed(Fault::Panic, Span::days(1));
        assert_eq!(long.armed(Millis(0)).map(|a| a.until), Some(Millis(0) + LONGEST_FAULT));
        assert!(long.clear() && !long.clear());
        assert_eq!(long.meet(|| Millis(1)), None);
    }
}
