//! Asking for mail before a stream begins and when it is live.

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    catalogue::{
        offer::{Experience, Space},
        slug::page_path,
    },
    live::stream::Stream,
};
use maud::{Markup, html};

pub struct ReminderPage<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub stream: &'a Stream,
    /// The viewer is reminded of it.
    pub wanted: bool,
    /// It has a date and has not begun.
    pub coming: bool,
}

/// The link to the page of a stream.
pub fn link(stream: &Stream) -> Markup {
    html! { a href={ "/streams/" (stream.id) "/reminder" } { (t!("live-remind")) } }
}

pub fn page(shell: &Shell, r: &ReminderPage<'_>) -> Markup {
    let head = Page { title: &t!("live-remind"), ..Page::default() };
    let show = page_path(&r.space.slug, &r.experience.slug);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", r.space.slug), &r.space.name), (&show, &r.experience.title)]))
                h1 { (r.stream.title) }
                @if let Some(at) = r.stream.scheduled_at { p { (rich!("live-begins"; time => |_| parts::time(at, When::Moment))) } }
                @if !r.coming { p { (t!("live-remind-nothing")) } }
                @else if r.wanted { p { (t!("live-remind-wanted")) } }
                @else { p { (t!("live-remind-offer")) } }
                @if r.coming || r.wanted { (wish(r)) }
                p { a href=(show) { (t!("live-remind-back")) } }
            }
        },
    )
}

fn wish(r: &ReminderPage<'_>) -> Markup {
    html! {
        form method="post" action={ "/streams/" (r.stream.id) "/reminder" } {
            input type="hidden" name="wanted" value=(!r.wanted);
            @if r.wanted { button.button { (t!("live-remind-stop")) } } @else { button.button.primary { (t!("live-remind")) } }
        }
    }
}
