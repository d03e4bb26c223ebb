//! The ledger for operators: the sum of each account, and the provider's balance beside it.

use crate::{
    layout::Shell,
    money::{
        desk::signed,
        payouts::{self, PayoutRow},
    },
    ops::{Arrivals, arrivals, engine},
    parts::{self, When},
    rich, t,
};
use domain::{
    amount::{Currency, Money},
    time::Millis,
};
use maud::{Markup, html};

/// The sum of an account.
#[derive(Clone, Debug)]
pub struct SumRow {
    /// As it is written in the ledger; all sellers are one.
    pub account: String,
    pub sum: Money,
}

/// Our money at the provider in one currency, in minor units.
#[derive(Clone, Copy, Debug)]
pub struct CompareRow {
    pub currency: Currency,
    pub ledger: i64,
    pub provider: i64,
}

#[derive(Clone, Debug, Default)]
pub struct LedgerPage {
    pub sums: Vec<SumRow>,
    pub compared: Vec<CompareRow>,
    /// When the provider told its balance.
    pub seen: Option<Millis>,
    /// Why it does not tell it now.
    pub away: Option<String>,
    /// How the provider's news come.
    pub arrivals: Arrivals,
    /// Payouts that failed, and the last ones of all teams; each the newest first.
    pub failed: Vec<PayoutRow>,
    pub payouts: Vec<PayoutRow>,
}

pub fn ledger(shell: &Shell, m: &LedgerPage) -> Markup {
    engine(
        shell,
        &t!("opsmoney-title"),
        &[],
        html! {
            h1 { (t!("opsmoney-title")) }
            p.lead { (t!("opsmoney-about")) }
            h2 { (t!("opsmoney-provider")) }
            @if let Some(why) = &m.away { p.notice.bad { (t!("opsmoney-away")) " " (why) } }
            @if let Some(at) = m.seen { p.muted { (rich!("opsmoney-seen"; time => |_| parts::time(at, When::Second))) } }
            @else { p.muted { (t!("opsmoney-never-seen")) } }
            @if !m.compared.is_empty() { (compared(&m.compared)) }
            p { (arrivals(&m.arrivals)) " " a href="/ops/jobs" { (t!("ops-jobs")) } }
            h2 { (t!("opsmoney-accounts")) }
            @if m.sums.is_empty() { (parts::empty(&t!("opsmoney-none"), None)) }
            @else { (sums(&m.sums)) }
            (payouts::of_all(&m.failed, &m.payouts))
        },
    )
}

fn compared(rows: &[CompareRow]) -> Markup {
    html! {
        table.tree.named aria-label=(t!("opsmoney-provider")) {
            thead { tr {
                th scope="col" { (t!("form-field-currency")) }
                th.n scope="col" { (t!("opsmoney-ledger")) }
                th.n scope="col" { (t!("opsmoney-provider")) }
                th.n scope="col" { (t!("opsmoney-difference")) }
            } }
            tbody {
                @for row in rows {
                    @let shown = |minor| signed(Money { minor, currency: row.currency });
                    tr.sick[row.ledger != row.provider] {
                        th scope="row" { (row.currency.code().to_uppercase()) }
                        td.n data-name=(t!("opsmoney-ledger")) { (shown(row.ledger)) }
                        td.n data-name=(t!("opsmoney-provider")) { (shown(row.provider)) }
                        td.n data-name=(t!("opsmoney-difference")) { (shown(row.ledger - row.provider)) }
                    }
                }
            }
        }
    }
}

fn sums(rows: &[SumRow]) -> Markup {
    html! {
        table.table aria-label=(t!("opsmoney-accounts")) {
            thead { tr {
                th scope="col" { (t!("opsmoney-account")) }
                th.n scope="col" { (t!("opsmoney-sum")) }
            } }
            tbody { @for row in rows { tr { th scope="row" { (row.account) } td.n { (signed(row.sum)) } } } }
        }
    }
}
