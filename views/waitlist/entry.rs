//! A person's own place on the list of a pass. It moves while the page is open.

use crate::{
    Picture,
    catalogue::{
        pass::PURCHASE,
        selling::{chosen, plans},
        ticket,
    },
    dom,
    form::{self, Errors, Field},
    layout::{self, LIVE, Page, Shell},
    live::stream,
    parts::{self, When},
    rich, t,
    waitlist::card::{self, CardChoice},
};
use domain::{
    catalogue::{
        offer::{Pass, PriceKind, Space},
        slug::page_path,
    },
    id::WaitlistEntryId,
    time::Millis,
    waitlist::{
        charge::OfferCharge,
        entry::{EntryKind, EntryState, Standing},
    },
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct WaitlistPlace<'a> {
    pub space: &'a Space,
    pub pass: &'a Pass,
    pub entry: WaitlistEntryId,
    pub kind: EntryKind,
    pub standing: Standing,
}

pub fn path(entry: WaitlistEntryId) -> String {
    format!("/account/waitlist/{entry}")
}

/// `card`: what they can do about paying by themselves or not; `None` once nothing can be chosen.
pub fn page(shell: &Shell, p: &WaitlistPlace<'_>, card: Option<&CardChoice<'_>>) -> Markup {
    let title = t!("waitlist-place-title", pass = p.pass.title.as_str());
    let head = Page { title: &title, scripts: LIVE, ..Page::default() };
    let pass = page_path(&p.space.slug, &p.pass.slug);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", p.space.slug), &p.space.name), (&pass, &p.pass.title)]))
                h1 { bdi { (p.pass.title) } }
                div.stack #(dom::WAITLIST) role="status" { (content(p)) }
                @if let Some(card) = card { (card::section(p.entry, card)) }
                (stream::follow(&path(p.entry), ""))
            }
        },
    )
}

/// What follows the decisions of the team, and the seats.
pub fn picture(p: &WaitlistPlace<'_>) -> Picture {
    Picture::default().with(dom::WAITLIST, content(p))
}

fn content(p: &WaitlistPlace<'_>) -> Markup {
    let again = ticket::waitlist_path(p.space, p.pass);
    html! {
        div.card.stack data-state=(p.standing.state.code()) {
            @match p.standing.state {
                EntryState::Waiting => { p { b { (t!("waitlist-waiting")) } } (number(p)) }
                EntryState::Line if p.kind == EntryKind::Application => { p { b { (t!("waitlist-approved-line")) } } (number(p)) }
                EntryState::Line => { p { b { (t!("waitlist-line")) } } (number(p)) }
                EntryState::Offered => { (offer(p)) }
                EntryState::Taken => { p { (t!("waitlist-taken")) } p { a.button href="/account/purchases" { (t!("waitlist-to-purchases")) } } }
                EntryState::Rejected => { p { b { (t!("waitlist-rejected")) } } }
                EntryState::Lapsed => { p { b { (t!("waitlist-lapsed")) } } p { a.button href=(again) { (t!("waitlist-again")) } } }
                EntryState::Left => { p { (t!("waitlist-left")) } p { a.button href=(again) { (t!("waitlist-again")) } } }
            }
        }
        @if p.standing.state.is_open() { (leave(p)) }
    }
}

fn number(p: &WaitlistPlace<'_>) -> Markup {
    html! {
        @if let Some(place) = p.standing.place {
            dl.figures { div { dt { (t!("waitlist-place")) } dd { (parts::count(place.unsigned_abs())) } } }
        }
        p.muted { (t!("waitlist-moves")) }
    }
}

fn offer(p: &WaitlistPlace<'_>) -> Markup {
    let (buy, price) = (format!("{}/purchase", page_path(&p.space.slug, &p.pass.slug)), p.pass.price.kind);
    if p.standing.charge == OfferCharge::Pending {
        return html! { p { b { (t!("waitlist-charging")) } } p.muted { (t!("waitlist-charging-wait")) } };
    }
    html! {
        @if p.standing.charge == OfferCharge::Refused { div.notice { p { (t!("waitlist-not-charged")) } } }
        p { b { (t!("waitlist-offered")) } }
        @if let Some(until) = p.standing.offer_until { p { (kept_until(until)) } }
        p { (ticket::price(&price)) }
        form method="post" action=(buy) {
            @if let Some(chosen) = price.chosen() { (chosen::field(&chosen, "", &Errors::default())) }
            (plans::choice(price))
            button.button.primary.wide { (ticket::verb(&price)) }
        }
        @if matches!(price, PriceKind::Once(_)) { (code(&buy)) }
    }
}

/// A code for a lower price.
fn code(buy: &str) -> Markup {
    let label = t!("promo-code");
    let field = Field::input(PURCHASE, "promo", &label, "").required().max(40).autocomplete("off");
    html! {
        details.rare {
            summary { (t!("promo-have")) }
            form.stack method="post" action=(buy) { (field.show(&Errors::default())) button.button { (t!("promo-use")) } }
        }
    }
}

fn kept_until(until: Millis) -> Markup {
    let time =
        |_: &str| html! { (parts::time(until, When::Moment)) " (" (parts::countdown("in", until)) ")" };
    html! { (rich!("waitlist-offered-until"; time => time)) }
}

fn leave(p: &WaitlistPlace<'_>) -> Markup {
    html! {
        details.confirm {
            summary.button { (t!("waitlist-leave-ask")) }
            div.menu.stack {
                p { (t!("waitlist-leave-words")) }
                (form::action(&format!("{}/withdrawal", path(p.entry)), "danger", &t!("waitlist-leave")))
            }
        }
    }
}
