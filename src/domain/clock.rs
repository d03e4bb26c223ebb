//! The one clock. Time is an argument everywhere else.

use crate::time::Millis;
use std::{future::Future, pin::Pin};

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The one clock of the service; only its maker in `server/clock.rs` reads the machine's.
pub trait Clock: Send + Sync {
    fn now(&self) -> Millis;
    /// Resolves once [`Clock::now`] has reached `at`, also when a test moves the clock there.
    fn sleep_until(&self, at: Millis) -> BoxFuture<'static, ()>;
}
