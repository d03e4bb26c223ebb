//! The figures of a space: money, members, visitors and shows, as drawings with a table beside.

use super::{chart, show, trail};
use crate::{
    dom,
    layout::{self, Page, Shell},
    money::desk::signed,
    parts, t,
};
use domain::{
    audience::{
        curve::Cohort,
        days::LocalDay,
        figures::{CountedDay, DayFigures, RANGES, money, total},
    },
    catalogue::offer::Space,
    id::{SpaceId, StreamId},
    time::{Millis, Span},
};
use maud::{Markup, html};
use std::borrow::Cow;

/// A show that is or was on air.
#[derive(Clone, Copy, Debug)]
pub struct ShowRow<'a> {
    pub stream: StreamId,
    pub title: &'a str,
    pub at: Millis,
    pub people: i64,
    pub peak: i64,
    pub watched: Span,
}

#[derive(Clone, Copy, Debug)]
pub struct FiguresPage<'a> {
    pub space: &'a Space,
    /// Of [`RANGES`].
    pub range: i64,
    /// The counted days of the range, in their order.
    pub days: &'a [CountedDay],
    /// Today so far.
    pub today: &'a CountedDay,
    /// From where people came, and how many; an empty name: nobody knows.
    pub sources: &'a [(String, i64)],
    /// The newest first.
    pub shows: &'a [ShowRow<'a>],
    pub cohorts: &'a [Cohort],
}

pub fn path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/figures")
}

pub fn page(shell: &Shell, p: &FiguresPage<'_>) -> Markup {
    let head = Page { title: &t!("figures"), styles: layout::DESK, ..Page::default() };
    let zone = p.space.zone.as_ref().map_or("UTC", |zone| zone.name());
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (trail(p.space))
                h1 { (t!("figures")) }
                (ranges(p))
                section.stack aria-label=(t!("figures-today")) { h2 { (t!("figures-today")) } (of_day(p.today)) }
                @if p.days.is_empty() { (parts::empty(&t!("figures-none"), None)) } @else { (counted(p)) }
                h2 { (t!("figures-sources")) }
                (sources(p.sources))
                h2 { (t!("figures-shows")) }
                (shows(p.shows))
                h2 { (t!("figures-retention")) }
                (retention(p.cohorts))
                p.muted { (t!("figures-about", zone = zone)) }
            }
        },
    )
}

fn ranges(p: &FiguresPage<'_>) -> Markup {
    html! {
        nav.chips aria-label=(t!("figures-range")) {
            @for days in RANGES {
                a.chip href={ (path(p.space.id)) "?days=" (days) } aria-current=[(days == p.range).then_some("page")] { (t!("figures-days", count = days)) }
            }
        }
    }
}

fn of_day(day: &CountedDay) -> Markup {
    let f = &day.figures;
    html! {
        dl.figures {
            @for one in &day.money { div { dt { (t!("desk-sold")) } dd { (signed(one.amount(one.sold))) } } }
            (figure(t!("figures-visitors"), &counted_text(f.visitors)))
            (figure(t!("figures-joined"), &counted_text(f.joined)))
            (figure(t!("figures-viewers"), &counted_text(f.viewers)))
            (figure(t!("figures-members"), &counted_text(f.members)))
        }
    }
}

fn figure(words: Cow<'static, str>, value: &str) -> Markup {
    html! { div { dt { (words) } dd { (value) } } }
}

fn counted_text(count: i64) -> String {
    parts::count(count.unsigned_abs())
}

