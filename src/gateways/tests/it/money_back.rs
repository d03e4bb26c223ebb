//! Slow payments, refunds and disputes, through our client.

use crate::shop::Shop;
use domain::{
    id::PurchaseId,
    money::payments::{
        Dispute, ObjectKind, PaymentError, Payments, ProviderObject, ProviderStatus, RefundRequest,
        WebhookEvent,
    },
};

fn refund_of(intent: &str, key: &str) -> RefundRequest {
    RefundRequest { intent: intent.into(), purchase: PurchaseId::new(), idempotency_key: key.into() }
}

/// A paid session: its id and its intent's.
async fn paid(shop: &Shop) -> (String, String) {
    let id = shop.session("p:open:1").await.id;
    shop.press(&id, "pay").await;
    let intent = shop.fetch(&id).await.intent.expect("an intent");
    (id, intent)
}

/// The next event of this kind; earlier events of other kinds are dropped.
async fn event(shop: &Shop, kind: &str) -> WebhookEvent {
    loop {
        let event = shop.verified(&shop.hook().await);
        if event.kind == kind {
            return event;
        }
    }
}

#[tokio::test]
async fn a_slow_payment_is_processing_until_it_arrives_or_fails() {
    let shop = Shop::open().await;
    for (key, act, status, kind) in [
        ("p:open:1", "arrive", ProviderStatus::Paid, "checkout.session.async_payment_succeeded"),
        ("p:open:2", "bounce", ProviderStatus::Failed, "checkout.session.async_payment_failed"),
    ] {
        let id = shop.session(key).await.id;
        shop.press(&id, "delay").await;
        assert_eq!(shop.fetch(&id).await.status, ProviderStatus::Processing);
        let ended = shop.payments.expire(id.clone()).await.expect("an answer");
        assert_eq!(ended.status, ProviderStatus::Processing, "it cannot be ended any more");
        assert_eq!(shop.act(&id, act).await, 200);
        assert_eq!(shop.act(&id, act).await, 400, "once");
        assert_eq!(shop.fetch(&id).await.status, status);
        assert_eq!(event(&shop, kind).await.object, Some(ProviderObject::session(id)));
    }
}

#[tokio::test]
async fn everything_goes_back_once() {
    let shop = Shop::open().await;
    let (id, intent) = paid(&shop).await;
    let request = refund_of(&intent, "p:refund:1");
    shop.payments.refund(request.clone()).await.expect("refunded");
    shop.payments.refund(request).await.expect("the same request again");
    let found = shop.fetch(&id).await;
    assert_eq!((found.status, found.refunded), (ProviderStatus::Paid, 1200));
    let twice = shop.payments.refund(refund_of(&intent, "p:refund:2")).await;
    assert!(matches!(&twice, Err(PaymentError::Refused(text)) if text.contains("already")), "{twice:?}");
    assert_eq!(shop.state().await["refunds"].as_array().map(Vec::len), Some(1));
    for (kind, of) in [("refund.created", ObjectKind::Refund), ("charge.refunded", ObjectKind::Charge)] {
        let object = event(&shop, kind).await.object.expect("an object");
        assert_eq!(object.kind, of);
        let session = shop.payments.session_of(object).await.expect("found");
        assert_eq!(session.as_deref(), Some(id.as_str()));
    }
    assert_eq!(shop.act(&id, "fail_refund").await, 200);
    assert_eq!(shop.fetch(&id).await.refunded, 0, "the buyer's bank sent it back");
}

#[tokio::test]
async fn the_newest_dispute_is_told() {
    let shop = Shop::open().await;
    let (id, intent) = paid(&shop).await;
    assert_eq!(shop.fetch(&id).await.dispute, None);
    for (act, want, kind) in [
        ("inquire", Dispute::Inquiry, "charge.dispute.created"),
        ("drop_inquiry", Dispute::Inquiry, "charge.dispute.closed"),
        ("dispute", Dispute::Open, "charge.dispute.created"),
        ("review", Dispute::Open, "charge.dispute.updated"),
        ("lose", Dispute::Lost, "charge.dispute.closed"),
    ] {
        shop.advance(std::time::Duration::from_secs(2));
        assert_eq!(shop.act(&id, act).await, 200, "{act}");
        assert_eq!(shop.fetch(&id).await.dispute, Some(want), "{act}");
        let object = event(&shop, kind).await.object.expect("an object");
        assert_eq!(object.kind, ObjectKind::Dispute);
        assert_eq!(shop.payments.session_of(object).await.expect("found").as_deref(), Some(id.as_str()));
    }
    let refused = shop.payments.refund(refund_of(&intent, "p:refund:1")).await;
    assert!(matches!(&refused, Err(PaymentError::Refused(text)) if text.contains("disputed")), "{refused:?}");
}

#[tokio::test]
async fn lost_webhooks_never_come() {
    let shop = Shop::open().await;
    shop.control("lose=on").await;
    let (id, _) = paid(&shop).await;
    shop.control("lose=off").await;
    assert_eq!(shop.act(&id, "refund").await, 200);
    let first = shop.verified(&shop.hook().await);
    assert!(first.kind.contains("refund"), "the payment's event was lost: {first:?}");
}

#[tokio::test]
async fn what_nobody_knows_is_refused() {
    let shop = Shop::open().await;
    for kind in [ObjectKind::Charge, ObjectKind::Refund, ObjectKind::Dispute] {
        let unknown = shop.payments.session_of(ProviderObject { kind, id: "xx_1".into() }).await;
        assert!(
            matches!(&unknown, Err(PaymentError::Refused(text)) if text.starts_with("404")),
            "{unknown:?}"
        );
    }
    let none = ProviderObject { kind: ObjectKind::PaymentIntent, id: "pi_1".into() };
    assert_eq!(shop.payments.session_of(none).await.expect("answered"), None);
}
