//! The request that caused a message: one id from the browser through actors and database to the pages, for logs only.
//!
//! It travels beside the messages, never in them. Where that log level is off, it costs a copy of sixteen bytes.

use domain::id::RequestId;
use std::{fmt::Display, future::Future};
use tracing::Instrument;

tokio::task_local! {
    static REQUEST: RequestId;
}

/// Runs `caused` on behalf of a request: messages it sends to actors carry the request's id.
pub fn with_request<F: Future>(id: RequestId, caused: F) -> impl Future<Output = F::Output> {
    REQUEST.scope(id, caused)
}

pub(crate) fn current() -> Option<RequestId> {
    REQUEST.try_with(|id| *id).ok()
}

/// One message being handled by an actor.
pub(crate) struct Handling<I: Display> {
    pub request: Option<RequestId>,
    pub kind: &'static str,
    pub of: I,
}

impl<I: Display> Handling<I> {
    /// Runs `work`; what it logs and sends is attributed to the request.
    pub async fn run<F: Future>(&self, work: F) -> F::Output {
        let Some(id) = self.request else { return work.await };
        let span = tracing::debug_span!("actor", kind = self.kind, of = %self.of, request_id = %id);
        span.in_scope(|| tracing::debug!("taken up"));
        with_request(id, work.instrument(span)).await
    }
}

impl<I: Display> Drop for Handling<I> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let request_id = self.request.map(tracing::field::display);
            tracing::error!(kind = self.kind, of = %self.of, request_id, "an actor panicked over a message");
        }
    }
}
