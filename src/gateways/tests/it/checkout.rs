//! From the payment request to the money, through our client and the buyer's browser.

use crate::shop::{Shop, http, loopback, payments, payments_with};
use domain::money::payments::{PaymentError, Payments, ProviderStatus};
use std::time::Duration;

#[tokio::test]
async fn a_paid_session_is_paid_once() {
    let shop = Shop::open().await;
    let request = shop.request("p:open:1");
    let opened = shop.payments.open(request.clone()).await.expect("opened");
    assert_eq!(opened.status, ProviderStatus::Open);
    assert_eq!(opened.amount, Some(request.amount));
    assert_eq!(opened.reference, Some(request.checkout.to_string()));
    assert_eq!(opened.url, Some(format!("{}/pay/{}", shop.site, opened.id)));

    let bought = format!("http://127.0.0.1:9/bought?s={}", opened.id);
    assert_eq!(shop.press(&opened.id, "pay").await, bought);
    assert_eq!(shop.press(&opened.id, "pay").await, bought);
    let paid = shop.fetch(&opened.id).await;
    assert_eq!((paid.status, paid.amount, paid.url), (ProviderStatus::Paid, Some(request.amount), None));
    let charges = shop.state().await["charges"].clone();
    assert_eq!(charges.as_array().map(Vec::len), Some(1), "{charges}");
}

