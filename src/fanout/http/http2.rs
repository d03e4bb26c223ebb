//! HTTP/2 on one connection: concurrent requests, and closing the connection when it is idle.

use crate::{
    connection::Permit,
    http::{
        handoff_io::HandoffIo,
        http_connection::{Answer, draining},
        request_body::{Carrier, RequestBody},
        serve::{Peer, Phase, Serve},
        streams::{Counted, Streams, Verdict},
    },
};
use hyper::{
    Request, Response,
    body::{Body, Incoming},
    server::conn::http2,
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::{convert::Infallible, error::Error, io, pin::pin, sync::Arc, time::Duration};
use tokio::{sync::watch, time};

/// Concurrent requests on one connection. A proxy opens another connection when it needs more.
const STREAMS: u32 = 100;
/// Response bytes buffered while one stream's window is closed.
const STREAM_BUFFER: usize = 64 << 10;
/// Bytes of header names and values of one request.
const HEADERS: u32 = 16 << 10;
/// How often a silent peer is pinged, and how long it may take to answer.
const PING: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));

pub(crate) async fn serve<S, B>(
    service: S,
    options: Arc<Serve>,
    peer: Peer,
    io: HandoffIo,
    permit: Permit,
    mut phase: watch::Receiver<Phase>,
) -> io::Result<()>
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
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_send_buf_size(STREAM_BUFFER)
        .max_header_list_size(HEADERS)
        .keep_alive_interval(PING.0)
        .keep_alive_timeout(PING.1);
    let streams = Arc::new(Streams::new(permit.connection().clone()));
    let counted = count(service, peer, options.clone(), streams.clone());
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), counted));
    let mut ending = pin!(async {
        tokio::select! {
            () = draining(&mut phase) => {}
            () = permit.connection().told() => {}
        }
    });
    let mut left = None;
    let mut pause = options.handshake;
    loop {
        tokio::select! {
            done = &mut connection => return done.map_err(io::Error::other),
            () = &mut ending, if left.is_none() => {
                connection.as_mut().graceful_shutdown();
                left = Some(streams.look().age);
                pause = Duration::ZERO;
            }
            () = time::sleep(pause) => {
                let look = streams.look();
                match look.judge(left, &options) {
                    Verdict::Stay(longer) => pause = longer,
                    Verdict::Leave => {
                        connection.as_mut().graceful_shutdown();
                        left = Some(look.age);
                        pause = Duration::ZERO;
                    }
                    Verdict::End => return Ok(()),
                }
            }
        }
    }
}

/// The service given to hyper: adds the peer's address to each request and counts requests in progress.
fn count<S, B>(
    service: S,
    peer: Peer,
    options: Arc<Serve>,
    streams: Arc<Streams>,
) -> impl Service<
    Request<Incoming>,
    Response = Response<Counted<B>>,
    Error = Infallible,
    Future = Answer<Counted<B>>,
>
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
{
    service_fn(move |mut request: Request<Incoming>| -> Answer<Counted<B>> {
        request.extensions_mut().insert(peer);
        let stream = streams.begin();
        let carrier = Carrier::Http2(streams.clone());
        let answer = service.call(request.map(|body| RequestBody::new(body, &options, carrier)));
        Box::pin(async move { Ok(answer.await?.map(|body| Counted::new(body, stream))) })
    })
}
