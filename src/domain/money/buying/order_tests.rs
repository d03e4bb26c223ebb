//! What an order waits for, answers of the provider that lead nowhere, and whether money becomes a pass.

use super::*;
use crate::money::{
    billing::Interval,
    settlement::{RefundReason, may_become_grant},
};

#[test]
fn nobody_begins_to_pay_before_the_provider_knows_the_buyer_and_the_price() {
    let plan = |provider: Option<(&str, &str)>| PlanOrder {
        every: Interval::Month,
        each: TWELVE,
        trial_days: None,
        setup_fee: None,
        instalments: None,
        provider: provider.map(|(customer, price)| (customer.into(), price.into())),
    };
    let keeps = |customer: Option<&str>| {
        let customer = customer.map(str::to_owned);
        CardOrder { customer, keeps: true, ..CardOrder::default() }
    };
    let plain = checkout(Payment::Held);
    for (order, begins) in [
        (plain.clone(), true),
        (Checkout { plan: Some(plan(None)), ..plain.clone() }, false),
        (Checkout { plan: Some(plan(Some(("cus_1", "price_1")))), ..plain.clone() }, true),
        (Checkout { card: keeps(None), ..plain.clone() }, false),
        (Checkout { card: keeps(Some("cus_1")), ..plain }, true),
    ] {
        match decide(&order, begin(), NOW) {
            Ok(CheckoutStep::Begin { .. }) => assert!(begins, "{order:?}"),
            step => {
                assert_eq!((step, begins), (Ok(CheckoutStep::Wait(Some(NOW + OPEN_FOR))), false), "{order:?}")
            }
        }
    }
}

#[test]
fn an_order_is_under_way_while_the_provider_or_a_bank_is_asked() {
    let card = || CardOrder { card: Some("pm_1".into()), ..CardOrder::default() };
    // paid by its buyer, or with a saved card
    for (state, by_buyer, by_card) in [
        (Payment::Held, true, true),
        (Payment::Paying, false, true),
        (Payment::Processing, false, false),
        (Payment::Paid, false, false),
        (Payment::Failed, false, false),
        (Payment::Expired, false, false),
    ] {
        assert_eq!(checkout(state).is_under_way(), by_buyer, "{state:?}");
        assert_eq!(Checkout { card: card(), ..checkout(state) }.is_under_way(), by_card, "{state:?}");
    }
    let leaving = Checkout { next_request: sent().0.request, ..checkout(Payment::Paying) };
    assert!(leaving.is_under_way(), "something else is asked for");
}

#[test]
fn only_a_saved_card_is_charged_without_its_buyer() {
    let paying = Checkout { request: sent().0.request, ..checkout(Payment::Paying) };
    let wait = CheckoutStep::Wait(Some(NOW + ASK_AGAIN.0));
    assert_eq!(decide(&paying, CheckoutEvent::Look, NOW), Ok(wait), "the buyer pays on the page");
}

#[test]
fn an_answer_by_which_nobody_can_pay_ends_an_order_that_waits_for_it() {
    let (held, _) = sent();
    let nowhere =
        || CheckoutEvent::Opened(Ok(ProviderSession { url: None, ..session(ProviderStatus::Open) }));
    let close = CheckoutStep::Close(Payment::Failed, Some(OrderEnd::Refused));
    assert_eq!(decide(&held, nowhere(), NOW), Ok(close));
    let refused = || CheckoutEvent::Opened(Err(PaymentError::Refused("too late".into())));
    let wait = CheckoutStep::Wait(Some(NOW + ASK_AGAIN.0));
    assert_eq!(decide(&checkout(Payment::Paying), refused(), NOW), Ok(wait), "it is paid by another session");
    for settled in [Payment::Paid, Payment::Failed, Payment::Expired] {
        assert_eq!(decide(&checkout(settled), refused(), NOW), Ok(CheckoutStep::Wait(None)), "{settled:?}");
    }
}

/// Whoever paid what the order said gets the pass, unless they could not enter, or it would be over.
#[test]
fn money_becomes_a_pass_that_its_buyer_can_use() {
    let paid = checkout(Payment::Paid);
    let cheaper = Some(Money { minor: 900, ..TWELVE });
    let with = |terms| Checkout { terms, ..paid.clone() };
    for (order, want) in [
        (paid.clone(), Ok(())),
        (with(PassTerms { price: cheaper, ..paid.terms }), Ok(())),
        (with(PassTerms { withdrawn: true, ..paid.terms }), Ok(())),
        (with(PassTerms { published: false, ..paid.terms }), Err(RefundReason::Unpublished)),
        (with(PassTerms { banned_until: Some(NOW + Span(1)), ..paid.terms }), Err(RefundReason::Banned)),
        (with(PassTerms { banned_until: Some(NOW), ..paid.terms }), Ok(())),
        (Checkout { lasting: Lasting::Until(NOW), ..paid.clone() }, Err(RefundReason::Over)),
        (Checkout { lasting: Lasting::Until(NOW + Span(1)), ..paid.clone() }, Ok(())),
        (Checkout { ended: Some(OrderEnd::Cancelled), ..paid.clone() }, Ok(())),
    ] {
        assert_eq!(may_become_grant(&order, NOW), want, "{order:?}");
    }
}
