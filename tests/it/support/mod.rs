//! A server on loopback for each story, and people with their own browsers.

pub mod authenticator;
pub mod browser;
pub mod chaos;
pub mod child;
pub mod content;
pub mod cost;
pub mod database;
pub mod encoder;
pub mod livekit;
pub mod paid;
pub mod plans;
pub mod proxy;
pub mod raw;
pub mod room;
pub mod server;
pub mod shop;
pub mod smtp;
pub mod sse;
pub mod tus;

pub use browser::{Browser, Reply};
pub use database::Database;
pub(crate) use database::on_both;
pub use room::Room;
pub use server::TestServer;
pub use sse::{Event, Feed};

use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// Long enough on a busy machine. What the product promises a time for is measured by its story instead.
const PATIENCE: Duration = Duration::from_secs(60);

/// Looks again and again until something is found. `what`: what is missing if it never is.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        ensure!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
