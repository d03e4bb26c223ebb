//! What is not used any more goes back: what was read and has grown old, and to the kernel the pages that the allocator keeps.
//! After ten thousand rooms have gone to sleep nothing is left of them.
#![expect(unsafe_code, reason = "mimalloc's mi_collect has no safe form")]

use crate::app::App;
use actors::Worker;
use domain::{ports::Clock, time::Span};
use std::{
    cell::Cell,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

/// Supervisors look for sleepers as often.
const EVERY: Span = Span::secs(30);

/// How often it was asked that memory goes back.
static ASKED: AtomicU32 = AtomicU32::new(0);

thread_local! {
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
        app.house.forget_feeds();
        app.warm_facts.sweep(app.clock.now());
        app.warm_sessions.sweep(app.clock.now());
        ASKED.fetch_add(1, Relaxed);
        worker.handled(1);
        // The others sleep until there is something for them: one task stays here, the next wakes one of them.
        for _ in 0..2 {
            drop(tokio::spawn(async {}));
        }
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
