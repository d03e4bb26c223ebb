//! Stripe's webhooks. Only a valid signature is trusted; the content is a hint of what to fetch.

use domain::{
    money::payments::{ObjectKind, ProviderObject, WebhookEvent, WebhookRefusal},
    secret::SharedSecret,
};
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use stripe_webhook::{Webhook, WebhookError};

/// Checks the signature against the machine's own clock, with a tolerance of five minutes. Any signed event is
/// accepted, including kinds and shapes that the client library does not know. The secret may be several, separated by commas:
/// Stripe signs the events of connected accounts with another one.
pub(crate) fn verified(
    payload: &str,
    signature: &str,
    secret: &SharedSecret,
) -> Result<WebhookEvent, WebhookRefusal> {
    let long_enough = |one: &&str| one.len() >= SharedSecret::SHORTEST;
    let mut refusal = WebhookRefusal::Signature;
    for secret in secret.expose().split(',').filter(long_enough) {
        match signed_by(payload, signature, secret) {
            Err(WebhookRefusal::Signature) => {}
            Err(other) => refusal = other,
            event => return event,
        }
    }
    Err(refusal)
}

fn signed_by(payload: &str, signature: &str, secret: &str) -> Result<WebhookEvent, WebhookRefusal> {
    match Webhook::construct_event(payload, signature, secret) {
        // The library parses only events with a valid signature.
        Ok(_) | Err(WebhookError::BadParse(_)) => Ok(read(payload)),
        // The library checks the time only of events with a valid signature.
        Err(WebhookError::BadTimestamp(_)) => Err(WebhookRefusal::ClockSkew),
        Err(_) if signature.is_empty() => Err(WebhookRefusal::Unsigned),
        Err(_) => Err(WebhookRefusal::Signature),
    }
}

/// Uses the event's object, not its type: whatever changed, the object is fetched.
fn read(payload: &str) -> WebhookEvent {
    let event: Value = serde_json::from_str(payload).unwrap_or_default();
    WebhookEvent {
        id: event["id"].as_str().map_or_else(|| nameless(payload), str::to_owned),
        kind: event["type"].as_str().unwrap_or("unknown").to_owned(),
        object: object(&event["data"]["object"]),
    }
}

fn object(object: &Value) -> Option<ProviderObject> {
    named(object["object"].as_str()?, object["id"].as_str()?)
}

/// The object of a type and an id, if the type is one that we fetch.
pub(crate) fn named(kind: &str, id: &str) -> Option<ProviderObject> {
    let kind = match kind {
        "checkout.session" => ObjectKind::CheckoutSession,
        "payment_intent" => ObjectKind::PaymentIntent,
        "charge" => ObjectKind::Charge,
        "refund" => ObjectKind::Refund,
        "dispute" => ObjectKind::Dispute,
        "setup_intent" => ObjectKind::SetupIntent,
        "payment_method" => ObjectKind::PaymentMethod,
        "subscription" => ObjectKind::Subscription,
        "invoice" => ObjectKind::Invoice,
        "account" => ObjectKind::Account,
        "transfer" => ObjectKind::Transfer,
        "payout" => ObjectKind::Payout,
        _ => return None,
    };
    // The id becomes part of a URL, so a malformed one is ignored.
    is_id(id).then(|| ProviderObject { kind, id: id.to_owned() })
}

