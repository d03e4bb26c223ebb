//! A lazy heap of deadlines. An alarm moved to a later time stays queued at the earlier one and is requeued when that
//! passes, so that a packet does not change the heap.

use super::Sleeper;
use std::{cmp::Reverse, collections::BinaryHeap, time::Instant};

/// When its owner must be woken.
#[derive(Default)]
pub struct Alarm {
    pub deadline: Option<Instant>,
    queued: Option<Instant>,
}

impl Alarm {
    /// Called for the heap entry at `at`. Returns whether the alarm is due, or was moved to a later time.
    pub fn rings(&mut self, at: Instant, now: Instant) -> bool {
        if self.queued == Some(at) {
            self.queued = None;
        }
        self.deadline.is_some_and(|deadline| deadline <= now)
    }
}

#[derive(Default)]
pub struct Timers(BinaryHeap<Reverse<(Instant, Sleeper)>>);

impl Timers {
    pub fn arm(&mut self, sleeper: Sleeper, alarm: &mut Alarm) {
        let Some(deadline) = alarm.deadline else { return };
        if alarm.queued.is_none_or(|queued| deadline < queued) {
            alarm.queued = Some(deadline);
            self.0.push(Reverse((deadline, sleeper)));
        }
    }

    pub fn next(&self) -> Option<Instant> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }

    /// Pops an entry that is due. Its owner calls [`Alarm::rings`] and arms the alarm again.
    pub fn due(&mut self, now: Instant) -> Option<(Instant, Sleeper)> {
        self.next().filter(|at| *at <= now)?;
        self.0.pop().map(|Reverse(place)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::RoomId;
    use std::time::Duration;

    #[test]
    fn a_moved_alarm_is_queued_once_and_rings_once() {
        let (start, sleeper) = (Instant::now(), Sleeper::Room(RoomId::new()));
        let at = |ms| start + Duration::from_millis(ms);
        let (mut timers, mut alarm) =
            (Timers::default(), Alarm { deadline: Some(at(10)), ..Alarm::default() });
        timers.arm(sleeper, &mut alarm);
        alarm.deadline = Some(at(50));
        timers.arm(sleeper, &mut alarm);
        assert_eq!(timers.due(at(9)), None);
        assert_eq!(timers.due(at(10)), Some((at(10), sleeper)));
        assert!(!alarm.rings(at(10), at(10)));
        timers.arm(sleeper, &mut alarm);
        assert_eq!(timers.next(), Some(at(50)));
        assert_eq!(timers.due(at(50)), Some((at(50), sleeper)));
        assert!(alarm.rings(at(50), at(50)));
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn an_earlier_deadline_wins_and_its_old_place_is_not_queued_again() {
        let (start, sleeper) = (Instant::now(), Sleeper::Room(RoomId::new()));
        let at = |ms| start + Duration::from_millis(ms);
        let (mut timers, mut alarm) = (Timers::default(), Alarm::default());
        let mut rung = vec![];
        for ms in [40, 5] {
            alarm.deadline = Some(at(ms));
            timers.arm(sleeper, &mut alarm);
        }
        for ms in 0..200 {
            while let Some((place, _)) = timers.due(at(ms)) {
                if alarm.rings(place, at(ms)) {
                    rung.push(ms);
                    alarm.deadline = Some(at(ms + 50));
                }
                timers.arm(sleeper, &mut alarm);
            }
        }
        assert_eq!(rung, [5, 55, 105, 155]);
        assert_eq!(timers.0.len(), 1);
    }
}
