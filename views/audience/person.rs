//! One person in a space: their whole story, and what can be done about it.

use super::{
    members::{self, HeldRow},
    trail_to,
};
use crate::{
    access::why,
    dom,
    layout::{self, Page, Shell},
    money::{desk::order_number, orders},
    parts::{self, When},
    rich, t,
};
use domain::{
    access::ban::BanKind,
    amount::Money,
    catalogue::offer::Space,
    id::{AccountId, PassId, PurchaseId, SpaceId},
    people::account::Account,
    time::{Millis, Span},
    waitlist::entry::EntryState,
};
use maud::{Markup, html};

/// Each list begins with the newest.
#[derive(Clone, Copy, Debug)]
pub struct PersonPage<'a> {
    pub space: &'a Space,
    pub account: &'a Account,
    /// The reader's role sees addresses.
    pub addresses: bool,
    /// The account was deleted.
    pub gone: bool,
    /// They want no messages of this space since then.
    pub unwanted: Option<Millis>,
    /// Each with its pass.
    pub held: &'a [(PassId, HeldRow<'a>)],
    /// `None`: the reader's role does not see the team's money.
    pub orders: Option<&'a [PersonOrderRow<'a>]>,
    pub plans: &'a [PlanRow<'a>],
    pub waits: &'a [WaitRow<'a>],
    pub bans: &'a [BanRow<'a>],
    pub seen: Option<Millis>,
    pub watched: Span,
    pub now: Millis,
}

#[derive(Clone, Copy, Debug)]
pub struct PersonOrderRow<'a> {
    pub id: PurchaseId,
    pub number: Option<i64>,
    pub title: &'a str,
    pub amount: Money,
    pub refunded: Money,
    pub at: Millis,
}

/// A subscription.
#[derive(Clone, Copy, Debug)]
pub struct PlanRow<'a> {
    pub title: &'a str,
    /// `None`: the reader's role does not see the team's money.
    pub each: Option<Money>,
    pub period_end: Millis,
    pub ended_at: Option<Millis>,
}

#[derive(Clone, Copy, Debug)]
pub struct WaitRow<'a> {
    pub pass: PassId,
    pub title: &'a str,
    pub state: EntryState,
    pub since: Millis,
}

#[derive(Clone, Copy, Debug)]
pub struct BanRow<'a> {
    pub kind: BanKind,
    pub reason: &'a str,
    pub at: Millis,
    pub until: Option<Millis>,
    pub lifted_at: Option<Millis>,
}

pub fn path(space: SpaceId, account: AccountId) -> String {
    format!("{}/story", why::path(space, account))
}

pub fn page(shell: &Shell, p: &PersonPage<'_>) -> Markup {
    let head = Page { title: &p.account.name, styles: layout::DESK, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (trail_to(p.space, &members::path(p.space.id), &t!("access-people")))
                div.row {
                    (parts::face(p.account, "l"))
                    div {
                        h1 { bdi { (p.account.name) } }
                        small { @if p.gone { (t!("members-gone")) } @else { a href={ "/@" (p.account.username) } { "@" (p.account.username) } @if p.addresses { " · " bdi { (p.account.email) } } } }
                    }
                    a.button.push href=(why::path(p.space.id, p.account.id)) { (t!("why-link")) }
                }
                (facts(p))
                h2 { (t!("members-passes")) }
                (passes(p))
                @if let Some(rows) = p.orders { h2 { (t!("desk-orders")) } (paid(rows)) }
                @if !p.plans.is_empty() { h2 { (t!("person-plans")) } ul.stack role="list" { @for plan in p.plans { li.card.row { (subscribed(plan)) } } } }
                @if !p.waits.is_empty() { h2 { (t!("waitlist")) } ul.stack role="list" { @for wait in p.waits { li.card.row { (waits(wait)) } } } }
                @if !p.bans.is_empty() { h2 { (t!("person-bans")) } ul.stack role="list" { @for ban in p.bans { li.card.row { (banned(ban, p.now)) } } } }
            }
        },
    )
}

fn facts(p: &PersonPage<'_>) -> Markup {
    html! {
        dl.facts {
            div { dt { (t!("members-watched")) } dd { (parts::hours(p.watched)) } }
            div { dt { (t!("person-seen")) } dd { @if let Some(seen) = p.seen { (parts::time(seen, When::Moment)) } @else { (t!("person-never")) } } }
            div { dt { (t!("letters")) } dd { @if let Some(at) = p.unwanted { (rich!("person-unwanted"; time => |_| parts::time(at, When::Date))) } @else { (t!("person-wanted")) } } }
        }
    }
}

fn passes(p: &PersonPage<'_>) -> Markup {
    html! {
        @if p.held.is_empty() { p.muted { (t!("person-no-passes")) } }
        ul.stack role="list" {
            @for (pass, held) in p.held {
                li.card.row {
                    div.grow { (members::one(held)) }
                    a.button href={ "/account/access_passes/" (pass) "/comps" } { (t!("comps")) }
                }
            }
        }
    }
}

fn paid(rows: &[PersonOrderRow<'_>]) -> Markup {
    html! {
        @if rows.is_empty() { p.muted { (t!("person-no-orders")) } }
        ul.stack role="list" {
            @for r in rows {
                li.card.row {
                    span.grow {
                        a href=(orders::one_path(r.id)) { span { (order_number(r.number)) " " bdi { (r.title) } } }
                        br; small {
                            (parts::time(r.at, When::Moment))
                            @if r.refunded.minor > 0 { " · " (t!("person-refunded", amount = parts::money(r.refunded))) }
                        }
                    }
                    span { (parts::money(r.amount)) }
                    a.button href=(orders::one_path(r.id)) { (t!("person-refund")) }
                }
            }
        }
    }
}

fn subscribed(p: &PlanRow<'_>) -> Markup {
    html! {
        span.grow {
            b { bdi { (p.title) } } br;
            small {
                @match p.ended_at {
                    Some(at) => (rich!("members-ended"; time => |_| parts::time(at, When::Date))),
                    None => (rich!("person-plan-until"; time => |_| parts::time(p.period_end, When::Date))),
                }
            }
        }
        @if let Some(each) = p.each { span { (parts::money(each)) } }
    }
}

fn waits(w: &WaitRow<'_>) -> Markup {
    html! {
        span.grow {
            a href=(crate::waitlist::desk::path(w.pass)) { bdi { (w.title) } } br;
            small { (parts::time(w.since, When::Moment)) }
        }
        span.badge { (crate::waitlist::desk::state_words(w.state)) }
    }
}

fn banned(b: &BanRow<'_>, now: Millis) -> Markup {
    let over = b.lifted_at.is_some() || b.until.is_some_and(|until| until <= now);
    html! {
        span.grow {
            b { @match b.kind { BanKind::Ban => (t!("person-ban")), BanKind::Mute => (t!("person-mute")) } }
            @if !b.reason.is_empty() { ": " bdi { (b.reason) } }
            br; small {
                (parts::time(b.at, When::Moment))
                @if let Some(until) = b.until { " · " (rich!("members-until"; time => |_| parts::time(until, When::Moment))) }
            }
        }
        span.badge { @if over { (t!("person-over")) } @else { (t!("person-in-force")) } }
    }
}
