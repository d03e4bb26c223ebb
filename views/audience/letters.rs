//! Messages to the holders of passes: what was sent, the form for a new one, and its preview. Also how a person ends them.

use super::trail;
use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    audience::letters::{HolderMessage, LONGEST_BODY, LONGEST_SUBJECT, MOST_A_DAY},
    catalogue::offer::Space,
    id::{HolderMessageId, PassId, SpaceId},
    mail::Mail,
    time::Millis,
};
use maud::{Markup, html};

pub const FORM: &str = "letter";

/// What was typed and chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterDraft {
    pub passes: Vec<PassId>,
    pub subject: String,
    pub body: String,
}

/// What would be sent, and to how many people.
#[derive(Clone, Copy, Debug)]
pub struct LetterPreview<'a> {
    pub id: HolderMessageId,
    pub people: i64,
    pub mail: &'a Mail,
}

#[derive(Clone, Copy, Debug)]
pub struct LettersPage<'a> {
    pub space: &'a Space,
    /// Each with how many hold it.
    pub passes: &'a [(PassId, &'a str, i64)],
    pub draft: &'a LetterDraft,
    pub preview: Option<LetterPreview<'a>>,
    /// The newest first.
    pub sent: &'a [HolderMessage],
    pub errors: &'a Errors,
}

pub fn path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/messages")
}

pub fn page(shell: &Shell, p: &LettersPage<'_>) -> Markup {
    let head = Page { title: &t!("letters-holders"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(p.space))
                h1 { (t!("letters-holders")) }
                (form::summary(p.errors))
                @if let Some(preview) = &p.preview { (previewed(p, preview)) }
                @if p.passes.is_empty() { (no_passes(p.space.id)) } @else { (write(p)) }
                h2 { (t!("letters-sent")) }
                @if p.sent.is_empty() { p.muted { (t!("letters-none")) } }
                @else { ul.stack role="list" { @for message in p.sent { li.card.stack { (sent(message)) } } } }
            }
        },
    )
}

fn no_passes(space: SpaceId) -> Markup {
    let passes = format!("/account/spaces/{space}/access_passes");
    parts::empty(&t!("letters-no-passes"), Some((&passes, &t!("access-see-passes"))))
}

fn write(p: &LettersPage<'_>) -> Markup {
    let (d, class) = (p.draft, if p.preview.is_some() { "button" } else { "button primary" });
    let chosen = html! {
        @for (pass, title, people) in p.passes {
            label.choice {
                input type="checkbox" name="pass" value=(pass) checked[d.passes.contains(pass)];
                span { bdi { (title) } " " small { (t!("letters-hold", count = *people)) } }
            }
        }
    };
    html! {
        form.card.stack method="post" action=(path(p.space.id)) {
            p { (t!("letters-about", most = MOST_A_DAY)) }
            (form::group(FORM, "passes", &t!("letters-to"), p.errors, chosen))
            (Field::input(FORM, "subject", &t!("letters-subject"), &d.subject).required().max(LONGEST_SUBJECT).autocomplete("off").show(p.errors))
            (Field::area(FORM, "body", &t!("letters-body"), &d.body).required().max(LONGEST_BODY).show(p.errors))
            button class=(class) { (t!("letters-preview")) }
        }
    }
}

/// The mail as one of them will read it, and the button that sends it.
fn previewed(p: &LettersPage<'_>, preview: &LetterPreview<'_>) -> Markup {
    html! {
        section.card.stack aria-label=(t!("letters-preview-title")) {
            h2 { (t!("letters-preview-title")) }
            p { b dir="auto" { (preview.mail.subject) } }
            div.stack dir="auto" { (parts::paragraphs(&preview.mail.text)) }
            form.stack method="post" action=(path(p.space.id)) {
                input type="hidden" name="id" value=(preview.id);
                @for pass in &p.draft.passes { input type="hidden" name="pass" value=(pass); }
                input type="hidden" name="subject" value=(p.draft.subject);
                input type="hidden" name="body" value=(p.draft.body);
                button.button.primary name="step" value="send" { (t!("letters-send", count = preview.people)) }
            }
        }
    }
}

fn sent(m: &HolderMessage) -> Markup {
    html! {
        div {
            b { bdi { (m.subject) } } br;
            small { (parts::time(m.created_at, When::Moment)) " · " (t!("letters-reached", count = m.people)) }
        }
        details { summary { (t!("letters-read")) } div.stack dir="auto" { (parts::paragraphs(&m.body)) } }
    }
}

/// The page behind the link in a message. `link`: the secret link by which the person came.
pub fn stop(shell: &Shell, space: &str, link: &str) -> Markup {
    let title = t!("letters-stop");
    own(
        shell,
        &title,
        html! {
            p { (rich!("letters-stop-about"; space => |_| html! { bdi { (space) } })) }
            (form::action(link, "primary", &t!("letters-stop")))
        },
    )
}

pub fn stopped(shell: &Shell, space: &str) -> Markup {
    let title = t!("letters-stopped");
    own(
        shell,
        &title,
        html! {
            p { (rich!("letters-stopped-about"; space => |_| html! { bdi { (space) } })) }
            p { (rich!("people-mails-switch"; link => |words| html! { a href=(crate::people::mails::PATH) { (words) } })) }
        },
    )
}

fn own(shell: &Shell, title: &str, words: Markup) -> Markup {
    let head = Page { title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! { main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" { h1 { (title) } (words) } },
    )
}

/// A space whose messages somebody does not want.
#[derive(Clone, Copy, Debug)]
pub struct UnwantedSpace<'a> {
    pub space: SpaceId,
    pub name: &'a str,
    pub at: Millis,
}

/// On the page of mails: the spaces whose messages are off, each with the way to have them again.
pub fn unwanted(spaces: &[UnwantedSpace<'_>]) -> Markup {
    html! {
        @if !spaces.is_empty() {
            h2 { (t!("letters-unwanted")) }
            ul.stack role="list" {
                @for one in spaces {
                    li.card.row {
                        span.grow { b { bdi { (one.name) } } br; small { (rich!("letters-off-since"; time => |_| parts::time(one.at, When::Date))) } }
                        form method="post" action={ (crate::people::mails::PATH) "/spaces" } {
                            input type="hidden" name="space" value=(one.space);
                            button.button aria-label=(t!("letters-want-label", space = one.name)) { (t!("letters-want")) }
                        }
                    }
                }
            }
        }
    }
}
