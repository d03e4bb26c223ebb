use super::*;
use crate::{
    amount::Currency,
    money::{attempts::SAME_KEY_FOR, buying::cards::CardUse, selling::Window},
};

#[path = "buying/order_tests.rs"]
mod order;
#[path = "buying/own_page_tests.rs"]
mod own_page;

const NOW: Millis = Millis(1_000_000_000);
const TWELVE: Money = Money { minor: 1200, currency: Currency::Eur };

fn checkout(state: Payment) -> Checkout {
    Checkout {
        id: CheckoutId::new(),
        purchase: PurchaseId::new(),
        account: AccountId::new(),
        email: "ann@example.org".into(),
        space: SpaceId::new(),
        pass: PassId::new(),
        price: None,
        title: "Front row".into(),
        amount: TWELVE,
        state,
        attempt: 1,
        request: None,
        provider_session: matches!(state, Payment::Paying | Payment::Processing).then(|| "cs_1".into()),
        pay_url: matches!(state, Payment::Paying | Payment::Processing).then(|| "https://pay".into()),
        client_secret: None,
        next_request: None,
        created_at: NOW,
        expires_at: NOW + OPEN_FOR,
        version: 0,
        ended: None,
        agreed: None,
        consent: None,
        lasting: Lasting::Forever,
        discount: None,
        answers: Vec::new(),
        plan: None,
        card: CardOrder::default(),
        gift: None,
        guest: false,
        terms: PassTerms { price: Some(TWELVE), published: true, ..PassTerms::default() },
    }
}

fn urls() -> PaymentUrls {
    PaymentUrls { success: "https://us/ok".into(), cancel: "https://us/no".into() }
}

fn begin() -> CheckoutEvent {
    CheckoutEvent::Begin(urls(), PayPlace::ProviderPage)
}

fn session(status: ProviderStatus) -> ProviderSession {
    let url = (status == ProviderStatus::Open).then(|| "https://pay".to_owned());
    ProviderSession {
        id: "cs_1".into(),
        url,
        client_secret: None,
        status,
        amount: None,
        reference: None,
        intent: None,
        refunded: 0,
        dispute: None,
        movements: Vec::new(),
    }
}

/// Held, with the request of its first attempt stored.
fn sent() -> (Checkout, PaymentRequest) {
    let mut c = checkout(Payment::Held);
    let Ok(CheckoutStep::Begin { attempt: 1, request }) = decide(&c, begin(), NOW) else {
        panic!("a first attempt");
    };
    c.request = request.to_stored().ok();
    (c, request)
}

#[test]
fn the_first_attempt_carries_the_amount_of_the_row_and_a_key_of_its_own() {
    let (c, request) = sent();
    assert_eq!(request.idempotency_key, format!("{}:open:1", c.purchase));
    assert_eq!((request.amount, request.email.as_str()), (c.amount, "ann@example.org"));
    assert_eq!((request.success_url.as_str(), request.expires_at), ("https://us/ok", NOW + OPEN_FOR));
}

#[test]
fn what_was_sent_is_sent_again_as_it_was_until_its_time_is_over() {
    let (c, request) = sent();
    let soon = NOW + Span::secs(59);
    for event in [CheckoutEvent::Look, begin(), CheckoutEvent::Opened(Err(away()))] {
        assert_eq!(decide(&c, event, soon), Ok(CheckoutStep::Send(request.clone())));
    }
    let Ok(CheckoutStep::Begin { attempt, request: second }) =
        decide(&c, CheckoutEvent::Look, NOW + Span::secs(61))
    else {
        panic!("a second attempt");
    };
    assert_eq!((attempt, second.idempotency_key), (2, format!("{}:open:2", c.purchase)));
    assert_eq!(second.expires_at, NOW + Span::secs(61) + OPEN_FOR);
    assert_eq!((second.success_url, second.amount), (request.success_url, request.amount));
}

/// The provider refuses to open a session that ends sooner than this.
#[test]
fn the_last_send_of_a_request_leaves_stripe_its_thirty_minutes() {
    assert!(OPEN_FOR.0 - SAME_KEY_FOR.0 > Span::minutes(30).0);
}

fn away() -> PaymentError {
    PaymentError::Away("500".into())
}

