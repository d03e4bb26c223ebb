//! One accepted connection: detects the HTTP version, runs hyper, and hands off the socket.

use crate::{
    body::Offer,
    connection::{Permit, SlowPart},
    handoff::Handoff,
    http::{
        handoff_io::HandoffIo,
        http2,
        lazy_stream::LazyStream,
        pace::Patience,
        request_body::{Carrier, RequestBody},
        serve::{Peer, Phase, Serve},
    },
    mailbox::Arrival,
};
use bytes::Bytes;
use hyper::{
    Method, Request, Response, StatusCode, Version,
    body::{Body, Incoming},
    header::{self, HeaderValue},
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    convert::Infallible,
    error::Error,
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};
use tokio::{sync::watch, task, time};

/// The smallest buffer hyper allows: an event stream releases it soon, and other responses are short.
const BUFFER: usize = 8192;
/// The connection preface of HTTP/2 with prior knowledge.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(crate) struct HttpConnection<S> {
    pub service: S,
    pub options: Arc<Serve>,
    pub peer: Peer,
}

enum Departure {
    Finished,
    Aborted,
    TakenOver,
}

impl<S, B> HttpConnection<S>
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
    pub async fn serve(self, stream: LazyStream, permit: Permit, phase: watch::Receiver<Phase>) {
        let mut over = phase.clone();
        tokio::select! {
            biased;
            // A failed connection concerns only its peer; there is nobody to report it to.
            _ = self.run(stream, permit, phase) => {}
            _ = over.wait_for(|phase| *phase == Phase::Over) => {}
        }
    }

    async fn run(
        self,
        mut stream: LazyStream,
        permit: Permit,
        mut phase: watch::Receiver<Phase>,
    ) -> io::Result<()> {
        let (first, is_http2) = tokio::select! {
            biased;
            first = time::timeout(self.options.handshake, first_head(&mut stream)) => {
                first.inspect_err(|_| self.options.count_slow(SlowPart::Head))??
            }
            () = permit.connection().told() => return Ok(()),
            () = draining(&mut phase) => return Ok(()),
        };
        let handoff = Arc::new(Handoff::new());
        let io = HandoffIo::new(first, stream, handoff.clone(), permit.connection().clone(), &self.options);
        // Boxed because it is rare: otherwise every connection's future would reserve its kilobytes.
        if is_http2 {
            let Self { service, options, peer } = self;
            Box::pin(http2::serve(service, options, peer, io, permit, phase)).await
        } else {
            self.http1(io, permit, handoff, phase).await
        }
    }

    async fn http1(
        self,
        io: HandoffIo,
        permit: Permit,
        handoff: Arc<Handoff>,
        mut phase: watch::Receiver<Phase>,
    ) -> io::Result<()> {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(BUFFER).timer(TokioTimer::new()).header_read_timeout(self.options.idle);
        let mut connection = builder.serve_connection(TokioIo::new(io), self.admit(&handoff, &permit));
        let mut draining = pin!(draining(&mut phase));
        let mut told = false;
        let departure = poll_fn(|cx| {
            handoff.watch(cx);
            if !told
                && (draining.as_mut().poll(cx).is_ready() || permit.connection().poll_told(cx).is_ready())
            {
                told = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            // Polls the whole connection, so that at the end hyper flushes and shuts down the transport.
            if let Poll::Ready(done) = Pin::new(&mut connection).poll(cx) {
                return Poll::Ready(done.map(|()| Departure::Finished));
            }
            if handoff.is_aborted() {
                Poll::Ready(Ok(Departure::Aborted))
            } else if handoff.has_flushed() {
                Poll::Ready(Ok(Departure::TakenOver))
            } else {
                Poll::Pending
            }
        })
        .await
        .map_err(io::Error::other)?;
        match departure {
            Departure::Aborted | Departure::Finished => Ok(()),
            Departure::TakenOver => take_over(connection.into_parts().io.into_inner(), permit),
        }
    }

    /// The service given to hyper: adds the peer's address to each request and lets event streams hand off the socket.
    fn admit(
        &self,
        handoff: &Arc<Handoff>,
        permit: &Permit,
    ) -> impl Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future = Answer<B>> + use<S, B>
    {
        let Self { service, options, peer } = self;
        let (service, options, peer) = (service.clone(), options.clone(), *peer);
        let (handoff, connection) = (handoff.clone(), permit.connection().clone());
        service_fn(move |mut request: Request<Incoming>| -> Answer<B> {
            request.extensions_mut().insert(peer);
            let leaves = options.takeover && is_plain(&request);
            let (handoff, connection) = (handoff.clone(), connection.clone());
            if leaves && asks_for_events(&request) {
                handoff.expect();
            }
            connection.set_busy(true);
            let has_body = !request.body().is_end_stream();
            let carrier = Carrier::Http1(connection.clone());
            let answer = service.call(request.map(|body| RequestBody::new(body, &options, carrier)));
            Box::pin(async move {
                let mut response = answer.await?;
                let offer = response.extensions_mut().remove::<Offer>();
                handoff
                    .set_patience(response.extensions_mut().remove::<Patience>().map(|patience| patience.0));
                let leaves = leaves && offer.is_some() && is_bare(&response);
                if leaves {
                    // The socket ends with the stream: the client must not send its next request on it.
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                } else {
                    handoff.stay();
                    connection.set_busy(false);
                }
                if let Some(offer) = offer {
                    offer.accept(handoff, leaves);
                }
                if has_body && !response.status().is_success() {
                    // Lets hyper notice that the body was dropped before it writes this response. Hyper then drains
                    // what has arrived of the unread body, or sends `connection: close`.
                    task::yield_now().await;
                }
                Ok(response)
            })
        })
    }
}

