//! Stripe's own mock checks each request against the published API description (`STRIPE_MOCK`: the binary).

use crate::{
    outside::{Program, given},
    shop::{Shop, http, payments},
};
use domain::{
    amount::{Currency, Money},
    id::{AccountId, CheckoutId, PayoutId, PriceId, PurchaseId, RefundId, TeamId},
    money::{
        billing::*,
        buying::cards::CardUse,
        payments::{EvidenceRequest, ObjectKind, PaymentRequest, Payments, ProviderObject, RefundRequest},
        payouts::provider::{OnboardingRequest, SellerPayments, TransferRequest},
    },
    time::Millis,
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
        part: Some((RefundId::new(), Money { minor: 100, currency: Currency::Eur })),
        idempotency_key: "p:refund:1".into(),
    };
    payments.refund(refund).await.expect("taken");
    payments.awaited_answer("pi_1".into()).await.expect("taken");
    let evidence = EvidenceRequest {
        dispute: "dp_1".into(),
        product: "Front row".into(),
        buyer: "Kim".into(),
        email: "kim@example.org".into(),
        service_date: Millis(1_900_001_800_000),
        activity: "Watched for 40 minutes".into(),
    };
    payments.answer_dispute(evidence).await.expect("taken");
    let balance = payments.balance().await.expect("taken");
    assert_eq!(balance.len(), Currency::ALL.len(), "{balance:?}");
}

#[tokio::test]
async fn stripes_description_of_its_api_takes_each_call_of_billing() {
    let Some((_mock, site)) = mock().await else { return };
    let payments = payments(&site);
    let amount = Money { minor: 1000, currency: Currency::Usd };
    let new = NewPrice {
        price: PriceId::new(),
        title: "Front row".into(),
        amount,
        interval: Interval::Year,
        idempotency_key: "p:price:1".into(),
    };
    assert!(payments.create_price(new).await.expect("taken").starts_with("price_"));
    let subscribe = SubscriptionRequest {
        checkout: CheckoutId::new(),
        customer: "cus_1".into(),
        price: "price_1".into(),
        trial_days: Some(7),
        setup_fee: Some(SetupFee { title: "Welcome box".into(), amount }),
        success_url: "http://127.0.0.1:9/bought".into(),
        cancel_url: "http://127.0.0.1:9/left".into(),
        expires_at: Millis(1_900_001_800_000),
        idempotency_key: "c:subscribe:1".into(),
    };
    payments.open_subscription(subscribe).await.expect("taken");
    let card = CardRequest {
        customer: "cus_1".into(),
        currency: Currency::Usd,
        success_url: "http://127.0.0.1:9/saved".into(),
        cancel_url: "http://127.0.0.1:9/left".into(),
        idempotency_key: "a:card:1".into(),
    };
    payments.open_card_page(card).await.expect("taken");
    payments.session_result("cs_test_1".into()).await.expect("taken");
    assert_eq!(payments.subscription("sub_1".into()).await.expect("taken").id, "sub_1");
    payments.use_card("sub_1".into(), "pm_1".into()).await.expect("taken");
    payments.set_ending("sub_1".into(), true).await.expect("taken");
    payments.pause_collection("sub_1".into()).await.expect("taken");
    for at_once in [false, true] {
        let key = format!("s:go-on:{at_once}");
        payments.resume_collection("sub_1".into(), at_once, key).await.expect("taken");
    }
    payments.end_subscription("sub_1".into()).await.expect("taken");
    let change = PlanChange {
        subscription: "sub_1".into(),
        item: "si_1".into(),
        price: "price_2".into(),
        date: Millis(1_900_000_000_000),
    };
    payments.preview_change(change.clone()).await.expect("taken");
    payments.change_plan(change, "s:change:1".into()).await.expect("taken");
    assert_eq!(payments.invoice("in_1".into()).await.expect("taken").id, "in_1");
    payments.invoices_of("sub_1".into()).await.expect("taken");
    payments.pay_invoice("in_1".into(), "i:pay:1".into()).await.expect("taken");
    assert_eq!(payments.card("pm_1".into()).await.expect("taken").last4.len(), 4);
    payments.open_portal("cus_1".into(), "http://127.0.0.1:9/account".into()).await.expect("taken");
    for return_url in [None, Some("http://127.0.0.1:9/back".to_owned())] {
        let charge = CardCharge {
            checkout: CheckoutId::new(),
            customer: "cus_1".into(),
            card: "pm_1".into(),
            amount,
            return_url,
            idempotency_key: "p:charge:1".into(),
        };
        payments.charge_card(charge).await.expect("taken");
    }
    assert_eq!(payments.card_payment("pi_1".into()).await.expect("taken").intent, "pi_1");
    for before in [None, Some("evt_1".to_owned())] {
        payments.events(EventQuery::Newest { since: Millis(0), before }).await.expect("taken");
    }
    payments.events(EventQuery::After("evt_1".into())).await.expect("taken");
}

