//! Sellers on the status page: their accounts, and money on its way to them, with what may happen to each.

use crate::{
    book::{
        Book,
        connect::{Account, Payout, Transfer},
    },
    pages::{acts::ACCOUNT_ACTS, money::text},
};
use maud::{Markup, html};
use std::cmp::Reverse;

/// Each the newest first.
pub struct Sellers {
    pub accounts: Vec<Account>,
    pub transfers: Vec<Transfer>,
    pub payouts: Vec<Payout>,
}

impl Sellers {
    pub fn of(book: &Book) -> Self {
        let shelves = book.billing();
        let mut accounts: Vec<_> = shelves.accounts.values().cloned().collect();
        accounts.sort_by_key(|one| Reverse(one.created));
        let mut transfers: Vec<_> = shelves.transfers.values().cloned().collect();
        transfers.sort_by_key(|one| Reverse(one.created));
        let mut payouts: Vec<_> = shelves.payouts.values().cloned().collect();
        payouts.sort_by_key(|one| Reverse(one.created));
        Self { accounts, transfers, payouts }
    }
}

pub fn accounts(accounts: &[Account], rows: usize) -> Markup {
    html! {
        tr { th { "Account" } th { "State" } th { "What happens" } }
        @for account in accounts.iter().take(rows) {
            tr {
                td { (account.id) }
                td { (format!("{:?}", account.state)) }
                td { (act("account", &account.id, &ACCOUNT_ACTS.map(|(name, _)| name))) }
            }
        }
    }
}

pub fn transfers(transfers: &[Transfer], rows: usize) -> Markup {
    html! {
        tr { th { "Transfer" } th { "Account" } th.n { "Amount" } th.n { "Taken back" } }
        @for transfer in transfers.iter().take(rows) {
            tr {
                td { (transfer.id) }
                td { (transfer.account) }
                td.n { (text(transfer.amount, &transfer.currency)) }
                td.n { (text(transfer.reversed, &transfer.currency)) }
            }
        }
    }
}

pub fn payouts(payouts: &[Payout], rows: usize) -> Markup {
    html! {
        tr { th { "Payout" } th { "Account" } th.n { "Amount" } th { "Status" } th { "What happens" } }
        @for payout in payouts.iter().take(rows) {
            tr {
                td { (payout.id) }
                td { (payout.account) }
                td.n { (text(payout.amount, &payout.currency)) }
                td { (format!("{:?}", payout.status)) }
                td { (act("payout", &payout.id, &["pay", "fail"])) }
            }
        }
    }
}

fn act(name: &str, id: &str, acts: &[&str]) -> Markup {
    html! {
        form.row method="post" action="/stand-in/acts" {
            input type="hidden" name=(name) value=(id);
            select name="act" aria-label="What happens to it" { @for act in acts { option { (act) } } }
            button { "Do it" }
        }
    }
}
