//! The look of a space: the team's page for its cover, logo and colour, and the stylesheet of the colour.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts, t,
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
    let instead = unfit.instead.to_string();
    match unfit.why {
        Why::Unreadable => t!("catalogue-colour-unreadable", instead = instead),
        Why::TooLight => t!("catalogue-colour-light", instead = instead),
        Why::TooDark => t!("catalogue-colour-dark", instead = instead),
    }
}

/// What the space shows now, for its team.
pub fn summary(space: &Space) -> Markup {
    html! {
        section.card.stack {
            (parts::cover(space))
            div.row { a.button href={ "/account/spaces/" (space.id) "/look" } { (t!("catalogue-look-change")) } }
        }
    }
}

pub fn page(shell: &Shell, l: &Look<'_>) -> Markup {
    let space = l.space;
    let head = Page {
        title: &t!("catalogue-look"),
        accent: space.accent,
        scripts: &["upload.js"],
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::team_trail(space, &[]))
                h1 { (t!("catalogue-look")) }
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
                progress hidden aria-label=(t!("catalogue-picture-sending")) {}
            }
        }
    }
}

fn cover(l: &Look<'_>) -> Markup {
    let base = format!("/account/spaces/{}/cover", l.space.id);
    let label = if l.space.cover.is_some() { t!("catalogue-picture-other") } else { t!("form-field-file") };
    let fields = html! {
        (Field::input("cover", "alt", &t!("form-field-alt"), &l.draft.alt).max(200).hint(&t!("catalogue-cover-alt-hint")).show(l.errors))
        (form::picture("cover", &label, &t!("catalogue-cover-hint"), l.errors))
    };
    html! {
        section.card.stack aria-label=(t!("catalogue-cover")) {
            h2 { (t!("catalogue-cover")) }
            (parts::cover(l.space))
            @if l.space.cover.is_none() { p.muted { (t!("catalogue-cover-drawn")) } }
            (upload(Purpose::Cover, &base, fields, &t!("catalogue-cover-save")))
            @if l.space.cover.is_some() { (form::action(&format!("{base}/removal"), "", &t!("catalogue-cover-remove"))) }
        }
    }
}

fn logo(l: &Look<'_>) -> Markup {
    let base = format!("/account/spaces/{}/logo", l.space.id);
    let picture = form::picture("logo", &t!("form-field-file"), &t!("catalogue-logo-hint"), l.errors);
    html! {
        section.card.stack aria-label=(t!("catalogue-logo")) {
            h2 { (t!("catalogue-logo")) }
            (parts::logo(&l.space.name, l.space.logo, "xl"))
            (upload(Purpose::Logo, &base, picture, &t!("catalogue-logo-save")))
            @if l.space.logo.is_some() { (form::action(&format!("{base}/removal"), "", &t!("catalogue-logo-remove"))) }
        }
    }
}

fn accent(l: &Look<'_>) -> Markup {
    let path = format!("/account/spaces/{}/accent", l.space.id);
    html! {
        section.card.stack aria-label=(t!("form-field-accent")) {
            h2 { (t!("form-field-accent")) }
            p { (t!("catalogue-colour-about")) }
            form.stack method="post" action=(path) {
                (Field::input("accent", "accent", &t!("form-field-accent"), &l.draft.accent).max(9).hint(&t!("catalogue-colour-hint")).show(l.errors))
                div.row {
                    @if let Some(colour) = l.space.accent { (swatch(colour)) }
                    button.button { (t!("catalogue-colour-save")) }
                }
            }
            @if let Some(instead) = l.draft.instead {
                form.row method="post" action=(path) {
                    input type="hidden" name="accent" value=(instead);
                    (swatch(instead))
                    button.button { (t!("catalogue-colour-use", colour = instead.to_string())) }
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
