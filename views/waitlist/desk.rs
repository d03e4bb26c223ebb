//! The team's page of who waits for a pass: their answers, what was decided by whom and when, and decisions.

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    catalogue::offer::{Pass, Space},
    id::{PassId, WaitlistEntryId},
    money::{asking::Answer, selling::Waitlist},
    time::Millis,
    waitlist::entry::{EntryState, WaitlistStep},
};
use maud::{Markup, html};
use std::borrow::Cow;

/// One page of the list.
#[derive(Clone, Copy, Debug)]
pub struct ListPage<'a> {
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// How many entries are in each state that has some.
    pub counts: &'a [(EntryState, i64)],
    /// Only these are listed.
    pub chosen: Option<EntryState>,
    /// In the order in which they are served.
    pub rows: &'a [WaitlistRow<'a>],
    /// This is not the first page.
    pub further: bool,
    /// Where the next page begins, if there is one.
    pub next: Option<&'a str>,
}

#[derive(Clone, Debug)]
pub struct WaitlistRow<'a> {
    pub id: WaitlistEntryId,
    pub name: &'a str,
    pub username: &'a str,
    /// `None`: the reader's role sees no addresses.
    pub email: Option<&'a str>,
    pub state: EntryState,
    /// A card pays as soon as a seat is offered to them.
    pub pays: bool,
    pub answers: &'a [Answer],
    pub history: Vec<Past<'a>>,
}

/// A step in the history of an entry; `by`: the person who did it.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    pub at: Millis,
    pub step: WaitlistStep,
    pub by: Option<&'a str>,
}

pub fn path(pass: PassId) -> String {
    format!("/account/access_passes/{pass}/waitlist")
}

pub fn page(shell: &Shell, p: &ListPage<'_>) -> Markup {
    let head = Page { title: &t!("waitlist"), ..Page::default() };
    let (base, edit) = (path(p.pass.id), format!("/account/access_passes/{}", p.pass.id));
    let state = p.chosen.map_or_else(String::new, |state| format!("state={}", state.code()));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::team_trail(p.space, &[(&edit, &p.pass.title)]))
                h1 { (t!("waitlist")) }
                p { (mode(p.pass.selling.waitlist)) " " a href=(edit) { (t!("waitlist-change-mode")) } }
                (filters(&base, p))
                @if p.rows.is_empty() { (parts::empty(&t!("waitlist-none"), None)) } @else { (entries(&base, p)) }
                (parts::pager(&base, &state, p.further, p.next))
                @if !p.counts.is_empty() { p { a href={ (base) ".csv" } download { (t!("waitlist-csv")) } } }
            }
        },
    )
}

fn mode(waitlist: Waitlist) -> Cow<'static, str> {
    match waitlist {
        Waitlist::Off => t!("waitlist-is-off"),
        Waitlist::Apply => t!("waitlist-is-apply"),
        Waitlist::Queue => t!("waitlist-is-queue"),
    }
}

fn filters(base: &str, p: &ListPage<'_>) -> Markup {
    let all: i64 = p.counts.iter().map(|(_, count)| count).sum();
    let current = |state| (p.chosen == state).then_some("page");
    html! {
        @if all > 0 {
            nav.chips aria-label=(t!("waitlist-states")) {
                a.chip href=(base) aria-current=[current(None)] { (t!("waitlist-all")) " " (parts::count(all.unsigned_abs())) }
                @for (state, count) in p.counts {
                    a.chip href={ (base) "?state=" (state.code()) } aria-current=[current(Some(*state))] { (state_words(*state)) " " (parts::count(count.unsigned_abs())) }
                }
            }
        }
    }
}

fn entries(base: &str, p: &ListPage<'_>) -> Markup {
    let waiting = p.rows.iter().filter(|row| row.state == EntryState::Waiting).count();
    html! {
        form.stack method="post" action={ (base) "/decisions" } {
            @if waiting > 0 {
                div.row {
                    button.button.primary name="decision" value="approve" { (t!("waitlist-approve-chosen")) }
                    button.button name="decision" value="reject" { (t!("waitlist-reject-chosen")) }
                    button.button name="decision" value="approve_all" { (t!("waitlist-approve-all", count = waiting)) }
                }
            }
            ol.stack role="list" { @for row in p.rows { li.card.stack { (one(row)) } } }
        }
    }
}

fn one(row: &WaitlistRow<'_>) -> Markup {
    html! {
        div.row {
            span.grow {
                @if row.state == EntryState::Waiting {
                    input type="hidden" name="shown" value=(row.id);
                    label.choice { input type="checkbox" name="entry" value=(row.id); b { bdi { (row.name) } } }
                } @else { b { bdi { (row.name) } } " " }
                small { a href={ "/@" (row.username) } { "@" (row.username) } @if let Some(email) = row.email { " · " bdi { (email) } } }
            }
            @if row.pays { span.badge { (t!("waitlist-pays")) } }
            span.badge { (state_words(row.state)) }
        }
        @if !row.answers.is_empty() {
            dl.total.wide { @for one in row.answers { div { dt { bdi { (one.question) } } dd dir="auto" { (one.answer) } } } }
        }
        ul.plain role="list" aria-label=(t!("waitlist-history")) { @for past in &row.history { li { small { (happened(past)) } } } }
    }
}

fn happened(past: &Past<'_>) -> Markup {
    let time = |_: &str| parts::time(past.at, When::Moment);
    html! {
        (step_words(past.step)) ", "
        @match past.by {
            Some(by) => (rich!("waitlist-by"; time => time, name => |_| html! { bdi { (by) } })),
            None => (parts::time(past.at, When::Moment)),
        }
    }
}

pub(crate) fn state_words(state: EntryState) -> Cow<'static, str> {
    match state {
        EntryState::Waiting => t!("waitlist-state-waiting"),
        EntryState::Line => t!("waitlist-state-line"),
        EntryState::Offered => t!("waitlist-state-offered"),
        EntryState::Taken => t!("waitlist-state-taken"),
        EntryState::Rejected => t!("waitlist-state-rejected"),
        EntryState::Lapsed => t!("waitlist-state-lapsed"),
        EntryState::Left => t!("waitlist-state-left"),
    }
}

fn step_words(step: WaitlistStep) -> Cow<'static, str> {
    match step {
        WaitlistStep::Joined => t!("waitlist-step-joined"),
        WaitlistStep::Approved => t!("waitlist-step-approved"),
        WaitlistStep::Rejected => t!("waitlist-step-rejected"),
        WaitlistStep::Offered => t!("waitlist-step-offered"),
        WaitlistStep::Taken => t!("waitlist-step-taken"),
        WaitlistStep::Lapsed => t!("waitlist-step-lapsed"),
        WaitlistStep::Left => t!("waitlist-step-left"),
        WaitlistStep::Passed => t!("waitlist-step-passed"),
        WaitlistStep::NotCharged => t!("waitlist-step-not-charged"),
    }
}