#[test]
fn the_providers_answer_to_the_request_decides() {
    let (c, _) = sent();
    let open = CheckoutEvent::Opened(Ok(session(ProviderStatus::Open)));
    let pay = CheckoutStep::Pay { session: "cs_1".into(), url: "https://pay".into(), secret: None };
    assert_eq!(decide(&c, open.clone(), NOW), Ok(pay));
    let refused = CheckoutEvent::Opened(Err(PaymentError::Refused("amount".into())));
    assert_eq!(
        decide(&c, refused, NOW),
        Ok(CheckoutStep::Close(Payment::Failed, Some(OrderEnd::Refused))),
        "not the card's fault"
    );
    for over in [Payment::Expired, Payment::Failed] {
        let over = checkout(over);
        assert_eq!(
            decide(&over, open.clone(), NOW),
            Ok(CheckoutStep::Expire("cs_1".into())),
            "nobody may pay with it"
        );
    }
}

#[test]
fn time_ends_it_only_with_the_providers_word() {
    let end = NOW + OPEN_FOR;
    let held = checkout(Payment::Held);
    assert_eq!(decide(&held, CheckoutEvent::Look, end + Span(-1)), Ok(CheckoutStep::Wait(Some(end))));
    assert_eq!(decide(&held, CheckoutEvent::Look, end), Ok(CheckoutStep::Close(Payment::Expired, None)));
    let paying = checkout(Payment::Paying);
    assert_eq!(decide(&paying, CheckoutEvent::Look, end + Span(-1)), Ok(CheckoutStep::Wait(Some(end))));
    assert_eq!(decide(&paying, CheckoutEvent::Look, end), Ok(CheckoutStep::Expire("cs_1".into())));
    let told = |answer| decide(&paying, CheckoutEvent::Fetched(answer), end);
    let soon = Some(end + Span::secs(30));
    assert_eq!(told(Ok(session(ProviderStatus::Expired))), Ok(CheckoutStep::Close(Payment::Expired, None)));
    let apply = CheckoutStep::Apply { session: "cs_1".into(), again: end + Span::secs(30) };
    for status in [ProviderStatus::Paid, ProviderStatus::Failed, ProviderStatus::Processing] {
        assert_eq!(told(Ok(session(status))), Ok(apply.clone()), "{status:?}");
    }
    assert_eq!(told(Err(PaymentError::Refused("complete".into()))), Ok(CheckoutStep::Wait(soon)));
    assert_eq!(told(Err(away())), Ok(CheckoutStep::Wait(soon)));
    let other = ProviderSession { id: "cs_2".into(), ..session(ProviderStatus::Paid) };
    assert_eq!(told(Ok(other)), Ok(CheckoutStep::Wait(soon)), "another session says nothing about ours");
}

/// Silence is no answer: such an order does not end as one that was not charged.
#[test]
fn an_order_without_an_answer_is_asked_for_once_more_and_ends_unconfirmed() {
    let give_up = |state| match state {
        Payment::Paying => (NOW + OPEN_FOR + GIVE_UP_OPEN, Payment::Expired),
        _ => (NOW + GIVE_UP_PROCESSING, Payment::Failed),
    };
    for state in [Payment::Paying, Payment::Processing] {
        let (late, end) = give_up(state);
        let close = Ok(CheckoutStep::Close(end, Some(OrderEnd::Unconfirmed)));
        let order = checkout(state);
        assert_eq!(
            decide(&order, CheckoutEvent::Due, late),
            Ok(CheckoutStep::Fetch("cs_1".into())),
            "{state:?}"
        );
        assert_eq!(decide(&order, CheckoutEvent::Look, late), close, "{state:?}: there is nobody to ask");
        let told = |answer| decide(&order, CheckoutEvent::Fetched(answer), late);
        assert_eq!(told(Err(away())), close, "{state:?}");
        assert_eq!(told(Err(PaymentError::Refused("no such session".into()))), close, "{state:?}");
        for status in [ProviderStatus::Paid, ProviderStatus::Failed] {
            assert!(
                matches!(told(Ok(session(status))), Ok(CheckoutStep::Apply { .. })),
                "{state:?} {status:?}"
            );
        }
    }
    let expired = CheckoutEvent::Fetched(Ok(session(ProviderStatus::Expired)));
    let (late, _) = give_up(Payment::Paying);
    assert_eq!(
        decide(&checkout(Payment::Paying), expired, late),
        Ok(CheckoutStep::Close(Payment::Expired, None)),
        "the provider has confirmed it"
    );
}

