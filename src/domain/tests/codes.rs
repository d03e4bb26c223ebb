//! Codes that are stored and sent. Changing one would make stored rows unreadable, so each is repeated here.

use domain::{
    access::{
        ban::BanKind,
        entry::{LockRule, PermitKind},
        grant::GrantSource,
    },
    amount::{Currency, Money, MoneyError},
    catalogue::{offer::PriceKind, slug::RESERVED},
    chat::room::{Modes, RoomChange},
    id::{AccountId, BadId},
    live::stream::{EndReason, StreamState},
    money::{
        billing::Interval,
        buying::chosen::ChosenPrice,
        checkout::Payment,
        payments::WebhookRefusal,
        payouts::{PayoutAct, PayoutState},
        recurring::plan::Plan,
        selling::Waitlist,
    },
    people::account::TeamRole,
    text::documents::Document,
};
use uuid::Uuid;

#[test]
fn states_of_a_stream() {
    let words = ["scheduled", "rehearsal", "live", "interrupted", "ended"];
    assert_eq!(StreamState::ALL.map(StreamState::code), words);
    assert_eq!(words.map(StreamState::from_code), StreamState::ALL.map(Some));
    assert_eq!(StreamState::from_code("Live"), None);
}

#[test]
fn reasons_of_an_end() {
    for (reason, word) in [
        (EndReason::Host, "host"),
        (EndReason::HostGone, "host_gone"),
        (EndReason::TooLong, "too_long"),
        (EndReason::Empty, "empty"),
        (EndReason::Suspended, "suspended"),
    ] {
        assert_eq!((reason.code(), EndReason::from_code(word)), (word, Some(reason)));
    }
    assert_eq!(EndReason::from_code(""), None);
}

#[test]
fn payments() {
    let words = ["held", "paying", "processing", "paid", "failed", "expired"];
    assert_eq!(Payment::ALL.map(Payment::code), words);
    assert_eq!(words.map(Payment::from_code), Payment::ALL.map(Some));
    assert_eq!(Payment::from_code("refunded"), None);
}

#[test]
fn payouts() {
    let words = ["decided", "sent", "on_its_way", "paid", "going_back", "returned"];
    assert_eq!(PayoutState::ALL.map(PayoutState::code), words);
    assert_eq!(words.map(PayoutState::from_code), PayoutState::ALL.map(Some));
    assert_eq!(PayoutState::from_code("failed"), None);
    let acts = [PayoutAct::Transfer, PayoutAct::PayOut, PayoutAct::TakeBack];
    assert_eq!(acts.map(PayoutAct::code), ["transfer", "payout", "reversal"], "parts of idempotency keys");
}

#[test]
fn refusals_of_a_webhook() {
    let words = ["unsigned", "signature", "clock_skew", "replayed"];
    assert_eq!(WebhookRefusal::ALL.map(WebhookRefusal::code), words);
    assert_eq!(words.map(WebhookRefusal::from_code), WebhookRefusal::ALL.map(Some));
    assert_eq!(WebhookRefusal::from_code("late"), None);
}

#[test]
fn ways_to_a_pass_and_ways_in_beside_one() {
    let sources = ["purchase", "free", "comp", "subscription"];
    assert_eq!(GrantSource::ALL.map(GrantSource::code), sources);
    assert_eq!(sources.map(GrantSource::from_code), GrantSource::ALL.map(Some));
    let waitlists = ["off", "apply", "queue"];
    assert_eq!(Waitlist::ALL.map(Waitlist::code), waitlists);
    assert_eq!(waitlists.map(Waitlist::from_code), Waitlist::ALL.map(Some));
    let (rules, permits) = (["also", "instead"], ["invite", "passphrase", "preview"]);
    assert_eq!((LockRule::ALL.map(LockRule::code), PermitKind::ALL.map(PermitKind::code)), (rules, permits));
    assert_eq!(rules.map(LockRule::from_code), LockRule::ALL.map(Some));
    assert_eq!(permits.map(PermitKind::from_code), PermitKind::ALL.map(Some));
    assert_eq!((GrantSource::from_code("gift"), Waitlist::from_code("on")), (None, None));
    assert_eq!((LockRule::from_code("or"), PermitKind::from_code("pass")), (None, None));
}

