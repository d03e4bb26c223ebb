//! What sellers are paid: the account at the payment provider, what comes next, and what was paid. It shows the ledger and what the
//! provider told, and nothing else.

mod operators;
mod statement;

pub use operators::of_all;
pub use statement::{PayoutPage, page};

use crate::{
    mail::mail,
    money::desk,
    parts::{self, When},
    rich, t,
};
use domain::{
    amount::Money,
    id::{PayoutId, SpaceId},
    mail::Mail,
    money::payouts::{
        PayoutState,
        account::{MissingPart, SellerState},
        schedule::PayoutOutlook,
    },
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

const NOTHING: &[MissingPart] = &[];

/// A balance, and what becomes of it at the next run.
#[derive(Clone, Copy, Debug)]
pub struct NextPayout {
    /// What would be paid out now; negative if the team owes it.
    pub amount: Money,
    pub least: Money,
    pub outlook: PayoutOutlook,
}

/// A payout in a list.
#[derive(Clone, Debug)]
pub struct PayoutRow {
    pub id: PayoutId,
    pub amount: Money,
    pub state: PayoutState,
    pub at: Millis,
    /// For operators: a space of the team, and why it failed in the provider's words.
    pub space: Option<String>,
    pub failure: Option<String>,
}

/// The payouts of a team on its page of money.
#[derive(Clone, Copy, Debug)]
pub struct PayoutSection<'a> {
    pub space: SpaceId,
    /// Whoever looks may say to whom the money goes.
    pub owner: bool,
    /// There is a payment provider.
    pub payable: bool,
    /// The account of the team, and what the provider asks for; `None` before it was begun.
    pub account: Option<(SellerState, &'a [MissingPart])>,
    pub next: Millis,
    pub balances: &'a [NextPayout],
    /// The newest first.
    pub past: &'a [PayoutRow],
}

pub fn path(payout: PayoutId) -> String {
    format!("/account/payouts/{payout}")
}

/// Where the owner goes to the provider from, and comes back to.
pub fn onboarding_path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/payouts")
}

pub fn section(s: &PayoutSection<'_>) -> Markup {
    html! {
        section.stack aria-label=(t!("payouts-title")) {
            h2 { (t!("payouts-title")) }
            (account(s))
            @if s.account.is_some() || !s.balances.is_empty() { (coming(s)) }
            @if !s.past.is_empty() { (past(s.past)) }
        }
    }
}

fn account(s: &PayoutSection<'_>) -> Markup {
    if !s.payable {
        return html! { p.muted { (t!("payouts-none-set-up")) } };
    }
    let (words, missing, bad) = match s.account {
        None => (t!("payouts-account-none"), NOTHING, false),
        Some((SellerState::Started, missing)) => (t!("payouts-account-started"), missing, false),
        Some((SellerState::Checking, _)) => (t!("payouts-account-checking"), NOTHING, false),
        Some((SellerState::NeedsInformation, missing)) => (t!("payouts-account-needs"), missing, true),
        Some((SellerState::Enabled, _)) => (t!("payouts-account-enabled"), NOTHING, false),
        Some((SellerState::Restricted, _)) => (t!("payouts-account-restricted"), NOTHING, true),
    };
    let good = matches!(s.account, Some((SellerState::Enabled, _)));
    html! {
        div.notice.bad[bad].good[good] {
            p { b { (state_words(s.account.map(|(state, _)| state))) } }
            p { (words) }
            @if !missing.is_empty() {
                p { (t!("payouts-missing")) }
                ul { @for part in missing { li { (missing_words(*part)) } } }
            }
        }
        (verb(s))
    }
}

/// What the owner can do about the account.
fn verb(s: &PayoutSection<'_>) -> Markup {
    let path = onboarding_path(s.space);
    let words = match s.account.map(|(state, _)| state) {
        None => t!("payouts-begin"),
        Some(SellerState::Started) => t!("payouts-go-on"),
        Some(SellerState::NeedsInformation) => t!("payouts-complete"),
        Some(SellerState::Checking) => {
            return html! { p { a.button href=(path) { (t!("payouts-look-again")) } } };
        }
        Some(SellerState::Restricted) => {
            return html! { p { a.button href="/contact" { (t!("payouts-write")) } } };
        }
        Some(SellerState::Enabled) => return html! {},
    };
    html! {
        @if s.owner { form method="post" action=(path) { button.button.primary { (words) } } }
        @else { p.muted { (t!("payouts-owner-only")) } }
    }
}