/// What was counted in the days that are over.
fn counted(p: &FiguresPage<'_>) -> Markup {
    let sum = total(p.days);
    html! {
        h2 { (t!("figures-days", count = p.range)) }
        @for one in money(p.days) {
            dl.figures {
                div { dt { (t!("desk-sold")) } dd { (signed(one.amount(one.sold))) } }
                div { dt { (t!("desk-refunded")) } dd { (signed(one.amount(one.refunded))) } }
                div { dt { (t!("desk-own")) } dd { (signed(one.amount(one.own))) } }
            }
        }
        dl.figures {
            (figure(t!("figures-members"), &counted_text(sum.members)))
            (figure(t!("figures-passes"), &counted_text(sum.passes)))
            (figure(t!("figures-joined"), &counted_text(sum.joined)))
            (figure(t!("figures-subscribed"), &counted_text(sum.subscribed)))
            (figure(t!("figures-unsubscribed"), &counted_text(sum.unsubscribed)))
            (figure(t!("figures-watched"), &parts::hours(sum.watched)))
        }
        (drawings(p.days))
        h2 { (t!("figures-funnel")) }
        (funnel(&sum))
        h2 { (t!("figures-by-day")) }
        (table(p.days))
        p { a href={ (path(p.space.id)) ".csv?days=" (p.range) } download { (t!("figures-csv")) } }
    }
}

fn drawings(days: &[CountedDay]) -> Markup {
    let of = |pick: fn(&DayFigures) -> i64| days.iter().map(|day| pick(&day.figures)).collect::<Vec<_>>();
    let drawn = |words: Cow<'static, str>, values: &[i64]| {
        let most = values.iter().copied().max().unwrap_or_default();
        drawing(days, &words, &counted_text(most), values)
    };
    html! {
        div.charts {
            (drawn(t!("figures-members"), &of(|f| f.members)))
            (drawn(t!("figures-visitors"), &of(|f| f.visitors)))
            (drawn(t!("figures-viewers"), &of(|f| f.viewers)))
            @for one in money(days) {
                @let of_currency = |day: &CountedDay| day.money.iter().filter(|m| m.currency == one.currency).map(|m| m.sold).sum::<i64>();
                @let values = days.iter().map(of_currency).collect::<Vec<i64>>();
                @let most = values.iter().copied().max().unwrap_or_default();
                (drawing(days, &t!("figures-sold-in", currency = one.currency.code().to_uppercase()), &signed(one.amount(most)), &values))
            }
        }
    }
}

/// One value a day, with the highest one and the days at both ends in words.
fn drawing(days: &[CountedDay], what: &str, most: &str, values: &[i64]) -> Markup {
    let title = t!("figures-most", what = what, most = most);
    html! {
        figure {
            figcaption { b { (what) } span { (t!("figures-top", most = most)) } }
            (chart::bars(&title, values))
            @if let [first, .., last] = days { div.ends aria-hidden="true" { span { (day_words(first.day)) } span { (day_words(last.day)) } } }
        }
    }
}

/// Each step with its part of the one before.
fn funnel(sum: &DayFigures) -> Markup {
    let steps = [
        (t!("figures-visitors"), sum.visitors),
        (t!("figures-lookers"), sum.lookers),
        (t!("figures-begun"), sum.begun),
        (t!("figures-paid"), sum.paid),
    ];
    let before = [None, Some(sum.visitors), Some(sum.lookers), Some(sum.begun)];
    html! {
        p.muted { (t!("figures-funnel-about")) }
        table.table.whole.named aria-label=(t!("figures-funnel")) {
            thead { tr { th scope="col" { (t!("figures-step")) } th.n scope="col" { (t!("figures-people")) } th.n scope="col" { (t!("figures-share")) } } }
            tbody {
                @for ((words, people), before) in steps.iter().zip(before) {
                    tr { th scope="row" { (words) } td.n { (counted_text(*people)) } td.n { (share(*people, before)) } }
                }
            }
        }
    }
}

/// `42 %`; a dash where there is nothing before.
pub(super) fn share(part: i64, whole: Option<i64>) -> String {
    match whole {
        Some(whole) if whole > 0 => format!("{}\u{a0}%", part.saturating_mul(100) / whole),
        _ => "–".into(),
    }
}

/// `29 Nov`
fn day_words(day: LocalDay) -> String {
    let date = day.date();
    let month = t!("dates-month", month = i64::from(date.month()));
    t!("figures-day", date = i64::from(date.day()), month = month)
}

