//! The buyer's receipt and invoice: one page, made to be printed.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    money::desk::order_number,
    parts::{self, When},
    rich, t,
};
use domain::{
    id::{CheckoutId, PurchaseId},
    money::{
        buying::billed::{BilledCompany, LONGEST_ADDRESS, LONGEST_COMPANY, LONGEST_TAX_ID},
        number::InvoiceNumber,
        settlement::{PaidMoney, Refund},
    },
    time::Millis,
};
use maud::{Markup, html};

/// The name of the form that makes it out to a company.
pub const FORM: &str = "invoice";

#[derive(Clone, Copy, Debug)]
pub struct Invoice<'a> {
    pub order: PurchaseId,
    pub checkout: CheckoutId,
    pub invoice: Option<InvoiceNumber>,
    pub number: Option<i64>,
    pub at: Millis,
    /// The space that sold it, and its address.
    pub seller: &'a str,
    pub seller_url: &'a str,
    pub buyer: &'a str,
    pub email: &'a str,
    /// For which the buyer has bought.
    pub company: Option<&'a BilledCompany>,
    pub title: &'a str,
    pub money: PaidMoney,
    /// The company as it was typed, if that was refused.
    pub draft: Option<&'a BilledCompany>,
    pub errors: &'a Errors,
}

pub fn path(order: PurchaseId) -> String {
    format!("/account/purchases/{order}/invoice")
}

/// The way to it.
pub fn link(order: PurchaseId) -> Markup {
    html! { a href=(path(order)) { (t!("invoice-title")) } }
}

pub fn page(shell: &Shell, i: &Invoice<'_>) -> Markup {
    let head = Page { title: &t!("invoice-title"), styles: layout::DESK, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account/purchases", &t!("money-passes")), (&format!("/checkouts/{}", i.checkout), i.title)]))
                h1 { (t!("invoice-title")) }
                (form::summary(i.errors))
                (facts(i))
                (lines(i))
                @if let Some(words) = returned(&i.money) { p.notice { (words) } }
                p.muted { (t!("invoice-print")) }
                (bill(i))
            }
        },
    )
}

fn facts(i: &Invoice<'_>) -> Markup {
    html! {
        dl.facts {
            @if let Some(number) = i.invoice { div { dt { (t!("invoice-number")) } dd { (number) } } }
            @if i.number.is_some() { div { dt { (t!("desk-order")) } dd { (order_number(i.number)) } } }
            div { dt { (t!("invoice-date")) } dd { (parts::time(i.at, When::Date)) } }
            div { dt { (t!("invoice-seller")) } dd { bdi { (i.seller) } br; small { (i.seller_url) } } }
            @if let Some(company) = i.company { (billed(company)) }
            div { dt { (t!("desk-buyer")) } dd { bdi { (i.buyer) } br; small { (i.email) } } }
            div { dt { (t!("invoice-reference")) } dd { small { (i.order) } } }
        }
    }
}

fn billed(company: &BilledCompany) -> Markup {
    html! {
        div { dt { (t!("invoice-company")) } dd { bdi { (company.name) } @for line in company.address.lines() { br; bdi { (line) } } } }
        @if !company.tax_id.is_empty() { div { dt { (t!("invoice-tax-id")) } dd { bdi { (company.tax_id) } } } }
    }
}

/// Few buyers need it, so it is closed until something is wrong.
fn bill(i: &Invoice<'_>) -> Markup {
    let empty = BilledCompany::default();
    let company = i.draft.or(i.company).unwrap_or(&empty);
    html! {
        details.rare open[!i.errors.is_empty()] {
            summary { (t!("invoice-bill")) }
            form.stack method="post" action=(path(i.order)) {
                (Field::input(FORM, "company", &t!("invoice-company"), &company.name).max(LONGEST_COMPANY).autocomplete("organization").show(i.errors))
                (Field::area(FORM, "address", &t!("invoice-address"), &company.address).max(LONGEST_ADDRESS).show(i.errors))
                (Field::input(FORM, "tax_id", &t!("invoice-tax-id"), &company.tax_id).max(LONGEST_TAX_ID).autocomplete("off").hint(&t!("invoice-bill-hint")).show(i.errors))
                button.button { (t!("invoice-bill-save")) }
            }
        }
    }
}

fn lines(i: &Invoice<'_>) -> Markup {
    html! {
        dl.total {
            div { dt { bdi { (i.title) } } dd { (parts::money(i.money.paid)) } }
            div { dt { (t!("invoice-tax")) } dd { (t!("invoice-tax-none")) } }
            div.sum { dt { (t!("money-order-total")) } dd { (parts::money(i.money.paid)) " " small { (i.money.paid.currency.code().to_uppercase()) } } }
            div { dt { (t!("invoice-paid")) } dd { (rich!("invoice-paid-at"; time => |_| parts::time(i.at, When::Date))) } }
            @if i.money.refunded.minor > 0 { div { dt { (t!("invoice-refunded")) } dd { (parts::money(i.money.refunded)) } } }
        }
    }
}

/// What became of the money since.
fn returned(money: &PaidMoney) -> Option<String> {
    let refunded = parts::money(money.refunded);
    Some(match money.refund() {
        Refund::None => return None,
        Refund::Owed(_) => t!("invoice-going-back").into(),
        Refund::Part => t!("invoice-part-back", amount = refunded),
        Refund::Whole => t!("invoice-whole-back", amount = refunded),
        Refund::Failed => t!("money-refund-failed").into(),
        Refund::Disputed => t!("invoice-disputed").into(),
        Refund::Taken => t!("money-taken-back-why").into(),
    })
}
