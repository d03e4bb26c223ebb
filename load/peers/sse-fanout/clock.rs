//! The machine's monotonic clock in nanoseconds. All processes share it, so a token carries its own send time.

use rustix::{
    thread::{NanosleepRelativeResult, nanosleep},
    time::{ClockId, Timespec, clock_gettime},
};

pub fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

pub fn sleep_until(due: u64) {
    while let Some(left) = due.checked_sub(now()).filter(|&left| left > 0) {
        let left = Timespec { tv_sec: (left / 1_000_000_000) as _, tv_nsec: (left % 1_000_000_000) as _ };
        if let NanosleepRelativeResult::Ok = nanosleep(&left) {
            return;
        }
    }
}
