//! A space or a show as a card in a frame of another site. It has links and nothing else, needs no cookie and runs no script.

use crate::{
    layout::Shell,
    parts::{self, When},
    rich, t, words,
};
use domain::{catalogue::offer::Space, time::Millis};
use maud::{DOCTYPE, Markup, html};
use std::borrow::Cow;

/// How often the frame loads the card again, in seconds.
const REFRESH: i64 = 30;

#[derive(Clone, Copy, Debug)]
pub enum Stage<'a> {
    Live {
        title: &'a str,
        /// `None` if it is not told outside (`Stream::public_count`).
        people: Option<usize>,
    },
    Next {
        title: &'a str,
        at: Millis,
    },
    Quiet,
}

#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    pub space: &'a Space,
    /// Of the experience, if the card is of one.
    pub experience: Option<&'a str>,
    /// The page that it leads to, with scheme and host.
    pub url: &'a str,
    pub stage: Stage<'a>,
}

pub fn page(shell: &Shell, card: &Card<'_>) -> Markup {
    let space = card.space;
    html! {
        (DOCTYPE)
        html lang=(words::spoken().code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (space.name) " · Backstage Pass" }
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                meta http-equiv="refresh" content=(REFRESH);
                link rel="stylesheet" href=((shell.asset)("site.css"));
            }
            body.embed {
                main.card.stack {
                    div.row {
                        (parts::logo(&space.name, space.logo, "m"))
                        h1 { a href=(card.url) target="_blank" rel="noopener" { bdi { (card.experience.unwrap_or(&space.name)) } } }
                    }
                    @if card.experience.is_some() { small { bdi { (space.name) } } }
                    (stage(card))
                    a.button href=(card.url) target="_blank" rel="noopener" { (verb(card.stage)) }
                }
            }
        }
    }
}

fn stage(card: &Card<'_>) -> Markup {
    html! {
        @match card.stage {
            Stage::Live { title, people } => div.row {
                (parts::badge_live())
                b { bdi { (title) } }
                @if let Some(people) = people { span.badge { (parts::count_people(people)) } }
            },
            Stage::Next { title, at } => p { (rich!("live-card-next"; title => |_| html! { b { bdi { (title) } } })) br; (parts::time(at, When::Moment)) },
            Stage::Quiet => p.muted { @if card.space.tagline.is_empty() { (t!("live-card-quiet")) } @else { (card.space.tagline) } },
        }
    }
}

fn verb(stage: Stage<'_>) -> Cow<'static, str> {
    match stage {
        Stage::Live { .. } => t!("live-card-watch"),
        Stage::Next { .. } | Stage::Quiet => t!("live-card-see"),
    }
}
