//! Refunds that buyers ask for: the buyer's page, what the seller sees on the order, and the mail to both.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    mail::mail,
    money::{desk::order_number, orders, purchases},
    parts::{self, When},
    rich, t,
};
use domain::{
    amount::Money,
    id::PurchaseId,
    mail::Mail,
    money::back::wishes::{LONGEST_REASON, MOST_WISHES, WishAnswer},
    time::Millis,
};
use maud::{Markup, html};

pub const FORM: &str = "wish";
/// The seller's answer.
pub const DECLINE: &str = "decline";

/// What a buyer asked for, and the answer.
#[derive(Clone, Copy, Debug)]
pub struct WishRow<'a> {
    /// Empty once the account is deleted.
    pub reason: &'a str,
    pub asked_at: Millis,
    pub answer: Option<WishAnswer>,
    /// Why it was declined.
    pub words: &'a str,
}

/// Whether the buyer may ask, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WishState {
    Open,
    /// The last one is not answered yet.
    Waits,
    /// They have asked as often as they may.
    UsedUp,
    /// Nothing can be refunded.
    Nothing,
}

#[derive(Clone, Copy, Debug)]
pub struct WishPage<'a> {
    pub order: PurchaseId,
    pub number: Option<i64>,
    pub title: &'a str,
    pub space: &'a str,
    pub paid: Money,
    pub at: Millis,
    /// The oldest first.
    pub wishes: &'a [WishRow<'a>],
    pub state: WishState,
    pub draft: &'a str,
    pub errors: &'a Errors,
}

pub fn path(order: PurchaseId) -> String {
    format!("/account/purchases/{order}/refund")
}

/// To the page on which a buyer asks.
pub fn link(order: PurchaseId) -> Markup {
    html! { a href=(path(order)) { (t!("wish-link")) } }
}

pub fn page(shell: &Shell, w: &WishPage<'_>) -> Markup {
    let head = Page { title: &t!("wish-title"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (purchases::PATH, &t!("money-payments"))]))
                h1 { (t!("wish-title")) }
                (form::summary(w.errors))
                p {
                    b { bdi { (w.title) } } br;
                    small { (order_number(w.number)) " · " bdi { (w.space) } " · " (parts::money(w.paid)) " · " (parts::time(w.at, When::Moment)) }
                }
                @if !w.wishes.is_empty() { (history(w.wishes, true)) }
                @match w.state {
                    WishState::Open => (form(w)),
                    WishState::Waits => { p role="status" { (t!("wish-waits")) } }
                    WishState::UsedUp => { p.muted { (rich!("wish-used-up", count = MOST_WISHES; contact => |words| html! { a href="/contact" { (words) } })) } }
                    WishState::Nothing => { p.muted { (t!("wish-nothing")) } }
                }
            }
        },
    )
}

fn form(w: &WishPage<'_>) -> Markup {
    let (label, hint) = (t!("wish-reason"), t!("wish-reason-hint"));
    let reason = Field::area(FORM, "reason", &label, w.draft).required().max(LONGEST_REASON).hint(&hint);
    html! {
        form.card.stack method="post" action=(path(w.order)) {
            (reason.show(w.errors))
            button.button.primary { (t!("wish-ask")) }
        }
    }
}

/// What was asked and answered. `own`: to the buyer.
fn history(wishes: &[WishRow<'_>], own: bool) -> Markup {
    html! {
        ul.stack role="list" {
            @for wish in wishes {
                li.card.stack {
                    p {
                        small { @if own { (rich!("wish-asked-own"; at => |_| parts::time(wish.asked_at, When::Moment))) } @else { (rich!("wish-asked"; at => |_| parts::time(wish.asked_at, When::Moment))) } }
                        " "
                        span.badge {
                            @match wish.answer {
                                None => (t!("wish-badge-open")),
                                Some(WishAnswer::Refunded) => (t!("wish-badge-refunded")),
                                Some(WishAnswer::Declined) => (t!("wish-badge-declined")),
                            }
                        }
                    }
                    @if wish.reason.is_empty() { p.muted { (t!("wish-reason-gone")) } }
                    @else { div.stack dir="auto" { (parts::paragraphs(wish.reason)) } }
                    @if !wish.words.is_empty() {
                        p { small { (t!("wish-answer")) } }
                        div.stack dir="auto" { (parts::paragraphs(wish.words)) }
                    }
                }
            }
        }
    }
}

/// Whether a wish waits for its answer.
pub fn is_open(wishes: &[WishRow<'_>]) -> bool {
    wishes.iter().any(|wish| wish.answer.is_none())
}

/// What the seller sees of it on the page of the order, with both answers to an open one: `refund`, the form that refunds, stands first,
/// because that is what was asked for.
pub fn asked(
    order: PurchaseId,
    wishes: &[WishRow<'_>],
    draft: &str,
    errors: &Errors,
    refund: Option<&Markup>,
) -> Markup {
    let open = is_open(wishes);
    html! {
        @if !wishes.is_empty() {
            section.stack {
                h2 { @if open { (t!("wish-heading")) } @else { (t!("wish-heading-answered")) } }
                @if open { p { (t!("wish-decide")) } }
                (history(wishes, false))
                @if open {
                    div.row {
                        @if let Some(refund) = refund { (refund) }
                        (decline(order, draft, errors))
                    }
                }
            }
        }
    }
}

fn decline(order: PurchaseId, draft: &str, errors: &Errors) -> Markup {
    let (label, hint) = (t!("wish-words"), t!("wish-words-hint"));
    let words = Field::area(DECLINE, "words", &label, draft).required().max(LONGEST_REASON).hint(&hint);
    html! {
        details.confirm.inline open[errors.has(DECLINE, "words")] {
            summary.button { (t!("wish-decline-ask")) }
            div.menu.stack {
                form.stack method="post" action={ (orders::one_path(order)) "/refusals" } {
                    (words.show(errors))
                    button.button.danger { (t!("wish-decline")) }
                }
            }
        }
    }
}

/// A mail about such a wish.
#[derive(Clone, Copy, Debug)]
pub struct WishMail<'a> {
    pub pass: &'a str,
    pub space: &'a str,
    pub number: Option<i64>,
    pub paid: Money,
    /// The buyer's reason, or the seller's answer.
    pub words: &'a str,
    /// The link to the order, with scheme and host.
    pub url: &'a str,
}

/// To somebody of the team.
pub fn asked_mail(to: &str, m: &WishMail<'_>) -> Mail {
    let number = order_number(m.number);
    let text = t!(
        "mail-wish-asked-text",
        number = number.as_str(),
        pass = m.pass,
        space = m.space,
        paid = parts::money(m.paid),
        words = m.words,
        url = m.url
    );
    mail(to, t!("mail-wish-asked-subject", number = number, space = m.space), text)
}

/// To the buyer.
pub fn declined_mail(to: &str, m: &WishMail<'_>) -> Mail {
    let text = t!(
        "mail-wish-declined-text",
        pass = m.pass,
        space = m.space,
        paid = parts::money(m.paid),
        words = m.words,
        url = m.url
    );
    mail(to, t!("mail-wish-declined-subject", pass = m.pass, space = m.space), text)
}
