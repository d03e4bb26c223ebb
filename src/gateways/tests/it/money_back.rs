//! Slow payments, refunds and disputes, through our client.

use crate::shop::Shop;
use domain::{
    amount::{Currency, Money},
    id::{PurchaseId, RefundId},
    money::ledger::movement::MovementKind,
    money::payments::{
        AwaitedAnswer, Dispute, EvidenceRequest, ObjectKind, PaymentError, Payments, ProviderObject,
        ProviderStatus, RefundRequest, WebhookEvent,
    },
};

fn refund_of(intent: &str, key: &str) -> RefundRequest {
    RefundRequest {
        intent: intent.into(),
        purchase: PurchaseId::new(),
        part: None,
        idempotency_key: key.into(),
    }
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

/// What moved: the kinds with amounts and fees, in order of the kinds.
async fn moved(shop: &Shop, id: &str) -> Vec<(MovementKind, i64, Option<i64>)> {
    let movements = shop.fetch(id).await.movements;
    assert!(movements.iter().all(|one| one.available_on.is_some()), "{movements:?}");
    movements.into_iter().map(|one| (one.kind, one.amount, one.fee)).collect()
}

#[tokio::test]
async fn what_a_payment_moved_is_told_with_its_fees_and_adds_up_to_the_balance() {
    use MovementKind::*;
    let shop = Shop::open().await;
    let open = shop.session("p:open:0").await.id;
    assert!(shop.fetch(&open).await.movements.is_empty(), "nobody has paid");
    let (id, intent) = paid(&shop).await;
    assert_eq!(moved(&shop, &id).await, [(Payment, 1200, Some(65))]);
    let (refund, key) = (RefundId::new(), "p:refund:1".to_owned());
    let part = Some((refund, Money { minor: 300, currency: Currency::Eur }));
    let request = RefundRequest { part, idempotency_key: key, ..refund_of(&intent, "") };
    shop.payments.refund(request.clone()).await.expect("refunded");
    shop.payments.refund(request).await.expect("the same request again");
    let found = shop.fetch(&id).await;
    assert_eq!((found.refunded, found.movements.len()), (300, 2));
    assert_eq!(found.movements[1].reference, Some(refund.to_string()));
    assert_eq!(shop.act(&id, "fail_refund").await, 200);
    let refunds = [(Payment, 1200, Some(65)), (Refund, 300, Some(0)), (RefundReturned, 300, Some(0))];
    assert_eq!(moved(&shop, &id).await, refunds);
    assert_eq!(shop.fetch(&id).await.refunded, 0);
    for (act, kinds) in [
        ("dispute", vec![DisputeOpened]),
        ("review", vec![DisputeOpened]),
        ("win", vec![DisputeOpened, DisputeWon]),
    ] {
        assert_eq!(shop.act(&id, act).await, 200, "{act}");
        let found = shop.fetch(&id).await.movements;
        assert_eq!(found[3..].iter().map(|one| one.kind).collect::<Vec<_>>(), kinds, "{act}");
    }
    let [balance, ..] = shop.payments.balance().await.expect("told")[..] else { panic!("no balance") };
    // The payment is promised, the rest is there: a refund and its return, a dispute with its fee and its return.
    assert_eq!((balance.currency, balance.pending, balance.available), (Currency::Eur, 1135, -1500));
}

#[tokio::test]
async fn more_refunds_than_a_page_holds_are_all_told() {
    let shop = Shop::open().await;
    let (id, intent) = paid(&shop).await;
    for n in 0..105 {
        let part = Some((RefundId::new(), Money { minor: 1, currency: Currency::Eur }));
        let request = RefundRequest { part, ..refund_of(&intent, &format!("p:refund:{n}")) };
        shop.payments.refund(request).await.expect("refunded");
    }
    let found = shop.fetch(&id).await;
    assert_eq!((found.refunded, found.movements.len()), (105, 106), "the payment and its refunds");
}

#[tokio::test]
async fn a_refund_is_told_whether_its_key_is_used_up() {
    let shop = Shop::open().await;
    let (id, intent) = paid(&shop).await;
    let request = refund_of(&intent, "p:refund:1");
    shop.control("fail_next=1").await;
    for _ in 0..2 {
        let failed = shop.payments.refund(request.clone()).await;
        assert!(matches!(&failed, Err(PaymentError::Failed(text)) if text.starts_with("500")), "{failed:?}");
    }
    let other = RefundRequest { idempotency_key: "p:refund:2".into(), ..request };
    shop.payments.refund(other).await.expect("another key");
    assert_eq!(shop.fetch(&id).await.refunded, 1200);
}

#[tokio::test]
async fn a_dispute_is_answered_once() {
    let shop = Shop::open().await;
    let (id, intent) = paid(&shop).await;
    let awaited = async || shop.payments.awaited_answer(intent.clone()).await.expect("told");
    assert_eq!(awaited().await, AwaitedAnswer::Nothing, "nobody asks");
    assert_eq!(shop.act(&id, "dispute").await, 200);
    let AwaitedAnswer::Awaited(dispute) = awaited().await else { panic!("it waits") };
    let evidence = |activity: &str| EvidenceRequest {
        dispute: dispute.clone(),
        product: "Front Row".into(),
        buyer: "Kim".into(),
        email: "kim@example.org".into(),
        service_date: domain::time::Millis(1_900_001_800_000),
        activity: activity.into(),
    };
    shop.payments.answer_dispute(evidence("Watched for 40 minutes")).await.expect("taken");
    assert_eq!(awaited().await, AwaitedAnswer::Given);
    let again = shop.payments.answer_dispute(evidence("Something else")).await;
    assert!(matches!(again, Err(PaymentError::Refused(_))), "{again:?}");
    let state = crate::shop::get_json(&shop.http, &format!("{}/stand-in/state.json", shop.site)).await;
    let kept = &state["disputes"][0]["evidence"];
    assert_eq!(kept["access_activity_log"], "Watched for 40 minutes");
    assert_eq!(kept["service_date"], "1900001800");
    assert_eq!(shop.fetch(&id).await.dispute, Some(Dispute::Open), "the bank decides");
    assert_eq!(shop.act(&id, "win").await, 200);
    assert_eq!(shop.fetch(&id).await.dispute, Some(Dispute::Won));
}
