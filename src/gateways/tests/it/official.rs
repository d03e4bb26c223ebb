//! Checks the stand-in's signatures with Stripe's official client (`STRIPE_VERIFIER`: the command of
//! `tests/stripe/verify_signature.py`).

use crate::{
    outside::{Program, given},
    shop::{SECRET, Shop},
};
use domain::money::payments::Payments;
use serde_json::json;

#[tokio::test]
async fn stripes_official_client_takes_our_signatures_and_no_others() {
    let Some(command) = given("STRIPE_VERIFIER") else { return };
    let mut official = Program::start(&command, &[]);
    let shop = Shop::open().await;
    let id = shop.session("p:open:1").await.id;
    shop.payments.expire(id).await.expect("expired");
    let hook = shop.hook().await;
    let event = shop.verified(&hook);

    let line = json!({"payload": hook.payload, "signature": hook.signature, "secret": SECRET});
    official.write(&line.to_string()).await;
    assert_eq!(official.read().await, format!("{} checkout.session.expired", event.id));
    for (payload, secret) in
        [(hook.payload.replace("expired", "paid"), SECRET), (hook.payload.clone(), "whsec_other")]
    {
        official
            .write(&json!({"payload": payload, "signature": hook.signature, "secret": secret}).to_string())
            .await;
        assert_eq!(official.read().await, "refused");
    }
}
