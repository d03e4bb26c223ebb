//! Paying in the provider's form on our own page, and going from there to the provider's page.

use super::*;

/// Paying on our own page, with the payment `pi_1`.
fn paying_here() -> Checkout {
    let session = Some("pi_1".to_owned());
    Checkout {
        client_secret: Some("pi_1_secret".into()),
        provider_session: session,
        pay_url: None,
        ..checkout(Payment::Paying)
    }
}

#[test]
fn the_form_on_our_page_gets_the_secret_of_a_payment_that_the_server_made() {
    let held = checkout(Payment::Held);
    let here = CheckoutEvent::Begin(urls(), PayPlace::OwnPage);
    let Ok(CheckoutStep::Begin { attempt: 1, request }) = decide(&held, here.clone(), NOW) else {
        panic!("a first attempt");
    };
    assert!(request.own_page && request.amount == TWELVE, "{request:?}");
    assert_eq!(request.idempotency_key, format!("{}:open:1", held.purchase));
    let held = Checkout { request: request.to_stored().ok(), ..held };
    let (id, secret) = ("pi_1".to_owned(), Some("pi_1_secret".to_owned()));
    let made = ProviderSession {
        id: id.clone(),
        url: None,
        client_secret: secret.clone(),
        ..session(ProviderStatus::Open)
    };
    let pay = CheckoutStep::Pay { session: id, url: String::new(), secret };
    assert_eq!(decide(&held, CheckoutEvent::Opened(Ok(made)), NOW), Ok(pay));
    // A saved card needs no form.
    let card =
        CardOrder { card: Some("pm_1".into()), customer: Some("cus_1".into()), ..CardOrder::default() };
    let charged = Checkout { card, ..checkout(Payment::Held) };
    let Ok(CheckoutStep::Begin { request, .. }) = decide(&charged, here, NOW) else { panic!("an attempt") };
    assert!(!request.own_page, "{request:?}");
}

#[test]
fn a_card_that_is_refused_in_the_form_can_be_followed_by_another() {
    let told = |status, now| {
        let found = ProviderSession { id: "pi_1".into(), url: None, ..session(status) };
        decide(&paying_here(), CheckoutEvent::Fetched(Ok(found)), now)
    };
    for refusal in CardRefusal::ALL {
        let refused = ProviderStatus::CardRefused(refusal);
        assert!(matches!(told(refused, NOW), Ok(CheckoutStep::Wait(Some(_)))), "{refusal:?}");
        assert_eq!(
            told(refused, NOW + OPEN_FOR),
            Ok(CheckoutStep::Expire("pi_1".into())),
            "its time is over"
        );
    }
    let slow = Checkout { state: Payment::Processing, ..paying_here() };
    let refused = ProviderStatus::CardRefused(CardRefusal::Declined);
    let found = ProviderSession { id: "pi_1".into(), url: None, ..session(refused) };
    let step = decide(&slow, CheckoutEvent::Fetched(Ok(found)), NOW);
    assert!(matches!(step, Ok(CheckoutStep::Apply { .. })), "a slow payment has failed: {step:?}");
}

#[test]
fn who_pays_elsewhere_first_gives_up_what_they_have() {
    let to_page = begin();
    for (order, session, event, own_page) in [
        (paying_here(), "pi_1", to_page.clone(), false),
        (checkout(Payment::Paying), "cs_1", CheckoutEvent::Begin(urls(), PayPlace::OwnPage), true),
    ] {
        let Ok(CheckoutStep::Leave(request)) = decide(&order, event.clone(), NOW) else {
            panic!("{order:?}")
        };
        assert_eq!((request.own_page, request.amount), (own_page, TWELVE));
        let leaving = Checkout { next_request: request.to_stored().ok(), ..order };
        let expire = CheckoutStep::Expire(session.into());
        for again in [CheckoutEvent::Look, CheckoutEvent::Due, event] {
            assert_eq!(decide(&leaving, again, NOW), Ok(expire.clone()), "also after a restart");
        }
        let told = |order: &Checkout, status| {
            let found = ProviderSession { id: session.into(), ..self::session(status) };
            decide(order, CheckoutEvent::Fetched(Ok(found)), NOW)
        };
        assert_eq!(told(&leaving, ProviderStatus::Open), Ok(expire), "it can still be paid");
        assert!(matches!(told(&leaving, ProviderStatus::Paid), Ok(CheckoutStep::Apply { .. })));
        let Ok(CheckoutStep::Begin { attempt: 2, request }) = told(&leaving, ProviderStatus::Expired) else {
            panic!("the next attempt")
        };
        assert_eq!(request.idempotency_key, format!("{}:open:2", leaving.purchase));
        assert_eq!((request.own_page, request.expires_at), (own_page, NOW + OPEN_FOR));
        let ended = Checkout { ended: Some(OrderEnd::Cancelled), ..leaving };
        let close = CheckoutStep::Close(Payment::Expired, Some(OrderEnd::Cancelled));
        assert_eq!(told(&ended, ProviderStatus::Expired), Ok(close), "nobody wants to pay any more");
    }
}

#[test]
fn nobody_leaves_what_is_charged_or_where_they_are() {
    let card = CardOrder { card: Some("pm_1".into()), ..CardOrder::default() };
    let charging = Checkout { card, ..checkout(Payment::Paying) };
    assert!(!charging.can_move_to(PayPlace::OwnPage));
    assert!(
        !paying_here().can_move_to(PayPlace::OwnPage) && paying_here().can_move_to(PayPlace::ProviderPage)
    );
    assert!(!checkout(Payment::Paying).can_move_to(PayPlace::ProviderPage));
    for state in [Payment::Held, Payment::Processing, Payment::Paid, Payment::Failed, Payment::Expired] {
        assert!(!checkout(state).can_move_to(PayPlace::OwnPage), "{state:?}");
    }
    let over = decide(&paying_here(), begin(), NOW + OPEN_FOR);
    assert_eq!(over, Ok(CheckoutStep::Expire("pi_1".into())), "its time is over");
}
