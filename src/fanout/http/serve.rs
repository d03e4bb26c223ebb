//! An accept loop for hyper services. Event streams leave hyper after it has sent their head.

use crate::{
    Fanout, Gate, Listener, Pace, RequestBody,
    connection::{Entry, Permit, SlowPart},
    http::http_connection::HttpConnection,
};
use hyper::{Request, Response, body::Body, service::Service};
use std::{
    convert::Infallible, error::Error, future::Future, io, net::SocketAddr, pin::pin, sync::Arc,
    time::Duration,
};
use tokio::{sync::watch, task, time};

/// How connections are served.
#[derive(Clone, Debug)]
pub struct Serve {
    /// Whether event streams may leave hyper. If false, hyper carries them all; the bytes on the wire are the same.
    pub takeover: bool,
    /// `TCP_USER_TIMEOUT`: how long a peer may leave data unacknowledged or its window closed.
    pub user_timeout: Duration,
    /// `SO_SNDBUF` of every connection in bytes: kernel memory for a stalled reader. If the kernel grew it, it would
    /// reach megabytes per connection. Whole pages fit.
    pub send_buffer: u32,
    /// How long a client may take from the accept to the end of its first request head.
    pub handshake: Duration,
    /// How long it may then take from a response to the end of the next request head. On HTTP/2: how long the
    /// connection may be idle.
    pub idle: Duration,
    /// The age at which an HTTP/2 connection stops taking new requests. Its feeds continue.
    pub lifetime: Duration,
    /// The minimum rate of request bodies.
    pub pace: Pace,
    /// The minimum rate of responses, measured while the client does not read them.
    pub answer_pace: Pace,
    /// Decides which connections to keep. Without a gate all are kept.
    pub gate: Option<Arc<dyn Gate>>,
    /// How long requests may continue after the shutdown has begun.
    pub grace: Duration,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            takeover: true,
            // With a beat every 5 s, 3 s of presence grace and 1 s between two counts, a reader whose connection died
            // silently is gone within 15 s.
            user_timeout: Duration::from_secs(5),
            send_buffer: 64 << 10,
            handshake: Duration::from_secs(10),
            // Longer than nginx's 60 s keep-alive for upstream connections, so that nginx never sends into one that we
            // are closing.
            idle: Duration::from_secs(75),
            lifetime: Duration::from_secs(15 * 60),
            // 2 KB/s is the rate of a bad mobile connection.
            pace: Pace { grace: Duration::from_secs(15), rate: 2048 },
            answer_pace: Pace { grace: Duration::from_secs(30), rate: 2048 },
            gate: None,
            grace: Duration::from_secs(10),
        }
    }
}

impl Serve {
    pub(crate) fn count_slow(&self, part: SlowPart) {
        if let Some(gate) = &self.gate {
            gate.too_slow(part);
        }
    }

    /// Listens at an address.
    ///
    /// # Errors
    ///
    /// The kernel's error: the address is in use, or is not local.
    pub fn listen(self, address: SocketAddr) -> io::Result<Listener> {
        Listener::open(address, self)
    }
}

/// A request extension: the peer's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(crate) enum Phase {
    Open,
    Draining,
    Over,
}

/// Pause after a failed accept, which nearly always means that file descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The response to a connection that the gate refuses.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves HTTP/1.1 and HTTP/2 on cleartext connections until `shutdown` resolves. It then stops accepting, shuts down
/// the fan-out, lets requests finish for [`Serve::grace`], and returns.
///
/// To serve an axum router, wrap it in `hyper_util::service::TowerToHyperService`. A request head may have up to 8 KB.
/// Protocol upgrades are not supported.
pub async fn serve<S, B>(listener: Listener, service: S, fanout: Fanout, shutdown: impl Future<Output = ()>)
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + Unpin
        + 'static,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (phase, _) = watch::channel(Phase::Open);
    let options = Arc::new(listener.options.clone());
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (entry, permit) = Permit::ask(&options, peer.ip());
                if let Some(permit) = permit {
                    let connection = HttpConnection {
                        service: service.clone(),
                        options: options.clone(),
                        peer: Peer(peer),
                    };
                    tokio::spawn(connection.serve(stream, permit, phase.subscribe()));
                } else {
                    stream.turn_away(FULL);
                }
                if entry != Entry::Free {
                    task::yield_now().await;
                }
            }
            Err(_) => time::sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    phase.send_replace(Phase::Draining);
    let drained = async {
        fanout.shutdown().await;
        phase.closed().await;
    };
    if time::timeout(options.grace, drained).await.is_err() {
        phase.send_replace(Phase::Over);
        phase.closed().await;
    }
}
