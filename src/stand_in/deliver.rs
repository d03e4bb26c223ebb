//! Delivers events to the receiver: signed, retried, in no guaranteed order. Pending deliveries are on disk, so a
//! restart of either side loses nothing. A receiver may see an event twice.

use crate::{
    StandIn,
    book::{
        ids,
        records::{Change, DeliveryState},
    },
    rules, sign,
};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};

type Http = Client<HttpConnector, Full<Bytes>>;

/// How often open sessions are checked for expiry: tests move the clock without waking anybody.
const LOOK: Duration = Duration::from_millis(200);
/// The time allowed for the receiver. Stripe does not publish its own limit; 20 s has been observed.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Stripe retries for days with hours in between. Here the waits are 1, 2, 4, 8 … 60 s, and this many attempts take a
/// day.
const MAX_ATTEMPTS: u32 = 1445;
const MAX_WAIT: Duration = Duration::from_secs(60);
const AT_ONCE: usize = 16;

/// Runs until it is aborted. Retry waits live only in memory: after a restart everything pending is due.
pub async fn run(stand_in: StandIn) {
    let http: Http = Client::builder(TokioExecutor::new()).build_http();
    let mut sending = JoinSet::new();
    let mut busy = HashSet::new();
    let mut not_before: HashMap<u64, Instant> = HashMap::new();
    loop {
        let due = stand_in.change(|book, now| {
            rules::sweep(book, now);
            book.due()
        });
        let due = due.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the stand-in could not write its file");
            Vec::new()
        });
        for id in due {
            let wait_until = *not_before.entry(id).or_insert_with(|| first_attempt(&stand_in));
            if sending.len() < AT_ONCE && wait_until <= Instant::now() && busy.insert(id) {
                sending.spawn(attempt(stand_in.clone(), http.clone(), id));
            }
        }
        tokio::select! {
            Some(Ok((id, wait))) = sending.join_next() => {
                busy.remove(&id);
                match wait {
                    Some(wait) => not_before.insert(id, Instant::now() + wait),
                    None => not_before.remove(&id),
                };
            }
            () = stand_in.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn first_attempt(stand_in: &StandIn) -> Instant {
    let (shuffled, delay) = stand_in.read(|book| (book.controls().shuffle, book.controls().delay));
    let wait = if shuffled { u64::from_str_radix(&ids::random()[..8], 16).unwrap_or(0) % 1000 } else { 0 };
    Instant::now() + Duration::from_millis(wait) + Duration::from_secs(delay.into())
}

/// Sends one copy and records the result. Returns the wait before the next attempt, if there is one.
async fn attempt(stand_in: StandIn, http: Http, id: u64) -> (u64, Option<Duration>) {
    let body = stand_in
        .read(|book| book.delivery(id).and_then(|d| book.event(&d.event)).map(|e| e.body.to_string()));
    let Some(body) = body else { return (id, None) };
    let (arrived, last) = send(&stand_in, &http, body).await;
    let kept = stand_in.change(move |book, _| {
        let mut delivery = book.delivery(id)?.clone();
        delivery.attempts += 1;
        delivery.last = Some(last);
        delivery.state = match arrived {
            true => DeliveryState::Delivered,
            false if delivery.attempts >= MAX_ATTEMPTS => DeliveryState::GivenUp,
            false => DeliveryState::Pending,
        };
        let wait = (delivery.state == DeliveryState::Pending).then(|| backoff(delivery.attempts));
        book.put(Change::Delivery(delivery));
        wait
    });
    // If the result could not be recorded, the event is sent again: twice is better than never.
    (id, kept.await.unwrap_or(Some(MAX_WAIT)))
}

/// Whether the receiver answered 2xx, and what it answered.
async fn send(stand_in: &StandIn, http: &Http, body: String) -> (bool, String) {
    let request = Request::post(&stand_in.config().webhook_url)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header(header::USER_AGENT, "Stripe/1.0 (stand-in)")
        .header("stripe-signature", sign::header(&body, &stand_in.config().webhook_secret))
        .body(Full::new(Bytes::from(body)));
    let request = match request {
        Ok(request) => request,
        Err(error) => return (false, error.to_string()),
    };
    match tokio::time::timeout(TIMEOUT, http.request(request)).await {
        Ok(Ok(answer)) => (answer.status().is_success(), answer.status().as_u16().to_string()),
        Ok(Err(error)) => (false, root(&error)),
        Err(_) => (false, "timed out".to_owned()),
    }
}

/// The root cause of an error: the client's own message ("client error") says little.
fn root(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .last()
        .map_or_else(String::new, ToString::to_string)
}

/// 1, 2, 4, 8 … 60 s.
fn backoff(attempts: u32) -> Duration {
    Duration::from_secs(1 << attempts.saturating_sub(1).min(6)).min(MAX_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_to_a_minute_and_make_a_day() {
        let waits: Vec<u64> = (1..=8).map(|attempt| backoff(attempt).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        let whole: u64 = (1..MAX_ATTEMPTS).map(|attempt| backoff(attempt).as_secs()).sum();
        assert!((86_340..=86_460).contains(&whole), "{whole} s");
    }
}
