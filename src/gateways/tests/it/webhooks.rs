//! Events are signed, stored and retried.

use crate::shop::{Hook, Shop, get_json};
use domain::money::payments::{ObjectKind, Payments, ProviderObject, WebhookRefusal};
use serde_json::Value;
use std::{sync::atomic::Ordering, time::Duration};

/// How long to wait before concluding that no webhook comes.
const QUIET: Duration = Duration::from_millis(700);

async fn hooks(shop: &Shop, count: usize) -> Vec<Hook> {
    let mut hooks = Vec::new();
    for _ in 0..count {
        hooks.push(shop.hook().await);
    }
    assert!(shop.hook_within(QUIET).await.is_none(), "more than {count} arrived");
    hooks
}

#[tokio::test]
async fn each_change_is_told_and_signed() {
    let shop = Shop::open().await;
    let request = shop.request("p:open:1");
    let id = shop.payments.open(request).await.expect("opened").id;
    shop.press(&id, "decline").await;
    shop.press(&id, "pay").await;
    let expired = shop.session("p:open:2").await.id;
    shop.payments.expire(expired.clone()).await.expect("expired");

    let hooks = hooks(&shop, 4).await;
    let mut told: Vec<_> = hooks.iter().map(|hook| shop.verified(hook)).collect();
    told.sort_by(|a, b| a.kind.cmp(&b.kind));
    let kinds: Vec<_> = told.iter().map(|event| event.kind.as_str()).collect();
    let [completed, lapsed, failed, succeeded] = told.as_slice() else { panic!("{kinds:?}") };
    assert_eq!(
        kinds,
        [
            "checkout.session.completed",
            "checkout.session.expired",
            "payment_intent.payment_failed",
            "payment_intent.succeeded"
        ]
    );
    let session = |id: &str| Some(ProviderObject::session(id));
    assert_eq!((&completed.object, &lapsed.object), (&session(&id), &session(&expired)));
    for event in [failed, succeeded] {
        let object = event.object.clone().expect("an intent");
        assert_eq!(object.kind, ObjectKind::PaymentIntent);
        let found = shop.payments.session_of(object).await.expect("found");
        assert_eq!(found.as_deref(), Some(id.as_str()), "the provider returns the session of the intent");
    }

    for hook in &hooks {
        let tampered = hook.payload.replace("1200", "9999").replace("test", "live");
        assert_eq!(shop.payments.verify(&tampered, &hook.signature), Err(WebhookRefusal::Signature));
        let event = shop.verified(hook);
        let kept = get_json(&shop.http, &format!("{}/v1/events/{}", shop.site, event.id)).await;
        assert_eq!(kept, serde_json::from_str::<Value>(&hook.payload).unwrap());
    }
}

#[tokio::test]
async fn webhooks_that_are_off_come_when_they_are_on_again() {
    let mut shop = Shop::open().await;
    shop.control("webhooks=off").await;
    let id = shop.session("p:open:1").await.id;
    shop.press(&id, "pay").await;
    assert!(shop.hook_within(QUIET).await.is_none());
    shop.restart().await;
    assert!(shop.hook_within(QUIET).await.is_none());
    shop.control("webhooks=on").await;
    hooks(&shop, 2).await;
}

#[tokio::test]
async fn a_door_that_is_down_is_tried_again() {
    let mut shop = Shop::open().await;
    shop.down.store(true, Ordering::SeqCst);
    let id = shop.session("p:open:1").await.id;
    shop.payments.expire(id).await.expect("expired");
    attempted(&shop, 1).await;
    shop.restart().await;
    let refused = attempted(&shop, 2).await;
    assert_eq!((&refused["state"], &refused["last"]), (&"pending".into(), &"503".into()));
    shop.down.store(false, Ordering::SeqCst);
    hooks(&shop, 1).await;
    let delivery = attempted(&shop, 3).await;
    assert_eq!((&delivery["state"], &delivery["last"]), (&"delivered".into(), &"200".into()));
}

/// The newest delivery, once it was attempted this often.
async fn attempted(shop: &Shop, times: u64) -> Value {
    for _ in 0..400 {
        let delivery = shop.state().await["deliveries"][0]["delivery"].clone();
        if delivery["attempts"].as_u64() >= Some(times) {
            return delivery;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not attempted {times} times in 20 s");
}

#[tokio::test]
async fn one_event_may_come_many_times_and_in_any_order() {
    let shop = Shop::open().await;
    shop.control("duplicate=5&shuffle=on&webhooks=off").await;
    for key in ["1", "2", "3", "4"] {
        let id = shop.session(key).await.id;
        shop.payments.expire(id).await.expect("expired");
    }
    shop.control("webhooks=on").await;
    let came: Vec<_> = hooks(&shop, 20).await.iter().map(|hook| shop.verified(hook).id).collect();
    let mut ids = came.clone();
    ids.sort();
    assert!(ids.chunks(5).all(|copies| copies.iter().all(|id| *id == copies[0])), "{came:?}");
    ids.dedup();
    assert_eq!(ids.len(), 4);
    assert!(came.chunks(5).any(|run| run.iter().any(|id| *id != run[0])), "in order: {came:?}");
}

#[tokio::test]
async fn the_control_door_takes_only_what_it_knows() {
    let shop = Shop::open().await;
    for form in [
        "webhooks=maybe",
        "lose=some",
        "fail_next=many",
        "delay=long",
        "unpaid=1",
        "fault=all 1 /v1",
        "fault=error_after 0 /v1",
        "fault=error_after",
        "surprise=1",
    ] {
        let request = shop.http.post(format!("{}/stand-in/control", shop.site));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        assert_eq!(request.send().await.unwrap().status(), 400, "{form}");
    }
    let controls = &shop.state().await["controls"];
    assert_eq!(
        *controls,
        serde_json::json!({
            "webhooks": true, "lose": false, "in_order": false, "fail_next": 0, "duplicate": 1, "shuffle": false, "delay": 0, "ahead": 0,
            "unpaid": false, "fault": null,
        })
    );
}

#[tokio::test]
async fn what_was_withheld_is_told_in_the_order_that_a_test_wants() {
    let shop = Shop::open().await;
    shop.control("lose=on&in_order=on").await;
    let id = shop.session("p:open:1").await.id;
    shop.press(&id, "decline").await;
    shop.press(&id, "pay").await;
    for act in ["dispute", "win", "refund"] {
        assert_eq!(shop.act(&id, act).await, 200, "{act}");
    }
    assert!(shop.hook_within(QUIET).await.is_none(), "none is sent by itself");
    let happened = get_json(&shop.http, &format!("{}/stand-in/events.json", shop.site)).await;
    let happened = happened.as_array().expect("a list");
    assert_eq!(happened[0]["type"], "payment_intent.payment_failed", "the oldest first");
    assert!(happened.len() >= 5, "{happened:?}");
    let mut wanted: Vec<&str> = happened.iter().filter_map(|event| event["id"].as_str()).collect();
    wanted.reverse();
    wanted.push(wanted[0]);
    let told = shop.post("/stand-in/tell", &format!("events={}", wanted.join("+"))).await;
    assert_eq!(told.status(), 200);
    let hooks = hooks(&shop, wanted.len()).await;
    let came: Vec<_> = hooks.iter().map(|hook| shop.verified(hook).id).collect();
    assert_eq!(came, wanted);
    let unknown = shop.post("/stand-in/tell", "events=evt_nobody").await;
    assert_eq!(unknown.status(), 404);
}
