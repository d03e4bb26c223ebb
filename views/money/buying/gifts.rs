//! Passes that are bought for somebody else: the form, what the buyer is told, and the mails.

use crate::{
    catalogue::{
        pass::{self, PURCHASE, WishDraft},
        ticket,
    },
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell, VENUE},
    mail::mail,
    money::mail::Receipt,
    parts, rich, t,
};
use domain::{
    catalogue::{
        offer::{Pass, Space},
        slug::page_path,
    },
    mail::Mail,
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct GiftPage<'a> {
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// The receiver's address as typed.
    pub email: &'a str,
    /// With the answers of the buyer.
    pub wish: &'a WishDraft,
    pub errors: &'a Errors,
}

pub fn path(space: &Space, pass: &Pass) -> String {
    format!("{}/gift", page_path(&space.slug, &pass.slug))
}

pub fn page(shell: &Shell, p: &GiftPage<'_>) -> Markup {
    let (space, pass) = (p.space, p.pass);
    let head = Page { title: &t!("gift-title"), accent: space.accent, styles: VENUE, ..Page::default() };
    let (space_path, pass_path) = (format!("/{}", space.slug), page_path(&space.slug, &pass.slug));
    let answer = |place: usize| p.wish.answers.get(place).map_or("", String::as_str);
    let form = html! {
        form.stack method="post" action=(path(space, pass)) {
            (Field::input(PURCHASE, "email", &t!("gift-email"), p.email).kind("email").required().max(254).autocomplete("off").show(p.errors))
            @if !pass.asked.is_empty() {
                input type="hidden" name="asked" value=(pass::asked(&pass.asked));
                @for (place, question) in pass.asked.iter().enumerate() { (pass::answer(answer(place), p.errors, place, question)) }
            }
            button.button.primary.wide { (ticket::verb(&pass.price.kind)) }
        }
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&space_path, &space.name), (&pass_path, &pass.title)]))
                h1 { (rich!("gift-heading"; pass => |_| html! { bdi { (pass.title) } })) }
                (form::summary(p.errors))
                p { (t!("gift-about")) }
                (ticket::ticket(pass, ticket::heading(space, &pass.title), "chosen", form))
                p.muted { (t!("gift-refund")) }
            }
        },
    )
}

/// The address of the receiver; nothing but a word once it was forgotten.
pub fn receiver(to: &str) -> Cow<'_, str> {
    if to.is_empty() { t!("gift-forgotten") } else { Cow::Borrowed(to) }
}

/// For the buyer, once it is paid.
pub fn paid(to: &str) -> Markup {
    html! { div.notice.good { h2 { (t!("gift-paid")) } p { (t!("gift-paid-mail", email = receiver(to).into_owned())) } } }
}

/// The receiver's mail with the link. `url`: of the page, with scheme and host.
pub fn given(to: &str, from: &str, space: &Space, pass: &Pass, url: &str) -> Mail {
    let (pass, space) = (pass.title.as_str(), space.name.as_str());
    let text = t!("mail-gift-text", pass = pass, space = space, from = from, url = url);
    mail(to, t!("mail-gift-subject", pass = pass, space = space), text)
}

/// The buyer's receipt.
pub fn receipt(to: &str, receiver_address: &str, r: &Receipt<'_>) -> Mail {
    let text = t!(
        "mail-gift-receipt-text",
        pass = r.pass,
        space = r.space,
        email = receiver(receiver_address).into_owned(),
        amount = parts::money(r.amount),
        currency = r.amount.currency.code().to_uppercase(),
        reference = r.reference,
        invoice = r.invoice
    );
    mail(to, t!("mail-gift-receipt-subject", pass = r.pass, space = r.space), text)
}
