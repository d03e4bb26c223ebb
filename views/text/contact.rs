//! The contact page: a text, and a form that reaches the operators.

use super::{
    DocumentPage,
    document::{body, versions},
};
use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    names, rich, t,
};
use domain::ops::reports::{LONGEST_WORDS, ReportReason};
use maud::{Markup, html};

/// What was typed.
#[derive(Clone, Copy, Debug)]
pub struct ContactForm<'a> {
    pub email: &'a str,
    pub topic: &'a str,
    pub words: &'a str,
    pub errors: &'a Errors,
}

/// The name of the form in [`Errors`].
pub const CONTACT: &str = "contact";

pub fn contact(shell: &Shell, p: &DocumentPage<'_>, f: &ContactForm<'_>) -> Markup {
    let head = Page {
        title: &names::document(p.document),
        description: &t!("text-contact-description"),
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack.document #(dom::MAIN) tabindex="-1" {
                h1 { (names::document(p.document)) }
                (form::summary(f.errors))
                (body(p))
                form.card.stack method="post" action=(p.document.path()) {
                    (form::choice(CONTACT, "topic", html! { (t!("text-contact-topic")) }, f.errors, topics(f)))
                    (Field::input(CONTACT, "email", &t!("text-contact-email"), f.email).kind("email").required().max(254).autocomplete("email").hint(&t!("text-contact-email-hint")).show(f.errors))
                    (Field::area(CONTACT, "words", &t!("text-contact-letter"), f.words).required().max(LONGEST_WORDS).show(f.errors))
                    button.button.primary { (t!("text-contact-send")) }
                }
                (versions(p))
            }
        },
    )
}

fn topics(f: &ContactForm<'_>) -> Markup {
    html! { @for topic in ReportReason::OF_LETTERS { option value=(topic.code()) selected[f.topic == topic.code()] { (names::reason(*topic)) } } }
}

/// After a letter was sent.
pub fn written(shell: &Shell, email: &str) -> Markup {
    let head = Page { title: &t!("text-written"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("text-written")) }
                p.lead { (rich!("text-written-answer"; email => |_| html! { b { (email) } })) }
                p { a href="/help" { (t!("text-title-help")) } " · " a href="/explore" { (t!("errors-explore")) } }
            }
        },
    )
}
