use super::*;
use crate::amount::Currency;

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
        created_at: NOW,
        expires_at: NOW + OPEN_FOR,
        version: 0,
        ended: None,
        agreed: None,
        terms: Terms { price: Some(TWELVE), withdrawn: false, published: true, banned_until: None },
    }
}

fn urls() -> PaymentUrls {
    PaymentUrls { success: "https://us/ok".into(), cancel: "https://us/no".into() }
}

fn session(status: ProviderStatus) -> ProviderSession {
    let url = (status == ProviderStatus::Open).then(|| "https://pay".to_owned());
    ProviderSession {
        id: "cs_1".into(),
        url,
        status,
        amount: None,
        reference: None,
        intent: None,
        refunded: 0,
        dispute: None,
    }
}

/// Held, with the request of its first attempt stored.
fn sent() -> (Checkout, PaymentRequest) {
    let mut c = checkout(Payment::Held);
    let Ok(Step::Begin { attempt: 1, request }) = decide(&c, CheckoutEvent::Begin(urls()), NOW) else {
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
    for event in [CheckoutEvent::Look, CheckoutEvent::Begin(urls()), CheckoutEvent::Opened(Err(away()))] {
        assert_eq!(decide(&c, event, soon), Ok(Step::Send(request.clone())));
    }
    let Ok(Step::Begin { attempt, request: second }) = decide(&c, CheckoutEvent::Look, NOW + Span::secs(61))
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
    let pay = Step::Pay { session: "cs_1".into(), url: "https://pay".into() };
    assert_eq!(decide(&c, open.clone(), NOW), Ok(pay));
    let refused = CheckoutEvent::Opened(Err(PaymentError::Refused("amount".into())));
    assert_eq!(
        decide(&c, refused, NOW),
        Ok(Step::Close(Payment::Failed, Some(OrderEnd::Refused))),
        "not the card's fault"
    );
    for over in [Payment::Expired, Payment::Failed] {
        let over = checkout(over);
        assert_eq!(
            decide(&over, open.clone(), NOW),
            Ok(Step::Expire("cs_1".into())),
            "nobody may pay with it"
        );
    }
}

#[test]
fn time_ends_it_only_with_the_providers_word() {
    let end = NOW + OPEN_FOR;
    let held = checkout(Payment::Held);
    assert_eq!(decide(&held, CheckoutEvent::Look, end + Span(-1)), Ok(Step::Wait(Some(end))));
    assert_eq!(decide(&held, CheckoutEvent::Look, end), Ok(Step::Close(Payment::Expired, None)));
    let paying = checkout(Payment::Paying);
    assert_eq!(decide(&paying, CheckoutEvent::Look, end + Span(-1)), Ok(Step::Wait(Some(end))));
    assert_eq!(decide(&paying, CheckoutEvent::Look, end), Ok(Step::Expire("cs_1".into())));
    let told = |answer| decide(&paying, CheckoutEvent::Fetched(answer), end);
    let soon = Some(end + Span::secs(30));
    assert_eq!(told(Ok(session(ProviderStatus::Expired))), Ok(Step::Close(Payment::Expired, None)));
    let apply = Step::Apply { session: "cs_1".into(), again: end + Span::secs(30) };
    for status in [ProviderStatus::Paid, ProviderStatus::Failed, ProviderStatus::Processing] {
        assert_eq!(told(Ok(session(status))), Ok(apply.clone()), "{status:?}");
    }
    assert_eq!(told(Err(PaymentError::Refused("complete".into()))), Ok(Step::Wait(soon)));
    assert_eq!(told(Err(away())), Ok(Step::Wait(soon)));
    let other = ProviderSession { id: "cs_2".into(), ..session(ProviderStatus::Paid) };
    assert_eq!(told(Ok(other)), Ok(Step::Wait(soon)), "another session says nothing about ours");
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
        let close = Ok(Step::Close(end, Some(OrderEnd::Unconfirmed)));
        let order = checkout(state);
        assert_eq!(decide(&order, CheckoutEvent::Due, late), Ok(Step::Fetch("cs_1".into())), "{state:?}");
        assert_eq!(decide(&order, CheckoutEvent::Look, late), close, "{state:?}: there is nobody to ask");
        let told = |answer| decide(&order, CheckoutEvent::Fetched(answer), late);
        assert_eq!(told(Err(away())), close, "{state:?}");
        assert_eq!(told(Err(PaymentError::Refused("no such session".into()))), close, "{state:?}");
        for status in [ProviderStatus::Paid, ProviderStatus::Failed] {
            assert!(matches!(told(Ok(session(status))), Ok(Step::Apply { .. })), "{state:?} {status:?}");
        }
    }
    let expired = CheckoutEvent::Fetched(Ok(session(ProviderStatus::Expired)));
    let (late, _) = give_up(Payment::Paying);
    assert_eq!(
        decide(&checkout(Payment::Paying), expired, late),
        Ok(Step::Close(Payment::Expired, None)),
        "the provider has confirmed it"
    );
}

