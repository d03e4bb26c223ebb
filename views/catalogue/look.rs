//! The look of a space: the team's page for its cover, logo and colour, and the stylesheet of the colour.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts,
};
use domain::{
    catalogue::{
        colour::Rgb,
        look::{Accent, EDITION, Unfit, Why},
        offer::Space,
    },
    picture::Purpose,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    pub space: &'a Space,
    /// Contents of the forms: what is saved, or the rejected input.
    pub draft: &'a LookDraft,
    pub errors: &'a Errors,
}

#[derive(Clone, Debug, Default)]
pub struct LookDraft {
    /// What the cover shows.
    pub alt: String,
    /// `#rrggbb`, or empty.
    pub accent: String,
    /// In place of a colour that was refused.
    pub instead: Option<Rgb>,
}

impl From<&Space> for LookDraft {
    fn from(space: &Space) -> Self {
        let accent = space.accent.map(|accent| accent.to_string()).unwrap_or_default();
        Self { alt: space.cover_alt.clone(), accent, instead: None }
    }
}

/// The path of the stylesheet of an accent. Its name is its content.
pub fn path(accent: Rgb) -> String {
    format!("/static/accents/{}-{EDITION}.css", &accent.to_string()[1..])
}

/// Later than the layers of `site.css`, so it wins over the product's own accent.
pub fn stylesheet(accent: &Accent) -> String {
    let Accent { colour, on, ink: [light, dark] } = accent;
    format!(
        ":root{{--accent:{colour};--on-accent:{on};--accent-ink:light-dark({light},{dark});--focus:light-dark({light},{dark})}}\n"
    )
}

/// Why a colour is refused.
pub fn unfit(unfit: Unfit) -> String {
    let why = match unfit.why {
        Why::Unreadable => "Neither dark nor light text can be read on this colour.",
        Why::TooLight => "This colour is so light that a button of it hardly shows on a light page.",
        Why::TooDark => "This colour is so dark that a button of it hardly shows on a dark page.",
    };
    format!("{why} {} is close to it and works.", unfit.instead)
}

/// What the space shows now, for its team.
pub fn summary(space: &Space) -> Markup {
    html! {
        section.card.stack {
            (parts::cover(space))
            div.row { a.button href={ "/account/spaces/" (space.id) "/look" } { "Change cover, logo and colour" } }
        }
    }
}

pub fn page(shell: &Shell, l: &Look<'_>) -> Markup {
    let space = l.space;
    let head = Page { title: "Look", accent: space.accent, scripts: &["upload.js"], ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account"), (&format!("/account/spaces/{}", space.id), &space.name)]))
                h1 { "Look" }
                (form::summary(l.errors))
                (cover(l))
                (logo(l))
                (accent(l))
            }
        },
    )
}

/// A form with a picture, and what is shown while the picture is on its way.
pub fn upload(purpose: Purpose, action: &str, fields: Markup, words: &str) -> Markup {
    html! {
        form.stack method="post" action=(action) enctype="multipart/form-data" data-upload=(purpose.code()) {
            (fields)
            div.row {
                button.button { (words) }
                progress hidden aria-label="Sending the picture" {}
            }
        }
    }
}

fn cover(l: &Look<'_>) -> Markup {
    let base = format!("/account/spaces/{}/cover", l.space.id);
    let hint = "JPEG, PNG or WebP, at least 750 by 250 pixels. We keep its middle, three times as wide as high, and nothing of what your camera wrote into it.";
    let fields = html! {
        (Field::input("cover", "alt", "What the cover shows", &l.draft.alt).max(200).hint("For people who do not see it: “Maya at the piano”.").show(l.errors))
        (form::picture("cover", if l.space.cover.is_some() { "Another picture" } else { "Picture" }, hint, l.errors))
    };
    html! {
        section.card.stack aria-label="Cover" {
            h2 { "Cover" }
            (parts::cover(l.space))
            @if l.space.cover.is_none() { p.muted { "This one is drawn from the name of the space. A picture of yours takes its place." } }
            (upload(Purpose::Cover, &base, fields, "Save the cover"))
            @if l.space.cover.is_some() { (form::action(&format!("{base}/removal"), "", "Remove the cover")) }
        }
    }
}

fn logo(l: &Look<'_>) -> Markup {
    let base = format!("/account/spaces/{}/logo", l.space.id);
    let hint =
        "JPEG, PNG or WebP, at least 104 by 104 pixels; transparency is kept. It is shown in a circle.";
    html! {
        section.card.stack aria-label="Logo" {
            h2 { "Logo" }
            (parts::logo(&l.space.name, l.space.logo, "xl"))
            (upload(Purpose::Logo, &base, form::picture("logo", "Picture", hint, l.errors), "Save the logo"))
            @if l.space.logo.is_some() { (form::action(&format!("{base}/removal"), "", "Remove the logo")) }
        }
    }
}

fn accent(l: &Look<'_>) -> Markup {
    let path = format!("/account/spaces/{}/accent", l.space.id);
    html! {
        section.card.stack aria-label="Colour" {
            h2 { "Colour" }
            p { "The colour of the one button that matters on a page of yours." }
            form.stack method="post" action=(path) {
                (Field::input("accent", "accent", "Colour", &l.draft.accent).max(9).hint("Written like #ffb224. Leave it empty for the amber of Backstage Pass.").show(l.errors))
                div.row {
                    @if let Some(colour) = l.space.accent { (swatch(colour)) }
                    button.button { "Save the colour" }
                }
            }
            @if let Some(instead) = l.draft.instead {
                form.row method="post" action=(path) {
                    input type="hidden" name="accent" value=(instead);
                    (swatch(instead))
                    button.button { "Use " (instead) }
                }
            }
        }
    }
}

/// A patch of a colour. The content security policy allows no style attribute.
fn swatch(colour: Rgb) -> Markup {
    html! { svg width="44" height="44" viewBox="0 0 44 44" aria-hidden="true" { rect width="44" height="44" rx="6" fill=(colour) {} } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stylesheet_sets_what_depends_on_the_accent() {
        let accent = Accent::of(Rgb([0x0a, 0x3d, 0x62])).expect("it can be read");
        let css = stylesheet(&accent);
        assert!(
            css.starts_with(":root{--accent:#0a3d62;--on-accent:#ffffff;--accent-ink:light-dark(#0a3d62,#"),
            "{css}"
        );
        assert!(css.ends_with(")}\n") && css.lines().count() == 1, "{css}");
        assert_eq!(path(accent.colour), "/static/accents/0a3d62-1.css");
    }

    #[test]
    fn a_refusal_says_why_and_what_to_take_instead() {
        let refused = Accent::of(Rgb([0x7a; 3])).expect_err("grey");
        assert_eq!(
            unfit(refused),
            format!(
                "Neither dark nor light text can be read on this colour. {} is close to it and works.",
                refused.instead
            )
        );
    }
}
