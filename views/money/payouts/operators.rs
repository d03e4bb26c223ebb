//! Payouts of all teams, for operators.

use super::{PayoutRow, payout_words};
use crate::{
    parts::{self, When},
    t,
};
use maud::{Markup, html};

/// Those that failed with their reasons, then the last ones.
pub fn of_all(failed: &[PayoutRow], last: &[PayoutRow]) -> Markup {
    html! {
        h2 { (t!("payouts-failed")) }
        @if failed.is_empty() { p.muted { (t!("payouts-failed-none")) } }
        @else { (table(failed, &t!("payouts-failed"))) }
        h2 { (t!("payouts-title")) }
        @if last.is_empty() { p.muted { (t!("payouts-none")) } }
        @else { (table(last, &t!("payouts-title"))) }
    }
}

fn table(rows: &[PayoutRow], name: &str) -> Markup {
    html! {
        table.table aria-label=(name) {
            thead { tr {
                th scope="col" { (t!("payouts-team")) }
                th scope="col" { (t!("payouts-where")) }
                th.n scope="col" { (t!("desk-amount")) }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" {
                            @if let Some(space) = &row.space { bdi { (space) } }
                            small { (parts::time(row.at, When::Moment)) " · " code { (row.id) } }
                        }
                        td { (payout_words(row.state)) @if let Some(why) = &row.failure { small { (why) } } }
                        td.n { (parts::money(row.amount)) }
                    }
                }
            }
        }
    }
}
