//! The tree of actors, branch by branch, each with its busiest and its unhealthy actors.

use crate::ops::{
    Arrivals, arrivals, engine,
    machine::{self, Machine},
    names,
    needs::{self, Need, Verdict},
    spark::Pulse,
};
use crate::{
    dom,
    layout::{LIVE, Shell},
    live::stream,
    parts,
    picture::Picture,
    rich, t,
};
use domain::time::{Millis, Span};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub viewers: u64,
    pub live_streams: u64,
    pub actors: u64,
    /// Messages waiting in the fullest mailbox.
    pub deepest: u64,
    pub restarts: u64,
    /// Injected faults that are active.
    pub faults: u64,
    /// People admitted, people in queues, and the number of seats.
    pub inside: u64,
    pub waiting: u64,
    pub seats: u64,
}

/// One actor or supervisor.
#[derive(Clone, Debug, Default)]
pub struct ActorRow {
    /// Stays the same across restarts; the key in URLs and element ids.
    pub place: String,
    /// The display name.
    pub title: String,
    /// The owner, where it helps to tell rows apart.
    pub beside: String,
    /// The bare id; empty if the title already says it.
    pub id: String,
    pub kind: String,
    /// `running`, `starting`, `restarting`, `draining`, `parked`, `stopped`.
    pub status: String,
    /// Messages waiting.
    pub mailbox: u64,
    /// Messages handled, over all incarnations.
    pub handled: u64,
    pub restarts: u64,
    /// `None`: it is not running.
    pub up: Option<Span>,
    pub last_error: Option<String>,
    pub fault: Option<Fault>,
    pub pulse: Pulse,
}

/// A fault that an operator injected into an actor.
#[derive(Clone, Debug)]
pub struct Fault {
    /// `each message waits 200 ms`
    pub words: String,
    pub until: Millis,
    /// Number of messages affected.
    pub met: u64,
}

/// A supervisor and those of its children that are shown.
#[derive(Clone, Debug, Default)]
pub struct Branch {
    pub head: ActorRow,
    pub rows: Vec<ActorRow>,
    pub all: usize,
    /// Number of children that match the search.
    pub found: usize,
    /// Number of children that are unhealthy, shown or not; see [`is_sick`].
    pub sick: usize,
}

/// How many actors have a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCount {
    pub status: String,
    pub count: u64,
}

/// The sort key of each branch's rows, in descending order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Unhealthy ones first, then the busiest.
    #[default]
    Attention,
    Waiting,
    Rate,
    Latency,
    Handled,
    Restarts,
}

impl Sort {
    /// The sortable columns, in the order of the page.
    const COLUMNS: [Self; 5] = [Self::Waiting, Self::Rate, Self::Latency, Self::Handled, Self::Restarts];

    /// The heading of its column.
    fn words(self) -> Cow<'static, str> {
        match self {
            Self::Attention => Cow::default(),
            Self::Waiting => t!("ops-waiting"),
            Self::Rate => t!("ops-rate"),
            Self::Latency => t!("ops-latency"),
            Self::Handled => t!("ops-handled"),
            Self::Restarts => t!("ops-restarts"),
        }
    }

    /// The value in the URL; empty for the default order.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Attention => "",
            Self::Waiting => "waiting",
            Self::Rate => "rate",
            Self::Latency => "latency",
            Self::Handled => "handled",
            Self::Restarts => "restarts",
        }
    }

    pub fn from_code(code: &str) -> Self {
        Self::COLUMNS.into_iter().find(|sort| sort.code() == code).unwrap_or_default()
    }
}

/// What an operator asked to see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub search: String,
    /// Only this branch; empty for all.
    pub branch: String,
    /// Only this status; empty for all.
    pub status: String,
    pub sort: Sort,
    /// Page number within one branch, from 1.
    pub page: usize,
}

#[derive(Clone, Copy, Debug)]
pub struct Board<'a> {
    pub verdict: &'a Verdict,
    pub needs: &'a [Need],
    pub figures: Figures,
    pub machine: Machine,
    /// `None` without a payment provider.
    pub arrivals: Option<Arrivals>,
    /// Counts over all actors, whatever the filter; statuses without actors are left out.
    pub statuses: &'a [StatusCount],
    pub engine: &'a ActorRow,
    pub branches: &'a [Branch],
    pub filter: &'a Filter,
    /// Rows per page of one branch.
    pub per_page: usize,
}

