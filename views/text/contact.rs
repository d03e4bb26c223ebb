//! The contact page: a text, and a form that reaches the operators.

use super::{DocumentPage, markdown};
use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
};
use domain::ops::reports::{LONGEST_WORDS, Reason};
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
        title: p.document.title(),
        description: "Write to the people who run Backstage Pass",
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack.document #(dom::MAIN) tabindex="-1" {
                h1 { (p.document.title()) }
                (form::summary(f.errors))
                (markdown(p.body))
                form.card.stack method="post" action=(p.document.path()) {
                    (form::choice(CONTACT, "topic", html! { "What is it about?" }, f.errors, topics(f)))
                    (Field::input(CONTACT, "email", "Your e-mail address", f.email).kind("email").required().max(254).autocomplete("email").hint("We answer to it.").show(f.errors))
                    (Field::area(CONTACT, "words", "Your letter", f.words).required().max(LONGEST_WORDS).show(f.errors))
                    button.button.primary { "Send the letter" }
                }
                (super::document::versions(p))
            }
        },
    )
}

fn topics(f: &ContactForm<'_>) -> Markup {
    html! { @for topic in Reason::OF_LETTERS { option value=(topic.code()) selected[f.topic == topic.code()] { (topic.words()) } } }
}

/// After a letter was sent.
pub fn written(shell: &Shell, email: &str) -> Markup {
    let head = Page { title: "Your letter is sent", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { "Your letter is sent" }
                p.lead { "Thank you. We read it and answer to " b { (email) } "." }
                p { a href="/help" { "Help" } " · " a href="/explore" { "Explore spaces" } }
            }
        },
    )
}
