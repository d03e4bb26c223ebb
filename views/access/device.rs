//! On how many devices a pass is used: the team's page, and what a further device is told.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    access::device::DEVICES,
    catalogue::{
        offer::{Experience, Pass, Space},
        slug::page_path,
    },
    time::Millis,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct DevicesPage<'a> {
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// As it is, or as it was written; empty for any number.
    pub devices: &'a str,
    pub errors: &'a Errors,
}

pub fn page(shell: &Shell, d: &DevicesPage<'_>) -> Markup {
    let title = t!("devices-title");
    let head = Page { title: &title, ..Page::default() };
    let pass = format!("/account/access_passes/{}", d.pass.id);
    let hint = t!("devices-hint", most = *DEVICES.end());
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::team_trail(d.space, &[(&pass, &d.pass.title)]))
                h1 { (title) }
                (form::summary(d.errors))
                p { (t!("devices-lead")) }
                p.muted { (t!("devices-again")) }
                form.card.stack method="post" action={ (pass) "/devices" } {
                    (Field::input("devices", "devices", &t!("devices-field"), d.devices).inputmode("numeric").max(2).hint(&hint).show(d.errors))
                    button.button.primary { (t!("devices-save")) }
                }
            }
        },
    )
}

/// Another device, on which its person watches.
#[derive(Clone, Debug)]
pub struct Other {
    /// In words.
    pub browser: String,
    pub since: Millis,
}

#[derive(Clone, Copy, Debug)]
pub struct MovePage<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    /// The one that watches the longest first: it is the one that ends.
    pub others: &'a [Other],
}

/// Instead of a page that is open on as many other devices as the pass allows.
pub fn moving(shell: &Shell, m: &MovePage<'_>) -> Markup {
    let title = t!("devices-watching");
    let head = Page { title: &title, accent: m.space.accent, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[
                    (&format!("/{}", m.space.slug), &m.space.name),
                    (&page_path(&m.space.slug, &m.experience.slug), &m.experience.title),
                ]))
                h1 { (title) }
                ul.stack role="list" { @for other in m.others { li {
                    (rich!("devices-other";
                        browser => |_| html! { b { bdi { (other.browser) } } },
                        time => |_| parts::time(other.since, When::Moment)))
                } } }
                p { (t!("devices-move-means", count = m.others.len())) }
                (form::action(&format!("/experiences/{}/device", m.experience.id), "primary", &t!("devices-move")))
            }
        },
    )
}
