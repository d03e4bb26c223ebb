//! Scripted people, who come to the two rooms on air through the doors that everybody uses: they sign in, open the feed,
//! write at a human pace, leave and come back. Each room has a fixed cast and a script of bounded length, and a room that
//! refuses them is left alone for a while.

mod room;
mod script;

use super::wire::Wire;
use crate::app::App;
use actors::Worker;
use domain::id::StreamId;
use room::SimulatedRoom;

/// Starts the worker that they live in. It comes to rest with the engine, and is restarted like any other.
pub fn invite(app: &App, stage: StreamId, wheel: StreamId) {
    let shared = app.clone();
    app.engine.spawn_job_worker("townspeople", move |worker| come(shared.clone(), [stage, wheel], worker));
}

async fn come(app: App, [stage, wheel]: [StreamId; 2], mut worker: Worker) {
    let wire = Wire::new(&app);
    let mut first = SimulatedRoom::new(&app, &wire, stage, &script::STAGE);
    let mut second = SimulatedRoom::new(&app, &wire, wheel, &script::WHEEL);
    let (one, other) = (worker.clone(), worker.clone());
    tokio::select! {
        () = worker.stopping() => {}
        _ = async { tokio::join!(first.play(&one), second.play(&other)) } => {}
    }
}
