//! One of the service's own texts.

use super::markdown;
use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::{self, When},
};
use domain::{
    text::{documents::Document, markdown::Block},
    time::Millis,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct DocumentPage<'a> {
    pub document: Document,
    pub body: &'a [Block],
    pub version: i64,
    pub at: Millis,
    /// The number of the current version, if this is another one.
    pub current: Option<i64>,
}

pub fn page(shell: &Shell, p: &DocumentPage<'_>) -> Markup {
    let title = p.document.title();
    let description = format!("{title} of Backstage Pass");
    let description = if p.current.is_some() { "" } else { description.as_str() };
    let head = Page { title, description, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack.document #(dom::MAIN) tabindex="-1" {
                h1 { (title) }
                @if p.current.is_some() { p.notice { "This is an earlier version. " a href=(p.document.path()) { "Read the current one" } "." } }
                (markdown(p.body))
                (versions(p))
            }
        },
    )
}

/// The number of the version, and the one before it.
pub(super) fn versions(p: &DocumentPage<'_>) -> Markup {
    html! {
        p.muted {
            "Version " (p.version) ", of " (parts::time(p.at, When::Date)) "."
            @if p.version > 1 { " " a href={ (p.document.path()) "?version=" (p.version - 1) } { "The version before it" } }
        }
    }
}
