//! The passes that a person holds, and their orders.

use crate::{
    catalogue::content,
    dom,
    layout::{self, LIVE, Page, Shell},
    live::{
        now::{self, Coming},
        stream,
    },
    money::{back::wishes, buying::cards, checkout::pay_words, invoice, subscriptions},
    parts::{self, When},
    picture::Picture,
    rich, t,
};
use domain::{
    access::ban::KeptOut,
    amount::Money,
    catalogue::{offer::ExperienceKind, slug::page_path},
    id::{CheckoutId, PurchaseId},
    money::{
        buying::cards::SavedCard,
        checkout::{OrderEnd, Payment},
        settlement::Refund,
    },
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

/// A pass that a person holds or held.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    pub pass_title: &'a str,
    pub space_name: &'a str,
    pub space_slug: &'a str,
    pub experiences: &'a [Opened<'a>],
    pub since: Millis,
    pub until: Option<Millis>,
    /// Valid now.
    pub holds: bool,
    /// A ban keeps its holder out of the space.
    pub kept_out: Option<KeptOut>,
}

/// An experience that a held pass opens.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'a> {
    pub kind: ExperienceKind,
    pub slug: &'a str,
    pub title: &'a str,
    pub live: bool,
}

/// A past or open checkout.
#[derive(Clone, Copy, Debug)]
pub struct Bought<'a> {
    pub checkout: CheckoutId,
    pub purchase: PurchaseId,
    pub title: &'a str,
    pub space_name: &'a str,
    pub amount: Money,
    pub at: Millis,
    pub state: Payment,
    /// Why it is ending or has ended.
    pub ended: Option<OrderEnd>,
    pub refund: Refund,
}

pub const PATH: &str = "/account/purchases";

/// What follows the shows: what is live, what comes next, and the passes.
pub fn held_picture(passes: &[Held<'_>], coming: &[Coming<'_>]) -> Picture {
    Picture::default().with(dom::HOLDINGS, holdings(passes, coming))
}

/// All that follows what happens: also the payments.
pub fn picture(passes: &[Held<'_>], coming: &[Coming<'_>], bought: &[Bought<'_>]) -> Picture {
    held_picture(passes, coming).with(dom::PAYMENTS, payments(bought))
}

pub fn page(shell: &Shell, picture: &Picture, saved: &[SavedCard]) -> Markup {
    let head = Page { title: &t!("money-passes"), scripts: LIVE, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("money-passes")) }
                (stream::follow(PATH, ""))
                div.stack #(dom::HOLDINGS) { (picture.content(dom::HOLDINGS)) }
                p { a href=(subscriptions::PATH) { (t!("plans-own")) } }
                h2 { (t!("money-payments")) }
                div.stack #(dom::PAYMENTS) { (picture.content(dom::PAYMENTS)) }
                (cards::list(saved))
            }
        },
    )
}

fn holdings(passes: &[Held<'_>], coming: &[Coming<'_>]) -> Markup {
    let (mut now, past): (Vec<Held<'_>>, Vec<Held<'_>>) = passes.iter().copied().partition(|pass| pass.holds);
    // The order of before remains among those that are live, and among those that are not.
    now.sort_by_key(|pass| !pass.is_live());
    html! {
        @if now.iter().any(Held::is_live) {
            h2 { (t!("money-live-now")) }
            ul.stack role="list" { @for pass in now.iter().filter(|pass| pass.is_live()) { (live(pass)) } }
        }
        @if !coming.is_empty() {
            h2 { (t!("money-coming")) }
            ol.stack role="list" { @for show in coming { li { (now::planned(show)) } } }
        }
        h2.hidden[coming.is_empty() && !now.iter().any(Held::is_live)] { (t!("money-held")) }
        @if passes.is_empty() { (no_passes()) }
        @else if !now.is_empty() { (held(&now)) }
        @if !past.is_empty() { h2 { (t!("money-past")) } (held(&past)) }
    }
}

/// For somebody who holds none.
pub fn no_passes() -> Markup {
    parts::empty(&t!("money-passes-none"), Some(("/explore", &t!("money-explore"))))
}

impl Held<'_> {
    /// It opens something that is live.
    fn is_live(&self) -> bool {
        self.holds && self.kept_out.is_none() && self.experiences.iter().any(|door| door.live)
    }
}

fn live(pass: &Held<'_>) -> Markup {
    html! {
        @for door in pass.experiences.iter().filter(|door| door.live) {
            li {
                a.card.row.onstage href=(page_path(pass.space_slug, door.slug)) {
                    (parts::badge_live())
                    span.grow { b { bdi { (door.title) } } br; small { bdi { (pass.space_name) } } }
                }
            }
        }
    }
}

