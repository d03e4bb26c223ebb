//! The card of a space for other sites: how to embed it, and who may.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts, t,
};
use domain::catalogue::{embed::Sites, offer::Space};
use maud::{Markup, html};

/// The size of the card in CSS pixels, unless less is asked for.
pub const WIDTH: u32 = 480;
pub const HEIGHT: u32 = 220;

/// The answers, as the form names them.
pub mod choice {
    pub const ANYBODY: &str = "anybody";
    pub const THESE: &str = "these";
    pub const NOBODY: &str = "nobody";
}

/// What the form contains: what is set, or the rejected input.
#[derive(Clone, Debug, Default)]
pub struct SitesDraft {
    pub who: String,
    pub sites: String,
}

impl From<&Sites> for SitesDraft {
    fn from(sites: &Sites) -> Self {
        let (who, sites) = match sites {
            Sites::Nobody => (choice::NOBODY, String::new()),
            Sites::Anybody => (choice::ANYBODY, String::new()),
            Sites::These(sites) => (choice::THESE, sites.join("\n")),
        };
        Self { who: who.into(), sites }
    }
}

/// The element that a site embeds. `path`: of the page that the card leads to.
pub fn frame(public_url: &str, path: &str, title: &str, (width, height): (u32, u32)) -> Markup {
    html! { iframe src={ (public_url) "/oembed" (path) } width=(width) height=(height) title=(title) loading="lazy" {} }
}

pub fn page(shell: &Shell, space: &Space, draft: &SitesDraft, errors: &Errors) -> Markup {
    let head = Page { title: &t!("catalogue-embed"), ..Page::default() };
    let manage = format!("/account/spaces/{}", space.id);
    let code = frame(&shell.public_url, &format!("/{}", space.slug), &space.name, (WIDTH, HEIGHT));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&manage, &space.name)]))
                h1 { (t!("catalogue-embed")) }
                p { (t!("catalogue-embed-about")) }
                pre { code { (code.into_string()) } }
                (form::summary(errors))
                form.card.stack method="post" action={ (manage) "/embedding" } { (who(draft, errors)) button.button.primary { (t!("form-save")) } }
            }
        },
    )
}

fn who(draft: &SitesDraft, errors: &Errors) -> Markup {
    let answers = [
        (choice::ANYBODY, t!("catalogue-embed-anybody")),
        (choice::THESE, t!("catalogue-embed-these")),
        (choice::NOBODY, t!("catalogue-embed-nobody")),
    ];
    let controls = html! {
        @for (value, words) in answers {
            label.choice { input type="radio" name="who" value=(value) checked[draft.who == value]; (words) }
        }
    };
    html! {
        (form::group("embedding", "who", &t!("catalogue-embed-who"), errors, controls))
        (Field::area("embedding", "sites", &t!("form-field-sites"), &draft.sites).max(1400).hint(&t!("catalogue-embed-sites-hint")).show(errors))
    }
}