pub(crate) type Answer<B> = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

/// Reads the head of the first request, up to hyper's buffer size, with any bytes after it. True if it is HTTP/2.
async fn first_head(stream: &mut LazyStream) -> io::Result<(Bytes, bool)> {
    let mut first = stream.some().await?;
    loop {
        let seen = first.len().min(PREFACE.len());
        let is_http2 = first[..seen] == PREFACE[..seen];
        if is_http2 && seen == PREFACE.len() {
            return Ok((first, true));
        }
        // Hyper refuses whatever is not HTTP.
        let strange = !first.first().is_some_and(u8::is_ascii_alphabetic);
        if !is_http2 && (strange || has_head(&first) || first.len() >= BUFFER) {
            return Ok((first, false));
        }
        let more = stream.some().await?;
        if more.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        first = if first.is_empty() { more } else { [first, more].concat().into() };
    }
}

/// Whether the bytes contain an empty line.
fn has_head(bytes: &[u8]) -> bool {
    let ends = |end: &[u8]| bytes.ends_with(end) || bytes.windows(end.len()).any(|window| window == end);
    ends(b"\r\n\r\n") || ends(b"\n\n")
}

pub(crate) async fn draining(phase: &mut watch::Receiver<Phase>) {
    // The sender outlives every connection.
    let _ = phase.wait_for(|phase| *phase >= Phase::Draining).await;
}

/// Only such a request gets a chunked response and leaves no body to read.
fn is_plain(request: &Request<Incoming>) -> bool {
    request.version() == Version::HTTP_11 && request.method() == Method::GET && request.body().is_end_stream()
}

/// Browsers always send this header. A client that omits it is still served, at a higher cost.
fn asks_for_events(request: &Request<Incoming>) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

/// No layer between the handler and the wire has changed the body's framing.
fn is_bare<B>(response: &Response<B>) -> bool {
    let framed = [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::TRANSFER_ENCODING];
    response.status() == StatusCode::OK && !framed.iter().any(|name| response.headers().contains_key(name))
}

/// Discards any pipelined request that hyper has read. It would never be answered: an event stream ends with its
/// connection, and bytes received meanwhile are ignored.
fn take_over(mut io: HandoffIo, permit: Permit) -> io::Result<()> {
    let Some(reader) = io.handoff.take_reader() else { return Ok(()) };
    io.lose_patience();
    let stream = io.stream.into_std()?;
    permit.connection().forget_task();
    let mailbox = reader.subscriber.mailbox().clone();
    mailbox.arrive(Arrival::Socket(stream, reader, permit.into_place()));
    Ok(())
}
