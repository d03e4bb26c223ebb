//! Stripe's own mock checks each request against the published API description (`STRIPE_MOCK`: the binary).

use crate::{
    outside::{Program, given},
    shop::{Shop, http, payments},
};
use domain::{
    id::PurchaseId,
    money::payments::{ObjectKind, Payments, ProviderObject, RefundRequest},
};

/// Starts the mock on two ports of its choice; the second one is for HTTP.
async fn mock() -> Option<(Program, String)> {
    let binary = given("STRIPE_MOCK")?;
    let mut program = Program::start(&binary, &["-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0"]);
    loop {
        let line = program.read().await;
        if let Some(address) = line.strip_prefix("Listening for HTTP at address: ") {
            return Some((program, format!("http://{address}")));
        }
    }
}

#[tokio::test]
async fn stripes_description_of_its_api_takes_each_of_our_requests() {
    let Some((_mock, site)) = mock().await else { return };
    let shop = Shop::open().await;
    let payments = payments(&site);
    let opened = payments.open(shop.request("p:open:1")).await.expect("taken");
    assert!(opened.id.starts_with("cs_"), "{opened:?}");
    let fetched = payments.fetch("cs_test_1".into()).await.expect("taken");
    assert_eq!(fetched.id, "cs_test_1");
    let expired = payments.expire("cs_test_1".into()).await.expect("taken");
    assert!(expired.id.starts_with("cs_"), "{expired:?}");
    for (kind, id) in [
        (ObjectKind::PaymentIntent, "pi_1"),
        (ObjectKind::Charge, "ch_1"),
        (ObjectKind::Refund, "re_1"),
        (ObjectKind::Dispute, "dp_1"),
    ] {
        // The mock's charges belong to no intent, so no session is looked up.
        let found = payments.session_of(ProviderObject { kind, id: id.into() }).await.expect("taken");
        assert_eq!(found.is_some(), kind == ObjectKind::PaymentIntent, "{kind:?}");
    }
    let refund = RefundRequest {
        intent: "pi_1".into(),
        purchase: PurchaseId::new(),
        idempotency_key: "p:refund:1".into(),
    };
    payments.refund(refund).await.expect("taken");
}

#[tokio::test]
async fn the_mock_refuses_what_stripe_does_not_know() {
    let Some((_mock, site)) = mock().await else { return };
    let call = http().post(format!("{site}/v1/checkout/sessions")).bearer_auth("sk_test_shop");
    let call =
        call.header("content-type", "application/x-www-form-urlencoded").body("mode=payment&surprise=1");
    assert_eq!(call.send().await.expect("answered").status(), 400);
}