fn is_id(id: &str) -> bool {
    (1..=255).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// An id derived from the bytes: an event that arrives twice is one row of the inbox.
fn nameless(payload: &str) -> String {
    let mut hasher = DefaultHasher::new();
    payload.hash(&mut hasher);
    format!("evt_nameless_{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_of_these_tests";

    fn verify(payload: &str, signature: &str) -> Result<WebhookEvent, WebhookRefusal> {
        verified(payload, signature, &SharedSecret::parse(SECRET).unwrap())
    }

    fn sign(payload: &str, seconds_ago: i64) -> String {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        Webhook::generate_test_header(payload, SECRET, Some(i64::try_from(now).unwrap() - seconds_ago))
    }

    #[test]
    fn what_is_well_signed_is_an_event_whatever_it_says() {
        let payload = |kind: &str, object: &str| {
            format!(r#"{{"id":"evt_1","type":"{kind}","data":{{"object":{object}}}}}"#)
        };
        for (kind, object, want) in [
            (
                "checkout.session.completed",
                r#"{"object":"checkout.session","id":"cs_1"}"#,
                Some(ObjectKind::CheckoutSession),
            ),
            (
                "payment_intent.canceled",
                r#"{"object":"payment_intent","id":"cs_1"}"#,
                Some(ObjectKind::PaymentIntent),
            ),
            ("charge.refunded", r#"{"object":"charge","id":"cs_1"}"#, Some(ObjectKind::Charge)),
            ("refund.updated", r#"{"object":"refund","id":"cs_1"}"#, Some(ObjectKind::Refund)),
            ("charge.dispute.closed", r#"{"object":"dispute","id":"cs_1"}"#, Some(ObjectKind::Dispute)),
            (
                "setup_intent.succeeded",
                r#"{"object":"setup_intent","id":"cs_1"}"#,
                Some(ObjectKind::SetupIntent),
            ),
            (
                "payment_method.attached",
                r#"{"object":"payment_method","id":"cs_1"}"#,
                Some(ObjectKind::PaymentMethod),
            ),
            (
                "customer.subscription.updated",
                r#"{"object":"subscription","id":"cs_1"}"#,
                Some(ObjectKind::Subscription),
            ),
            ("invoice.paid", r#"{"object":"invoice","id":"cs_1"}"#, Some(ObjectKind::Invoice)),
            ("account.updated", r#"{"object":"account","id":"cs_1"}"#, Some(ObjectKind::Account)),
            ("transfer.reversed", r#"{"object":"transfer","id":"cs_1"}"#, Some(ObjectKind::Transfer)),
            ("payout.failed", r#"{"object":"payout","id":"cs_1"}"#, Some(ObjectKind::Payout)),
            ("charge.refunded", r#"{"object":"charge","id":"../balance"}"#, None),
            ("charge.refunded", r#"{"object":"charge"}"#, None),
            ("customer.created", r#"{"object":"customer","id":"cus_1"}"#, None),
            ("moon.landed", "null", None),
        ] {
            let payload = payload(kind, object);
            let event = verify(&payload, &sign(&payload, 0)).expect(&payload);
            assert_eq!((event.id.as_str(), event.kind.as_str()), ("evt_1", kind));
            let want = want.map(|kind| ProviderObject { kind, id: "cs_1".into() });
            assert_eq!(event.object, want, "{payload}");
        }
    }

    #[test]
    fn each_of_several_secrets_is_taken_and_no_empty_one() {
        let payload = r#"{"id":"evt_1","type":"moon.landed"}"#;
        let both = SharedSecret::parse(&format!("whsec_of_an_endpoint,{SECRET},")).unwrap();
        for (secret, want) in [
            ("whsec_of_an_endpoint", Ok("evt_1")),
            (SECRET, Ok("evt_1")),
            ("whsec_of_somebody_else", Err(WebhookRefusal::Signature)),
            ("", Err(WebhookRefusal::Signature)),
        ] {
            let signature = Webhook::generate_test_header(payload, secret, None);
            let event = verified(payload, &signature, &both).map(|event| event.id);
            assert_eq!(event.as_deref().map_err(|why| *why), want, "{secret}");
        }
        let late = sign(payload, 301);
        assert_eq!(verified(payload, &late, &both), Err(WebhookRefusal::ClockSkew));
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
        for (payload, signature, why) in [
            (r#"{"id":"evt_2","type":"moon.landed"}"#, good.as_str(), WebhookRefusal::Signature),
            (payload, &by("whsec_of_somebody_else"), WebhookRefusal::Signature),
            (payload, &by(""), WebhookRefusal::Signature),
            (payload, "", WebhookRefusal::Unsigned),
            (payload, "t=soon,v1=00", WebhookRefusal::Signature),
            (payload, &sign(payload, 301), WebhookRefusal::ClockSkew),
            (payload, &sign(payload, -302), WebhookRefusal::ClockSkew),
        ] {
            assert_eq!(verify(payload, signature), Err(why), "{signature}");
        }
    }
}