#[test]
fn the_questions_to_the_provider_grow_rarer_and_end() {
    let paying = checkout(Payment::Paying);
    let (mut now, mut asked) = (NOW, Vec::new());
    while decide(&paying, CheckoutEvent::Due, now) == Ok(Step::Fetch("cs_1".into())) {
        asked.push((now - NOW).0 / 1000);
        let open = CheckoutEvent::Fetched(Ok(session(ProviderStatus::Open)));
        let Ok(Step::Wait(Some(next))) = decide(&paying, open, now) else { panic!("waits") };
        now = next;
    }
    assert_eq!(asked, [0, 30, 60, 120, 240, 480, 960, 1920]);
    assert_eq!(now, paying.expires_at, "the session is ended then");

    let slow = checkout(Payment::Processing);
    let (mut now, mut asked) = (NOW + Span::hours(2), 0);
    let still = CheckoutEvent::Fetched(Ok(session(ProviderStatus::Processing)));
    let end = loop {
        assert_eq!(decide(&slow, CheckoutEvent::Due, now), Ok(Step::Fetch("cs_1".into())));
        asked += 1;
        match decide(&slow, still.clone(), now) {
            Ok(Step::Wait(Some(next))) => now = next,
            end => break end,
        }
    };
    assert!((700..720).contains(&asked), "once an hour for thirty days: {asked}");
    assert_eq!(end, Ok(Step::Close(Payment::Failed, Some(OrderEnd::Unconfirmed))));
}

#[test]
fn changed_terms_end_an_order_that_nobody_has_paid() {
    let terms = checkout(Payment::Held).terms;
    let cheaper = Money { minor: 900, ..TWELVE };
    for (terms, want) in [
        (terms, None),
        (Terms { price: Some(cheaper), ..terms }, Some(OrderEnd::Price)),
        (Terms { price: None, ..terms }, Some(OrderEnd::Price)),
        (Terms { withdrawn: true, ..terms }, Some(OrderEnd::Withdrawn)),
        (Terms { published: false, ..terms }, Some(OrderEnd::Unpublished)),
        (Terms { banned_until: Some(NOW + Span(1)), ..terms }, Some(OrderEnd::Banned)),
        (Terms { banned_until: Some(NOW), ..terms }, None),
    ] {
        let held = Checkout { terms, ..checkout(Payment::Held) };
        let paying = Checkout { terms, ..checkout(Payment::Paying) };
        let paid = Checkout { terms, ..checkout(Payment::Paid) };
        assert_eq!((held.ended_by(NOW), paid.ended_by(NOW)), (want, None), "{terms:?}");
        if want.is_some() {
            let close = Step::Close(Payment::Expired, want);
            assert_eq!(decide(&held, CheckoutEvent::Begin(urls()), NOW), Ok(close.clone()));
            assert_eq!(decide(&paying, CheckoutEvent::Due, NOW), Ok(Step::Expire("cs_1".into())));
            let told = |status| decide(&paying, CheckoutEvent::Fetched(Ok(session(status))), NOW);
            assert_eq!(told(ProviderStatus::Open), Ok(Step::Expire("cs_1".into())));
            assert_eq!(told(ProviderStatus::Expired), Ok(close));
            assert!(
                matches!(told(ProviderStatus::Paid), Ok(Step::Apply { .. })),
                "a payment that won the race counts"
            );
        }
        let slow = Checkout { terms, ..checkout(Payment::Processing) };
        assert!(
            matches!(decide(&slow, CheckoutEvent::Look, NOW), Ok(Step::Wait(_))),
            "it is paid as far as we know"
        );
    }
    let cancelled = Checkout { ended: Some(OrderEnd::Cancelled), ..checkout(Payment::Paying) };
    assert_eq!(decide(&cancelled, CheckoutEvent::Look, NOW), Ok(Step::Expire("cs_1".into())));
}

#[test]
fn what_is_settled_moves_no_more() {
    for state in [Payment::Paid, Payment::Failed, Payment::Expired] {
        let over = checkout(state);
        assert_eq!(decide(&over, CheckoutEvent::Begin(urls()), NOW), Err(CheckoutError::Over(state)));
        assert_eq!(decide(&over, CheckoutEvent::Look, NOW + Span::days(1)), Ok(Step::Wait(None)));
        let told = CheckoutEvent::Fetched(Ok(session(ProviderStatus::Expired)));
        assert_eq!(decide(&over, told, NOW), Ok(Step::Wait(None)));
    }
}

/// No answer of the provider, at any time, makes a step here mark it as paid.
#[test]
fn nothing_here_settles_a_payment() {
    use ProviderStatus::*;
    for state in Payment::ALL {
        for status in [Open, Processing, Paid, Declined, Failed, Expired] {
            for late in [Span(0), OPEN_FOR, Span::days(2)] {
                let answers =
                    [CheckoutEvent::Opened(Ok(session(status))), CheckoutEvent::Fetched(Ok(session(status)))];
                for event in answers {
                    let step = decide(&checkout(state), event, NOW + late);
                    assert!(!matches!(step, Ok(Step::Close(Payment::Paid, _))), "{state:?} {status:?}");
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
