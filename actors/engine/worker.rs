//! A worker: a loop supplied by a caller that runs supervised, under `jobs` or `media`.
//!
//! The actor owns the loop's task. A loop that panics or returns ends its actor, and the supervisor restarts both; a
//! killed actor aborts the loop. The loop reports its activity, so that operators see it like any other actor.

use crate::engine::{
    behavior::{ActorConfig, Behavior, Context, Failure},
    directory::{Address, Directory},
};
use domain::{
    clock::{BoxFuture, Clock},
    time::Millis,
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    sync::watch,
    task::{AbortHandle, JoinHandle},
};

type Loop = Arc<Mutex<dyn FnMut(Worker) -> BoxFuture<'static, ()> + Send>>;

/// What a loop receives: it reports here, and learns here when to finish.
#[derive(Clone)]
pub struct Worker {
    address: Address<Workers>,
    stopping: watch::Receiver<bool>,
}

impl Worker {
    /// Reports this many finished pieces of work.
    pub fn handled(&self, count: u64) {
        self.address.slot().meter.count(count);
    }
    /// Reports a failure, shown beside the worker, which continues.
    pub fn failed(&self, error: impl Into<String>) {
        self.address.slot().meter.failed(error);
    }
    /// Reports how many pieces of work are waiting.
    pub fn backlog(&self, count: usize) {
        self.address.slot().meter.set_backlog(count);
    }
    /// Resolves when the loop should finish its current work and return.
    pub async fn stopping(&mut self) {
        // An error means that the actor is gone and this task is about to be aborted.
        drop(self.stopping.wait_for(|stopping| *stopping).await);
    }
    /// Resolves at that moment, or when the loop should return.
    pub async fn sleep_until(&mut self, clock: &impl Clock, at: Millis) {
        tokio::select! {
            () = self.stopping() => {}
            () = clock.sleep_until(at) => {}
        }
    }
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

pub(crate) struct Workers {
    branch: &'static str,
    kind: &'static str,
    loops: Mutex<HashMap<&'static str, Loop>>,
}

pub(crate) enum Msg {
    /// Empty: receiving any message starts the worker.
    Wake,
    /// Its loop ended without being asked to.
    Over(String),
}

pub(crate) struct State {
    stop: watch::Sender<bool>,
    /// Waits for the end of the loop and reports it to the actor.
    watcher: JoinHandle<()>,
    /// Aborts the loop when the actor ends, for whatever reason.
    _running: AbortOnDrop,
}

/// Adds a loop to the branch and starts it.
pub(crate) fn spawn_worker<F>(
    directory: &Arc<Directory<Workers>>,
    name: &'static str,
    run: impl FnMut(Worker) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    directory.kind().add(name, run);
    // Only a closed engine refuses, and that needs no worker.
    let _ = directory.get(name).tell(Msg::Wake);
}

impl Workers {
    pub fn new(branch: &'static str, kind: &'static str) -> Self {
        Self { branch, kind, loops: Mutex::default() }
    }

    fn add<F>(&self, name: &'static str, mut run: impl FnMut(Worker) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let run: Loop = Arc::new(Mutex::new(move |worker| Box::pin(run(worker)) as BoxFuture<'static, ()>));
        self.loops.lock().unwrap_or_else(PoisonError::into_inner).insert(name, run);
    }
}

impl Behavior for Workers {
    type Id = &'static str;
    type Msg = Msg;
    type SlotState = ();
    type State = State;

    fn config(&self) -> ActorConfig {
        ActorConfig {
            kind: self.kind,
            branch: self.branch,
            idle: None,
            counts_messages: false,
            escalates: true,
            ..ActorConfig::default()
        }
    }
    fn slot_state(&self, _: &'static str) {}

    async fn start(&self, context: &Context<Self>) -> Result<State, Failure> {
        let run = self.loops.lock().unwrap_or_else(PoisonError::into_inner).get(context.id()).cloned();
        let run = run.ok_or(Failure::Unknown)?;
        let (stop, stopping) = watch::channel(false);
        let address = context.address().clone();
        let body = (run.lock().unwrap_or_else(PoisonError::into_inner))(Worker { address, stopping });
        let task = tokio::spawn(body);
        let running = AbortOnDrop(task.abort_handle());
        let context = context.clone();
        let watcher = tokio::spawn(async move {
            context.tell(Msg::Over(match task.await {
                Ok(()) => "the loop returned".into(),
                Err(error) if error.is_panic() => panic_text(error.into_panic().as_ref()),
                Err(error) => error.to_string(),
            }));
        });
        Ok(State { stop, watcher, _running: running })
    }

    async fn handle(&self, _: &Context<Self>, _: &mut State, message: Msg) -> Result<(), Failure> {
        match message {
            Msg::Wake => Ok(()),
            Msg::Over(why) => Err(Failure::Broken(why)),
        }
    }

    async fn stopped(&self, _: &Context<Self>, state: &mut State) {
        state.stop.send_replace(true);
        drop((&mut state.watcher).await);
    }
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "the loop panicked".into())
}
