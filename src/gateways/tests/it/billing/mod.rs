//! Subscriptions through our client: begun on the page, renewed, changed, paused by a failing card, ended.

mod cards;
mod events;
mod faults;
mod invoices;
mod own_page;
mod states;

use crate::shop::{Shop, real_now};
use domain::{
    amount::{Currency, Money},
    id::{AccountId, CheckoutId, PriceId},
    money::{
        billing::*,
        payments::{PaymentError, ProviderStatus},
        recurring::subscription::paid_until,
    },
    time::Millis,
};

pub const GOOD: &str = "4242424242424242";
pub const ASKS: &str = "4000002500003155";
pub const FAILS_LATER: &str = "4000000000000341";

pub fn euros(minor: i64) -> Money {
    Money { minor, currency: Currency::Eur }
}

pub async fn customer(shop: &Shop) -> String {
    let account = AccountId::new();
    let new = NewCustomer {
        account,
        email: "kim@example.org".into(),
        idempotency_key: format!("{account}:customer:1"),
    };
    shop.payments.create_customer(new).await.expect("a customer")
}

async fn price(shop: &Shop, minor: i64, interval: Interval) -> String {
    let price = PriceId::new();
    let new = NewPrice {
        price,
        title: "Front row".into(),
        amount: euros(minor),
        interval,
        idempotency_key: format!("{price}:price:1"),
    };
    shop.payments.create_price(new).await.expect("a price")
}

fn request(customer: &str, price: &str) -> SubscriptionRequest {
    SubscriptionRequest {
        checkout: CheckoutId::new(),
        customer: customer.into(),
        price: price.into(),
        trial_days: None,
        setup_fee: None,
        success_url: "http://127.0.0.1:9/bought?s={CHECKOUT_SESSION_ID}".into(),
        cancel_url: "http://127.0.0.1:9/left".into(),
        expires_at: Millis(real_now() + 31 * 60_000),
        idempotency_key: "c:subscribe:1".into(),
    }
}

/// Subscribes with a card on the page.
async fn subscribed(shop: &Shop, request: SubscriptionRequest, card: &str) -> SubscriptionFacts {
    let checkout = request.checkout.to_string();
    let opened = shop.payments.open_subscription(request).await.expect("opened");
    let bought = format!("http://127.0.0.1:9/bought?s={}", opened.id);
    assert_eq!(shop.pay_with(&opened.id, card).await, bought);
    assert_eq!(shop.fetch(&opened.id).await.status, ProviderStatus::Paid);
    let result = shop.payments.session_result(opened.id).await.expect("a result");
    assert_eq!((result.complete, result.reference.as_deref()), (true, Some(checkout.as_str())));
    let facts = shop.payments.subscription(result.subscription.expect("one")).await.expect("found");
    assert_eq!(
        (facts.reference.as_deref(), result.customer.as_ref()),
        (Some(checkout.as_str()), Some(&facts.customer))
    );
    facts
}

async fn now(shop: &Shop, facts: &SubscriptionFacts) -> SubscriptionFacts {
    shop.payments.subscription(facts.id.clone()).await.expect("found")
}

/// Waits until a day after the renewal.
async fn renewed(shop: &Shop, facts: &SubscriptionFacts) {
    let left = facts.period_end.0 - real_now();
    shop.wait(left.div_euclid(24 * 3_600_000) + 2).await;
}

async fn latest(shop: &Shop, facts: &SubscriptionFacts) -> InvoiceFacts {
    let id = now(shop, facts).await.latest_invoice.expect("an invoice");
    shop.payments.invoice(id).await.expect("found")
}

