//! One show: how many people watched it, minute by minute.

use super::{
    chart,
    figures::{self, share},
    trail_to,
};
use crate::{
    dom,
    layout::{self, Page, Shell},
    live::recording::clock,
    parts::{self, When},
    t,
    words::numbers::money,
};
use domain::{
    amount::Money,
    catalogue::offer::Space,
    id::StreamId,
    time::{Millis, Span},
};
use maud::{Markup, html};

/// Lines of the table, at most.
const LINES: usize = 30;

#[derive(Clone, Copy, Debug)]
pub struct ShowPage<'a> {
    pub space: &'a Space,
    pub stream: StreamId,
    pub title: &'a str,
    pub at: Millis,
    /// Whoever watched any of it.
    pub people: i64,
    /// The most at once.
    pub peak: i64,
    pub watched: Span,
    /// In each minute.
    pub curve: &'a [i64],
    /// Lines of its chat.
    pub lines: i64,
    /// Passes that were bought while it was on air, and what was paid for them, by currency.
    pub income: &'a [(i64, Money)],
    /// How often nothing was published, and for how long in all; `None` if it was not recorded.
    pub drops: Option<(i64, Span)>,
}

pub fn path(stream: StreamId) -> String {
    format!("/account/streams/{stream}/figures")
}

pub fn page(shell: &Shell, p: &ShowPage<'_>) -> Markup {
    let head = Page { title: &t!("show-figures"), styles: layout::DESK, ..Page::default() };
    let stay = if p.people > 0 { Span(p.watched.0 / p.people) } else { Span(0) };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (trail_to(p.space, &figures::path(p.space.id), &t!("figures")))
                div { h1 { bdi { (p.title) } } small { (parts::time(p.at, When::Moment)) } }
                dl.figures {
                    div { dt { (t!("figures-viewers")) } dd { (parts::count(p.people.unsigned_abs())) } }
                    div { dt { (t!("figures-peak")) } dd { (parts::count(p.peak.unsigned_abs())) } }
                    div { dt { (t!("figures-watched")) } dd { (parts::hours(p.watched)) } }
                    div { dt { (t!("show-mean-stay")) } dd { (parts::hours(stay)) } }
                    div { dt { (t!("show-lines")) } dd { (parts::count(p.lines.unsigned_abs())) } }
                    @for (passes, amount) in p.income {
                        div { dt { (t!("show-income")) } dd { (money(*amount)) " " small { (t!("show-income-passes", count = *passes)) } } }
                    }
                    @if let Some((drops, silence)) = p.drops {
                        div { dt { (t!("show-drops")) } dd { (parts::count(drops.unsigned_abs())) @if drops > 0 { " " small { (clock(silence.0)) } } } }
                    }
                }
                h2 { (t!("show-curve")) }
                @if p.people == 0 { (parts::empty(&t!("show-nobody"), None)) }
                @else {
                    (drawing(p))
                    p.muted { (t!("show-curve-about")) }
                    (table(p))
                }
            }
        },
    )
}

/// The people in each minute, with the most of them and both ends in words.
fn drawing(p: &ShowPage<'_>) -> Markup {
    let most = p.curve.iter().copied().max().unwrap_or_default().unsigned_abs();
    let most = t!("show-curve-most", most = parts::count(most));
    let end = Span::minutes(i64::try_from(p.curve.len()).unwrap_or_default());
    html! {
        div.charts {
            figure {
                figcaption { (most) }
                (chart::bars(&most, p.curve))
                div.row aria-hidden="true" { small { (parts::hours(Span(0))) } small.push { (parts::hours(end)) } }
            }
        }
    }
}

/// The most people in each few minutes, and which part that was of all who watched.
fn table(p: &ShowPage<'_>) -> Markup {
    let each = p.curve.len().div_ceil(LINES).max(1);
    html! {
        table.table.whole aria-label=(t!("show-curve")) {
            thead { tr { th scope="col" { (t!("show-minute")) } th.n scope="col" { (t!("figures-people")) } th.n scope="col" { (t!("show-share")) } } }
            tbody {
                @for (n, some) in p.curve.chunks(each).enumerate() {
                    @let most = some.iter().copied().max().unwrap_or_default();
                    tr {
                        th scope="row" { (t!("show-minutes", from = n * each, to = n * each + some.len())) }
                        td.n { (parts::count(most.unsigned_abs())) }
                        td.n { (share(most, Some(p.people))) }
                    }
                }
            }
        }
    }
}
