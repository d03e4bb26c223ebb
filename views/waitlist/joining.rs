//! The form by which people apply for a pass, or stand in line for one that is sold out.

use crate::{
    catalogue::{
        pass::{self, WishDraft},
        ticket,
    },
    dom,
    form::{self, Errors},
    layout::{self, Page, Shell, VENUE},
    parts, rich, t,
};
use domain::{
    catalogue::{
        offer::{Pass, Space},
        slug::page_path,
    },
    money::selling::Waitlist,
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct JoinPage<'a> {
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// What was sent, and what is wrong with it.
    pub draft: &'a WishDraft,
    pub errors: &'a Errors,
}

impl JoinPage<'_> {
    fn applies(&self) -> bool {
        self.pass.selling.waitlist == Waitlist::Apply
    }
}

pub fn page(shell: &Shell, p: &JoinPage<'_>) -> Markup {
    let (space, pass) = (p.space, p.pass);
    let title = if p.applies() { t!("waitlist-apply-title") } else { t!("waitlist-queue-title") };
    let head = Page { title: &title, accent: space.accent, styles: VENUE, ..Page::default() };
    let steps = [
        (format!("/{}", space.slug), space.name.as_str()),
        (page_path(&space.slug, &pass.slug), pass.title.as_str()),
    ];
    let steps: Vec<(&str, &str)> = steps.iter().map(|(path, name)| (path.as_str(), *name)).collect();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&steps))
                h1 { (heading(p)) }
                (form::summary(p.errors))
                p { @if p.applies() { (t!("waitlist-apply-about")) } @else { (t!("waitlist-queue-about")) } }
                (ticket::benefits(pass))
                p { (ticket::price(&pass.price.kind)) }
                form.stack.card[!pass.asked.is_empty()] method="post" action=(ticket::waitlist_path(space, pass)) {
                    input type="hidden" name="asked" value=(pass::asked(&pass.asked));
                    @for (place, question) in pass.asked.iter().enumerate() {
                        (pass::answer(p.draft.answers.get(place).map_or("", String::as_str), p.errors, place, question))
                    }
                    button.button.primary.wide { (verb(p)) }
                }
                p.muted { (t!("waitlist-mail-hint")) }
            }
        },
    )
}

fn heading(p: &JoinPage<'_>) -> Markup {
    if p.applies() {
        rich!("waitlist-apply-heading"; pass => |_| html! { bdi { (p.pass.title) } })
    } else {
        rich!("waitlist-queue-heading"; pass => |_| html! { bdi { (p.pass.title) } })
    }
}

fn verb(p: &JoinPage<'_>) -> Cow<'static, str> {
    if p.applies() { t!("waitlist-apply-send") } else { t!("waitlist-queue-join") }
}
