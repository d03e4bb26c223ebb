//! An accept loop for hyper services in which event streams leave hyper, once it has sent their head.

use crate::{
    Fanout, Gate, Listener, Pace, RequestBody,
    connection::{Entry, Permit},
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
    /// Whether event streams may leave hyper. Without it all are carried by hyper, with the same words on the wire.
    pub takeover: bool,
    /// `TCP_USER_TIMEOUT`: how long a peer may leave bytes unacknowledged or its window closed.
    pub user_timeout: Duration,
    /// `SO_SNDBUF` of every connection, in bytes: the kernel's memory for a reader that stalls. Left to grow, it would be megabytes
    /// each. Whole pages fit.
    pub send_buffer: u32,
    /// How long a client may take from the accept to the end of the first request's head.
    pub handshake: Duration,
    /// How long it may then take from one answer to the end of the next request's head. On HTTP/2: how long nothing may happen.
    pub idle: Duration,
    /// After this an HTTP/2 connection takes no new requests. Its feeds go on.
    pub lifetime: Duration,
    /// The least speed of the bodies of requests.
    pub pace: Pace,
    /// The least speed of answers, counted while the client does not take them.
    pub answer_pace: Pace,
    /// Decides which connections are kept; all are without one.
    pub gate: Option<Arc<dyn Gate>>,
    /// How long requests may go on after the shutdown has begun.
    pub grace: Duration,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            takeover: true,
            // With a beat every 5 s, 3 s of grace and the 1 s between two counts, who died without a word is gone within 15 s.
            user_timeout: Duration::from_secs(5),
            send_buffer: 64 << 10,
            handshake: Duration::from_secs(10),
            // Longer than the 60 s for which nginx keeps connections to us: it never sends into one that we are closing.
            idle: Duration::from_secs(75),
            lifetime: Duration::from_secs(15 * 60),
            // 2 KB/s is what a bad mobile connection does.
            pace: Pace { grace: Duration::from_secs(15), rate: 2048 },
            answer_pace: Pace { grace: Duration::from_secs(30), rate: 2048 },
            gate: None,
            grace: Duration::from_secs(10),
        }
    }
}

impl Serve {
    /// Listens at an address.
    ///
    /// # Errors
    ///
    /// What the kernel says: the address is taken, or is not ours.
    pub fn listen(self, address: SocketAddr) -> io::Result<Listener> {
        Listener::open(address, self)
    }
}

/// In the extensions of every request: who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(crate) enum Phase {
    Open,
    Draining,
    Over,
}

/// After accept failed, which is nearly always a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What a connection hears that the gate turns away.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves HTTP/1.1 and HTTP/2 on cleartext connections until `shutdown` resolves. Then it accepts nothing more, shuts the
/// fan-out down, lets requests finish for [`Serve::grace`], and returns.
///
/// An axum router is a service when it is wrapped in `hyper_util::service::TowerToHyperService`. The head of a request may
/// have 8 KB. Protocol upgrades are not served.
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
                let (entry, permit) = Permit::ask(options.gate.as_ref(), peer.ip());
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
