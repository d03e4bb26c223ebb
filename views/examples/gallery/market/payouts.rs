//! What sellers are paid: each state of the account, of a balance and of a payout, and a statement.

use crate::sample::*;
use domain::{
    amount::{Currency, Money},
    money::{
        ledger::movement::MovementKind,
        payouts::{
            PayoutState,
            account::{MissingPart, SellerState},
            schedule::PayoutOutlook,
        },
    },
    time::Span,
};
use maud::Markup;
use views::money::{
    desk::{self, BalanceRow, Desk, Line},
    payouts::{self, NextPayout, PayoutPage, PayoutRow, PayoutSection},
};

static MISSING: [MissingPart; 6] = [
    MissingPart::Bank,
    MissingPart::Identity,
    MissingPart::Person,
    MissingPart::Business,
    MissingPart::Terms,
    MissingPart::Other,
];

/// A payout in each state, as operators see it.
pub fn rows() -> Vec<PayoutRow> {
    let row = |state: PayoutState| PayoutRow {
        id: id(73),
        amount: euros(123_450),
        state,
        at: NOW,
        space: Some("Maya Lin".into()),
        failure: state.has_failed().then(|| "The bank account has been closed.".into()),
    };
    PayoutState::ALL.map(row).into()
}

fn next() -> [NextPayout; 5] {
    let next = |minor, currency, outlook| NextPayout {
        amount: Money { minor, currency },
        least: Money { minor: 1000, currency },
        outlook,
    };
    [
        next(10_800, Currency::Eur, PayoutOutlook::Pays),
        next(850, Currency::Usd, PayoutOutlook::TooLittle),
        next(-1500, Currency::Gbp, PayoutOutlook::Owes),
        next(0, Currency::Jpy, PayoutOutlook::Nothing),
        next(0, Currency::Kwd, PayoutOutlook::KeptBack),
    ]
}

fn money(section: &PayoutSection<'_>) -> Markup {
    let (maya, space) = (maya(), space());
    let balances = [BalanceRow {
        currency: Currency::Eur,
        available: 10_800,
        pending: 2160,
        disputed: 0,
        sold: 14_400,
        refunded: 0,
        fees: 1440,
    }];
    let desk = Desk {
        space: &space,
        balances: &balances,
        payouts: Some(section),
        lines: &[],
        further: false,
        next: None,
    };
    desk::page(&shell("/account/spaces/10/money", Some(&maya)), &desk)
}

pub fn pages() -> Vec<(&'static str, Markup)> {
    let (balances, rows) = (next(), rows());
    let section = PayoutSection {
        space: id(10),
        owner: true,
        payable: true,
        account: None,
        next: NOW + Span::days(3),
        balances: &balances,
        past: &[],
    };
    let with = |state| PayoutSection { account: Some((state, &MISSING[..])), ..section };
    vec![
        ("payouts-none", money(&section)),
        ("payouts-not-the-owner", money(&PayoutSection { owner: false, ..section })),
        ("payouts-no-provider", money(&PayoutSection { payable: false, ..section })),
        ("payouts-started", money(&with(SellerState::Started))),
        ("payouts-checking", money(&with(SellerState::Checking))),
        ("payouts-needs", money(&with(SellerState::NeedsInformation))),
        ("payouts-enabled", money(&PayoutSection { past: &rows, ..with(SellerState::Enabled) })),
        ("payouts-restricted", money(&with(SellerState::Restricted))),
        ("payout", statement(PayoutState::Paid, false)),
        ("payout-on-its-way", statement(PayoutState::OnItsWay, true)),
        ("payout-failed", statement(PayoutState::GoingBack, false)),
        ("payout-returned", statement(PayoutState::Returned, false)),
    ]
}

fn statement(state: PayoutState, more: bool) -> Markup {
    let (maya, space) = (maya(), space());
    let line = |kind, own, fee| Line {
        kind,
        at: NOW,
        amount: euros(1200),
        fee,
        own,
        pending_until: None,
        migrated: false,
        title: "Front Row",
        number: Some(1042),
        order: Some(id(71)),
        payout: None,
    };
    let lines = [
        line(MovementKind::Payment, 1080, 120),
        line(MovementKind::Refund, -350, 0),
        Line { order: None, number: None, title: "", ..line(MovementKind::PayoutReturned, 1200, 0) },
    ];
    let returned = if state == PayoutState::Returned { 1930 } else { 0 };
    let page = PayoutPage {
        space: Some((space.id, &space.name)),
        payout: &PayoutRow { id: id(73), amount: euros(1930), state, at: NOW, space: None, failure: None },
        returned: euros(returned),
        carried: euros(if more { 1200 } else { 0 }),
        held: euros(if more { 1200 } else { 0 }),
        lines: &lines,
        more,
    };
    payouts::page(&shell("/account/payouts/73", Some(&maya)), &page)
}
