//! Frees unused memory: drops old cache entries, and returns unused pages of the allocator to the kernel. After ten
//! thousand rooms have gone idle, almost nothing remains of them (`load/sleepers`).
#![expect(unsafe_code, reason = "mimalloc's mi_collect has no safe form")]

use crate::app::App;
use actors::Worker;
use domain::{clock::Clock, time::Span};
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
    while !worker.is_stopping() {
        let next = app.clock.now() + EVERY;
        tokio::select! {
            () = worker.stopping() => return,
            () = app.clock.sleep_until(next) => {}
        }
        app.engine.forget_feeds();
        app.services.caches.sweep(app.clock.now());
        app.sign_in_limits.with(|limits| limits.sweep(app.clock.now()));
        worker.handled(1);
        wake_all(ASKED.fetch_add(1, Relaxed) + 1);
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