fn table(days: &[CountedDay]) -> Markup {
    html! {
        div.wide-table tabindex="0" role="region" aria-label=(t!("figures-by-day")) {
            table.table.whole aria-label=(t!("figures-by-day")) {
                thead { tr {
                    th scope="col" { (t!("figures-day-head")) }
                    th.n scope="col" { (t!("desk-sold")) }
                    th.n.more scope="col" { (t!("desk-refunded")) }
                    th.n.more scope="col" { (t!("figures-visitors")) }
                    th.n.more scope="col" { (t!("figures-paid")) }
                    th.n.more scope="col" { (t!("figures-joined")) }
                    th.n.more scope="col" { (t!("figures-viewers")) }
                    th.n.more scope="col" { (t!("figures-watched")) }
                    th.n.more scope="col" { (t!("figures-members")) }
                } }
                tbody { @for day in days.iter().rev() { (line(day)) } }
            }
        }
    }
}

fn line(day: &CountedDay) -> Markup {
    let f = &day.figures;
    html! {
        tr {
            th scope="row" { time datetime=(day.day) { (day_words(day.day)) } }
            td.n { @if day.money.is_empty() { "–" } @for one in &day.money { div { (signed(one.amount(one.sold))) } } }
            td.n.more { @for one in &day.money { div { (signed(one.amount(one.refunded))) } } }
            td.n.more { (counted_text(f.visitors)) }
            td.n.more { (counted_text(f.paid)) }
            td.n.more { (counted_text(f.joined)) }
            td.n.more { (counted_text(f.viewers)) }
            td.n.more { (parts::hours(f.watched)) }
            td.n.more { (counted_text(f.members)) }
        }
    }
}

fn sources(sources: &[(String, i64)]) -> Markup {
    html! {
        @if sources.is_empty() { p.muted { (t!("figures-sources-none")) } }
        @else {
            table.table.whole aria-label=(t!("figures-sources")) {
                thead { tr { th scope="col" { (t!("figures-source")) } th.n scope="col" { (t!("figures-visitors")) } } }
                tbody {
                    @for (source, people) in sources {
                        tr { th scope="row" { @if source.is_empty() { (t!("figures-direct")) } @else { bdi { (source) } } } td.n { (counted_text(*people)) } }
                    }
                }
            }
        }
    }
}

fn shows(rows: &[ShowRow<'_>]) -> Markup {
    html! {
        @if rows.is_empty() { p.muted { (t!("figures-shows-none")) } }
        @else {
            table.table.whole aria-label=(t!("figures-shows")) {
                thead { tr {
                    th scope="col" { (t!("figures-show")) }
                    th.n scope="col" { (t!("figures-viewers")) }
                    th.n.more scope="col" { (t!("figures-peak")) }
                    th.n.more scope="col" { (t!("figures-watched")) }
                } }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { a href=(show::path(row.stream)) { bdi { (row.title) } } small { (parts::time(row.at, parts::When::Moment)) } }
                            td.n { (counted_text(row.people)) }
                            td.n.more { (counted_text(row.peak)) }
                            td.n.more { (parts::hours(row.watched)) }
                        }
                    }
                }
            }
        }
    }
}

/// Who joined in a month, and how many of them were still there when each of the next ones began.
fn retention(cohorts: &[Cohort]) -> Markup {
    let most = cohorts.iter().map(|cohort| cohort.stayed.len()).max().unwrap_or_default();
    html! {
        @if cohorts.is_empty() { p.muted { (t!("figures-retention-none")) } }
        @else {
            p.muted { (t!("figures-retention-about")) }
            div.wide-table tabindex="0" role="region" aria-label=(t!("figures-retention")) {
                table.table.whole aria-label=(t!("figures-retention")) {
                    thead { tr {
                        th scope="col" { (t!("figures-month")) }
                        th.n scope="col" { (t!("figures-joined")) }
                        @for month in 1..=most { th.n scope="col" { (t!("figures-after", count = month)) } }
                    } }
                    tbody {
                        @for cohort in cohorts {
                            tr {
                                th scope="row" { (cohort.month) }
                                td.n { (counted_text(cohort.joined)) }
                                @for month in 0..most {
                                    td.n { @if let Some(stayed) = cohort.stayed.get(month) { (t!("figures-stayed", count = counted_text(*stayed), share = share(*stayed, Some(cohort.joined)))) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
