//! The queue of a full stream: the person's place, the expected wait, and a page that enters by itself when it is their
//! turn.

use crate::{
    chat::ChatOf,
    dom,
    layout::{self, HTMX, Page, Shell},
    parts, rich, t,
};
use domain::{
    catalogue::offer::{Experience, Space},
    live::queue::{PATIENCE, Place},
    time::Span,
};
use maud::{Markup, html};
use std::borrow::Cow;

/// A person in the queue, and the stream they wait for.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub of: ChatOf,
    pub place: Place,
}

pub fn page(shell: &Shell, w: &Waiting<'_>) -> Markup {
    let refresh = w.place.ask_again().ceil_secs();
    let head = Page { title: &t!("live-queue"), scripts: HTMX, refresh: Some(refresh), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", w.space.slug), &w.space.name)]))
                h1 { (t!("live-queue-taken")) }
                p.lead { (rich!("live-queue-lead"; title => |_| html! { b { bdi { (w.experience.title) } } })) }
                div role="status" { (fragment(w.of, &w.place)) }
                ul.ticks {
                    li { (t!("live-queue-patience", seconds = PATIENCE.ceil_secs())) }
                    li { (t!("live-queue-order")) }
                    li { (t!("live-queue-seats")) }
                }
            }
        },
    )
}

/// The place in the queue. It polls for itself, and is swapped when it has changed.
pub fn fragment(of: ChatOf, place: &Place) -> Markup {
    let again = format!("every {}s", place.ask_again().ceil_secs());
    html! {
        section.stack id=(dom::QUEUE) hx-get={ (of) "/queue?shown=" (shown(place)) } hx-trigger=(again) hx-swap="outerHTML" {
            dl.figures {
                div { dt { (t!("live-queue-place")) } dd { (place.number) } }
                div { dt { (t!("live-queue-turn")) } dd { (turn(place.expected)) } }
            }
            p.muted {
                @if place.expected.is_some() { (t!("live-queue-estimated")) }
                @else { (t!("live-queue-no-estimate")) }
            }
        }
    }
}

/// The state that a page sends with its next poll: what it shows now.
pub fn shown(place: &Place) -> String {
    let minutes = place.expected.map(minutes);
    minutes.map_or_else(|| place.number.to_string(), |minutes| format!("{}.{minutes}", place.number))
}

fn turn(expected: Option<Span>) -> Cow<'static, str> {
    match expected.map(minutes) {
        None => t!("live-turn-unknown"),
        Some(0) => t!("live-turn-now"),
        Some(minutes @ 1..60) => t!("live-turn-minutes", minutes = minutes).into(),
        Some(minutes) => t!("live-turn-hours", hours = minutes.saturating_add(30) / 60).into(),
    }
}

/// Rounded up; 0 means less than one minute.
const fn minutes(span: Span) -> i64 {
    match span.0 {
        ..60_000 => 0,
        more => more.saturating_add(59_999) / 60_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_wait_is_rounded() {
        let told = |seconds| turn(Some(Span::secs(seconds)));
        assert_eq!(turn(None), "not known yet");
        assert_eq!(
            [0, 59, 60, 61, 3540].map(told),
            ["within a minute", "within a minute", "in about 1 min", "in about 2 min", "in about 59 min"]
        );
        assert_eq!([3600, 5400, 9000].map(told), ["in about 1 h", "in about 2 h", "in about 3 h"]);
    }

    #[test]
    fn what_is_shown_differs_where_the_words_do() {
        let at = |number, seconds: Option<i64>| shown(&Place { number, expected: seconds.map(Span::secs) });
        assert_eq!(at(3, Some(61)), at(3, Some(119)));
        assert_ne!(at(3, Some(61)), at(3, Some(121)));
        assert_ne!(at(3, None), at(3, Some(0)));
        assert_ne!(at(3, None), at(4, None));
    }
}
