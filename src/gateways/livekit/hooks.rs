//! LiveKit's webhooks: a token signed with our key, over a hash of the body.

use super::{LiveKit, lock};
use domain::{
    clock::BoxFuture,
    id::RoomId,
    live::passes::{MediaHook, MediaHooks},
    money::payments::WebhookRefusal,
};
use livekit_api::webhooks::WebhookError;
use serde_json::Value;
use std::{
    collections::{HashSet, VecDeque},
    error::Error,
    time::{SystemTime, UNIX_EPOCH},
};

/// Seconds that an event may be away from our clock, as with the payment provider's.
const LATE: i64 = 5 * 60;
/// What the library adds to a token's end, for clocks that differ, in seconds. Whoever replays an event later is refused by its age.
const REMEMBERED: i64 = LATE + 60;
/// Events that are remembered at most. Only signed ones count: strangers fill nothing.
const MOST: usize = 100_000;

/// Ids of the events that came in the last minutes.
#[derive(Default)]
pub(super) struct Recent {
    ids: HashSet<String>,
    order: VecDeque<(i64, String)>,
}

impl Recent {
    /// False if it came before.
    fn first(&mut self, id: &str, now: i64) -> bool {
        while let Some((at, _)) = self.order.front()
            && (now - at > REMEMBERED || self.order.len() >= MOST)
        {
            if let Some((_, old)) = self.order.pop_front() {
                self.ids.remove(&old);
            }
        }
        let first = self.ids.insert(id.to_owned());
        if first {
            self.order.push_back((now, id.to_owned()));
        }
        first
    }
}

impl MediaHooks for LiveKit {
    fn verify(&self, payload: &str, authorization: &str) -> Result<MediaHook, WebhookRefusal> {
        let token = authorization.strip_prefix("Bearer ").unwrap_or(authorization);
        if token.is_empty() {
            return Err(WebhookRefusal::Unsigned);
        }
        match self.shared.receiver.receive(payload, token) {
            // It parses only signed events; a newer server may send more than it knows.
            Ok(_) | Err(WebhookError::InvalidData(_)) => {}
            // It looks at the time only of signed tokens.
            Err(WebhookError::InvalidAuth(error)) if is_about_time(&error) => {
                return Err(WebhookRefusal::ClockSkew);
            }
            Err(_) => return Err(WebhookRefusal::Signature),
        }
        let event: Value = serde_json::from_str(payload).unwrap_or_default();
        let now = seconds();
        if (now - number(&event["createdAt"])).abs() > LATE {
            return Err(WebhookRefusal::ClockSkew);
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let hook = MediaHook {
            id: text(&event["id"]),
            kind: text(&event["event"]),
            room: event["room"]["name"].as_str().and_then(|name| name.parse().ok()),
        };
        if hook.id.is_empty() || !lock(&self.shared.recent).first(&hook.id, now) {
            return Err(WebhookRefusal::Replayed);
        }
        Ok(hook)
    }

    fn look(&self, room: RoomId) {
        self.shared.look_soon(room);
    }

    fn check(&self) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async {
            let rooms = self.shared.rooms.list_rooms(Vec::new()).await;
            rooms.map(drop).map_err(|error| error.to_string())
        })
    }
}

/// By the words of the library of tokens, whose types this crate does not see.
fn is_about_time(error: &dyn Error) -> bool {
    let why = error.source().map(ToString::to_string).unwrap_or_default();
    matches!(why.as_str(), "ExpiredSignature" | "ImmatureSignature")
}

/// The machine's clock, as for every signature.
fn seconds() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

/// Numbers of 64 bits are texts in this form of JSON, and small ones may be numbers.
fn number(value: &Value) -> i64 {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_default()
}