#[tokio::test]
async fn the_same_customer_and_the_same_price_are_made_once() {
    let shop = Shop::open().await;
    let new = NewCustomer {
        account: AccountId::new(),
        email: "kim@example.org".into(),
        idempotency_key: "a:customer:1".into(),
    };
    let first = shop.payments.create_customer(new.clone()).await.expect("made");
    assert_eq!(shop.payments.create_customer(new.clone()).await.expect("the same"), first);
    let other = NewCustomer { email: "lee@example.org".into(), ..new };
    let refused = shop.payments.create_customer(other).await;
    assert!(
        matches!(&refused, Err(PaymentError::Refused(text)) if text.contains("same parameters")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_trial_with_a_setup_fee_charges_the_fee_and_then_each_month() {
    let shop = Shop::open().await;
    let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
    let fee = SetupFee { title: "Welcome box".into(), amount: euros(500) };
    let request =
        SubscriptionRequest { trial_days: Some(7), setup_fee: Some(fee), ..request(&customer, &price) };
    let facts = subscribed(&shop, request, GOOD).await;
    assert_eq!((facts.status, facts.price.as_str()), (SubscriptionStatus::Trialing, price.as_str()));
    assert_eq!(facts.trial_end, Some(facts.period_end));
    let first = latest(&shop, &facts).await;
    assert_eq!(
        (first.status, first.paid, first.subscription.as_ref()),
        (InvoiceStatus::Paid, euros(500), Some(&facts.id))
    );
    assert!(first.intent.is_some());

    shop.wait(8).await;
    let renewed = now(&shop, &facts).await;
    assert_eq!((renewed.status, renewed.period_start), (SubscriptionStatus::Active, facts.period_end));
    let second = latest(&shop, &facts).await;
    assert_eq!((second.status, second.paid, second.attempts), (InvoiceStatus::Paid, euros(1000), 1));
    let all = shop.payments.invoices_of(facts.id.clone()).await.expect("listed");
    assert_eq!(all, [second, first]);
}

#[tokio::test]
async fn a_card_that_asks_is_confirmed_on_the_page_and_then_renews_alone() {
    let shop = Shop::open().await;
    let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
    let opened = shop.payments.open_subscription(request(&customer, &price)).await.expect("opened");
    assert_eq!(shop.pay_with(&opened.id, ASKS).await, format!("/pay/{}", opened.id));
    assert_eq!(shop.fetch(&opened.id).await.status, ProviderStatus::Open);
    shop.press(&opened.id, "refuse").await;
    assert!(!shop.payments.session_result(opened.id.clone()).await.expect("a result").complete);
    shop.pay_with(&opened.id, ASKS).await;
    shop.press(&opened.id, "confirm").await;
    let result = shop.payments.session_result(opened.id).await.expect("a result");
    let facts = shop.payments.subscription(result.subscription.expect("one")).await.expect("found");
    shop.wait(40).await;
    let renewed = now(&shop, &facts).await;
    assert_eq!((renewed.status, renewed.period_start), (SubscriptionStatus::Active, facts.period_end));
    assert_eq!(latest(&shop, &facts).await.status, InvoiceStatus::Paid);
}

#[tokio::test]
async fn a_failed_renewal_is_saved_by_another_card() {
    let shop = Shop::open().await;
    let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
    let facts = subscribed(&shop, request(&customer, &price), FAILS_LATER).await;
    renewed(&shop, &facts).await;
    assert_eq!(now(&shop, &facts).await.status, SubscriptionStatus::PastDue);
    let open = latest(&shop, &facts).await;
    assert_eq!((open.status, open.due, open.attempts), (InvoiceStatus::Open, euros(1000), 1));
    assert!(open.next_attempt.is_some_and(|at| at > open.created));
    let still = shop.payments.pay_invoice(open.id.clone(), "i:pay:1".into()).await.expect("its facts");
    assert_eq!((still.status, still.attempts), (InvoiceStatus::Open, 2));

    let page = CardRequest {
        customer: customer.clone(),
        currency: Currency::Eur,
        success_url: "http://127.0.0.1:9/saved".into(),
        cancel_url: "http://127.0.0.1:9/left".into(),
        idempotency_key: "a:card:1".into(),
    };
    let page = shop.payments.open_card_page(page).await.expect("opened");
    shop.pay_with(&page.id, GOOD).await;
    let result = shop.payments.session_result(page.id).await.expect("a result");
    assert_eq!(result.customer.as_ref(), Some(&customer));
    let card = shop.payments.card(result.card.expect("a card")).await.expect("found");
    assert_eq!(
        (card.brand.as_str(), card.last4.as_str(), card.customer.as_ref()),
        ("visa", "4242", Some(&customer))
    );
    let used = shop.payments.use_card(facts.id.clone(), card.id.clone()).await.expect("used");
    assert_eq!(used.card.as_ref(), Some(&card.id));
    let paid = shop.payments.pay_invoice(open.id, "i:pay:2".into()).await.expect("its facts");
    assert_eq!((paid.status, paid.paid), (InvoiceStatus::Paid, euros(1000)));
    assert_eq!(now(&shop, &facts).await.status, SubscriptionStatus::Active);
}

#[tokio::test]
async fn a_renewal_that_the_bank_asks_about_waits_for_the_buyer() {
    let shop = Shop::open().await;
    let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
    let opened = shop.payments.open_subscription(request(&customer, &price)).await.expect("opened");
    shop.pay_with(&opened.id, "4000002760003184").await;
    shop.press(&opened.id, "confirm").await;
    let result = shop.payments.session_result(opened.id).await.expect("a result");
    let facts = shop.payments.subscription(result.subscription.expect("one")).await.expect("found");
    assert_eq!(facts.status, SubscriptionStatus::Active);
    renewed(&shop, &facts).await;
    assert_eq!(now(&shop, &facts).await.status, SubscriptionStatus::PastDue);
    let intent = latest(&shop, &facts).await.intent.expect("an attempt");
    let payment = shop.payments.card_payment(intent).await.expect("found");
    let CardResult::NeedsBuyer(Some(address)) = payment.result else { panic!("{payment:?}") };
    let path = address.strip_prefix(&shop.site).expect("of the stand-in");
    assert_eq!(shop.post(&format!("{path}/yes"), "").await.status(), 303);
    assert_eq!(latest(&shop, &facts).await.status, InvoiceStatus::Paid);
    assert_eq!(now(&shop, &facts).await.status, SubscriptionStatus::Active);
}

#[tokio::test]
async fn a_card_that_keeps_failing_ends_the_subscription() {
    let shop = Shop::open().await;
    for (unpaid, want) in [("off", SubscriptionStatus::Canceled), ("on", SubscriptionStatus::Unpaid)] {
        shop.control(&format!("unpaid={unpaid}")).await;
        let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
        let request =
            SubscriptionRequest { idempotency_key: format!("{unpaid}:1"), ..request(&customer, &price) };
        let facts = subscribed(&shop, request, FAILS_LATER).await;
        shop.wait(50).await;
        let ended = now(&shop, &facts).await;
        assert_eq!((ended.status, ended.ended_at.is_some()), (want, want.is_over()));
    }
}

#[tokio::test]
async fn what_ends_with_its_period_can_be_resumed_until_then() {
    let shop = Shop::open().await;
    let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
    let facts = subscribed(&shop, request(&customer, &price), GOOD).await;
    let id = facts.id.clone();
    assert!(shop.payments.set_ending(id.clone(), true).await.expect("set").ends_with_period);
    assert!(!shop.payments.set_ending(id.clone(), false).await.expect("set").ends_with_period);
    shop.wait(33).await;
    assert_eq!(now(&shop, &facts).await.status, SubscriptionStatus::Active);
    shop.payments.set_ending(id.clone(), true).await.expect("set");
    shop.wait(33).await;
    assert_eq!(now(&shop, &facts).await.status, SubscriptionStatus::Canceled);
    let refused = shop.payments.set_ending(id, false).await;
    assert!(matches!(refused, Err(PaymentError::Refused(_))), "{refused:?}");
}

/// What its invoices have paid for.
async fn paid_for(shop: &Shop, facts: &SubscriptionFacts) -> Option<Millis> {
    paid_until(&shop.payments.invoices_of(facts.id.clone()).await.expect("listed"))
}

#[tokio::test]
async fn a_pause_is_not_charged_and_what_follows_it_is_charged_at_once_or_not_at_all() {
    let shop = Shop::open().await;
    let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
    let facts = subscribed(&shop, request(&customer, &price), GOOD).await;
    let (id, first) = (facts.id.clone(), facts.period_end);
    assert!(shop.payments.pause_collection(id.clone()).await.expect("paused").collection_paused);
    // Before its period is over it just goes on.
    let back = shop.payments.resume_collection(id.clone(), false, "s:go-on:1".into()).await.expect("goes on");
    assert_eq!((back.collection_paused, back.period_end), (false, first));
    shop.payments.pause_collection(id.clone()).await.expect("paused");
    shop.wait(33).await;
    let paused = now(&shop, &facts).await;
    assert_eq!((paused.status, paused.period_start), (SubscriptionStatus::Active, first));
    assert_eq!(latest(&shop, &facts).await.status, InvoiceStatus::Void);
    assert_eq!(paid_for(&shop, &facts).await, Some(first), "the void invoice has paid for nothing");
    let asked_each_time = "4000002760003184";
    for (card, key, pays) in [(asked_each_time, "s:go-on:2", false), (GOOD, "s:go-on:3", true)] {
        let page = shop
            .payments
            .open_portal(customer.clone(), "http://127.0.0.1:9/back".into())
            .await
            .expect("a page");
        let path = page.strip_prefix(&shop.site).expect("of the stand-in").to_owned();
        assert_eq!(shop.post(&format!("{path}/card"), &format!("card={card}")).await.status(), 303);
        let resumed = shop.payments.resume_collection(id.clone(), true, key.into()).await;
        let found = now(&shop, &facts).await;
        assert_eq!((resumed.is_ok(), found.collection_paused), (pays, !pays), "{resumed:?}");
    }
    let (found, invoice) = (now(&shop, &facts).await, latest(&shop, &facts).await);
    assert_eq!((invoice.status, invoice.paid), (InvoiceStatus::Paid, euros(1000)));
    assert!(found.period_start > first, "a period of its own: {found:?}");
    assert_eq!(paid_for(&shop, &facts).await, Some(found.period_end));
}

#[tokio::test]
async fn a_preview_is_what_the_change_charges() {
    let shop = Shop::open().await;
    let customer = customer(&shop).await;
    let (monthly, yearly) =
        (price(&shop, 1000, Interval::Month).await, price(&shop, 9000, Interval::Year).await);
    let facts = subscribed(&shop, request(&customer, &monthly), GOOD).await;
    shop.wait(10).await;
    let date = Millis(real_now() + 10 * 24 * 3_600_000);
    let change =
        PlanChange { subscription: facts.id.clone(), item: facts.item.clone(), price: yearly.clone(), date };
    let cost = shop.payments.preview_change(change.clone()).await.expect("a cost");
    assert!((8000..9000).contains(&cost.due.minor), "{cost:?}");
    let changed = shop.payments.change_plan(change.clone(), "s:change:1".into()).await.expect("changed");
    assert_eq!((changed.price, changed.status), (yearly, SubscriptionStatus::Active));
    let invoice = latest(&shop, &facts).await;
    assert_eq!((invoice.status, invoice.total, invoice.paid), (InvoiceStatus::Paid, cost.total, cost.due));
    shop.payments.change_plan(change, "s:change:1".into()).await.expect("the same answer again");
    assert_eq!(latest(&shop, &facts).await.id, invoice.id, "once");
}

#[tokio::test]
async fn the_portal_cancels_and_resumes_and_takes_a_card() {
    let shop = Shop::open().await;
    let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
    let facts = subscribed(&shop, request(&customer, &price), GOOD).await;
    let address =
        shop.payments.open_portal(customer, "http://127.0.0.1:9/account".into()).await.expect("a page");
    let path = address.strip_prefix(&shop.site).expect("of the stand-in").to_owned();
    let page = shop.http.get(&address).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Cancel at the end of the period") && page.contains("no money moves"), "{page}");
    for (verb, ends) in [("cancel", true), ("resume", false)] {
        let form = format!("subscription={}", facts.id);
        assert_eq!(shop.post(&format!("{path}/{verb}"), &form).await.status(), 303);
        assert_eq!(now(&shop, &facts).await.ends_with_period, ends, "{verb}");
    }
    let other = shop.post(&format!("{path}/card"), "card=5555555555554444").await;
    assert_eq!(other.status(), 303);
    let card = now(&shop, &facts).await.card.expect("a card");
    assert_eq!(shop.payments.card(card).await.expect("found").brand, "mastercard");
}
