//! Payments in the form on the shop's own page: made by our client, confirmed as the form's frame does.

use crate::{
    billing::{GOOD, customer, euros},
    shop::Shop,
};
use domain::money::{
    billing::Billing,
    buying::cards::{CardRefusal, CardUse},
    payments::{PaymentRequest, Payments, ProviderSession, ProviderStatus},
};
use serde_json::Value;

async fn made(shop: &Shop, key: &str, card: Option<CardUse>) -> ProviderSession {
    let request = PaymentRequest { own_page: true, card, ..shop.request(key) };
    let made = shop.payments.open(request.clone()).await.expect("made");
    assert_eq!(shop.payments.open(request).await.expect("the same"), made, "once");
    made
}

/// Sends what the frame sends. Returns the state of the payment, or the code of the error.
async fn send(shop: &Shop, made: &ProviderSession, verb: &str, fields: &[(&str, &str)]) -> String {
    let secret = made.client_secret.as_deref().expect("a secret");
    let mut form = vec![("client_secret", secret), ("return_url", "http://127.0.0.1:9/back")];
    form.extend(fields);
    let call = shop.http.post(format!("{}/elements/{}/{verb}", shop.site, made.id)).form(&form);
    let told: Value = serde_json::from_str(&call.send().await.unwrap().text().await.unwrap()).unwrap();
    let word = told["status"].as_str().or_else(|| told["error"]["code"].as_str());
    word.unwrap_or_else(|| panic!("{told}")).to_owned()
}

#[tokio::test]
async fn a_payment_of_the_form_in_each_state() {
    let shop = Shop::open().await;
    for (number, said, want) in [
        (GOOD, "succeeded", ProviderStatus::Paid),
        ("4000000000000002", "card_declined", ProviderStatus::CardRefused(CardRefusal::Declined)),
        ("4000000000009995", "card_declined", ProviderStatus::CardRefused(CardRefusal::Funds)),
        ("4000002760003184", "requires_action", ProviderStatus::CardRefused(CardRefusal::Asks)),
    ] {
        let made = made(&shop, &format!("p:open:{number}"), None).await;
        assert_eq!((made.status, made.url.as_deref()), (ProviderStatus::Open, None), "{number}");
        assert_eq!((made.amount, made.intent.as_ref()), (Some(euros(1200)), Some(&made.id)));
        assert_eq!(send(&shop, &made, "confirm", &[("card", number)]).await, said, "{number}");
        let found = shop.fetch(&made.id).await;
        assert_eq!((found.status, found.client_secret), (want, None), "{number}");
        let ended = shop.payments.expire(made.id.clone()).await.expect("an answer").status;
        let end = if want == ProviderStatus::Paid { want } else { ProviderStatus::Expired };
        assert_eq!(ended, end, "{number}");
        let again = send(&shop, &made, "confirm", &[("card", GOOD)]).await;
        assert_eq!(again, "payment_intent_unexpected_state", "{number}");
    }
    let charges = shop.state().await["charges"].as_array().cloned().unwrap_or_default();
    assert_eq!(charges.iter().filter(|charge| charge["paid"] == true).count(), 1, "{charges:?}");
}

#[tokio::test]
async fn a_slow_payment_of_the_form_arrives_or_fails() {
    let shop = Shop::open().await;
    for (act, want) in
        [("arrive", ProviderStatus::Paid), ("bounce", ProviderStatus::CardRefused(CardRefusal::Declined))]
    {
        let made = made(&shop, &format!("p:open:{act}"), None).await;
        assert_eq!(send(&shop, &made, "confirm", &[("method", "debit")]).await, "processing");
        assert_eq!(shop.fetch(&made.id).await.status, ProviderStatus::Processing);
        let still = shop.payments.expire(made.id.clone()).await.expect("an answer");
        assert_eq!(still.status, ProviderStatus::Processing, "it cannot be ended");
        assert_eq!(shop.act(&made.id, act).await, 200, "{act}");
        assert_eq!(shop.fetch(&made.id).await.status, want, "{act}");
    }
}

#[tokio::test]
async fn a_card_of_the_form_is_kept_for_its_customer_once_it_has_paid() {
    let shop = Shop::open().await;
    let customer = customer(&shop).await;
    let keep = CardUse::Keep { customer: customer.clone() };
    let made = made(&shop, "p:open:1", Some(keep)).await;
    assert_eq!(send(&shop, &made, "confirm", &[("card", "4000002760003184")]).await, "requires_action");
    assert_eq!(send(&shop, &made, "answer", &[("answer", "yes")]).await, "succeeded");
    let intent = shop.http.get(format!("{}/v1/payment_intents/{}", shop.site, made.id));
    let intent = intent.bearer_auth("sk_test_shop").send().await.unwrap().text().await.unwrap();
    let intent: Value = serde_json::from_str(&intent).unwrap();
    let card = intent["payment_method"].as_str().expect("a card").to_owned();
    assert_eq!(shop.payments.card(card).await.expect("found").customer, Some(customer));
}

#[tokio::test]
async fn nobody_pays_without_the_secret_or_with_another_one() {
    let shop = Shop::open().await;
    let (one, other) = (made(&shop, "p:open:1", None).await, made(&shop, "p:open:2", None).await);
    let stolen = ProviderSession { client_secret: other.client_secret, ..one.clone() };
    assert_eq!(send(&shop, &stolen, "confirm", &[("card", GOOD)]).await, "resource_missing");
    // A payment on the provider's page has no form of ours.
    let page = shop.session("p:open:3").await;
    let bare = ProviderSession { id: page.id, client_secret: Some(String::new()), ..one.clone() };
    assert_eq!(send(&shop, &bare, "confirm", &[("card", GOOD)]).await, "resource_missing");
    let from_elsewhere = shop.http.post(format!("{}/elements/{}/confirm", shop.site, one.id));
    let from_elsewhere = from_elsewhere.header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(from_elsewhere.status(), 403, "what is typed is sent from a frame of the provider");
    assert_eq!(shop.fetch(&one.id).await.status, ProviderStatus::Open);
}
