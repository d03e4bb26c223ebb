//! A stand-in for Stripe: the part of its API that we call, a pay page, and signed webhooks. No money moves.
//!
//! It shares only HTTP with the service: it has its own state file, and the service learns of its state from answers to
//! calls and from signed events. It keeps the rules of Stripe that are easy to get wrong: sessions expire after 30
//! minutes to 24 hours; an idempotency key replays its first answer (even a 500) and refuses other parameters; webhooks
//! are repeated, late and out of order. It runs on loopback only and refuses live keys.
//!
//! A change is on disk before it is answered (`ledger.rs`), so killing the process loses no payment.
//!
//! Billing has a clock that can be ahead of the machine's (`POST /stand-in/clock`): what recurs happens at its own moment.

// The widest objects of Stripe have more fields than `json!` takes by default.
#![recursion_limit = "512"]

mod api;
mod book;
mod connections;
mod deliver;
mod faults;
mod own_address;
mod pages;
mod rules;
mod serve;
mod sign;

pub use serve::{ServeError, serve};

use axum::{Router, middleware};
use book::{Book, ledger::Ledger};
use faults::LateCalls;
use pages::{control, elements, pay, portal};
use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::{sync::Notify, task::JoinHandle};
use tower_http::csrf::CsrfLayer;

/// Milliseconds since the Unix epoch.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The settings of a stand-in.
#[derive(Clone)]
pub struct Config {
    /// The directory of its state file, created if needed. One stand-in per directory.
    pub dir: PathBuf,
    /// Where events are sent, over plain http (`http://127.0.0.1:3000/webhooks/stripe`).
    pub webhook_url: String,
    /// Signs the events (`whsec_…`).
    pub webhook_secret: String,
    /// The stand-in's address for browsers, without a trailing slash; pay pages are below it.
    pub public_url: String,
    /// Whether calls can be made to fail (`faults.rs`).
    pub chaos: bool,
    /// The clock that sessions use. Signatures use the machine's clock, because receivers check them against theirs.
    pub now: Now,
}

/// A handle to a stand-in; clones share it.
#[derive(Clone)]
pub struct StandIn(Arc<Inner>);

struct Inner {
    config: Config,
    ledger: Mutex<Ledger>,
    changed: Notify,
    late: Mutex<LateCalls>,
}

impl StandIn {
    /// Opens the state in a directory.
    ///
    /// # Errors
    /// When the directory cannot be used, another process has it open, its file is corrupt, or the webhook address is
    /// not a plain http address.
    pub fn open(config: Config) -> io::Result<Self> {
        if rules::url::origin(&config.webhook_url).is_none_or(|origin| !origin.starts_with("http://")) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the webhook address is not plain http"));
        }
        let now = seconds(&config);
        let ledger = Ledger::open(&config.dir, &config.public_url, now)?;
        let (ledger, late) = (Mutex::new(ledger), Mutex::default());
        Ok(Self(Arc::new(Inner { config, ledger, changed: Notify::new(), late })))
    }

    /// Starts the background task, which expires sessions and sends events. Aborting it loses nothing.
    pub fn start(&self) -> JoinHandle<()> {
        tokio::spawn(deliver::run(self.clone()))
    }

    fn config(&self) -> &Config {
        &self.0.config
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().expect("a rule panicked half-way: the stand-in's state cannot be trusted")
    }

    fn read<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        look(self.ledger().book())
    }

    /// Runs one transaction, which is on disk when this resolves. `decide` gets the time in seconds.
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

/// Routes of the API, the pay pages and the control pages, at this address only. Calls need their connection.
fn router(stand_in: StandIn, own: SocketAddr) -> Router {
    // Protects the pages against cross-site posts; the API below requires its key instead.
    let pages = pay::routes().merge(control::routes()).merge(portal::routes()).merge(elements::routes());
    let pages = pages.layer(CsrfLayer::new());
    let own_address = middleware::from_fn_with_state(own, own_address::guard);
    api::routes().merge(pages).layer(own_address).with_state(stand_in)
}