#[tokio::test]
async fn stripes_description_of_its_api_takes_each_call_about_customers() {
    let Some((_mock, site)) = mock().await else { return };
    let payments = payments(&site);
    let account = AccountId::new();
    let new =
        NewCustomer { account, email: "kim@example.org".into(), idempotency_key: "a:customer:1".into() };
    assert!(payments.create_customer(new).await.expect("taken").starts_with("cus_"));
    payments.set_customer_address("cus_1".into(), "kim@example.org".into()).await.expect("taken");
    payments.erase_customer("cus_1".into()).await.expect("taken");
}

#[tokio::test]
async fn stripes_description_of_its_api_takes_each_call_about_sellers() {
    let Some((_mock, site)) = mock().await else { return };
    let (payments, payout) = (payments(&site), PayoutId::new());
    let made = payments.create_seller(TeamId::new(), "t:account:1".into()).await.expect("taken");
    assert!(made.id.starts_with("acct_"), "{made:?}");
    payments.seller("acct_1".into()).await.expect("taken");
    let page = OnboardingRequest {
        account: "acct_1".into(),
        return_url: "http://127.0.0.1:9/back".into(),
        refresh_url: "http://127.0.0.1:9/again".into(),
    };
    payments.open_onboarding(page).await.expect("taken");
    let request = |step: &str| TransferRequest {
        payout,
        account: "acct_1".into(),
        amount: Money { minor: 1080, currency: Currency::Eur },
        idempotency_key: format!("{payout}:{step}:1"),
    };
    payments.send_transfer(request("transfer")).await.expect("taken");
    assert_eq!(payments.transfer("tr_1".into()).await.expect("taken").id, "tr_1");
    payments.transfer_of(payout).await.expect("taken");
    payments.take_back("tr_1".into(), payout, format!("{payout}:reversal:1")).await.expect("taken");
    payments.pay_out(request("payout")).await.expect("taken");
    assert_eq!(payments.bank_payout("acct_1".into(), "po_1".into()).await.expect("taken").id, "po_1");
    // The mock's payouts carry no id of ours.
    assert_eq!(payments.bank_payout_of("acct_1".into(), payout, Millis(0)).await.expect("taken"), None);
}

#[tokio::test]
async fn stripes_description_of_its_api_takes_each_call_without_a_session() {
    let Some((_mock, site)) = mock().await else { return };
    let payments = payments(&site);
    let amount = Money { minor: 1000, currency: Currency::Usd };
    let request = |card, own_page| PaymentRequest {
        checkout: CheckoutId::new(),
        purchase: PurchaseId::new(),
        title: "Front row".into(),
        amount,
        email: "kim@example.org".into(),
        success_url: "http://127.0.0.1:9/bought".into(),
        cancel_url: "http://127.0.0.1:9/left".into(),
        expires_at: Millis(1_900_001_800_000),
        idempotency_key: "p:open:1".into(),
        plan: None,
        card,
        own_page,
    };
    let customer = || "cus_1".to_owned();
    for card in [
        CardUse::Keep { customer: customer() },
        CardUse::Offer { customer: customer() },
        CardUse::Charge { customer: customer(), card: "pm_1".into(), absent: false },
    ] {
        payments.open(request(Some(card), false)).await.expect("taken");
    }
    for card in
        [None, Some(CardUse::Offer { customer: customer() }), Some(CardUse::Keep { customer: customer() })]
    {
        let made = payments.open(request(card, true)).await.expect("taken");
        assert!(made.client_secret.is_some() && made.url.is_none(), "{made:?}");
    }
    for return_url in [None, Some("http://127.0.0.1:9/back".to_owned())] {
        let charged = payments.charge("pi_1".into(), return_url).await.expect("taken");
        assert_eq!(charged.id, "pi_1");
    }
    payments.remove_card("pm_1".into()).await.expect("taken");
    payments.fetch("pi_1".into()).await.expect("taken");
    payments.expire("pi_1".into()).await.expect("taken");
}

#[tokio::test]
async fn the_mock_refuses_what_stripe_does_not_know() {
    let Some((_mock, site)) = mock().await else { return };
    let call = http().post(format!("{site}/v1/checkout/sessions")).bearer_auth("sk_test_shop");
    let call =
        call.header("content-type", "application/x-www-form-urlencoded").body("mode=payment&surprise=1");
    assert_eq!(call.send().await.expect("answered").status(), 400);
}
