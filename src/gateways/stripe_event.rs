//! Stripe's webhooks: the signature decides, the words are hints.

use crate::stripe::CHECKOUT;
use domain::{
    money::payments::{BadSignature, WebhookEvent},
    secret::SharedSecret,
};
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use stripe_webhook::{Webhook, WebhookError};

/// Checks the signature against the machine's own clock, tolerance five minutes; then any event will do, also of a kind or
/// shape that the client library does not know.
pub(crate) fn verified(
    payload: &str,
    signature: &str,
    secret: &SharedSecret,
) -> Result<WebhookEvent, BadSignature> {
    match Webhook::construct_event(payload, signature, secret.expose()) {
        // The library parses only what it has found well signed.
        Ok(_) | Err(WebhookError::BadParse(_)) => Ok(read(payload)),
        Err(_) => Err(BadSignature),
    }
}

fn read(payload: &str) -> WebhookEvent {
    let event: Value = serde_json::from_str(payload).unwrap_or_default();
    let object = &event["data"]["object"];
    let session = (object["object"] == "checkout.session").then(|| &object["id"]);
    let reference =
        [&object["client_reference_id"], &object["metadata"][CHECKOUT]].into_iter().find_map(Value::as_str);
    WebhookEvent {
        id: event["id"].as_str().map_or_else(|| nameless(payload), str::to_owned),
        kind: event["type"].as_str().unwrap_or("unknown").to_owned(),
        session: session.and_then(Value::as_str).map(str::to_owned),
        reference: reference.map(str::to_owned),
    }
}

/// The same id for the same bytes: an event that comes twice is one row of the inbox.
fn nameless(payload: &str) -> String {
    let mut hasher = DefaultHasher::new();
    payload.hash(&mut hasher);
    format!("evt_nameless_{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_of_these_tests";

    fn verify(payload: &str, signature: &str) -> Result<WebhookEvent, BadSignature> {
        verified(payload, signature, &SharedSecret::parse(SECRET).unwrap())
    }

    fn sign(payload: &str, seconds_ago: i64) -> String {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        Webhook::generate_test_header(payload, SECRET, Some(i64::try_from(now).unwrap() - seconds_ago))
    }

    #[test]
    fn what_is_well_signed_is_an_event_whatever_it_says() {
        for (payload, kind, session, reference) in [
            (
                r#"{"id":"evt_1","type":"checkout.session.completed","data":{"object":{"object":"checkout.session","id":"cs_1","client_reference_id":"c1"}}}"#,
                "checkout.session.completed",
                Some("cs_1"),
                Some("c1"),
            ),
            (
                r#"{"id":"evt_1","type":"payment_intent.payment_failed","data":{"object":{"object":"payment_intent","id":"pi_1","metadata":{"checkout":"c1"}}}}"#,
                "payment_intent.payment_failed",
                None,
                Some("c1"),
            ),
            (r#"{"id":"evt_1","type":"moon.landed"}"#, "moon.landed", None, None),
        ] {
            let event = verify(payload, &sign(payload, 0)).expect(payload);
            assert_eq!((event.id.as_str(), event.kind.as_str()), ("evt_1", kind));
            assert_eq!((event.session.as_deref(), event.reference.as_deref()), (session, reference));
        }
    }

    #[test]
    fn an_event_without_a_name_is_the_same_event_when_it_comes_again() {
        let ids: Vec<_> = ["{}", "{}", "[]"].map(|p| verify(p, &sign(p, 0)).unwrap().id).into();
        assert_eq!(ids[0], ids[1]);
        assert_ne!(ids[0], ids[2]);
    }

    #[test]
    fn a_bad_signature_is_refused() {
        let payload = r#"{"id":"evt_1","type":"moon.landed"}"#;
        let good = sign(payload, 0);
        let by = |secret: &str| Webhook::generate_test_header(payload, secret, None);
        for (payload, signature) in [
            (r#"{"id":"evt_2","type":"moon.landed"}"#, good.as_str()),
            (payload, &by("whsec_of_somebody_else")),
            (payload, &by("")),
            (payload, ""),
            (payload, "t=soon,v1=00"),
            (payload, &sign(payload, 301)),
            (payload, &sign(payload, -302)),
        ] {
            assert_eq!(verify(payload, signature), Err(BadSignature), "{signature}");
        }
    }
}
