//! Invoices as orders see them: told like sessions, with what their payments have moved.

use super::*;
use domain::{
    id::PurchaseId,
    money::{
        ledger::movement::MovementKind,
        payments::{ObjectKind, Payments, PlanRequest, ProviderObject, RefundRequest},
    },
};

/// A subscription of €10 a month, with its first invoice.
async fn begun(shop: &Shop) -> (SubscriptionFacts, InvoiceFacts) {
    let (customer, price) = (customer(shop).await, price(shop, 1000, Interval::Month).await);
    let facts = subscribed(shop, request(&customer, &price), GOOD).await;
    let invoice = latest(shop, &facts).await;
    (facts, invoice)
}

#[tokio::test]
async fn an_invoice_is_told_like_a_session_with_what_its_payment_has_moved() {
    let shop = Shop::open().await;
    let (_, invoice) = begun(&shop).await;
    let found = shop.fetch(&invoice.id).await;
    assert_eq!((found.status, found.amount), (ProviderStatus::Paid, Some(euros(1000))));
    assert_eq!((&found.intent, &found.reference), (&invoice.intent, &None));
    let [payment] = found.movements.as_slice() else { panic!("{found:?}") };
    assert_eq!((payment.kind, payment.amount), (MovementKind::Payment, 1000));
    assert_eq!(Some(&payment.object), invoice.intent.as_ref());
    assert!(payment.fee.is_some() && payment.available_on.is_some(), "{payment:?}");

    let intent = invoice.intent.clone().expect("a payment");
    let object = ProviderObject { kind: ObjectKind::PaymentIntent, id: intent.clone() };
    assert_eq!(shop.payments.session_of(object.clone()).await.expect("asked"), None);
    assert_eq!(shop.payments.payment_of(object).await.expect("asked"), Some(intent.clone()));

    let back = RefundRequest {
        intent,
        purchase: PurchaseId::new(),
        part: None,
        idempotency_key: "p:refund:1".into(),
    };
    shop.payments.refund(back).await.expect("refunded");
    let found = shop.fetch(&invoice.id).await;
    assert_eq!((found.refunded, found.amount), (1000, Some(euros(1000))));
    assert!(found.movements.iter().any(|one| one.kind == MovementKind::Refund && one.amount == 1000));
}

#[tokio::test]
async fn a_subscription_is_ended_once() {
    let shop = Shop::open().await;
    let (facts, _) = begun(&shop).await;
    for _ in 0..2 {
        let ended = shop.payments.end_subscription(facts.id.clone()).await.expect("ended");
        assert_eq!((ended.status, ended.ended_at.is_some()), (SubscriptionStatus::Canceled, true));
    }
    let unknown = shop.payments.end_subscription("sub_unknown".into()).await;
    assert!(matches!(unknown, Err(PaymentError::Refused(_))), "{unknown:?}");
}

#[tokio::test]
async fn an_order_with_a_plan_opens_a_page_that_subscribes() {
    let shop = Shop::open().await;
    let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
    let fee = SetupFee { title: "Welcome box".into(), amount: euros(500) };
    let plan = PlanRequest { customer, price, trial_days: Some(7), setup_fee: Some(fee) };
    let order = domain::money::payments::PaymentRequest {
        amount: euros(500),
        plan: Some(plan),
        ..shop.request("p:open:1")
    };
    let checkout = order.checkout.to_string();
    let opened = shop.payments.open(order).await.expect("opened");
    shop.pay_with(&opened.id, GOOD).await;
    let found = shop.fetch(&opened.id).await;
    assert_eq!((found.status, found.amount), (ProviderStatus::Paid, Some(euros(500))), "only the fee");
    assert_eq!((found.reference.as_deref(), found.intent), (Some(checkout.as_str()), None));
    let result = shop.payments.session_result(opened.id).await.expect("a result");
    let facts = shop.payments.subscription(result.subscription.expect("one")).await.expect("found");
    assert_eq!(facts.status, SubscriptionStatus::Trialing);
    assert_eq!(facts.reference.as_deref(), Some(checkout.as_str()));
}
