//! Refusals and failures: what happened, what is safe, what to do.

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::sentence,
    rich, t,
};
use domain::chat::room::UNDO;
use maud::{Markup, html};
use std::borrow::Cow;

/// A refusal as a page. `request_id` finds its log records. `back` is the page that the reader came from, if known: its
/// path and the text of the link.
pub fn page(
    shell: &Shell,
    status: u16,
    message: &str,
    request_id: &str,
    back: Option<(&str, &str)>,
) -> Markup {
    let title = title(status);
    let head = Page { title: &title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                p.status { (status) }
                h1 { (title) }
                p.lead { (sentence(message)) }
                @if let Some(safe) = safe(status) { p.muted { (safe) } }
                div.row {
                    @if status == 401 { a.button.primary href={ "/sign-in?next=" (shell.path) } { (t!("layout-sign-in")) } }
                    @else if let Some((href, words)) = back { a.button.primary href=(href) { (words) } }
                    @else if status == 502 { a.button.primary href="/account/purchases" { (t!("errors-look")) } }
                    @else if status >= 500 || status == 429 { a.button.primary href=(shell.path) { (t!("errors-again")) } }
                    @else { a.button.primary href="/explore" { (t!("errors-explore")) } }
                }
                @if !request_id.is_empty() { p.muted { (rich!("errors-request"; id => |_| html! { code { (request_id) } })) } }
            }
        },
    )
}

/// The same message as a toast: the answer to any htmx request.
pub fn toast(message: &str) -> Markup {
    let toast = html! { div.toast.bad role="alert" { p { (sentence(message)) } } };
    dom::partial(dom::TOASTS, "beforeend", toast)
}

/// A toast that says what was done and offers to undo it. `done`: a selector of what is on the page as long as it is not
/// undone. `lapses`: the server refuses the undo after [`UNDO`], so the toast goes then; otherwise it stays at least as long.
pub fn toast_undo(message: Markup, done: &str, undo: Markup, lapses: bool) -> Markup {
    let (until, at_least) = (lapses.then_some(UNDO.0), (!lapses).then_some(UNDO.0));
    let toast = html! { div.toast data-undo=[until] data-stays=[at_least] data-while=(done) { p { (message) } (undo) } };
    dom::partial(dom::TOASTS, "beforeend", toast)
}

fn title(status: u16) -> Cow<'static, str> {
    match status {
        400 => t!("errors-title-400"),
        401 => t!("errors-title-401"),
        402 => t!("errors-title-402"),
        403 => t!("errors-title-403"),
        404 => t!("errors-title-404"),
        405 => t!("errors-title-405"),
        409 => t!("errors-title-409"),
        410 => t!("errors-title-410"),
        413 => t!("errors-title-413"),
        422 => t!("errors-title-422"),
        429 => t!("errors-title-429"),
        502 => t!("errors-title-502"),
        503 => t!("errors-title-503"),
        500.. => t!("errors-title-500"),
        _ => t!("errors-title-other"),
    }
}

fn safe(status: u16) -> Option<Cow<'static, str>> {
    match status {
        // What somebody else did or did not do for us is not known.
        502 => None,
        500.. => Some(t!("errors-safe-500")),
        409 => Some(t!("errors-safe-409")),
        _ => None,
    }
}
