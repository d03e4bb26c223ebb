//! The listener, which accepts loopback addresses only.

use crate::{
    StandIn,
    connections::{BreakableListener, Breaker},
    router,
};
use std::{
    future::Future,
    io,
    net::SocketAddr,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::{net::TcpListener, time};

/// How long a closing connection, or a change in progress, may still hold the directory.
const LEAVING: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Anyone who can reach the stand-in can buy anything for free.
    #[error("the stand-in Stripe serves on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Serves, and sends events, until `shutdown` resolves. The directory is free when this returns, unless the caller
/// keeps another handle.
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
    let (sending, held) = (stand_in.start(), Arc::downgrade(&stand_in.0));
    let calls = router(stand_in, address).into_make_service_with_connect_info::<Breaker>();
    let served = axum::serve(BreakableListener(listener), calls).with_graceful_shutdown(shutdown).await;
    sending.abort();
    let _ = sending.await;
    let _ = time::timeout(LEAVING, gone(held)).await;
    Ok(served?)
}

async fn gone<T>(held: Weak<T>) {
    while held.strong_count() > 0 {
        time::sleep(Duration::from_millis(1)).await;
    }
}
