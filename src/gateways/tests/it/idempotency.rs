//! Idempotency keys: the same request takes effect once, whatever happened to its answer.

use crate::shop::{Shop, payments};
use domain::{
    money::payments::{PaymentError, Payments},
    time::Millis,
};
use std::{collections::HashSet, time::Duration};

#[tokio::test]
async fn the_same_request_is_one_session() {
    let shop = Shop::open().await;
    let request = shop.request("p:open:1");
    let at_once: Vec<_> = (0..20)
        .map(|_| {
            let (payments, request) = (payments(&shop.site), request.clone());
            tokio::spawn(async move { payments.open(request).await.expect("opened").id })
        })
        .collect();
    let mut ids = HashSet::new();
    for opened in at_once {
        ids.insert(opened.await.expect("no panic"));
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(shop.state().await["sessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_replay_says_that_it_is_one() {
    let shop = Shop::open().await;
    let id = shop.session("p:open:1").await.id;
    let form = "mode=payment&line_items[0][quantity]=1&line_items[0][price_data][currency]=eur\
                &line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=x\
                &success_url=http://127.0.0.1:9/";
    let post = |key: &'static str| {
        let request =
            shop.http.post(format!("{}/v1/checkout/sessions", shop.site)).bearer_auth("sk_test_shop");
        request.header("idempotency-key", key).header("stripe-version", "2026-09-30.endive").body(form).send()
    };
    let (first, second) = (post("k").await.unwrap(), post("k").await.unwrap());
    assert_eq!(first.headers()["stripe-version"], "2026-09-30.endive");
    assert!(first.headers().get("idempotent-replayed").is_none());
    assert_eq!(second.headers()["idempotent-replayed"], "true");
    assert_eq!(second.headers()["original-request"], first.headers()["request-id"]);
    assert_eq!(first.text().await.unwrap(), second.text().await.unwrap());

    let other = shop.http.post(format!("{}/v1/checkout/sessions", shop.site)).bearer_auth("sk_test_shop");
    let other = other.header("stripe-version", "2020-08-27").body(form).send().await.unwrap();
    assert_eq!(other.status(), 400, "another version of the API");

    // The key is also refused at another endpoint.
    let elsewhere = shop.http.post(format!("{}/v1/checkout/sessions/{id}/expire", shop.site));
    let elsewhere =
        elsewhere.bearer_auth("sk_test_shop").header("idempotency-key", "k").send().await.unwrap();
    assert_eq!(elsewhere.status(), 400);
    let error: serde_json::Value = elsewhere.json().await.unwrap();
    assert_eq!(error["error"]["type"], "idempotency_error");
}

#[tokio::test]
async fn a_key_with_other_parameters_is_refused() {
    let shop = Shop::open().await;
    let mut request = shop.request("p:open:1");
    shop.payments.open(request.clone()).await.expect("opened");
    request.amount.minor = 1;
    let refused = shop.payments.open(request).await;
    assert!(
        matches!(&refused, Err(PaymentError::Refused(text)) if text.contains("same parameters")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_stored_500_is_replayed_until_another_key_is_used() {
    let shop = Shop::open().await;
    let request = shop.request("p:open:1");
    shop.control("fail_next=1").await;
    for _ in 0..3 {
        let away = shop.payments.open(request.clone()).await;
        assert!(matches!(&away, Err(PaymentError::Away(text)) if text.starts_with("500")), "{away:?}");
    }
    let other =
        domain::money::payments::PaymentRequest { idempotency_key: "p:open:2".into(), ..request.clone() };
    shop.payments.open(other).await.expect("opened");
    // Keys expire after a day.
    shop.advance(Duration::from_secs(24 * 3600 + 1));
    let later =
        domain::money::payments::PaymentRequest { expires_at: shop.request("").expires_at, ..request };
    shop.payments.open(later).await.expect("opened");
}

#[tokio::test]
async fn a_refused_request_does_not_burn_its_key() {
    let shop = Shop::open().await;
    let mut request = shop.request("p:open:1");
    let good = request.expires_at;
    request.expires_at = Millis(good.0 - 2 * 60_000);
    let refused = shop.payments.open(request.clone()).await;
    assert!(
        matches!(&refused, Err(PaymentError::Refused(text)) if text.contains("30 minutes")),
        "{refused:?}"
    );
    request.expires_at = good;
    shop.payments.open(request).await.expect("opened");
}