#[test]
fn the_questions_to_the_provider_grow_rarer_and_end() {
    let paying = checkout(Payment::Paying);
    let (mut now, mut asked) = (NOW, Vec::new());
    while decide(&paying, CheckoutEvent::Due, now) == Ok(CheckoutStep::Fetch("cs_1".into())) {
        asked.push((now - NOW).0 / 1000);
        let open = CheckoutEvent::Fetched(Ok(session(ProviderStatus::Open)));
        let Ok(CheckoutStep::Wait(Some(next))) = decide(&paying, open, now) else { panic!("waits") };
        now = next;
    }
    assert_eq!(asked, [0, 30, 60, 120, 240, 480, 960, 1920]);
    assert_eq!(now, paying.expires_at, "the session is ended then");

    let slow = checkout(Payment::Processing);
    let (mut now, mut asked) = (NOW + Span::hours(2), 0);
    let still = CheckoutEvent::Fetched(Ok(session(ProviderStatus::Processing)));
    let end = loop {
        assert_eq!(decide(&slow, CheckoutEvent::Due, now), Ok(CheckoutStep::Fetch("cs_1".into())));
        asked += 1;
        match decide(&slow, still.clone(), now) {
            Ok(CheckoutStep::Wait(Some(next))) => now = next,
            end => break end,
        }
    };
    assert!((700..720).contains(&asked), "once an hour for thirty days: {asked}");
    assert_eq!(end, Ok(CheckoutStep::Close(Payment::Failed, Some(OrderEnd::Unconfirmed))));
}

#[test]
fn changed_terms_end_an_order_that_nobody_has_paid() {
    let terms = checkout(Payment::Held).terms;
    let cheaper = Money { minor: 900, ..TWELVE };
    for (terms, want) in [
        (terms, None),
        (PassTerms { price: Some(cheaper), ..terms }, Some(OrderEnd::Price)),
        (PassTerms { price: None, ..terms }, Some(OrderEnd::Price)),
        (PassTerms { withdrawn: true, ..terms }, Some(OrderEnd::Withdrawn)),
        (PassTerms { published: false, ..terms }, Some(OrderEnd::Unpublished)),
        (PassTerms { banned_until: Some(NOW + Span(1)), ..terms }, Some(OrderEnd::Banned)),
        (PassTerms { banned_until: Some(NOW), ..terms }, None),
        (PassTerms { oversold: true, ..terms }, Some(OrderEnd::Stock)),
        (PassTerms { asks_else: true, ..terms }, Some(OrderEnd::Questions)),
        (PassTerms { window: closing(NOW), ..terms }, Some(OrderEnd::Window)),
        (PassTerms { window: closing(NOW + Span(1)), ..terms }, None),
        (
            PassTerms { window: Window { opens_at: Some(NOW + Span(1)), closes_at: None }, ..terms },
            Some(OrderEnd::Window),
        ),
    ] {
        let held = Checkout { terms, ..checkout(Payment::Held) };
        let paying = Checkout { terms, ..checkout(Payment::Paying) };
        let paid = Checkout { terms, ..checkout(Payment::Paid) };
        assert_eq!((held.ended_by(NOW), paid.ended_by(NOW)), (want, None), "{terms:?}");
        if want.is_some() {
            let close = CheckoutStep::Close(Payment::Expired, want);
            assert_eq!(decide(&held, begin(), NOW), Ok(close.clone()));
            assert_eq!(decide(&paying, CheckoutEvent::Due, NOW), Ok(CheckoutStep::Expire("cs_1".into())));
            let told = |status| decide(&paying, CheckoutEvent::Fetched(Ok(session(status))), NOW);
            assert_eq!(told(ProviderStatus::Open), Ok(CheckoutStep::Expire("cs_1".into())));
            assert_eq!(told(ProviderStatus::Expired), Ok(close));
            assert!(
                matches!(told(ProviderStatus::Paid), Ok(CheckoutStep::Apply { .. })),
                "a payment that won the race counts"
            );
        }
        let slow = Checkout { terms, ..checkout(Payment::Processing) };
        assert!(
            matches!(decide(&slow, CheckoutEvent::Look, NOW), Ok(CheckoutStep::Wait(_))),
            "it is paid as far as we know"
        );
    }
    let cancelled = Checkout { ended: Some(OrderEnd::Cancelled), ..checkout(Payment::Paying) };
    assert_eq!(decide(&cancelled, CheckoutEvent::Look, NOW), Ok(CheckoutStep::Expire("cs_1".into())));
}

