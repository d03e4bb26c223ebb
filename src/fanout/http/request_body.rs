//! A request body with a minimum rate.

use crate::{
    connection::{Connection, SlowPart},
    http::{pace::Deadline, serve::Serve, streams::Streams},
};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::{
    error::Error,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

/// The request body that [`serve`](crate::serve) gives to the service.
pub struct RequestBody {
    incoming: Incoming,
    deadline: Deadline,
    options: Arc<Serve>,
    carrier: Carrier,
}

/// What must be notified of the body's progress.
pub(crate) enum Carrier {
    Http1(Arc<Connection>),
    Http2(Arc<Streams>),
}

/// The client sent the body below the minimum rate.
#[derive(Debug)]
pub struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request came too slowly")
    }
}

impl Error for TooSlow {}

impl RequestBody {
    pub(crate) fn new(incoming: Incoming, options: &Arc<Serve>, carrier: Carrier) -> Self {
        let body =
            Self { incoming, deadline: Deadline::start(options.pace), options: options.clone(), carrier };
        if body.incoming.is_end_stream() {
            body.finished();
        }
        body
    }

    fn finished(&self) {
        if let Carrier::Http1(connection) = &self.carrier {
            connection.set_unread(false);
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.deadline.count(frame.data_ref().map_or(0, Bytes::len));
                if let Carrier::Http2(streams) = &this.carrier {
                    streams.touch();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(None) => {
                this.finished();
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Pending => {
                ready!(this.deadline.poll_passed(cx));
                this.options.count_slow(SlowPart::Body);
                Poll::Ready(Some(Err(TooSlow.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
