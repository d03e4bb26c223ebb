//! Frees unused memory: drops old cache entries, and returns unused pages of the allocator to the kernel. After ten
//! thousand rooms have gone idle, almost nothing remains of them (`load/sleepers`).
#![expect(unsafe_code, reason = "mimalloc's mi_collect has no safe form")]

use crate::app::App;
use actors::Worker;
use domain::{
    clock::Clock,
    time::{Millis, Span},
};
use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::runtime::Handle;

/// The interval at which supervisors look for idle actors.
const EVERY: Span = Span::secs(30);
/// So many viewers who came or left within [`LOOK`] are a crowd. The requests of a crowd need many times the memory that its
/// open feeds keep (37 KB and 1 KB a viewer, seen with `heaptrack` and `load/peers/run`), so it is returned once they are served.
const CROWD: u64 = 500;
const LOOK: Span = Span::secs(1);

/// Threads that stay busy this long need not be reached: they collect when they become idle.
const MOMENT: Duration = Duration::from_millis(250);
/// How long one task occupies a thread, so that another thread must wake for the next task.
const HOLD: Duration = Duration::from_millis(1);

/// The number of rounds so far.
static ASKED: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// The last round that reached this thread, and the last in which it returned memory.
    static MET: Cell<u32> = const { Cell::new(0) };
    static DONE: Cell<u32> = const { Cell::new(0) };
}

/// The loop of the memory worker.
pub async fn tidy(app: App, mut worker: Worker) {
    let mut rounds = Rounds { next: app.clock.now() + EVERY, viewers: 0, crowd: false };
    while !worker.is_stopping() {
        let look = app.clock.now() + LOOK;
        tokio::select! {
            () = worker.stopping() => return,
            () = app.clock.sleep_until(look) => {}
        }
        if !rounds.is_due(app.clock.now(), app.fanout.counters().connections) {
            continue;
        }
        app.engine.forget_feeds();
        app.services.caches.sweep(app.clock.now());
        app.sign_in_limits.with(|limits| limits.sweep(app.clock.now()));
        worker.handled(1);
        wake_all(ASKED.fetch_add(1, Relaxed) + 1);
    }
}

/// When to return memory: at fixed intervals, and when a crowd has come or left.
struct Rounds {
    next: Millis,
    viewers: u64,
    crowd: bool,
}

impl Rounds {
    /// Asked once in [`LOOK`], with the number of open feeds.
    fn is_due(&mut self, now: Millis, viewers: u64) -> bool {
        let moving = self.viewers.abs_diff(viewers) >= CROWD;
        self.viewers = viewers;
        let due = now >= self.next || (self.crowd && !moving);
        self.crowd = moving || (self.crowd && !due);
        if due {
            self.next = now + EVERY;
        }
        due
    }
}

/// Wakes every thread of the runtime, because a sleeping thread would return nothing. Spawns as many tasks as there are
/// threads. Each task occupies a thread until all threads were reached or [`MOMENT`] has passed.
fn wake_all(round: u32) {
    let threads = Handle::current().metrics().num_workers();
    let met: Arc<AtomicUsize> = Arc::default();
    let until = Instant::now() + MOMENT;
    for _ in 0..threads {
        let met = met.clone();
        drop(tokio::spawn(async move {
            while met.load(Relaxed) < threads && Instant::now() < until {
                if MET.replace(round) != round {
                    met.fetch_add(1, Relaxed);
                }
                std::thread::sleep(HOLD);
                tokio::task::yield_now().await;
            }
        }));
    }
}

/// Called by each runtime thread when it becomes idle. Memory allocated by one thread and freed by another is visible
/// only to the first, so each thread collects its own.
pub fn parked() {
    let asked = ASKED.load(Relaxed);
    if DONE.replace(asked) != asked {
        // SAFETY: the call takes no pointers and touches only memory that this thread or no thread owns.
        unsafe { libmimalloc_sys::mi_collect(true) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_returned_at_intervals_and_after_a_crowd() {
        let start = Millis(1_000_000);
        let mut rounds = Rounds { next: start + EVERY, viewers: 0, crowd: false };
        let feeds = |second: i64| match second {
            0..5 => 499 * second as u64,   // not a crowd
            5..8 => 3_000 * second as u64, // one that comes
            8..40 => 21_000,               // and stays
            _ => 10_000,                   // half of it leaves
        };
        let due: Vec<i64> =
            (0..45).filter(|second| rounds.is_due(start + Span::secs(*second), feeds(*second))).collect();
        assert_eq!(due, [8, 38, 41], "once the crowd is in, 30 s later, and once it has left");
    }
}
