//! What a person subscribes to: when it is charged next, its end, and the card that pays. And the mails about it.

use crate::{
    dom, form,
    layout::{self, Page, Shell},
    mail::mail,
    parts::{self, When},
    rich, t,
    words::dates,
};
use domain::{
    amount::Money,
    id::SubscriptionId,
    mail::Mail,
    money::{
        billing::{ChangeCost, Interval, SubscriptionStatus},
        recurring::{
            change::{PlanPreview, may_change},
            subscription::{GRACE, News, Subscription, UNPAID_FOR},
        },
    },
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

pub const PATH: &str = "/account/subscriptions";

/// A subscription, and how else it can be paid.
#[derive(Clone, Debug)]
pub struct SubscriptionRow {
    pub subscription: Subscription,
    pub other: Option<(Interval, Money)>,
    /// When its pass ends, as far as it is paid.
    pub until: Option<Millis>,
}

pub fn page(shell: &Shell, subscriptions: &[SubscriptionRow]) -> Markup {
    let head = Page { title: &t!("plans-own"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account"))]))
                h1 { (t!("plans-own")) }
                @if subscriptions.is_empty() { (parts::empty(&t!("plans-own-none"), Some(("/explore", &t!("money-explore"))))) }
                @else {
                    @let first = subscriptions.iter().position(owes);
                    ul.stack role="list" { @for (n, one) in subscriptions.iter().enumerate() { li.card.stack { (row(one, first == Some(n))) } } }
                    (form::action(&format!("{PATH}/portal"), "", &t!("plans-card")))
                    p.muted { (t!("plans-card-where")) }
                }
            }
        },
    )
}

/// Whether its last charge is not paid.
fn owes(row: &SubscriptionRow) -> bool {
    matches!(row.subscription.status, SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid)
}

/// `first`: it is the first of those that are not paid, so paying it is the first thing to do.
fn row(row: &SubscriptionRow, first: bool) -> Markup {
    let one = &row.subscription;
    html! {
        h2 { bdi { (one.title) } }
        p { (parts::each(one.every, one.each)) }
        @if let Some(all) = one.instalments { p { b { (t!("plans-instalments-paid", paid = one.paid, count = all)) } } }
        @if one.is_complete() && one.refused.is_none() { p { (t!("plans-instalments-done")) } } @else { p { (state(row)) } }
        div.row {
            @if owes(row) { (form::action(&path(one.id, "payment"), if first { "primary" } else { "" }, &t!("plans-pay-now"))) }
            @if !one.status.is_over() && one.refused.is_none() && !one.is_complete() {
                @if one.ends_with_period { (form::action(&path(one.id, "continuation"), "", &t!("plans-undo-cancellation"))) }
                @else {
                    @if one.collection_paused { (form::action(&path(one.id, "resumption"), "", &t!("plans-resume"))) }
                    @if may_change(one) { (form::action(&path(one.id, "pause"), "", &t!("plans-pause"))) }
                    (form::action(&path(one.id, "cancellation"), "", &t!("plans-cancel")))
                }
            }
            @if let Some((every, each)) = row.other { (form::action(&path(one.id, "plan"), "", &t!("plans-change-ask", each = parts::each(every, each)))) }
        }
    }
}

/// What another plan costs, before it is chosen; or that this has to be asked again.
pub fn plan(shell: &Shell, one: &Subscription, told: Option<&(PlanPreview, Money)>) -> Markup {
    let head = Page { title: &t!("plans-change"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (PATH, &t!("plans-own"))]))
                h1 { (t!("plans-change")) }
                @match told {
                    Some((preview, each)) => (offered(one, preview, *each)),
                    None => p.notice { (t!("plans-change-old")) },
                }
                p { a href=(PATH) { (t!("plans-change-leave")) } }
            }
        },
    )
}