const COLUMNS: usize = 8;

pub fn tree(shell: &Shell, board: &Board<'_>, picture: &Picture) -> Markup {
    let query = board.filter.query();
    engine(
        shell,
        &board.verdict.title,
        LIVE,
        html! {
            div id=(dom::VERDICT) { (picture.content(dom::VERDICT)) }
            section id=(dom::NEEDS) { (picture.content(dom::NEEDS)) }
            dl.figures id=(dom::FIGURES) { (picture.content(dom::FIGURES)) }
            h2 { (t!("ops-machine")) }
            dl.facts id=(dom::MACHINE) { (picture.content(dom::MACHINE)) }
            section id=(dom::ARRIVALS) { (picture.content(dom::ARRIVALS)) }
            h2 { (t!("ops-actors")) }
            (search(board))
            nav.chips #(dom::STATUSES) aria-label=(t!("ops-status")) { (picture.content(dom::STATUSES)) }
            div.scroll tabindex="0" role="region" aria-label=(t!("ops-tree")) {
                table.tree.actors {
                    thead { (columns(board.filter)) }
                    @for id in picture.ids().filter(|id| !dom::BOARD_SECTIONS.contains(id)) {
                        tbody id=(id) { (picture.content(id)) }
                    }
                }
            }
            p.muted { (t!("ops-figures-about")) }
            (stream::follow("/ops", &query))
        },
    )
}

fn columns(filter: &Filter) -> Markup {
    let column = |sort: Sort| {
        let current = filter.sort == sort;
        let to = Filter { sort: if current { Sort::Attention } else { sort }, page: 0, ..filter.clone() };
        html! {
            th.n.extra[sort == Sort::Handled] scope="col" aria-sort=[current.then_some("descending")] {
                a href={ "/ops" (to.query()) } { (sort.words()) @if current { " ↓" } }
            }
        }
    };
    html! {
        tr {
            th scope="col" { (t!("ops-actor")) }
            th scope="col" { (t!("ops-status")) }
            @for sort in Sort::COLUMNS { (column(sort)) }
            th scope="col" { (t!("ops-last-error")) }
        }
    }
}

/// One link for each status, with its number of actors.
fn statuses(board: &Board<'_>) -> Markup {
    let chip = |status: &str, count: u64| {
        let to = Filter { status: status.into(), page: 0, ..board.filter.clone() };
        let current = (board.filter.status == status).then_some("true");
        html! {
            a.chip href={ "/ops" (to.query()) } aria-current=[current] {
                @if status.is_empty() { (t!("ops-all")) } @else { span class={ "dot " (status) } aria-hidden="true" {} (names::status(status)) }
                " " (parts::count(count))
            }
        }
    };
    let all = board.statuses.iter().map(|of| of.count).sum();
    let gone =
        !board.filter.status.is_empty() && board.statuses.iter().all(|of| of.status != board.filter.status);
    html! {
        (chip("", all))
        @for of in board.statuses { (chip(&of.status, of.count)) }
        @if gone { (chip(&board.filter.status, 0)) }
    }
}

fn search(board: &Board<'_>) -> Markup {
    let filter = board.filter;
    let filtered = *filter != Filter::default();
    html! {
        form.row.search role="search" action="/ops" {
            div.field.grow {
                label for=(dom::field("ops", "q")) { (t!("ops-search")) }
                input id=(dom::field("ops", "q")) name="q" type="search" value=(filter.search) placeholder=(t!("ops-search-hint")) autocomplete="off";
            }
            div.field {
                label for=(dom::field("ops", "branch")) { (t!("ops-branch")) }
                select id=(dom::field("ops", "branch")) name="branch" {
                    option value="" { (t!("ops-all")) }
                    @for branch in board.branches {
                        option value=(branch.head.title) selected[filter.branch == branch.head.title] { (names::branch(&branch.head.title)) }
                    }
                }
            }
            @if !filter.status.is_empty() { input type="hidden" name="status" value=(filter.status); }
            @if filter.sort != Sort::Attention { input type="hidden" name="sort" value=(filter.sort.code()); }
            button.button { (t!("ops-show")) }
            @if filtered { a.button href="/ops" { (t!("ops-show-all")) } }
        }
    }
}

