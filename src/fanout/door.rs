//! One accepted connection: which HTTP it speaks, hyper's part, and the takeover.

use crate::{
    body::Offer,
    hatch::{Hatch, Tap},
    lazy_stream::LazyStream,
    mailbox::Arrival,
    serve::{Peer, Phase, Serve},
};
use bytes::Bytes;
use hyper::{
    Method, Request, Response, StatusCode, Version,
    body::{Body, Incoming},
    header::{self, HeaderValue},
    server::conn::{http1, http2},
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::{
    convert::Infallible,
    error::Error,
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};
use tokio::{io::AsyncWriteExt, sync::watch, time};

/// Hyper's smallest: an event stream gives it back soon, and other answers are short.
const BUFFER: usize = 8192;
/// How a client begins that speaks HTTP/2 without asking.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(crate) struct Door<S> {
    pub service: S,
    pub options: Arc<Serve>,
    pub peer: Peer,
}

enum Departure {
    Finished,
    Aborted,
    TakenOver,
}

impl<S, B> Door<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + Unpin
        + 'static,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    pub async fn serve(self, stream: LazyStream, phase: watch::Receiver<Phase>) {
        let mut over = phase.clone();
        tokio::select! {
            biased;
            // A connection that fails is the peer's affair: there is nobody to tell.
            _ = self.run(stream, phase) => {}
            _ = over.wait_for(|phase| *phase == Phase::Over) => {}
        }
    }

    async fn run(self, mut stream: LazyStream, mut phase: watch::Receiver<Phase>) -> io::Result<()> {
        let (first, is_http2) = tokio::select! {
            biased;
            first = time::timeout(self.options.idle, first_bytes(&mut stream)) => first??,
            () = draining(&mut phase) => return Ok(()),
        };
        let hatch = Arc::new(Hatch::new());
        let tap = Tap { first, stream, hatch: hatch.clone() };
        // The rare case is boxed: every connection would carry its kilobytes.
        if is_http2 { Box::pin(self.http2(tap, phase)).await } else { self.http1(tap, hatch, phase).await }
    }

    async fn http2(self, tap: Tap, mut phase: watch::Receiver<Phase>) -> io::Result<()> {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new());
        let mut connection = pin!(builder.serve_connection(TokioIo::new(tap), self.admit(None)));
        tokio::select! {
            done = &mut connection => return done.map_err(io::Error::other),
            () = draining(&mut phase) => connection.as_mut().graceful_shutdown(),
        }
        connection.await.map_err(io::Error::other)
    }

    async fn http1(self, tap: Tap, hatch: Arc<Hatch>, mut phase: watch::Receiver<Phase>) -> io::Result<()> {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(BUFFER).timer(TokioTimer::new()).header_read_timeout(self.options.idle);
        let mut connection = builder.serve_connection(TokioIo::new(tap), self.admit(Some(hatch.clone())));
        let mut draining = pin!(draining(&mut phase));
        let mut told = false;
        let departure = poll_fn(|cx| {
            hatch.watch(cx);
            if !told && draining.as_mut().poll(cx).is_ready() {
                told = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            if let Poll::Ready(done) = connection.poll_without_shutdown(cx) {
                return Poll::Ready(done.map(|()| Departure::Finished));
            }
            if hatch.is_aborted() {
                Poll::Ready(Ok(Departure::Aborted))
            } else if hatch.has_flushed() {
                Poll::Ready(Ok(Departure::TakenOver))
            } else {
                Poll::Pending
            }
        })
        .await
        .map_err(io::Error::other)?;
        let tap = connection.into_parts().io.into_inner();
        match departure {
            Departure::Aborted => Ok(()),
            Departure::Finished => { tap }.stream.shutdown().await,
            Departure::TakenOver => take_over(tap),
        }
    }

    /// The service as hyper calls it: it says who asks, and offers event streams the way out.
    fn admit(
        &self,
        hatch: Option<Arc<Hatch>>,
    ) -> impl Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future = Answer<B>> + use<S, B>
    {
        let (service, peer, takeover) = (self.service.clone(), self.peer, self.options.takeover);
        service_fn(move |mut request: Request<Incoming>| -> Answer<B> {
            request.extensions_mut().insert(peer);
            let leaves = takeover && is_plain(&request);
            let hatch = hatch.clone();
            if let Some(hatch) = hatch.as_ref().filter(|_| leaves && asks_for_events(&request)) {
                hatch.expect();
            }
            let answer = service.call(request);
            Box::pin(async move {
                let mut response = answer.await?;
                let Some(hatch) = hatch else { return Ok(response) };
                let offer = response.extensions_mut().remove::<Offer>();
                let leaves = leaves && offer.is_some() && is_bare(&response);
                if leaves {
                    // The socket ends with the stream: a client must not send its next request over it.
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                } else {
                    hatch.stay();
                }
                if let Some(offer) = offer {
                    offer.accept(hatch, leaves);
                }
                Ok(response)
            })
        })
    }
}

type Answer<B> = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

/// The first bytes, and whether they are the beginning of HTTP/2.
async fn first_bytes(stream: &mut LazyStream) -> io::Result<(Bytes, bool)> {
    let mut first = stream.some().await?;
    loop {
        if first.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let seen = first.len().min(PREFACE.len());
        if first[..seen] != PREFACE[..seen] {
            return Ok((first, false));
        }
        if seen == PREFACE.len() {
            return Ok((first, true));
        }
        let more = stream.some().await?;
        if more.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        first = [first, more].concat().into();
    }
}

async fn draining(phase: &mut watch::Receiver<Phase>) {
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
fn take_over(tap: Tap) -> io::Result<()> {
    let Some(reader) = tap.hatch.take_reader() else { return Ok(()) };
    let stream = tap.stream.into_std()?;
    let mailbox = reader.seat.mailbox().clone();
    mailbox.arrive(Arrival::Socket(stream, reader));
    Ok(())
}
