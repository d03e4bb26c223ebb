//! The engine's own workers, which watch deadlines and forward media events to rooms.
//!
//! They have no state: deadlines, attendances and publishers belong to the engine, so a worker's crash causes only a
//! short delay.

use crate::{
    engine::{
        alarm::Alarms,
        directory::Directory,
        pulse,
        worker::{self, Worker, Workers},
    },
    live::{
        publishers::Publishers,
        restream::{RestreamHandle, ToldStudios},
    },
    tree::{Engine, Ports},
};
use domain::{
    chat::feed::Moment,
    id::{CheckoutId, MediaSessionId, RestreamId, StreamId},
    live::{
        media::{MediaEnd, MediaEvent, MediaHealth, MediaPlane},
        restream::RestreamStore,
    },
    time::Span,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, mpsc},
    time::MissedTickBehavior,
};

/// How soon a deadline that could not be handled comes again.
const AGAIN: Span = Span::secs(1);
/// How often the health of the publishers' media is published.
const HEALTH_PACE: Duration = Duration::from_secs(1);
/// How often it is looked how restreams are.
const RESTREAM_PACE: Duration = Duration::from_secs(1);
/// After so many looks, all restreams look at their rows though no stream has changed: one may not have been able to.
const RESTREAM_LOOKS: u64 = 30;

pub(crate) struct Staff<'a> {
    pub ports: &'a Ports,
    pub publishers: Arc<Publishers>,
    pub stream_deadlines: Arc<Alarms<StreamId>>,
    pub checkout_deadlines: Arc<Alarms<CheckoutId>>,
}

pub(crate) fn start_workers(engine: &Engine, media: &Arc<Directory<Workers>>, staff: Staff<'_>) {
    let Staff { ports, publishers, stream_deadlines, checkout_deadlines } = staff;
    let (said, heard) = mpsc::unbounded_channel();
    // The listener is called on the media thread, so it only forwards the event.
    ports.media.listen(Box::new(move |event| {
        // Fails only when the process ends.
        let _ = said.send(event);
    }));
    let (heard, deadlines) = (Arc::new(Mutex::new(heard)), Arc::clone(&stream_deadlines));
    let (carrier, known) = (engine.clone(), Arc::clone(&publishers));
    worker::spawn_worker(media, "media_events", move |worker| {
        carry(worker, carrier.clone(), Arc::clone(&known), Arc::clone(&heard), Arc::clone(&deadlines))
    });
    let (nurse, plane) = (engine.clone(), Arc::clone(&ports.media));
    worker::spawn_worker(media, "media_health", move |worker| {
        health(worker, nurse.clone(), Arc::clone(&plane), Arc::clone(&publishers))
    });
    if ports.restreamer.is_some() {
        let (director, rows) = (engine.clone(), Arc::clone(&ports.restreams));
        worker::spawn_worker(media, "restreams", move |worker| {
            restream(worker, director.clone(), Arc::clone(&rows))
        });
    }

    let watched = engine.clone();
    engine.spawn_job_worker("stream_deadlines", move |worker| {
        let engine = watched.clone();
        watch(worker, Arc::clone(&stream_deadlines), move |id| {
            engine.stream(id).look().map_err(|e| e.to_string())
        })
    });
    let watched = engine.clone();
    engine.spawn_job_worker("checkout_deadlines", move |worker| {
        let engine = watched.clone();
        watch(worker, Arc::clone(&checkout_deadlines), move |id| {
            engine.checkout(id).look().map_err(|e| e.to_string())
        })
    });
    let sampled = engine.clone();
    engine.spawn_job_worker("pulse", move |worker| sample(worker, sampled.clone()));
    let register = Arc::clone(engine.register());
    engine.spawn_job_worker("attendances", move |worker| {
        let (register, report) = (Arc::clone(&register), worker.clone());
        until_stopped(worker, async move { register.run(|worked| tell(&report, worked)).await })
    });
    let register = Arc::clone(engine.register());
    engine.spawn_job_worker("viewings", move |worker| {
        let (register, report) = (Arc::clone(&register), worker.clone());
        until_stopped(worker, async move { register.store(|worked| tell(&report, worked)).await })
    });
}

async fn until_stopped(mut worker: Worker, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        () = worker.stopping() => {}
    }
}

fn tell(worker: &Worker, worked: Result<(), String>) {
    match worked {
        Ok(()) => worker.handled(1),
        Err(error) => worker.failed(error),
    }
}

