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
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// Long enough on a busy machine. What the product promises a time for is measured by its story instead.
const PATIENCE: Duration = Duration::from_secs(60);

/// An address of this machine at which nobody listens, for a process that is started later. Its port is below those that
/// outgoing connections get (`ip_local_port_range` begins at 32,768), so it stays free in between.
pub fn free_address() -> Result<SocketAddr> {
    const PORTS: u32 = 12_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Test processes run side by side, so each begins elsewhere.
    let begin = process::id().wrapping_mul(97);
    for _ in 0..PORTS {
        let port = 20_000 + begin.wrapping_add(NEXT.fetch_add(1, Relaxed)) % PORTS;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port as u16));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    anyhow::bail!("no port is free")
}

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