fn state_words(state: Option<SellerState>) -> Cow<'static, str> {
    match state {
        None => t!("payouts-state-none"),
        Some(SellerState::Started) => t!("payouts-state-started"),
        Some(SellerState::Checking) => t!("payouts-state-checking"),
        Some(SellerState::NeedsInformation) => t!("payouts-state-needs"),
        Some(SellerState::Enabled) => t!("payouts-state-enabled"),
        Some(SellerState::Restricted) => t!("payouts-state-restricted"),
    }
}

fn missing_words(part: MissingPart) -> Cow<'static, str> {
    match part {
        MissingPart::Bank => t!("payouts-missing-bank"),
        MissingPart::Identity => t!("payouts-missing-identity"),
        MissingPart::Person => t!("payouts-missing-person"),
        MissingPart::Business => t!("payouts-missing-business"),
        MissingPart::Terms => t!("payouts-missing-terms"),
        MissingPart::Other => t!("payouts-missing-other"),
    }
}

/// What the next run does with each balance.
fn coming(s: &PayoutSection<'_>) -> Markup {
    html! {
        h3 { (t!("payouts-next")) }
        @if s.payable { p { (rich!("payouts-next-run"; time => |_| parts::time(s.next, When::Moment))) } }
        @if !s.balances.is_empty() {
            ul { @for balance in s.balances { li { (outlook(balance, s.account.map(|(state, _)| state))) } } }
        }
    }
}

fn outlook(b: &NextPayout, account: Option<SellerState>) -> Cow<'static, str> {
    let amount = desk::signed(b.amount);
    match b.outlook {
        PayoutOutlook::Nothing => {
            let currency = b.amount.currency.code().to_uppercase();
            t!("payouts-next-nothing", currency = currency).into()
        }
        PayoutOutlook::Owes => t!("payouts-next-owes", amount = amount).into(),
        PayoutOutlook::KeptBack => {
            let currency = b.amount.currency.code().to_uppercase();
            t!("payouts-next-disputed", currency = currency).into()
        }
        PayoutOutlook::TooLittle => {
            t!("payouts-next-too-little", amount = amount, least = parts::money(b.least)).into()
        }
        PayoutOutlook::Pays if account == Some(SellerState::Enabled) => {
            t!("payouts-next-pays", amount = amount).into()
        }
        PayoutOutlook::Pays | PayoutOutlook::Withheld => t!("payouts-next-held", amount = amount).into(),
    }
}

fn past(rows: &[PayoutRow]) -> Markup {
    html! {
        h3 { (t!("payouts-past")) }
        table.table aria-label=(t!("payouts-past")) {
            thead { tr {
                th scope="col" { (t!("payouts-decided-at")) }
                th scope="col" { (t!("payouts-where")) }
                th.n scope="col" { (t!("desk-amount")) }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { a href=(path(row.id)) { (parts::time(row.at, When::Date)) } }
                        td { (payout_words(row.state)) }
                        td.n { (parts::money(row.amount)) }
                    }
                }
            }
        }
    }
}

/// Where the money of a payout is.
pub fn payout_words(state: PayoutState) -> Cow<'static, str> {
    match state {
        PayoutState::Decided => t!("payouts-payout-decided"),
        PayoutState::Sent => t!("payouts-payout-sent"),
        PayoutState::OnItsWay => t!("payouts-payout-on-its-way"),
        PayoutState::Paid => t!("payouts-payout-paid"),
        PayoutState::GoingBack => t!("payouts-payout-going-back"),
        PayoutState::Returned => t!("payouts-payout-returned"),
    }
}

/// The mail about a payout that failed. `url`: where the team sees its money, with scheme and host.
pub fn failed(to: &str, amount: Money, url: &str) -> Mail {
    let amount = parts::money(amount);
    let subject = t!("payouts-mail-failed-subject", amount = amount.as_str());
    mail(to, subject, t!("payouts-mail-failed-text", amount = amount.as_str(), url = url))
}