#[test]
fn an_order_with_a_discount_ends_when_the_full_price_changes() {
    let discount = Some(Discount { promo: PromoId::new(), code: "SUMMER".into(), minor: 300 });
    let amount = Money { minor: 900, ..TWELVE };
    let order = Checkout { amount, discount, ..checkout(Payment::Held) };
    assert_eq!((order.list_price(), order.ended_by(NOW)), (TWELVE, None));
    let terms = PassTerms { price: Some(amount), ..order.terms };
    assert_eq!(Checkout { terms, ..order }.ended_by(NOW), Some(OrderEnd::Price));
}

fn closing(at: Millis) -> Window {
    Window { opens_at: None, closes_at: Some(at) }
}

/// Nothing else wakes it at the end of the sale.
#[test]
fn an_order_wakes_when_the_sale_closes() {
    let close = NOW + Span::secs(10);
    let terms = PassTerms { window: closing(close), ..checkout(Payment::Held).terms };
    let held = Checkout { terms, ..checkout(Payment::Held) };
    assert_eq!(decide(&held, CheckoutEvent::Look, NOW), Ok(CheckoutStep::Wait(Some(close))));
    assert_eq!(
        decide(&held, CheckoutEvent::Look, close),
        Ok(CheckoutStep::Close(Payment::Expired, Some(OrderEnd::Window)))
    );
    let paying = Checkout { terms, ..checkout(Payment::Paying) };
    assert_eq!(decide(&paying, CheckoutEvent::Look, NOW), Ok(CheckoutStep::Wait(Some(close))));
    assert_eq!(decide(&paying, CheckoutEvent::Look, close), Ok(CheckoutStep::Expire("cs_1".into())));
    let later = PassTerms { window: closing(NOW + Span::days(9)), ..terms };
    let held = Checkout { terms: later, ..held };
    assert_eq!(decide(&held, CheckoutEvent::Look, NOW), Ok(CheckoutStep::Wait(Some(NOW + OPEN_FOR))));
}

#[test]
fn what_is_scarce_is_kept_for_a_short_time_until_a_payment_begins() {
    let scarce = |state| {
        let plain = checkout(state);
        let terms = PassTerms { scarce: true, ..plain.terms };
        Checkout { terms, ..plain }
    };
    let (held, end) = (scarce(Payment::Held), NOW + HELD_FOR);
    assert_eq!(decide(&held, CheckoutEvent::Look, NOW), Ok(CheckoutStep::Wait(Some(end))));
    for event in [CheckoutEvent::Look, CheckoutEvent::Due, begin()] {
        assert_eq!(
            decide(&held, event, end),
            Ok(CheckoutStep::Close(Payment::Expired, None)),
            "it is too late to pay"
        );
    }
    let begun = Checkout { request: sent().0.request, ..scarce(Payment::Held) };
    for (order, until) in [
        (checkout(Payment::Held), NOW + OPEN_FOR),
        (held, end),
        (begun, NOW + OPEN_FOR),
        (scarce(Payment::Paying), NOW + OPEN_FOR),
    ] {
        assert_eq!(order.held_until(), until, "{order:?}");
    }
}

#[test]
fn what_is_settled_moves_no_more() {
    for state in [Payment::Paid, Payment::Failed, Payment::Expired] {
        let over = checkout(state);
        assert_eq!(decide(&over, begin(), NOW), Err(CheckoutError::Over(state)));
        assert_eq!(decide(&over, CheckoutEvent::Look, NOW + Span::days(1)), Ok(CheckoutStep::Wait(None)));
        let told = CheckoutEvent::Fetched(Ok(session(ProviderStatus::Expired)));
        assert_eq!(decide(&over, told, NOW), Ok(CheckoutStep::Wait(None)));
    }
}