/// The passes as tickets, each with links to its experiences.
pub fn held(passes: &[Held<'_>]) -> Markup {
    html! { div.tiles { @for pass in passes { (ticket(pass)) } } }
}

fn ticket(p: &Held<'_>) -> Markup {
    html! {
        article.pass.past[!p.holds] {
            div.body.stack {
                h3 { (p.pass_title) }
                p { a href={ "/" (p.space_slug) } { bdi { (p.space_name) } } }
                small {
                    (rich!("money-held-since"; time => |_| parts::time(p.since, When::Date)))
                    @if let Some(until) = p.until { " · " (rich!("money-held-until"; time => |_| parts::time(until, When::Moment))) }
                }
            }
            div.stub {
                @if !p.holds { p.muted { (t!("money-pass-ended")) } }
                @else if let Some(ban) = p.kept_out { p.muted { (parts::banned(ban)) " " (t!("money-pass-stays")) } }
                @else if p.experiences.is_empty() { p.muted { (t!("money-pass-empty")) } }
                @else { @for door in p.experiences { (open(p, door)) } }
            }
        }
    }
}

fn open(p: &Held<'_>, door: &Opened<'_>) -> Markup {
    html! {
        a.button.wide href=(page_path(p.space_slug, door.slug)) {
            @if door.live { (parts::badge_live()) }
            (content::icon(door.kind)) (door.title)
        }
    }
}

fn payments(bought: &[Bought<'_>]) -> Markup {
    html! {
        @if bought.is_empty() { (parts::empty(&t!("money-payments-none"), None)) }
        @else { ul.stack role="list" { @for b in bought { li { (payment(b)) } } } }
    }
}

fn payment(b: &Bought<'_>) -> Markup {
    let open = matches!(b.state, Payment::Held | Payment::Paying) && b.ended.is_none();
    html! {
        @if open { (unpaid(b)) } @else { (settled(b)) }
    }
}

/// An order that awaits payment, with its actions.
fn unpaid(b: &Bought<'_>) -> Markup {
    let base = format!("/checkouts/{}", b.checkout);
    html! {
        div.card.row {
            a href=(base) { b { bdi { (b.title) } } br; small { bdi { (b.space_name) } " · " (parts::time(b.at, When::Moment)) } }
            span.push.row {
                form method="post" action={ (base) "/payment" } { button.button.primary { (pay_words(b.amount)) } }
                form method="post" action={ (base) "/cancellation" } { button.button { (t!("money-cancel")) } }
            }
        }
    }
}

fn settled(b: &Bought<'_>) -> Markup {
    html! {
        div.card.row {
            a href={ "/checkouts/" (b.checkout) } { b { bdi { (b.title) } } br; small { bdi { (b.space_name) } " · " (parts::time(b.at, When::Moment)) } }
            span.push { b { (parts::money(b.amount)) } }
            span.badge { (words(b)) }
            @if b.state == Payment::Paid { (invoice::link(b.purchase)) }
            @if b.state == Payment::Paid && matches!(b.refund, Refund::None | Refund::Part) { (wishes::link(b.purchase)) }
        }
    }
}

fn words(b: &Bought<'_>) -> Cow<'static, str> {
    match (b.state, b.refund) {
        (Payment::Paid, Refund::Owed(_)) => t!("money-badge-going-back"),
        (Payment::Paid, Refund::Part) => t!("money-badge-partly-refunded"),
        (Payment::Paid, Refund::Whole) => t!("money-badge-refunded"),
        (Payment::Paid, Refund::Failed) => t!("money-badge-refund-failed"),
        (Payment::Paid, Refund::Disputed) => t!("money-badge-disputed"),
        (Payment::Paid, Refund::Taken) => t!("money-badge-taken-back"),
        (state, _) => outcome(state, b.ended),
    }
}

/// The state of an order, or how it ended. It says nothing about refunds.
fn outcome(state: Payment, ended: Option<OrderEnd>) -> Cow<'static, str> {
    match (state, ended) {
        (Payment::Held, None) => t!("money-badge-not-paid"),
        (Payment::Paying, None) => t!("money-badge-waiting"),
        (Payment::Held | Payment::Paying, Some(_)) => t!("money-badge-being-ended"),
        (Payment::Processing, _) => t!("money-badge-processing"),
        (Payment::Paid, _) => t!("money-badge-paid"),
        (Payment::Failed, Some(end @ (OrderEnd::Refused | OrderEnd::Unconfirmed))) => ending(end),
        (Payment::Failed, _) => t!("money-badge-failed"),
        (Payment::Expired, Some(end)) => ending(end),
        (Payment::Expired, None) => t!("money-badge-expired"),
    }
}

fn ending(end: OrderEnd) -> Cow<'static, str> {
    match end {
        OrderEnd::Cancelled => t!("money-badge-cancelled"),
        OrderEnd::Price => t!("money-badge-price"),
        OrderEnd::Withdrawn => t!("money-badge-withdrawn"),
        OrderEnd::Stock => t!("money-badge-stock"),
        OrderEnd::Window => t!("money-badge-window"),
        OrderEnd::Questions => t!("money-badge-questions"),
        OrderEnd::Unpublished => t!("money-badge-unpublished"),
        OrderEnd::Banned => t!("money-badge-banned"),
        OrderEnd::Refused => t!("money-badge-refused"),
        OrderEnd::Unconfirmed => t!("money-badge-unconfirmed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_is_told_in_its_own_words() {
        let mut told: Vec<Cow<'_, str>> =
            OrderEnd::ALL.map(|end| outcome(Payment::Expired, Some(end))).into();
        told.push(outcome(Payment::Expired, None));
        told.push(outcome(Payment::Failed, None));
        let all = told.len();
        told.sort_unstable();
        told.dedup();
        assert_eq!(told.len(), all, "{told:?}");
        // A cancelled order may be paid by a slow method at the same moment.
        assert_eq!(outcome(Payment::Failed, Some(OrderEnd::Cancelled)), "payment failed");
        assert_eq!(outcome(Payment::Failed, Some(OrderEnd::Refused)), "could not be opened");
        assert_eq!(outcome(Payment::Failed, Some(OrderEnd::Unconfirmed)), "not confirmed");
        assert_eq!(outcome(Payment::Paying, Some(OrderEnd::Banned)), "being ended");
        assert_eq!(outcome(Payment::Paid, Some(OrderEnd::Cancelled)), "paid");
    }
}