/// The parts of the page that change. A search shows only matches: the root and branches without a match stay in place,
/// empty.
pub fn board(board: &Board<'_>) -> Picture {
    let hits_only = board.filter.hits_only();
    let engine = (!hits_only).then(|| (dom::actor(&board.engine.place), row(board.engine, "depth-0", "", 0)));
    let mut picture = Picture::default()
        .with(dom::VERDICT, needs::verdict(board.verdict))
        .with(dom::NEEDS, needs::needs(board.needs))
        .with(dom::FIGURES, figures(&board.figures))
        .with(dom::MACHINE, machine::facts(&board.machine))
        .with(dom::ARRIVALS, news(board.arrivals))
        .with(dom::STATUSES, statuses(board))
        .with_parts(dom::branch("engine"), engine.into_iter());
    let alone = !board.filter.branch.is_empty();
    let chosen = |branch: &&Branch| !alone || board.filter.branch == branch.head.title;
    for branch in board.branches.iter().filter(chosen) {
        let shown = alone || !hits_only || branch.found > 0;
        let head =
            (dom::actor(&branch.head.place), row(&branch.head, "depth-1", &summary(branch), branch.sick));
        let rows = branch.rows.iter().map(|r| (dom::actor(&r.place), row(r, "depth-2", "", 0)));
        let rest = (dom::rest(&branch.head.title), rest(board, branch));
        let parts = std::iter::once(head).chain(rows).chain(std::iter::once(rest));
        picture = picture.with_parts(dom::branch(&branch.head.title), parts.filter(|_| shown));
    }
    let none = hits_only && !alone && board.branches.iter().all(|branch| branch.found == 0);
    picture.with(dom::NO_HITS, html! { @if none { tr { td colspan=(COLUMNS) { (t!("ops-no-actor")) } } } })
}

fn news(of: Option<Arrivals>) -> Markup {
    html! {
        @if let Some(of) = of {
            h2 { a href="/ops/money" { (t!("opsmoney-provider")) } }
            p { (arrivals(&of)) }
        }
    }
}

fn figures(f: &Figures) -> Markup {
    let all = [
        (t!("ops-figure-viewers"), f.viewers),
        (t!("ops-figure-live-streams"), f.live_streams),
        (t!("ops-figure-actors"), f.actors),
        (t!("ops-figure-deepest"), f.deepest),
        (t!("ops-figure-restarts"), f.restarts),
        (t!("ops-figure-faults"), f.faults),
        (t!("ops-figure-inside"), f.inside),
        (t!("ops-figure-queue"), f.waiting),
        (t!("ops-figure-seats"), f.seats),
    ];
    html! { @for (name, n) in all { div { dt { (name) } dd { (parts::count(n)) } } } }
}

fn summary(branch: &Branch) -> String {
    let all = parts::count(branch.all as u64);
    if branch.found == branch.all {
        return all;
    }
    t!("ops-some-of", some = parts::count(branch.found as u64), all = all)
}

/// How many rows are not shown, and a link to them.
fn rest(board: &Board<'_>, branch: &Branch) -> Markup {
    let (name, filter) = (&branch.head.title, board.filter);
    let shown = branch.rows.len();
    let one = !filter.branch.is_empty();
    let to = |page| Filter { branch: name.clone(), page, ..filter.clone() }.query();
    let pages = branch.found.div_ceil(board.per_page).max(1);
    let count = |n: usize| parts::count(n as u64);
    let some = |shown| match filter.sort {
        Sort::Attention => t!("ops-worst-of", some = count(shown), all = count(branch.found)),
        _ => t!("ops-some-of", some = count(shown), all = count(branch.found)),
    };
    html! {
        tr.rest id=(dom::rest(name)) {
            td colspan=(COLUMNS) {
                @if branch.found == 0 && branch.all > 0 { (t!("ops-none-of", all = count(branch.all))) }
                @else if branch.found > shown {
                    span.row {
                        @if one {
                            span { (t!("ops-page-of", page = filter.page.max(1), pages = pages, all = count(branch.found))) }
                            @if filter.page > 1 { a.button href={ "/ops" (to(filter.page - 1)) } { (t!("ops-earlier")) } }
                            @if filter.page < pages { a.button href={ "/ops" (to(filter.page.max(1) + 1)) } { (t!("ops-later")) } }
                        } @else {
                            span { (some(shown)) }
                            a.button href={ "/ops" (to(1)) } { (t!("ops-show-branch", branch = names::branch(name))) }
                        }
                    }
                }
            }
        }
    }
}

