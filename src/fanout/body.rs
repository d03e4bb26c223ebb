//! A connection as a streaming body: every transport of hyper, axum and tests can carry it.

use crate::{
    frame::Event,
    link::{Closed, Mail, Seat},
    log::Cursor,
    ring::Next,
    shard::Arrival,
};
use bytes::Bytes;
use hyper::{Response, header};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// The answer to one subscription: private frames, then the log from its cursor, until either side ends it.
pub struct Body {
    seat: Arc<Seat>,
    cursor: Cursor,
    announced: bool,
}

impl Body {
    pub(crate) const fn new(seat: Arc<Seat>, cursor: Cursor) -> Self {
        Self { seat, cursor, announced: false }
    }

    /// The body in a `200 OK` with the headers of an event stream that no cache or proxy holds back.
    pub fn respond(self) -> Response<Self> {
        let mut response = Response::new(self);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        headers.insert("x-accel-buffering", header::HeaderValue::from_static("no"));
        response
    }

    fn next(&mut self, cx: &Context<'_>) -> Poll<Option<Bytes>> {
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
                    self.seat.push_front(Event::named("resync", &head_id.to_string()).into());
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
        if !this.announced {
            this.announced = true;
            let mailbox = this.seat.mailbox();
            if !mailbox.arrive(Arrival { seat: this.seat.clone(), log: this.cursor.log().clone() }) {
                this.seat.end(&mailbox.config.bye(0), Closed::Shutdown);
            }
        }
        let next = this.next(cx);
        if let Poll::Ready(Some(payload)) = &next {
            this.seat.tally().deliveries.add(1);
            this.seat.tally().bytes.add(payload.len() as u64);
        }
        next.map(|payload| payload.map(|payload| Ok(http_body::Frame::data(payload))))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.seat.close(Closed::Peer);
    }
}
