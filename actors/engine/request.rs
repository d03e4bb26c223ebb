//! Which request a message came from: one id from the browser through actors and database to the pages, for the logs alone.
//!
//! It travels beside the messages, never in them. Where nobody logs at that level, it costs a copy of sixteen bytes.

use domain::id::RequestId;
use std::{fmt::Display, future::Future};
use tracing::Instrument;

tokio::task_local! {
    static REQUEST: RequestId;
}

/// Runs what a request causes: messages to actors that are sent meanwhile carry its id.
pub fn with_request<F: Future>(id: RequestId, caused: F) -> impl Future<Output = F::Output> {
    REQUEST.scope(id, caused)
}

pub(crate) fn current() -> Option<RequestId> {
    REQUEST.try_with(|id| *id).ok()
}

/// One message in the hands of an actor.
pub(crate) struct Handling<I: Display> {
    pub request: Option<RequestId>,
    pub kind: &'static str,
    pub of: I,
}

impl<I: Display> Handling<I> {
    /// What the actor logs and sends meanwhile is the request's.
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