/// `sick_below`: number of its children that are unhealthy.
fn row(row: &ActorRow, depth: &str, summary: &str, sick_below: usize) -> Markup {
    let sick = is_sick(&row.status);
    html! {
        tr id=(dom::actor(&row.place)) class={ (depth) @if sick { " sick" } @if row.fault.is_some() { " faulty" } } {
            th scope="row" title=(row.title) {
                @if depth == "depth-0" { (row.title) } @else { a href={ "/ops/actors/" (row.place) } { (name(row)) } }
                @if !summary.is_empty() { " " small { (summary) } }
                @if !row.id.is_empty() { small.id { @if !row.beside.is_empty() { (row.beside) " · " } (row.id) } }
            }
            td { @if sick_below > 0 { (down(sick_below)) } @else { (status(row)) } }
            td.n.pulse { (parts::count(row.mailbox)) (row.pulse.depths()) }
            td.n.pulse { (row.pulse.rate()) (row.pulse.rates()) }
            td.n.pulse { (row.pulse.latency()) (row.pulse.latencies()) }
            td.n.extra { (parts::count(row.handled)) }
            td.n { (parts::count(row.restarts)) }
            td.why {
                @if let Some(error) = &row.last_error { (names::raw(error)) } @else { span.muted { "–" } }
                @if row.status == "parked" {
                    form method="post" action={ "/ops/actors/" (row.place) "/resume" } {
                        button.button aria-label=(t!("ops-act-named", verb = "resume", title = &row.title)) { (t!("ops-act", verb = "resume")) }
                    }
                }
            }
        }
    }
}

fn name(row: &ActorRow) -> Cow<'_, str> {
    if row.kind == "supervisor" { names::branch(&row.title) } else { row.title.as_str().into() }
}

/// Whether the actor is neither running nor draining.
pub fn is_sick(status: &str) -> bool {
    status != "running" && status != "draining"
}

fn down(sick: usize) -> Markup {
    html! { span.row.tight { span.dot.parked aria-hidden="true" {} strong { (t!("ops-not-running", count = parts::count(sick as u64))) } } }
}

fn status(row: &ActorRow) -> Markup {
    let words = names::status(&row.status);
    html! {
        span.row.tight { span class={ "dot " (row.status) } {} @if is_sick(&row.status) { strong { (words) } } @else { (words) } }
        @if let Some(fault) = &row.fault { span.badge.fault title=(fault.words) { (rich!("ops-fault-for"; end => |_| parts::countdown("for", fault.until))) } }
    }
}

impl Filter {
    /// Whether only matches are shown.
    fn hits_only(&self) -> bool {
        !self.search.is_empty() || !self.status.is_empty()
    }

    /// The filter as a query string with its question mark; empty for the default filter.
    pub fn query(&self) -> String {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let fields = [
            ("q", self.search.as_str()),
            ("branch", &self.branch),
            ("status", &self.status),
            ("sort", self.sort.code()),
            ("page", &page),
        ];
        let set = fields.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = set.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if query.is_empty() { query.concat() } else { format!("?{}", query.join("&")) }
    }
}

fn encoded(text: &str) -> String {
    let byte = |b: u8| match b {
        b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_its_address() {
        let asked = Filter {
            search: "a&b é".into(),
            branch: "chat_rooms".into(),
            status: "parked".into(),
            sort: Sort::Rate,
            page: 2,
        };
        assert_eq!(asked.query(), "?q=a%26b%20%C3%A9&branch=chat_rooms&status=parked&sort=rate&page=2");
        assert_eq!(Sort::from_code(asked.sort.code()), Sort::Rate);
        assert_eq!(Sort::from_code("nonsense"), Sort::Attention);
        assert_eq!(Filter::default().query(), "");
        assert_eq!(Filter { page: 1, ..Filter::default() }.query(), "");
    }
}
