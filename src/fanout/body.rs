//! A connection as a streaming body: every transport of hyper, axum and tests can carry it.

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

/// A first frame of at most so many bytes leaves in one write with the head. No socket is ever too full for that; who must wait
/// for a longer one waits with the shard, which has deadlines.
const WITH_HEAD: usize = 4 << 10;

/// The answer to one subscription: private frames, then the log from its cursor, until either side ends it.
pub struct Body {
    /// None once the connection is carried by its shard.
    reader: Option<Reader>,
    way: Way,
}

/// How the bytes go. The first time that a transport asks decides.
enum Way {
    Unknown,
    /// Through hyper, as it asks for them.
    Hyper,
    /// Over the socket, which leaves hyper once what waits already is out.
    Socket(Arc<Handoff>),
}

/// In the extensions of a response: its body may leave with the socket.
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

    /// The body in a `200 OK` with the headers of an event stream that no cache or proxy holds back. Only an answer made
    /// here can leave hyper ([`serve`](crate::serve)); a body put into another response is carried by whatever sends that.
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

    /// Decides; returns what goes with the head of an answer whose socket then leaves.
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
        // Nothing is left to wait for: the shard writes to the socket.
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
