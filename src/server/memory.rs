//! What is not used any more goes back: what was read and has grown old, and to the kernel the pages that the allocator keeps.
//! After ten thousand rooms have gone to sleep next to nothing is left of them (`load/sleepers`).
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

/// Supervisors look for sleepers as often.
const EVERY: Span = Span::secs(30);

/// Threads that are busy for so long need not be met: they give back when they are not.
const MOMENT: Duration = Duration::from_millis(250);
/// A thread is held so long at once, so that another one must wake for the next task.
const HOLD: Duration = Duration::from_millis(1);

/// How often it was asked that memory goes back.
static ASKED: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// The last round in which this thread was met, and the last in which it gave back.
    static MET: Cell<u32> = const { Cell::new(0) };
    static DONE: Cell<u32> = const { Cell::new(0) };
}

/// The loop of the worker who tidies.
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

/// Until each of the runtime's threads had something to do in this round, or a moment has passed: from where it sleeps, none would
/// give back. As many tasks as threads, each of which holds the one that it is on, find them all.
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

/// Called by each of the runtime's threads when it has nothing to do. What was allocated by a thread and freed by another is seen
/// by the first alone, so each gives back its own.
pub fn parked() {
    let asked = ASKED.load(Relaxed);
    if DONE.replace(asked) != asked {
        // SAFETY: it takes no pointers, and touches only what this thread or nobody owns.
        unsafe { libmimalloc_sys::mi_collect(true) };
    }
}
