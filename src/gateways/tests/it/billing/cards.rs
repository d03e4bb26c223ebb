//! One post with a saved card, and what its bank can say.

use crate::{
    billing::{ASKS, FAILS_LATER, GOOD, customer, euros},
    shop::Shop,
};
use domain::{
    amount::Currency,
    id::CheckoutId,
    money::{
        billing::*,
        buying::cards::{CardRefusal, CardUse},
        payments::{ObjectKind, PaymentRequest, Payments, ProviderStatus},
    },
    time::Millis,
};

/// Saves a card on the page for that.
async fn saved(shop: &Shop, customer: &str, number: &str) -> String {
    let page = CardRequest {
        customer: customer.into(),
        currency: Currency::Eur,
        success_url: "http://127.0.0.1:9/saved".into(),
        cancel_url: "http://127.0.0.1:9/left".into(),
        idempotency_key: format!("{customer}:card:{number}"),
    };
    let page = shop.payments.open_card_page(page).await.expect("opened");
    if shop.pay_with(&page.id, number).await.starts_with("/pay/") {
        shop.press(&page.id, "confirm").await;
    }
    shop.payments.session_result(page.id).await.expect("a result").card.expect("a card")
}

fn charge(customer: &str, card: &str, return_url: Option<&str>) -> CardCharge {
    CardCharge {
        checkout: CheckoutId::new(),
        customer: customer.into(),
        card: card.into(),
        amount: euros(1200),
        return_url: return_url.map(str::to_owned),
        idempotency_key: format!("p:charge:{card}"),
    }
}

#[tokio::test]
async fn each_card_with_and_without_its_buyer() {
    let shop = Shop::open().await;
    let asks_always = "4000002760003184";
    let declined = || CardResult::Declined("generic_decline".to_owned());
    for (number, absent, want) in [
        (GOOD, false, CardResult::Paid),
        (GOOD, true, CardResult::Paid),
        (ASKS, true, CardResult::Paid),
        (FAILS_LATER, true, declined()),
        (asks_always, true, CardResult::NeedsBuyer(None)),
    ] {
        let customer = customer(&shop).await;
        let card = saved(&shop, &customer, number).await;
        let back = (!absent).then_some("http://127.0.0.1:9/back");
        let request = charge(&customer, &card, back);
        let payment = shop.payments.charge_card(request.clone()).await.expect("an answer");
        assert_eq!(payment.result, want, "{number}");
        assert_eq!(shop.payments.charge_card(request).await.expect("the same"), payment, "{number}, once");
    }
}

#[tokio::test]
async fn a_buyer_who_is_asked_comes_back_from_the_bank() {
    let shop = Shop::open().await;
    let customer = customer(&shop).await;
    let card = saved(&shop, &customer, "4000002760003184").await;
    for (answer, want) in [("yes", CardResult::Paid), ("no", CardResult::NeedsBuyer(None))] {
        let mut request = charge(&customer, &card, Some("http://127.0.0.1:9/back"));
        request.idempotency_key = format!("p:charge:{answer}");
        let payment = shop.payments.charge_card(request).await.expect("an answer");
        let CardResult::NeedsBuyer(Some(address)) = payment.result else { panic!("{payment:?}") };
        let path = address.strip_prefix(&shop.site).expect("of the stand-in");
        assert!(
            shop.http.get(&address).send().await.unwrap().text().await.unwrap().contains("Your bank asks")
        );
        let back = shop.post(&format!("{path}/{answer}"), "").await;
        assert_eq!(back.headers()["location"], "http://127.0.0.1:9/back");
        let again = shop.post(&format!("{path}/yes"), "").await;
        assert_eq!(again.headers()["location"], "http://127.0.0.1:9/back");
        assert_eq!(shop.payments.card_payment(payment.intent).await.expect("found").result, want, "{answer}");
    }
}

