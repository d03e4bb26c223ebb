//! Passes that a team gives to e-mail addresses: its page, the page of whoever gets one, and the mail.

use crate::{
    catalogue::ticket,
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    mail::mail,
    parts::{self, When},
    rich, t,
};
use domain::{
    access::comp::Comp,
    catalogue::offer::{Pass, Space},
    mail::Mail,
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct CompsPage<'a> {
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// The newest first.
    pub comps: &'a [Comp],
    /// The address as typed.
    pub email: &'a str,
    pub errors: &'a Errors,
}

pub fn list(shell: &Shell, p: &CompsPage<'_>) -> Markup {
    let head = Page { title: &t!("comps"), ..Page::default() };
    let edit = format!("/account/access_passes/{}", p.pass.id);
    let base = format!("{edit}/comps");
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::team_trail(p.space, &[(&edit, &p.pass.title)]))
                h1 { (t!("comps")) }
                (form::summary(p.errors))
                form.card.stack method="post" action=(base) {
                    p { (t!("comps-about")) }
                    (Field::input("comp", "email", &t!("form-field-email"), p.email).kind("email").required().max(254).autocomplete("off").show(p.errors))
                    button.button.primary { (t!("comps-give")) }
                }
                @if p.comps.is_empty() { (parts::empty(&t!("comps-none"), None)) }
                @else { ul.stack role="list" { @for comp in p.comps { li.card.row { (row(&base, comp)) } } } }
            }
        },
    )
}

fn row(base: &str, comp: &Comp) -> Markup {
    html! {
        span.grow {
            b { @if comp.has_lapsed() { (t!("comps-forgotten")) } @else if comp.email.is_empty() { (t!("comps-deleted")) } @else { bdi { (comp.email) } } }
            " " span.badge { (state(comp)) }
            br; small { (parts::time(comp.created_at, When::Moment)) }
        }
        @if comp.revoked_at.is_none() {
            form method="post" action={ (base) "/revocations" } {
                input type="hidden" name="comp" value=(comp.id);
                button.button aria-label=(t!("comps-revoke-label", email = comp.email.as_str())) { (t!("comps-revoke")) }
            }
        }
    }
}

/// What became of it.
fn state(comp: &Comp) -> Cow<'static, str> {
    if comp.has_lapsed() {
        t!("comps-never-taken")
    } else if comp.revoked_at.is_some() {
        t!("comps-revoked")
    } else if comp.claimed_at.is_some() {
        t!("comps-taken")
    } else {
        t!("comps-waiting")
    }
}

/// For whoever has proved the address.
/// `from`: what its buyer is called, if somebody has bought it.
pub fn page(shell: &Shell, space: &Space, pass: &Pass, (comp, from): (&Comp, Option<&str>)) -> Markup {
    let head = Page { title: &t!("comp"), accent: space.accent, ..Page::default() };
    let action = format!("/account/comps/{}/acceptance", comp.id);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (rich!("comp-heading"; pass => |_| html! { bdi { (pass.title) } })) }
                @if let Some(from) = from { p { (rich!("gift-from"; buyer => |_| html! { bdi { (from) } }, space => |_| html! { a href={ "/" (space.slug) } { bdi { (space.name) } } })) } }
                @else { p { (rich!("comp-from"; space => |_| html! { a href={ "/" (space.slug) } { bdi { (space.name) } } })) } }
                article.pass.chosen {
                    div.body.stack {
                        (ticket::heading(space, &pass.title))
                        (ticket::benefits(pass))
                        (ticket::lasting(pass.selling.lasting))
                    }
                    div.stub { (form::action(&action, "primary wide", &t!("comp-take"))) }
                }
            }
        },
    )
}

/// The mail with the link. `url`: of the page, with scheme and host.
pub fn given(comp: &Comp, space: &Space, pass: &Pass, url: &str) -> Mail {
    let (pass, space) = (pass.title.as_str(), space.name.as_str());
    let text = t!("mail-comp-text", pass = pass, space = space, url = url);
    mail(&comp.email, t!("mail-comp-subject", pass = pass, space = space), text)
}
