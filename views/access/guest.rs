//! The ways in that need no pass, for whoever stands before an experience: the passphrase, and a link that invites.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts, rich, t,
};
use domain::{
    access::entry::{InviteState, LockRule, PASSPHRASE},
    catalogue::{
        offer::{Experience, Space},
        slug::page_path,
    },
};
use maud::{Markup, html};

/// On the page of an experience, for whoever the passphrase would let in. Nobody says it before signing in.
pub fn section(shell: &Shell, experience: &Experience, rule: LockRule) -> Markup {
    let path = format!("/experiences/{}/passphrase", experience.id);
    let class = if rule == LockRule::Also { "button primary" } else { "button" };
    html! {
        section.card.stack {
            h2 { (t!("entry-door")) }
            p { @match rule { LockRule::Also => (t!("entry-door-also")), LockRule::Instead => (t!("entry-door-instead")), } }
            @if shell.me.is_some() { (say(experience, class, &Errors::default())) }
            @else { p { a.button href={ "/sign-in?next=" (path) } { (t!("entry-door-sign-in")) } } }
        }
    }
}

/// On the page of a show that is on air, for whoever needs a pass: the first minutes are free. Nobody has them before signing in,
/// because a visitor could have them again and again.
pub fn preview(shell: &Shell, experience: &Experience, minutes: i64, had: bool) -> Markup {
    html! {
        section.card.stack {
            h2 { (t!("entry-free", count = minutes)) }
            @if had { p { (t!("entry-preview-had")) } }
            @else if shell.me.is_some() {
                p { (t!("entry-free-about")) }
                (form::action(&format!("/experiences/{}/preview", experience.id), "", &t!("entry-free-watch")))
            } @else { p { a.button href={ "/sign-in?next=" (shell.path) } { (t!("entry-free-sign-in")) } } }
        }
    }
}

/// `class`: of its button, which is the primary one where nothing else is offered.
fn say(experience: &Experience, class: &str, errors: &Errors) -> Markup {
    html! {
        form.stack method="post" action={ "/experiences/" (experience.id) "/passphrase" } {
            (Field::input("passphrase", "passphrase", &t!("entry-passphrase"), "").kind("password").required().max(*PASSPHRASE.end()).autocomplete("off").show(errors))
            button class=(class) { (t!("entry-say")) }
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct PassphrasePage<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub errors: &'a Errors,
}

/// The form as a page of its own. What was typed is not shown again, as with every secret.
pub fn passphrase(shell: &Shell, p: &PassphrasePage<'_>) -> Markup {
    let title = t!("entry-door");
    let head = Page { title: &title, accent: p.space.accent, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(p.space, p.experience))
                h1 { (title) }
                (form::summary(p.errors))
                p { (rich!("entry-door-lead"; title => |_| html! { b { bdi { (p.experience.title) } } })) }
                (say(p.experience, "button primary", p.errors))
            }
        },
    )
}

#[derive(Clone, Copy, Debug)]
pub struct InvitePage<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    /// Of the link itself.
    pub path: &'a str,
    pub state: InviteState,
}

pub fn invitation(shell: &Shell, i: &InvitePage<'_>) -> Markup {
    let open = i.state == InviteState::Open;
    let title = if open { t!("entry-invited") } else { t!("entry-invited-over") };
    let head = Page { title: &title, accent: i.space.accent, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(i.space, i.experience))
                h1 { (title) }
                @if open {
                    p { (rich!("entry-invited-lead";
                        title => |_| html! { b { bdi { (i.experience.title) } } },
                        space => |_| html! { bdi { (i.space.name) } })) }
                    (form::action(i.path, "primary", &t!("entry-invited-enter")))
                } @else {
                    p.lead { (t!("entry-invite-over")) }
                    p { a.button href={ "/" (i.space.slug) } { (t!("catalogue-see-space")) } }
                }
            }
        },
    )
}

fn trail(space: &Space, experience: &Experience) -> Markup {
    parts::trail(&[
        (&format!("/{}", space.slug), &space.name),
        (&page_path(&space.slug, &experience.slug), &experience.title),
    ])
}
