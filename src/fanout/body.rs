//! A connection as a streaming body: every transport of hyper, axum and tests can carry it.

use crate::{
    frame::Frame,
    hatch::Hatch,
    link::Closed,
    mailbox::Arrival,
    ring::Next,
    seat::{Mail, Reader, Seat},
};
use bytes::Bytes;
use hyper::{Response, header, header::HeaderValue};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// The answer to one subscription: private frames, then the log from its cursor, until either side ends it.
pub struct Body {
    /// None once the connection is carried by its shard.
    reader: Option<Reader>,
    asked: bool,
}

/// In the extensions of a response: its body may leave with the socket.
#[derive(Clone)]
pub(crate) struct Offer(Arc<Seat>);

impl Offer {
    pub fn accept(&self, hatch: Arc<Hatch>, may_leave: bool) {
        self.0.offer(hatch, may_leave);
    }
}

impl Body {
    pub(crate) const fn new(reader: Reader) -> Self {
        Self { reader: Some(reader), asked: false }
    }

    /// The body in a `200 OK` with the headers of an event stream that no cache or proxy holds back. Only an answer made
    /// here can leave hyper ([`serve`](crate::serve)); a body put into another response is carried by whatever sends that.
    pub fn respond(self) -> Response<Self> {
        let offer = self.reader.as_ref().map(|reader| Offer(reader.seat.clone()));
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

    /// The first time that a transport asks decides which one it is.
    fn settle(&mut self) {
        self.asked = true;
        let Some(reader) = &self.reader else { return };
        if let Some(hatch) = reader.seat.take_hatch() {
            if let Some(reader) = self.reader.take() {
                hatch.board(reader);
            }
            return;
        }
        let mailbox = reader.seat.mailbox();
        if !mailbox.arrive(Arrival::Stream(reader.seat.clone(), reader.cursor.log().clone())) {
            reader.seat.end(&mailbox.config.bye(0), Closed::Shutdown);
        }
    }
}

impl Reader {
    fn poll(&mut self, cx: &Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            match self.seat.poll(cx) {
                Mail::Frame(frame) => return Poll::Ready(Some(frame.payload())),
                Mail::End(reason) => {
                    self.seat.close(reason);
                    return Poll::Ready(None);
                }
                Mail::Empty => {}
            }
            match self.cursor.next() {
                Next::Frame(frame) => return Poll::Ready(Some(frame.payload())),
                Next::Empty => return Poll::Pending,
                Next::Behind => {
                    let head_id = self.cursor.jump();
                    self.seat.push_front(Frame::resync(head_id));
                    self.seat.tally().resyncs.add(1);
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
        if !this.asked {
            this.settle();
        }
        // After the takeover nothing is left to wait for: the shard writes to the socket.
        let Some(reader) = &mut this.reader else { return Poll::Pending };
        let next = reader.poll(cx);
        if let Poll::Ready(Some(payload)) = &next {
            reader.seat.tally().deliveries.add(1);
            reader.seat.tally().bytes.add(payload.len() as u64);
        }
        next.map(|payload| payload.map(|payload| Ok(http_body::Frame::data(payload))))
    }
}