#[test]
fn a_saved_card_is_charged_and_its_refusal_leads_to_the_page() {
    let card =
        CardOrder { customer: Some("cus_1".into()), card: Some("pm_1".into()), ..CardOrder::default() };
    let held = Checkout { card: card.clone(), ..checkout(Payment::Held) };
    let Ok(CheckoutStep::Begin { attempt: 1, request }) = decide(&held, begin(), NOW) else {
        panic!("a first attempt");
    };
    assert!(matches!(&request.card, Some(CardUse::Charge { card, .. }) if card == "pm_1"), "{request:?}");
    let stored = request.to_stored().unwrap();
    let held = Checkout { request: Some(stored.clone()), ..held };
    let made = ProviderSession { id: "pi_1".into(), url: None, ..session(ProviderStatus::Open) };
    let opened = |answer| decide(&held, CheckoutEvent::Opened(answer), NOW);
    let pay = CheckoutStep::Pay { session: "pi_1".into(), url: String::new(), secret: None };
    assert_eq!(opened(Ok(made.clone())), Ok(pay));
    let refused = opened(Err(PaymentError::Refused("no such card".into())));
    assert_eq!(refused, Ok(CheckoutStep::FallBack(CardRefusal::Declined)));
    let paying = Checkout {
        request: Some(stored),
        provider_session: Some("pi_1".into()),
        ..Checkout { card, ..checkout(Payment::Paying) }
    };
    let return_url = Some("https://us/ok".into());
    let charge = CheckoutStep::Charge { session: "pi_1".into(), return_url };
    for event in [CheckoutEvent::Look, CheckoutEvent::Due, begin()] {
        assert_eq!(decide(&paying, event, NOW), Ok(charge.clone()), "also after a restart");
    }
    let told = |order: &Checkout, status| {
        decide(order, CheckoutEvent::Fetched(Ok(ProviderSession { status, ..made.clone() })), NOW)
    };
    assert!(matches!(told(&paying, ProviderStatus::Paid), Ok(CheckoutStep::Apply { .. })));
    for refusal in CardRefusal::ALL {
        let step = told(&paying, ProviderStatus::CardRefused(refusal));
        assert_eq!(step, Ok(CheckoutStep::FallBack(refusal)));
    }
    let ended = Checkout { ended: Some(OrderEnd::Cancelled), ..paying };
    let refused = ProviderStatus::CardRefused(CardRefusal::Asks);
    assert_eq!(
        told(&ended, refused),
        Ok(CheckoutStep::Expire("pi_1".into())),
        "the provider has to confirm the end"
    );
    let again = CardOrder { refused: Some(CardRefusal::Asks), ..CardOrder::default() };
    let again = CardOrder { customer: Some("cus_1".into()), ..again };
    let again = Checkout { attempt: 2, card: again, ..checkout(Payment::Held) };
    let Ok(CheckoutStep::Begin { attempt: 2, request }) = decide(&again, begin(), NOW) else {
        panic!("another attempt");
    };
    assert!(
        matches!(request.card, Some(CardUse::Offer { .. })) && request.idempotency_key.ends_with(":open:2")
    );
}

#[test]
fn a_card_whose_owner_is_away_is_charged_without_them_also_after_a_restart() {
    for absent in [false, true] {
        let card = CardOrder {
            customer: Some("cus_1".into()),
            card: Some("pm_1".into()),
            absent,
            ..CardOrder::default()
        };
        let held = Checkout { card: card.clone(), ..checkout(Payment::Held) };
        let Ok(CheckoutStep::Begin { request, .. }) = decide(&held, begin(), NOW) else {
            panic!("a first attempt");
        };
        let paying = Checkout {
            request: request.to_stored().ok(),
            provider_session: Some("pi_1".into()),
            ..Checkout { card, ..checkout(Payment::Paying) }
        };
        let Ok(CheckoutStep::Charge { return_url, .. }) = decide(&paying, CheckoutEvent::Look, NOW) else {
            panic!("a charge");
        };
        assert_eq!(return_url.is_none(), absent);
    }
}

/// No answer of the provider, at any time, makes a step here mark it as paid.
#[test]
fn nothing_here_settles_a_payment() {
    use ProviderStatus::*;
    for state in Payment::ALL {
        for status in [Open, Processing, Paid, Declined, Failed, Expired, CardRefused(CardRefusal::Asks)] {
            for late in [Span(0), OPEN_FOR, Span::days(2)] {
                let answers =
                    [CheckoutEvent::Opened(Ok(session(status))), CheckoutEvent::Fetched(Ok(session(status)))];
                for event in answers {
                    let step = decide(&checkout(state), event, NOW + late);
                    assert!(
                        !matches!(step, Ok(CheckoutStep::Close(Payment::Paid, _))),
                        "{state:?} {status:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_stored_word_reads_back_as_it_was_written() {
    assert!(Payment::ALL.into_iter().all(|p| Payment::from_code(p.code()) == Some(p)));
    assert!(OrderEnd::ALL.into_iter().all(|e| OrderEnd::from_code(e.code()) == Some(e)));
}
