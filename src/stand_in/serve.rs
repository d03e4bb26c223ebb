//! The listener: loopback or nothing.

use crate::{StandIn, router};
use std::{future::Future, io, net::SocketAddr};
use tokio::net::TcpListener;

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Whoever can reach the stand-in can have anything for nothing.
    #[error("the stand-in Stripe serves on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Serves until `shutdown` resolves, and sends events meanwhile.
///
/// # Errors
/// [`ServeError::NotLoopback`] before anything is served.
pub async fn serve(
    listener: TcpListener,
    stand_in: StandIn,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?;
    if !address.ip().to_canonical().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let sending = stand_in.start();
    let served = axum::serve(listener, router(stand_in)).with_graceful_shutdown(shutdown).await;
    sending.abort();
    let _ = sending.await;
    Ok(served?)
}