/// Forwards media events: a room's stream is told to look, a viewer's attendance ends with its session, and the studio is told what
/// it need not send.
async fn carry(
    mut worker: Worker,
    engine: Engine,
    publishers: Arc<Publishers>,
    heard: Arc<Mutex<mpsc::UnboundedReceiver<MediaEvent>>>,
    deadlines: Arc<Alarms<StreamId>>,
) {
    let mut heard = heard.lock().await;
    loop {
        let event = tokio::select! {
            event = heard.recv() => event,
            () = worker.stopping() => return,
        };
        let Some(event) = event else { return worker.stopping().await };
        worker.backlog(heard.len());
        if let Some(session) = over(event) {
            engine.register().media_ended(session);
        }
        if let MediaEvent::LayersPaused { room, session, layers } = event {
            engine.feed(room).moment(Moment::PausedLayers(session, layers));
        }
        if let Some(room) = publishers.note(event) {
            let stage = publishers.stage_of(room);
            if stage.is_none() && !publishers.flows(room) {
                // Clear the figures when the media they measured is gone.
                engine.feed(room).moment(Moment::Health(MediaHealth::default()));
            }
            // An unloaded stream checks its publisher when it loads; a stream with a publisher is always loaded.
            let of_room = || engine.feed(room).stream().map(|stream| stream.id);
            if let Some(stream) = stage.or_else(of_room)
                && engine.stream(stream).look().is_err()
            {
                // Its mailbox is full, or it is about to end: the deadline makes it look a little later.
                deadlines.at_latest(stream, engine.now());
            }
        }
        worker.handled(1);
    }
}

/// The session that has ended. A silent session has not.
fn over(event: MediaEvent) -> Option<MediaSessionId> {
    match event {
        MediaEvent::ViewerDown { session, end, .. } | MediaEvent::PublisherDown { session, end, .. } => {
            (end != MediaEnd::Silent).then_some(session)
        }
        MediaEvent::ViewerUp { .. } | MediaEvent::PublisherUp { .. } | MediaEvent::LayersPaused { .. } => {
            None
        }
    }
}

/// Publishes the health of the publishers' media to their rooms' feeds.
async fn health(mut worker: Worker, engine: Engine, media: Arc<dyn MediaPlane>, publishers: Arc<Publishers>) {
    let mut pace = tokio::time::interval(HEALTH_PACE);
    loop {
        tokio::select! {
            _ = pace.tick() => {}
            () = worker.stopping() => return,
        }
        for room in publishers.rooms() {
            if let Some(health) = media.health(room) {
                engine.feed(room).moment(Moment::Health(health));
                worker.handled(1);
            }
        }
    }
}

/// Lets restreams look when a stream has changed, and tells studios how theirs are.
async fn restream(mut worker: Worker, engine: Engine, rows: Arc<dyn RestreamStore>) {
    let (mut pace, mut streams) = (tokio::time::interval(RESTREAM_PACE), engine.watch_streams());
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut shown, mut looks) = (ToldStudios::default(), 0);
    loop {
        tokio::select! {
            _ = pace.tick() => {}
            () = worker.stopping() => return,
        }
        if looks % RESTREAM_LOOKS == 0 || streams.has_changed().unwrap_or(false) {
            streams.mark_unchanged();
            match rows.wanted().await {
                Ok(wanted) => {
                    let wanted = BTreeSet::<RestreamId>::from_iter(wanted);
                    let active =
                        engine.restreams().iter().filter_map(RestreamHandle::active).collect::<Vec<_>>();
                    for id in active.into_iter().filter(|id| !wanted.contains(id)) {
                        engine.restream(id).end();
                    }
                    for id in wanted {
                        // A full mailbox holds a look already; a parked one waits for an operator.
                        let _ = engine.restream(id).look();
                    }
                    worker.handled(1);
                    looks += 1;
                }
                // At once again.
                Err(error) => {
                    worker.failed(error.to_string());
                    looks = 0;
                }
            }
        } else {
            looks += 1;
        }
        shown.publish(&engine);
    }
}

/// Samples all counters, whether anybody looks at them or not.
async fn sample(mut worker: Worker, engine: Engine) {
    let mut pace = tokio::time::interval(pulse::PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = pace.tick() => engine.sample(),
            () = worker.stopping() => return,
        }
        worker.handled(1);
    }
}

/// Notifies the actor of each deadline that is due. The actor sets the next one itself.
async fn watch<K: Copy + Ord + std::hash::Hash>(
    mut worker: Worker,
    deadlines: Arc<Alarms<K>>,
    look: impl Fn(K) -> Result<(), String>,
) {
    loop {
        let key = tokio::select! {
            key = deadlines.due(AGAIN) => key,
            () = worker.stopping() => return,
        };
        tell(&worker, look(key));
    }
}
