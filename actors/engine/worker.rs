//! A worker: a loop of somebody else's making that runs supervised, under `jobs` or `media`.
//!
//! The actor owns the loop's task. A loop that panics or returns takes its actor down, and the supervisor starts both anew; a
//! killed actor takes the loop with it. The loop reports what it does, so that operators see it like any other actor.

use crate::engine::{
    behavior::{ActorConfig, Behavior, Context, Failure},
    directory::{Address, Directory},
};
use domain::clock::BoxFuture;
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

/// What a loop is handed: how it reports, and how it learns that it should finish.
#[derive(Clone)]
pub struct Worker {
    address: Address<Workers>,
    stopping: watch::Receiver<bool>,
}

impl Worker {
    /// So many pieces of work are done.
    pub fn handled(&self, count: u64) {
        self.address.slot().meter.count(count);
    }
    /// One failed; shown beside the worker, which goes on.
    pub fn failed(&self, error: impl Into<String>) {
        self.address.slot().meter.failed(error);
    }
    /// So many are waiting.
    pub fn backlog(&self, count: usize) {
        self.address.slot().meter.set_backlog(count);
    }
    /// Resolves when the loop should finish what it has in hand and return.
    pub async fn stopping(&mut self) {
        // An error means that the actor is gone, and this task is about to be.
        drop(self.stopping.wait_for(|stopping| *stopping).await);
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
    /// Nothing to say: being told anything starts it.
    Wake,
    /// Its loop is over, although nobody asked for that.
    Over(String),
}

pub(crate) struct State {
    stop: watch::Sender<bool>,
    /// Ends when the loop has ended, and says so to the actor.
    watcher: JoinHandle<()>,
    /// The loop ends with the actor, however that ends.
    _running: AbortOnDrop,
}

/// Puts a loop under the branch and starts it.
pub(crate) fn spawn_worker<F>(
    directory: &Arc<Directory<Workers>>,
    name: &'static str,
    run: impl FnMut(Worker) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    directory.kind().add(name, run);
    // Only a closed house refuses, and that wants no worker.
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