#[tokio::test]
async fn twenty_clicks_at_once_are_one_charge() {
    let shop = Shop::open().await;
    let id = shop.session("p:open:1").await.id;
    let clicks = (0..20).map(|_| {
        let (http, url) = (shop.http.clone(), format!("{}/pay/{id}/pay", shop.site));
        tokio::spawn(async move { http.post(url).send().await.expect("answered").status().as_u16() })
    });
    for click in clicks.collect::<Vec<_>>() {
        assert_eq!(click.await.expect("no panic"), 303);
    }
    assert_eq!(shop.state().await["charges"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_declined_card_charges_nothing_and_may_be_tried_again() {
    let shop = Shop::open().await;
    let session = shop.session("p:open:1").await;
    assert_eq!(shop.press(&session.id, "decline").await, format!("/pay/{}", session.id));
    assert_eq!(shop.fetch(&session.id).await.status, ProviderStatus::Declined);
    let page = shop.http.get(session.url.expect("open")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("The card was declined. Nothing was charged"), "{page}");

    shop.press(&session.id, "pay").await;
    assert_eq!(shop.fetch(&session.id).await.status, ProviderStatus::Paid);
}

#[tokio::test]
async fn who_leaves_without_paying_can_come_back() {
    let shop = Shop::open().await;
    let id = shop.session("p:open:1").await.id;
    assert_eq!(shop.press(&id, "abandon").await, "http://127.0.0.1:9/left");
    assert_eq!(shop.fetch(&id).await.status, ProviderStatus::Open);
}

#[tokio::test]
async fn an_expired_session_takes_no_money() {
    let shop = Shop::open().await;
    let [asked, lapsed] = [shop.session("p:open:1").await.id, shop.session("p:open:2").await.id];
    let expired = shop.payments.expire(asked.clone()).await.expect("expired");
    assert_eq!(expired.status, ProviderStatus::Expired);
    shop.advance(Duration::from_secs(32 * 60));
    for id in [asked, lapsed] {
        assert_eq!(shop.fetch(&id).await.status, ProviderStatus::Expired);
        assert_eq!(shop.press(&id, "pay").await, format!("/pay/{id}"));
        assert_eq!(shop.fetch(&id).await.status, ProviderStatus::Expired);
        let again = shop.payments.expire(id).await.expect("an expired session");
        assert_eq!(again.status, ProviderStatus::Expired);
    }
    assert_eq!(shop.state().await["charges"], serde_json::json!([]));
}

#[tokio::test]
async fn a_payment_that_won_is_the_answer_to_its_expiry() {
    let shop = Shop::open().await;
    let id = shop.session("p:open:1").await.id;
    shop.press(&id, "pay").await;
    assert_eq!(shop.payments.expire(id).await.expect("an answer").status, ProviderStatus::Paid);
}

#[tokio::test]
async fn pages_elsewhere_cannot_press_the_buttons() {
    let shop = Shop::open().await;
    let id = shop.session("p:open:1").await.id;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.example")] {
        for path in [format!("/pay/{id}/pay"), "/stand-in/control".to_owned()] {
            let answer =
                shop.http.post(format!("{}{path}", shop.site)).header(name, value).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{path} with {name}");
        }
    }
    assert_eq!(shop.fetch(&id).await.status, ProviderStatus::Open);
}

#[tokio::test]
async fn each_page_says_what_it_is_and_needs_nothing_inline() {
    let shop = Shop::open().await;
    let [open, paid, over] =
        [shop.session("1").await.id, shop.session("2").await.id, shop.session("3").await.id];
    shop.press(&paid, "pay").await;
    shop.payments.expire(over.clone()).await.expect("expired");
    for (path, status, words) in [
        (format!("/pay/{open}"), 200, "Pay €12"),
        (format!("/pay/{paid}"), 200, "Paid"),
        (format!("/pay/{over}"), 200, "This payment has expired"),
        ("/pay/cs_test_nobody".to_owned(), 404, "No such payment"),
        ("/stand-in".to_owned(), 200, "Event deliveries"),
    ] {
        let answer = shop.http.get(format!("{}{path}", shop.site)).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains(words) && page.contains("Stand-in for Stripe") && page.contains("no money moves"),
            "{page}"
        );
        assert!(
            ["<script", "<style", " style=", " onclick="].iter().all(|inline| !page.contains(inline)),
            "{page}"
        );
    }
    let policy = shop.http.get(format!("{}/pay/{open}", shop.site)).send().await.unwrap();
    let policy = policy.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:9"), "{policy}");
}

#[tokio::test]
async fn live_keys_and_no_keys_are_refused() {
    let shop = Shop::open().await;
    let refused = payments_with("sk_live_of_the_shop", &shop.site).open(shop.request("p:open:1")).await;
    assert!(
        matches!(&refused, Err(PaymentError::Refused(text)) if text.contains("live keys")),
        "{refused:?}"
    );
    let bare = shop.http.post(format!("{}/v1/checkout/sessions", shop.site)).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    assert_eq!(shop.state().await["sessions"], serde_json::json!([]));
}

#[tokio::test]
async fn what_is_not_there_is_refused_and_who_is_not_there_is_away() {
    let shop = Shop::open().await;
    let unknown = shop.payments.fetch("cs_test_nobody".into()).await;
    assert!(matches!(&unknown, Err(PaymentError::Refused(text)) if text.starts_with("404")), "{unknown:?}");
    let gone = loopback().await.local_addr().unwrap();
    let away = payments(&format!("http://{gone}")).fetch("cs_test_nobody".into()).await;
    assert!(matches!(away, Err(PaymentError::Away(_))), "{away:?}");
}

#[tokio::test]
async fn the_stand_in_serves_on_loopback_only() {
    let shop = Shop::open().await;
    let dir = tempfile::tempdir().unwrap();
    let everywhere = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let address = everywhere.local_addr().unwrap();
    let refused = stand_in::serve(everywhere, shop.stand_in(dir.path()), std::future::pending()).await;
    assert!(matches!(refused, Err(stand_in::ServeError::NotLoopback(at)) if at == address));
    http()
        .get(format!("http://127.0.0.1:{}/stand-in", address.port()))
        .send()
        .await
        .expect_err("nobody serves there");
}

/// A page of a site whose name was pointed to this machine (DNS rebinding) is of one origin with its own requests.
#[tokio::test]
async fn pages_of_other_sites_neither_read_nor_pay() {
    let shop = Shop::open().await;
    let id = shop.session("p:open:1").await.id;
    let pay = format!("{}/pay/{id}/pay", shop.site);
    let port = shop.site.rsplit_once(':').unwrap().1;
    let evil = format!("evil.example:{port}");
    for path in ["/stand-in", "/stand-in/state.json"] {
        let read = shop.http.get(format!("{}{path}", shop.site)).header("host", &evil).send().await.unwrap();
        assert_eq!(read.status(), 421, "{path}");
        assert!(!read.text().await.unwrap().contains(&id), "{path}");
    }
    let rebound = |address: String| {
        let post = shop.http.post(address).header("host", &evil).header("origin", format!("http://{evil}"));
        post.header("sec-fetch-site", "same-origin").bearer_auth("sk_test_guess").form(&[("act", "refund")])
    };
    for address in [&pay, &format!("{}/stand-in/acts", shop.site), &format!("{}/v1/refunds", shop.site)] {
        assert_eq!(rebound(address.clone()).send().await.unwrap().status(), 421, "{address}");
    }
    let other = shop.http.post(&pay).header("origin", "http://127.0.0.1:1").send().await.unwrap();
    assert_eq!(other.status(), 403, "another service of this machine");
    assert_eq!(shop.fetch(&id).await.status, ProviderStatus::Open);
    let by_name = format!("http://localhost:{port}");
    let paid =
        shop.http.post(&pay).header("host", &by_name[7..]).header("origin", &by_name).send().await.unwrap();
    assert!(paid.status().is_redirection(), "{}", paid.status());
}
