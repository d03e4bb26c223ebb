//! The clock. All other code of this crate takes time as an argument.

use crate::time::Millis;
use std::{future::Future, pin::Pin};

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The service's clock; only its implementation in `server/clock.rs` reads the system's.
pub trait Clock: Send + Sync {
    fn now(&self) -> Millis;
    /// Resolves once [`Clock::now`] has reached `at`, also when a test advances the clock.
    fn sleep_until(&self, at: Millis) -> BoxFuture<'static, ()>;
}
