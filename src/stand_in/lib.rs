//! A stand-in for Stripe: the part of its API that we call, a pay page, and signed webhooks. No money moves.
//!
//! It shares nothing with the service but HTTP: it has its own file of state, and what it knows reaches us as answers to
//! our calls or as signed events. It keeps the rules of Stripe's that hurt: sessions end after 30 minutes to 24 hours, an
//! idempotency key replays its first answer (a stored 500 too) and refuses other parameters, webhooks come again, late and
//! in any order. It runs on loopback only and refuses live keys.
//!
//! A change is on disk before it is answered (`ledger.rs`), so that killing the process loses no payment.

mod api;
mod book;
mod deliver;
mod pages;
mod rules;
mod serve;
mod sign;

pub use serve::{ServeError, serve};

use axum::Router;
use book::{Book, ledger::Ledger};
use pages::{control, pay};
use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::{sync::Notify, task::JoinHandle};
use tower_http::csrf::CsrfLayer;

/// Milliseconds since the Unix epoch.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What a stand-in is given.
#[derive(Clone)]
pub struct Config {
    /// Where its file of state is; made if it is missing. One stand-in a directory.
    pub dir: PathBuf,
    /// Where events go, over plain http (`http://127.0.0.1:3000/webhooks/stripe`).
    pub webhook_url: String,
    /// Signs the events (`whsec_…`).
    pub webhook_secret: String,
    /// How browsers reach the stand-in, without a slash at its end: pay pages are below it.
    pub public_url: String,
    /// The clock that sessions live by. Signatures take the machine's own: receivers check them against theirs.
    pub now: Now,
}

/// A handle to the one stand-in; clones share it.
#[derive(Clone)]
pub struct StandIn(Arc<Inner>);

struct Inner {
    config: Config,
    ledger: Mutex<Ledger>,
    changed: Notify,
}

impl StandIn {
    /// Opens the state of a directory.
    ///
    /// # Errors
    /// When the directory cannot be used, another process has it open, or its file is broken; when the webhook address is
    /// not one of plain http.
    pub fn open(config: Config) -> io::Result<Self> {
        if rules::url::origin(&config.webhook_url).is_none_or(|origin| !origin.starts_with("http://")) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the webhook address is not plain http"));
        }
        let now = seconds(&config);
        let ledger = Ledger::open(&config.dir, &config.public_url, now)?;
        Ok(Self(Arc::new(Inner { config, ledger: Mutex::new(ledger), changed: Notify::new() })))
    }

    /// Starts what happens by itself: sessions end, events are sent. Aborting the task loses nothing.
    pub fn start(&self) -> JoinHandle<()> {
        tokio::spawn(deliver::run(self.clone()))
    }

    fn config(&self) -> &Config {
        &self.0.config
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().expect("a rule panicked half-way: the stand-in's state is not to be trusted")
    }

    fn read<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        look(self.ledger().book())
    }

    /// One transaction, on disk when it resolves; the rule is given the time in seconds.
    async fn change<T, F>(&self, decide: F) -> io::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Book, i64) -> T + Send + 'static,
    {
        let own = self.clone();
        let work = move || {
            let result = own.ledger().change(|book| decide(book, seconds(own.config())));
            result
                .inspect(|(_, changed)| {
                    if *changed {
                        own.0.changed.notify_one()
                    }
                })
                .map(|(result, _)| result)
        };
        tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
    }

    async fn changed(&self) {
        self.0.changed.notified().await;
    }
}

fn seconds(config: &Config) -> i64 {
    (config.now)().div_euclid(1000)
}

/// The API, the pay pages and the control door.
pub fn router(stand_in: StandIn) -> Router {
    // A page elsewhere must not press a buyer's buttons; the API below has its key instead.
    let pages = pay::routes().merge(control::routes()).layer(CsrfLayer::new());
    api::routes().merge(pages).with_state(stand_in)
}