#[tokio::test]
async fn a_card_of_somebody_else_pays_nothing() {
    let shop = Shop::open().await;
    let customer = customer(&shop).await;
    let card = saved(&shop, &customer, GOOD).await;
    let new = NewCustomer {
        account: domain::id::AccountId::new(),
        email: "lee@example.org".into(),
        idempotency_key: "b:customer:1".into(),
    };
    let other = shop.payments.create_customer(new).await.expect("made");
    shop.payments.charge_card(charge(&other, &card, None)).await.expect_err("refused");
    assert_eq!(shop.state().await["charges"], serde_json::json!([]));
}

#[tokio::test]
async fn an_order_with_a_saved_card_is_made_and_then_charged_once() {
    let shop = Shop::open().await;
    let back = || Some("http://127.0.0.1:9/back".to_owned());
    let asks_always = "4000002760003184";
    let refused = ProviderStatus::CardRefused;
    for (number, absent, want) in [
        (GOOD, false, ProviderStatus::Paid),
        (GOOD, true, ProviderStatus::Paid),
        (asks_always, false, refused(CardRefusal::Asks)),
        (asks_always, true, refused(CardRefusal::Asks)),
        // The bank decides by whether its owner is there.
        (FAILS_LATER, false, ProviderStatus::Paid),
        (FAILS_LATER, true, refused(CardRefusal::Declined)),
    ] {
        let customer = customer(&shop).await;
        let card = saved(&shop, &customer, number).await;
        let request = shop.request(&format!("p:open:{number}:{absent}"));
        let order = PaymentRequest { card: Some(CardUse::Charge { customer, card, absent }), ..request };
        let reference = order.checkout.to_string();
        let made = shop.payments.open(order.clone()).await.expect("made");
        assert_eq!((made.status, made.url.as_deref()), (ProviderStatus::Open, None), "nothing is charged");
        assert_eq!(shop.payments.open(order).await.expect("the same").id, made.id);
        for _ in 0..2 {
            let charged =
                shop.payments.charge(made.id.clone(), back().filter(|_| !absent)).await.expect("an answer");
            assert_eq!((charged.id.as_str(), charged.status), (made.id.as_str(), want), "{number} {absent}");
            assert_eq!(
                (charged.reference.as_deref(), charged.amount),
                (Some(&*reference), Some(euros(1200)))
            );
        }
        assert_eq!(shop.fetch(&made.id).await.status, want);
        let ended = shop.payments.expire(made.id).await.expect("an answer").status;
        let end = if want == ProviderStatus::Paid { want } else { ProviderStatus::Expired };
        assert_eq!(ended, end, "{number}");
    }
    let charges = shop.state().await["charges"].as_array().cloned().unwrap_or_default();
    assert_eq!(charges.iter().filter(|charge| charge["paid"] == true).count(), 3, "{charges:?}");
}

#[tokio::test]
async fn a_card_is_kept_by_the_page_and_removed_once() {
    let shop = Shop::open().await;
    let customer = customer(&shop).await;
    let order = shop.request("p:open:1");
    let order = PaymentRequest { card: Some(CardUse::Keep { customer: customer.clone() }), ..order };
    let page = shop.payments.open(order).await.expect("opened");
    shop.pay_with(&page.id, GOOD).await;
    assert_eq!(shop.fetch(&page.id).await.status, ProviderStatus::Paid);
    let happened =
        shop.payments.events(EventQuery::Newest { since: Millis(0), before: None }).await.expect("listed");
    let mut objects = happened.events.into_iter().filter_map(|listed| listed.event.object);
    let card = objects.find(|object| object.kind == ObjectKind::PaymentMethod).expect("a card").id;
    assert_eq!(shop.payments.card(card.clone()).await.expect("found").customer, Some(customer));
    for _ in 0..2 {
        shop.payments.remove_card(card.clone()).await.expect("removed");
        assert_eq!(shop.payments.card(card.clone()).await.expect("found").customer, None);
    }
}
