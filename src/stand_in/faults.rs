//! Faults of the API on demand, where chaos is on: errors, time-outs and broken connections, before or after the effect of a call, and
//! effects that come late.

use crate::{
    StandIn,
    api::{self, Reply, Request},
    book::{
        Book,
        records::{Change, Fault, FaultKind},
    },
    connections::Breaker,
    rules::error::ApiError,
};
use std::{
    io,
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

/// Calls whose effect is still to come, by their idempotency keys; those without a key have an empty one.
pub type LateCalls = Vec<String>;

/// What a call has come to at once.
enum CallFate {
    /// It is answered, perhaps after a wait.
    Answer(Reply, Option<Duration>),
    /// Its effect comes after this wait, and then its answer.
    Late(Request, Duration),
    /// Its connection breaks.
    Reset,
}

/// Runs a call as the fault that concerns it says, if there is one.
pub async fn carry_out(stand_in: &StandIn, request: Request, breaker: &Breaker) -> Reply {
    if let Some(key) = request.key.as_ref().filter(|key| stand_in.late_calls().contains(*key)) {
        return Reply::refused(ApiError::busy_key(key));
    }
    match stand_in.change(move |book, now| begin(book, request, now)).await {
        Ok(CallFate::Answer(reply, None)) => reply,
        Ok(CallFate::Answer(reply, Some(wait))) => {
            tokio::time::sleep(wait).await;
            reply
        }
        Ok(CallFate::Late(request, wait)) => run_late(stand_in, request, wait).await,
        Ok(CallFate::Reset) => {
            breaker.reset();
            lost()
        }
        Err(error) => unwritten(&error),
    }
}

/// An error that comes after the effect is not what is stored under the idempotency key: the next call with that key gets the answer
/// that was lost.
fn begin(book: &mut Book, request: Request, now: i64) -> CallFate {
    let Some(fault) = take(book, &request) else {
        return CallFate::Answer(api::reply(book, request, now), None);
    };
    let wait = Duration::from_secs(fault.seconds.into());
    match fault.kind {
        FaultKind::ErrorBefore => CallFate::Answer(lost(), None),
        FaultKind::ErrorAfter => {
            api::reply(book, request, now);
            CallFate::Answer(lost(), None)
        }
        FaultKind::TimeoutBefore => CallFate::Answer(lost(), Some(wait)),
        FaultKind::TimeoutAfter => CallFate::Answer(api::reply(book, request, now), Some(wait)),
        FaultKind::Slow => CallFate::Late(request, wait),
        FaultKind::ResetBefore => CallFate::Reset,
        FaultKind::ResetAfter => {
            api::reply(book, request, now);
            CallFate::Reset
        }
    }
}

/// The effect comes also when the caller has gone. Meanwhile nobody else can use its key.
async fn run_late(stand_in: &StandIn, request: Request, wait: Duration) -> Reply {
    let key = request.key.clone().unwrap_or_default();
    stand_in.late_calls().push(key.clone());
    let kept = Arc::downgrade(&stand_in.0);
    let running = tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        let Some(inner) = kept.upgrade() else { return lost() };
        let stand_in = StandIn(inner);
        let answered = stand_in.change(move |book, now| api::reply(book, request, now)).await;
        let mut late = stand_in.late_calls();
        if let Some(place) = late.iter().position(|one| *one == key) {
            late.swap_remove(place);
        }
        answered.unwrap_or_else(|error| unwritten(&error))
    });
    running.await.unwrap_or_else(|_| lost())
}

fn lost() -> Reply {
    Reply::refused(ApiError::trouble("An unknown error occurred (the stand-in was told to fail)."))
}

fn unwritten(error: &io::Error) -> Reply {
    Reply::refused(ApiError::trouble(format!("The stand-in could not write its file: {error}")))
}

impl StandIn {
    pub(crate) fn late_calls(&self) -> MutexGuard<'_, LateCalls> {
        self.0.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(book: &mut Book, request: &Request) -> Option<Fault> {
    let mut controls = book.controls().clone();
    let concerned = |fault: &&mut Fault| concerns(&fault.path, request.method.as_str(), &request.path);
    let fault = controls.fault.as_mut().filter(concerned)?;
    fault.left = fault.left.saturating_sub(1);
    let met = fault.clone();
    if met.left == 0 {
        controls.fault = None;
    }
    book.put(Change::Controls(controls));
    Some(met)
}

/// A pattern names calls by the beginning of their path, in which `*` is one part: `/v1/refunds`, `/v1/invoices/*/pay`. A method may
/// stand before it, and with `$` after it it names whole paths: `POST:/v1/transfers$`.
fn concerns(pattern: &str, method: &str, path: &str) -> bool {
    let (pattern, whole) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let (wanted, pattern) =
        pattern.split_once(':').map_or((None, pattern), |(wanted, pattern)| (Some(wanted), pattern));
    let mut given = path.split('/');
    let fits = pattern.split('/').all(|part| given.next().is_some_and(|one| part == "*" || part == one));
    fits && (!whole || given.next().is_none()) && wanted.is_none_or(|wanted| wanted == method)
}

#[cfg(test)]
mod tests {
    use super::concerns;

    #[test]
    fn a_pattern_names_calls_by_method_and_path() {
        for (pattern, method, path, want) in [
            ("/v1", "GET", "/v1/balance", true),
            ("/v1/refunds", "POST", "/v1/refunds", true),
            ("/v1/refunds", "GET", "/v1/refunds/re_1", true),
            ("/v1/refunds$", "GET", "/v1/refunds/re_1", false),
            ("/v1/refunds/*$", "GET", "/v1/refunds/re_1", true),
            ("/v1/refunds/*", "GET", "/v1/refunds", false),
            ("/v1/refund", "GET", "/v1/refunds", false),
            ("POST:/v1/transfers$", "POST", "/v1/transfers", true),
            ("POST:/v1/transfers$", "GET", "/v1/transfers", false),
            ("POST:/v1/transfers", "POST", "/v1/transfers/tr_1/reversals", true),
            ("POST:/v1/invoices/*/pay$", "POST", "/v1/invoices/in_1/pay", true),
            ("POST:/v1/invoices/*/pay$", "POST", "/v1/invoices/in_1/void", false),
        ] {
            assert_eq!(concerns(pattern, method, path), want, "{pattern} {method} {path}");
        }
    }
}
