//! What becomes of each state if nobody does anything: it is final, or the provider is asked about it, or our own clock ends it. A state
//! that the product gets later fails here until it has a row. `src/gateways/tests/it/billing/states.rs` has the same of the provider's words.

use domain::{
    money::{
        billing::{SubscriptionFacts, SubscriptionStatus},
        checkout::{GIVE_UP_PROCESSING, OPEN_FOR, Payment},
        payments::Dispute,
        payouts::{PayoutState, account::SellerState, next_act},
        recurring::subscription::{given_up_at, look_again},
        sweep::{ASKED_AT_MOST, INQUIRIES},
    },
    time::{Millis, Span},
};
use std::collections::BTreeSet;

/// What follows from a state by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateEnd {
    /// Nothing waits for it any more.
    Final,
    /// The provider is asked about it again after at most so long, and at most once an hour.
    Asked(Span),
    /// Our own clock ends it after at most so long.
    EndsWithin(Span),
}

use StateEnd::{Asked, EndsWithin, Final};

const HOURLY: StateEnd = Asked(ASKED_AT_MOST);
const DAILY: StateEnd = Asked(Span::days(1));

/// A row for each state: of which object, its code, and what follows.
pub const STATES: &[(&str, &str, StateEnd)] = &[
    ("order", "held", EndsWithin(OPEN_FOR)),
    ("order", "paying", HOURLY),
    ("order", "processing", HOURLY),
    ("order", "paid", Final),
    ("order", "failed", Final),
    ("order", "expired", Final),
    ("dispute", "inquiry", Asked(INQUIRIES.0)),
    ("dispute", "open", HOURLY),
    ("dispute", "won", Final),
    ("dispute", "lost", Final),
    ("subscription", "incomplete", HOURLY),
    ("subscription", "incomplete_expired", Final),
    ("subscription", "trialing", DAILY),
    ("subscription", "active", DAILY),
    ("subscription", "past_due", HOURLY),
    ("subscription", "unpaid", HOURLY),
    ("subscription", "paused", DAILY),
    ("subscription", "canceled", Final),
    ("payout", "decided", HOURLY),
    ("payout", "sent", HOURLY),
    ("payout", "on_its_way", HOURLY),
    ("payout", "paid", Final),
    ("payout", "going_back", HOURLY),
    ("payout", "returned", Final),
    ("account", "started", DAILY),
    ("account", "checking", DAILY),
    ("account", "needs_information", DAILY),
    ("account", "enabled", DAILY),
    ("account", "restricted", DAILY),
    // A seat that an order keeps is freed with the order; a slow payment keeps it the longest.
    ("hold", "checkout", EndsWithin(GIVE_UP_PROCESSING)),
    ("hold", "offer", EndsWithin(domain::waitlist::entry::OFFER_LASTS)),
    // What a team gave. What was bought for somebody is sold, and waits for them.
    ("hold", "comp", EndsWithin(domain::access::comp::WAITS_FOR)),
];

/// What follows from a state of an object; `None` for one that has no row.
pub fn end_of(object: &str, state: &str) -> Option<StateEnd> {
    STATES.iter().find(|(of, code, _)| *of == object && *code == state).map(|(_, _, end)| *end)
}

fn codes(object: &str) -> BTreeSet<&'static str> {
    STATES.iter().filter(|(of, _, _)| *of == object).map(|(_, code, _)| *code).collect()
}

#[test]
fn each_state_of_each_object_has_one_row() {
    let all = |object: &str, codes_of: Vec<&'static str>| {
        let count = STATES.iter().filter(|(of, _, _)| *of == object).count();
        assert_eq!(count, codes_of.len(), "{object}");
        assert_eq!(codes(object), codes_of.into_iter().collect::<BTreeSet<_>>(), "{object}");
    };
    all("order", Payment::ALL.map(Payment::code).to_vec());
    all("dispute", Dispute::ALL.map(Dispute::code).to_vec());
    all("subscription", SubscriptionStatus::ALL.map(SubscriptionStatus::code).to_vec());
    all("payout", PayoutState::ALL.map(PayoutState::code).to_vec());
    all("account", SellerState::ALL.map(SellerState::code).to_vec());
    assert_eq!(end_of("order", "asleep"), None);
}

#[test]
fn final_states_are_those_after_which_nothing_happens() {
    let is_final = |object: &str, code: &str| end_of(object, code) == Some(Final);
    for state in Payment::ALL {
        assert_eq!(is_final("order", state.code()), state.settled(), "{state:?}");
    }
    for state in PayoutState::ALL {
        assert_eq!(is_final("payout", state.code()), state.is_over(), "{state:?}");
        assert!(!state.is_over() || next_act(state).is_none(), "{state:?}");
    }
    for status in SubscriptionStatus::ALL {
        assert_eq!(is_final("subscription", status.code()), status.is_over(), "{status:?}");
    }
}

/// A subscription in the middle of its period.
fn found(status: SubscriptionStatus, now: Millis) -> SubscriptionFacts {
    SubscriptionFacts {
        id: "sub_1".into(),
        customer: "cus_1".into(),
        reference: None,
        status,
        price: "price_1".into(),
        item: "si_1".into(),
        period_start: Millis(now.0 - Span::days(15).0),
        period_end: now + Span::days(15),
        trial_end: None,
        ends_with_period: false,
        ended_at: None,
        collection_paused: false,
        paid_until: None,
        card: None,
        latest_invoice: None,
    }
}

#[test]
fn each_subscription_is_asked_about_as_its_row_says_and_ended_if_nobody_pays() {
    let now = Millis(1_900_000_000_000);
    for status in SubscriptionStatus::ALL {
        let facts = found(status, now);
        let asked = look_again(&facts, now).map(|at| at - now);
        let want = match end_of("subscription", status.code()) {
            Some(Asked(span)) => Some(span),
            Some(Final) => None,
            other => panic!("{status:?}: {other:?}"),
        };
        assert_eq!(asked, want, "{status:?}");
        // The provider would keep these for good.
        let stays = matches!(
            status,
            SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid | SubscriptionStatus::Paused
        );
        assert_eq!(given_up_at(&facts).is_some(), stays, "{status:?}");
        let paused = SubscriptionFacts { collection_paused: true, ..facts };
        assert_eq!(
            given_up_at(&paused).is_some(),
            want.is_some() && status != SubscriptionStatus::Incomplete
        );
    }
}
