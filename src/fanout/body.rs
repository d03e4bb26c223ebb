//! A subscription as an HTTP response body. It works with any transport that polls bodies: hyper, axum, tests.

use crate::{
    frame::Frame,
    handoff::Handoff,
    link::Closed,
    log::ring::Next,
    mailbox::Arrival,
    subscriber::{Mail, Reader, Subscriber},
};
use bytes::Bytes;
use hyper::{Response, header, header::HeaderValue};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// A first frame of at most this many bytes is written together with the response head. An empty socket buffer always
/// has room for that much. A longer frame is left to the shard, which enforces write deadlines.
const WITH_HEAD: usize = 4 << 10;

/// The response body of one subscription: the private frames, then the log from its cursor, until either side ends it.
pub struct Body {
    /// `None` once the shard writes to the socket.
    reader: Option<Reader>,
    way: Way,
}

/// Which path the bytes take. Decided when a transport first polls the body.
enum Way {
    Unknown,
    /// Hyper polls the body for each frame.
    Hyper,
    /// The shard writes to the socket, which leaves hyper once everything buffered is sent.
    Socket(Arc<Handoff>),
}

/// A response extension: the body may leave hyper together with the socket.
#[derive(Clone)]
pub(crate) struct Offer(Arc<Subscriber>);

impl Offer {
    pub fn accept(&self, handoff: Arc<Handoff>, may_leave: bool) {
        self.0.offer(handoff, may_leave);
    }
}

impl Body {
    pub(crate) const fn new(reader: Reader) -> Self {
        Self { reader: Some(reader), way: Way::Unknown }
    }

    /// Wraps the body in a `200 OK` with event-stream headers that stop caches and proxies from buffering it. Only a
    /// response made here can leave hyper ([`serve`](crate::serve)); a body placed in another response stays with its
    /// transport.
    pub fn respond(self) -> Response<Self> {
        let offer = self.reader.as_ref().map(|reader| Offer(reader.subscriber.clone()));
        let mut response = Response::new(self);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        if let Some(offer) = offer {
            response.extensions_mut().insert(offer);
        }
        response
    }

    /// Chooses the path. Returns the frame to send with the head if the socket will leave hyper.
    fn settle(&mut self) -> Option<Frame> {
        let reader = self.reader.as_ref()?;
        if let Some(handoff) = reader.subscriber.take_handoff() {
            self.way = Way::Socket(handoff);
            return reader.subscriber.take_small_frame(WITH_HEAD);
        }
        self.way = Way::Hyper;
        let mailbox = reader.subscriber.mailbox();
        if !mailbox.arrive(Arrival::Stream(reader.subscriber.clone(), reader.cursor.log().clone())) {
            reader.subscriber.end(&mailbox.config.bye(0), Closed::Shutdown);
        }
        None
    }

    fn poll_next(&mut self, cx: &Context<'_>) -> Poll<Option<Bytes>> {
        if matches!(self.way, Way::Unknown)
            && let Some(letter) = self.settle()
        {
            return Poll::Ready(Some(letter.payload()));
        }
        let handoff = match &self.way {
            Way::Socket(handoff) => handoff.clone(),
            _ => return self.reader.as_mut().map_or(Poll::Ready(None), |reader| reader.poll(cx)),
        };
        if let Some(reader) = self.reader.take() {
            handoff.offer(reader);
        }
        // No wake-up is needed: the shard writes to the socket from here on.
        Poll::Pending
    }
}

impl Reader {
    fn poll(&mut self, cx: &Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            match self.subscriber.poll(cx) {
                Mail::Frame(frame) => return Poll::Ready(Some(frame.payload())),
                Mail::End(reason) => {
                    self.subscriber.close(reason);
                    return Poll::Ready(None);
                }
                Mail::Empty => {}
            }
            match self.cursor.next() {
                Next::Frame(frame) => return Poll::Ready(Some(frame.payload())),
                Next::Empty => return Poll::Pending,
                Next::Behind => {
                    let head_id = self.cursor.jump();
                    self.subscriber.push_front(Frame::resync(head_id));
                    self.subscriber.tally().resyncs.add(1);
                }
            }
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        let next = this.poll_next(cx);
        if let (Poll::Ready(Some(payload)), Some(reader)) = (&next, &this.reader) {
            reader.subscriber.tally().deliveries.add(1);
            reader.subscriber.tally().bytes.add(payload.len() as u64);
        }
        next.map(|payload| payload.map(|payload| Ok(http_body::Frame::data(payload))))
    }
}