#[test]
fn kinds_of_a_ban_and_roles_in_a_team() {
    for (kind, word) in [(BanKind::Ban, "ban"), (BanKind::Mute, "mute")] {
        assert_eq!((kind.code(), BanKind::from_code(word)), (word, Some(kind)));
    }
    for (role, word) in [(TeamRole::Moderator, "moderator"), (TeamRole::Owner, "owner")] {
        assert_eq!((role.code(), TeamRole::from_code(word)), (word, Some(role)));
    }
    assert_eq!((BanKind::from_code("kick"), TeamRole::from_code("guest")), (None, None));
}

#[test]
fn currencies_and_prices() {
    assert_eq!(Currency::ALL.map(Currency::code), ["eur", "usd", "gbp", "jpy", "kwd"]);
    for currency in Currency::ALL {
        assert_eq!(currency.code().parse(), Ok(currency));
        assert_eq!(currency.code().to_uppercase().parse(), Ok(currency));
    }
    assert_eq!("chf".parse::<Currency>(), Err(MoneyError::Currency));
    let once = PriceKind::Once(Money { minor: 500, currency: Currency::Usd });
    let least = Money { minor: 500, currency: Currency::Usd };
    let chosen = PriceKind::Chosen(ChosenPrice { least, suggested: Some(800) });
    assert_eq!((PriceKind::Free.code(), once.code(), chosen.code()), ("free", "once", "chosen"));
    assert_eq!((chosen.money(), chosen.minor(), once.chosen()), (Some(least), 500, None));
    let month = Plan { setup_fee: Some(100), ..Plan::of(least, Interval::Month) };
    let four = Plan { instalments: Some(4), ..month };
    for (price, whole) in [
        (PriceKind::Free, None),
        (once, Some(500)),
        (PriceKind::Recurring(month), Some(500)),
        (PriceKind::Recurring(four), Some(2_100)),
    ] {
        assert_eq!(price.whole(), whole.map(|minor| Money { minor, ..least }), "{price:?}");
        assert_eq!(price.minor(), whole.unwrap_or(0));
    }
}

#[test]
fn changes_of_a_room() {
    let by = AccountId(Uuid::from_u128(1));
    for (change, word) in [
        (RoomChange::Removed { targets: vec![1], by }, "removed"),
        (RoomChange::Modes { from: Modes::default(), to: Modes::slow(5), by }, "modes"),
    ] {
        assert_eq!(change.code(), word);
        let stored = serde_json::to_value(&change).expect("a change is JSON");
        assert_eq!(stored["change"], word);
        assert_eq!(serde_json::from_value::<RoomChange>(stored).expect("and back"), change);
    }
}

#[test]
fn identifiers() {
    let id = AccountId(Uuid::from_u128(0x1a));
    assert_eq!(id.to_string(), "0000000000000000000000000000001a");
    assert_eq!(id.to_string().parse(), Ok(id));
    assert_eq!("00000000-0000-0000-0000-00000000001a".parse(), Ok(id));
    assert_eq!(format!("{id:?}"), "AccountId(0000000000000000000000000000001a)");
    for bad in ["", "1a", "0000000000000000000000000000001g"] {
        assert_eq!(bad.parse::<AccountId>(), Err(BadId), "{bad:?}");
    }
    assert!(AccountId::default() < AccountId::new(), "ids sort by creation time");
}

#[test]
fn no_space_has_the_address_of_a_document() {
    for document in Document::ALL {
        let first = document.path().split('/').nth(1).unwrap_or_default();
        assert!(RESERVED.contains(&first), "{first}");
    }
}
