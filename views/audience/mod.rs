//! The people of a space for its team: who they are, what is written to them, and what is counted of them.

pub mod chart;
pub mod figures;
pub mod letters;
pub mod mail;
pub mod members;
pub mod person;
pub mod show;

use crate::{parts, t};
use domain::{access::grant::GrantSource, catalogue::offer::Space};
use maud::Markup;
use std::borrow::Cow;

/// The way back to the space.
fn trail(space: &Space) -> Markup {
    let base = format!("/account/spaces/{}", space.id);
    parts::trail(&[("/account", &t!("layout-account")), (&base, &space.name)])
}

/// The way back to a page of the space, by its path and words.
fn trail_to(space: &Space, path: &str, words: &str) -> Markup {
    let base = format!("/account/spaces/{}", space.id);
    parts::trail(&[("/account", &t!("layout-account")), (&base, &space.name), (path, words)])
}

/// How somebody got a pass.
fn source_words(source: GrantSource) -> Cow<'static, str> {
    match source {
        GrantSource::Purchase => t!("members-source-purchase"),
        GrantSource::Free => t!("members-source-free"),
        GrantSource::Comp => t!("comps-source"),
        GrantSource::Subscription => t!("plans-source"),
    }
}