fn offered(one: &Subscription, preview: &PlanPreview, each: Money) -> Markup {
    let ChangeCost { total, due } = preview.cost;
    let credit = Money { minor: -total.minor, ..total };
    let verb: Cow<'_, str> = if due.minor > 0 {
        t!("plans-change-pay", due = parts::money(due)).into()
    } else {
        t!("plans-change-do")
    };
    html! {
        section.card.stack {
            h2 { bdi { (one.title) } }
            dl.total {
                div { dt { (t!("plans-change-before")) } dd { (parts::each(one.every, one.each)) } }
                div { dt { (t!("plans-change-after")) } dd { (parts::each(preview.every, each)) } }
                div.sum { dt { (t!("plans-change-now")) } dd { (parts::money(due)) } }
            }
            @if credit.minor > 0 { p { (t!("plans-change-credit", amount = parts::money(credit))) } }
            (form::action(&path(one.id, "plan/confirmation"), "primary wide", &verb))
        }
    }
}

pub fn path(id: SubscriptionId, verb: &str) -> String {
    format!("{PATH}/{id}/{verb}")
}

fn state(row: &SubscriptionRow) -> Markup {
    use SubscriptionStatus::*;
    let one = &row.subscription;
    let moment = |at: Millis| parts::time(at, When::Moment);
    let (ended, grace) = (one.ended_at.unwrap_or(one.period_end), one.period_start + GRACE);
    let until = row.until.unwrap_or(one.period_end);
    match one.status {
        _ if one.refused.is_some() => html! { (t!("plans-refused")) },
        Canceled | IncompleteExpired => rich!("plans-ended"; at => |_| moment(ended)),
        Incomplete => html! { (t!("plans-incomplete")) },
        Paused => html! { (t!("plans-paused")) },
        PastDue | Unpaid => rich!("plans-unpaid"; at => |_| moment(row.until.unwrap_or(grace))),
        Trialing | Active if one.ends_with_period => rich!("plans-ends"; at => |_| moment(until)),
        Trialing | Active if one.collection_paused => {
            rich!("plans-on-pause"; at => |_| moment(until), end => |_| moment(until + UNPAID_FOR))
        }
        Trialing => rich!("plans-trialing"; at => |_| moment(one.period_end)),
        Active => rich!("plans-renews"; at => |_| moment(one.period_end)),
    }
}

/// News of a subscription.
#[derive(Clone, Copy, Debug)]
pub struct SubscriptionNews<'a> {
    pub subscription: &'a Subscription,
    pub space: &'a str,
    /// When the pass ends, if nothing is paid.
    pub until: Option<Millis>,
    /// The link to the subscriptions of a person, with scheme and host.
    pub url: &'a str,
}

pub fn news(to: &str, news: News, told: &SubscriptionNews<'_>) -> Mail {
    let SubscriptionNews { subscription: one, space, until, url } = *told;
    let (pass, each) = (one.title.as_str(), parts::each(one.every, one.each));
    match news {
        News::Trial(end) => {
            let end = dates::moment(end);
            let text = t!("mail-trial-text", pass = pass, space = space, each = each, end = end, url = url);
            mail(to, t!("mail-trial-subject", pass = pass, space = space), text)
        }
        News::Unpaid(_) => {
            let until = dates::moment(until.unwrap_or(one.period_start + GRACE));
            let text =
                t!("mail-unpaid-text", pass = pass, space = space, each = each, until = until, url = url);
            mail(to, t!("mail-unpaid-subject", pass = pass, space = space), text)
        }
        News::Renews(at) => {
            let at = dates::moment(at);
            let text = t!("mail-renews-text", pass = pass, space = space, each = each, at = at, url = url);
            mail(to, t!("mail-renews-subject", pass = pass, space = space), text)
        }
        News::Ended => {
            let text = t!("mail-ended-text", pass = pass, space = space, url = url);
            mail(to, t!("mail-ended-subject", pass = pass, space = space), text)
        }
    }
}
