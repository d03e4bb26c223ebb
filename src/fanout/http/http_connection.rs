//! One accepted connection: which HTTP it speaks, hyper's part, and the takeover.

use crate::{
    body::Offer,
    connection::Permit,
    handoff::Handoff,
    http::{
        handoff_io::HandoffIo,
        http2,
        lazy_stream::LazyStream,
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

/// Hyper's smallest: an event stream gives it back soon, and other answers are short.
const BUFFER: usize = 8192;
/// How a client begins that speaks HTTP/2 without asking.
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
            // A connection that fails is the peer's affair: there is nobody to tell.
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
            first = time::timeout(self.options.handshake, first_head(&mut stream)) => first??,
            () = permit.connection().told() => return Ok(()),
            () = draining(&mut phase) => return Ok(()),
        };
        let handoff = Arc::new(Handoff::new());
        let io = HandoffIo::new(
            first,
            stream,
            handoff.clone(),
            permit.connection().clone(),
            self.options.answer_pace,
        );
        // The rare case is boxed: every connection would carry its kilobytes.
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
            // With what hyper does at the end: it flushes, and shuts the transport down.
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

    /// The service as hyper calls it: it says who asks, and offers event streams the way out.
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
            let answer = service.call(request.map(|body| RequestBody::new(body, options.pace, carrier)));
            Box::pin(async move {
                let mut response = answer.await?;
                let offer = response.extensions_mut().remove::<Offer>();
                let leaves = leaves && offer.is_some() && is_bare(&response);
                if leaves {
                    // The socket ends with the stream: a client must not send its next request over it.
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                } else {
                    handoff.stay();
                    connection.set_busy(false);
                }
                if let Some(offer) = offer {
                    offer.accept(handoff, leaves);
                }
                if has_body && !response.status().is_success() {
                    // Hyper sees that the body was dropped when it looks at it again, before it writes this answer. It takes what
                    // has come of a body that nobody read, or says `connection: close`.
                    task::yield_now().await;
                }
                Ok(response)
            })
        })
    }
}

pub(crate) type Answer<B> = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

/// The head of the first request as far as hyper's buffer holds it, with what came behind it; and whether it is HTTP/2.
async fn first_head(stream: &mut LazyStream) -> io::Result<(Bytes, bool)> {
    let mut first = stream.some().await?;
    loop {
        let seen = first.len().min(PREFACE.len());
        let is_http2 = first[..seen] == PREFACE[..seen];
        if is_http2 && seen == PREFACE.len() {
            return Ok((first, true));
        }
        // What is no HTTP is hyper's to refuse.
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

/// Whether there is an empty line.
fn has_head(bytes: &[u8]) -> bool {
    let ends = |end: &[u8]| bytes.ends_with(end) || bytes.windows(end.len()).any(|window| window == end);
    ends(b"\r\n\r\n") || ends(b"\n\n")
}

pub(crate) async fn draining(phase: &mut watch::Receiver<Phase>) {
    // The sender outlives every connection.
    let _ = phase.wait_for(|phase| *phase >= Phase::Draining).await;
}

/// Only to such a request is the answer chunked, and nothing of it left to read.
fn is_plain(request: &Request<Incoming>) -> bool {
    request.version() == Version::HTTP_11 && request.method() == Method::GET && request.body().is_end_stream()
}

/// As every page does; who forgets to only costs us more.
fn asks_for_events(request: &Request<Incoming>) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

/// Nothing between the handler and the wire has given the body another form.
fn is_bare<B>(response: &Response<B>) -> bool {
    let framed = [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::TRANSFER_ENCODING];
    response.status() == StatusCode::OK && !framed.iter().any(|name| response.headers().contains_key(name))
}

/// Hyper may have read a request that was sent behind this one. Nobody would ever answer it: an event stream ends with its
/// connection, and what a peer says meanwhile is not listened to.
fn take_over(io: HandoffIo, permit: Permit) -> io::Result<()> {
    let Some(reader) = io.handoff.take_reader() else { return Ok(()) };
    let stream = io.stream.into_std()?;
    permit.connection().forget_task();
    let mailbox = reader.subscriber.mailbox().clone();
    mailbox.arrive(Arrival::Socket(stream, reader, permit));
    Ok(())
}
