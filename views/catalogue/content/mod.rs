//! What an experience is, with its icon and words; and the pages of what experiences hold beside shows.

pub mod files;
pub mod posts;
pub mod videos;
pub mod writing;

use crate::{
    form::{self, Errors},
    icons, t,
};
use domain::catalogue::offer::ExperienceKind;
use maud::{Markup, html};
use std::borrow::Cow;

pub fn icon(kind: ExperienceKind) -> Markup {
    match kind {
        ExperienceKind::Show => icons::camera(),
        ExperienceKind::Posts => icons::page(),
        ExperienceKind::Community => icons::chat(),
        ExperienceKind::Files => icons::files(),
        ExperienceKind::Videos => icons::play(),
    }
}

pub fn name(kind: ExperienceKind) -> Cow<'static, str> {
    match kind {
        ExperienceKind::Show => t!("experiences-kind-show"),
        ExperienceKind::Posts => t!("experiences-kind-posts"),
        ExperienceKind::Community => t!("experiences-kind-community"),
        ExperienceKind::Files => t!("experiences-kind-files"),
        ExperienceKind::Videos => t!("experiences-kind-videos"),
    }
}

/// What it is for, to whoever chooses.
fn purpose(kind: ExperienceKind) -> Cow<'static, str> {
    match kind {
        ExperienceKind::Show => t!("experiences-kind-show-purpose"),
        ExperienceKind::Posts => t!("experiences-kind-posts-purpose"),
        ExperienceKind::Community => t!("experiences-kind-community-purpose"),
        ExperienceKind::Files => t!("experiences-kind-files-purpose"),
        ExperienceKind::Videos => t!("experiences-kind-videos-purpose"),
    }
}

/// What to do with one that was just added.
pub fn added(kind: ExperienceKind) -> Cow<'static, str> {
    match kind {
        ExperienceKind::Show => t!("experiences-added-show"),
        ExperienceKind::Posts => t!("experiences-added-posts"),
        ExperienceKind::Community => t!("experiences-added-community"),
        ExperienceKind::Files => t!("experiences-added-files"),
        ExperienceKind::Videos => t!("experiences-added-videos"),
    }
}

/// The same, where it came with a free pass and opened the space.
pub fn opened(kind: ExperienceKind) -> Cow<'static, str> {
    match kind {
        ExperienceKind::Show => t!("experiences-opened-show"),
        ExperienceKind::Posts => t!("experiences-opened-posts"),
        ExperienceKind::Community => t!("experiences-opened-community"),
        ExperienceKind::Files => t!("experiences-opened-files"),
        ExperienceKind::Videos => t!("experiences-opened-videos"),
    }
}

/// The icon with its name.
pub fn label(kind: ExperienceKind) -> Markup {
    html! { span.kind { (icon(kind)) " " (name(kind)) } }
}

/// The choice of a new one. `chosen` is the code that was sent, if one was.
pub fn choice(chosen: &str, errors: &Errors) -> Markup {
    let chosen = ExperienceKind::from_code(chosen).unwrap_or(ExperienceKind::Show);
    let controls = html! {
        @for kind in ExperienceKind::ALL {
            label.choice {
                input type="radio" name="kind" value=(kind.code()) checked[kind == chosen];
                span { (label(kind)) br; small { (purpose(kind)) } }
            }
        }
        small { (t!("experiences-kind-stays")) }
    };
    form::group("experience", "experience-kind", &t!("experiences-kind"), errors, controls)
}
