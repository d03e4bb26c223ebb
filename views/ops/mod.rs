//! The operators' house: the living tree of actors, what was done to it, and the mail that a local house keeps.

use crate::{
    dom,
    layout::{self, LIVE, Page, Shell},
    parts::{self, When},
    stream,
};
use domain::{
    ports::Mail,
    time::{Millis, Span},
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Ops<'a> {
    pub figures: Figures,
    /// The tree, depth first.
    pub rows: &'a [Row],
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub viewers: u64,
    pub live_streams: u64,
    pub actors: u64,
    /// Messages waiting in the fullest mailbox.
    pub deepest: u64,
    pub restarts: u64,
}

/// One actor.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub name: String,
    pub kind: String,
    /// `running`, `starting`, `restarting`, `draining`, `parked`, `stopped`.
    pub status: String,
    /// 0 for the root.
    pub depth: usize,
    /// Messages waiting.
    pub mailbox: u64,
    /// Messages handled since it was started.
    pub handled: u64,
    pub restarts: u64,
    pub up: Span,
    pub last_error: Option<String>,
    /// Operators may act on it.
    pub actions: bool,
}

/// What was done, by whom, to what.
#[derive(Clone, Debug)]
pub struct AuditRow {
    pub at: Millis,
    pub who: String,
    pub action: String,
    pub target: String,
    pub outcome: String,
}

#[derive(Clone, Copy, Debug)]
pub struct MailRow<'a> {
    pub at: Millis,
    pub mail: &'a Mail,
}

/// What an operator can do to an actor. The words name the consequence.
const ACTIONS: [(&str, &str, &str); 4] = [
    (
        "restart",
        "Restart",
        "It is stopped and started again from what is stored. Its pages notice a short silence.",
    ),
    ("stop", "Stop", "What waits in its mailbox is dropped. It starts again when it is next needed."),
    ("drain", "Drain", "It finishes what waits, takes nothing new, then stops."),
    ("resume", "Resume", "A parked actor is started again with a fresh budget."),
];

pub fn tree(shell: &Shell, ops: &Ops<'_>) -> Markup {
    house(
        shell,
        "Actors",
        LIVE,
        html! {
            h1 { "Actors" }
            dl.figures id=(dom::FIGURES) { (figures(&ops.figures)) }
            div.scroll tabindex="0" role="region" aria-label="Supervision tree" {
                table.tree {
                    thead { tr {
                        th scope="col" { "Actor" } th scope="col" { "Kind" } th scope="col" { "Status" } th.n scope="col" { "Mailbox" }
                        th.n scope="col" { "Handled" } th.n scope="col" { "Restarts" } th.n scope="col" { "Up" } th scope="col" { "Last error" }
                        th scope="col" { span.hidden { "Actions" } }
                    } }
                    tbody id=(dom::TREE) { (rows(ops.rows)) }
                }
            }
            div id=(dom::FEED) data-feed="/ops/events" data-refresh="/ops/fragment" hx-sse:close=(dom::events::END) {}
            (stream::notice())
        },
    )
}

/// The whole tree again, as an SSE message: rows are morphed by their ids, so nothing that stays moves.
pub fn frame_tree(ops: &Ops<'_>) -> Markup {
    html! {
        (dom::partial(dom::FIGURES, "innerMorph", figures(&ops.figures)))
        (dom::partial(dom::TREE, "innerMorph", rows(ops.rows)))
    }
}

fn figures(f: &Figures) -> Markup {
    let all = [
        ("viewers", f.viewers),
        ("live streams", f.live_streams),
        ("actors", f.actors),
        ("deepest mailbox", f.deepest),
        ("restarts", f.restarts),
    ];
    html! { @for (name, n) in all { div { dt { (name) } dd { (parts::count(n)) } } } }
}

fn rows(rows: &[Row]) -> Markup {
    html! { @for row in rows { (tree_row(row)) } }
}

fn tree_row(row: &Row) -> Markup {
    let sick = row.status != "running" && row.status != "draining";
    html! {
        tr id=(dom::actor(&row.id)) class={ "depth-" (row.depth.min(3)) @if sick { " sick" } } {
            th scope="row" title=(row.name) { (row.name) }
            td.muted { (row.kind) }
            td { span.row.tight { span class={ "dot " (row.status) } {} (row.status) } }
            td.n { (parts::count(row.mailbox)) }
            td.n { (parts::count(row.handled)) }
            td.n { (parts::count(row.restarts)) }
            td.n { (parts::span(row.up)) }
            td.why { @if let Some(error) = &row.last_error { (error) } @else { span.muted { "–" } } }
            td.acts { @if row.actions { (actions(row)) } }
        }
    }
}

fn actions(row: &Row) -> Markup {
    let offered = ACTIONS.iter().filter(|(action, ..)| (*action == "resume") == (row.status == "parked"));
    html! {
        div.row.tight {
            @for (action, words, _) in offered {
                form method="post" action={ "/ops/actors/" (row.id) "/" (action) } {
                    button.button aria-label={ (words) " " (row.name) } { (words) "…" }
                }
            }
        }
    }
}

/// The second step: what will happen, and the button that does it.
pub fn confirm(shell: &Shell, row: &Row, action: &str, token: &str) -> Markup {
    let (words, consequence) =
        ACTIONS.iter().find(|(a, ..)| *a == action).map_or((action, ""), |(_, w, c)| (*w, *c));
    house(
        shell,
        words,
        &[],
        html! {
            (parts::trail(&[("/ops", "Actors")]))
            h1 { (words) " " (row.name) }
            p.lead { (consequence) }
            p.muted { (row.kind) " · " (row.status) " · " (parts::count(row.mailbox)) " waiting · up " (parts::span(row.up)) }
            div.row {
                form method="post" action={ "/ops/actors/" (row.id) "/" (action) } {
                    input type="hidden" name="confirm" value=(token);
                    button.button.primary { (words) " " (row.name) }
                }
                a.button href="/ops" { "Leave it alone" }
            }
        },
    )
}

pub fn audit(shell: &Shell, rows: &[AuditRow]) -> Markup {
    house(
        shell,
        "Audit",
        &[],
        html! {
            h1 { "Audit" }
            p.lead { "What operators did, newest first. Nothing here is ever changed or taken away." }
            @if rows.is_empty() { (parts::empty("Nothing was done yet.", None)) }
            @else {
                div.scroll tabindex="0" role="region" aria-label="Audit lines" {
                    table.tree {
                        thead { tr { th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "Action" } th scope="col" { "On" } th scope="col" { "Outcome" } } }
                        tbody { @for r in rows { tr { td { (parts::time(r.at, When::Moment)) } td { (r.who) } td { (r.action) } td { (r.target) } td.why { (r.outcome) } } } }
                    }
                }
            }
        },
    )
}

/// The mail that was not sent anywhere: only a local house has this page.
pub fn mailbox(shell: &Shell, rows: &[MailRow<'_>]) -> Markup {
    let head = Page { title: "Local mailbox", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                h1 { "Local mailbox" }
                p.lead { "This server runs locally and sends no mail. Whatever it would have sent is here, newest first." }
                @if rows.is_empty() { (parts::empty("No mail yet.", None)) }
                @for row in rows {
                    article.card.stack {
                        div.row { h2 { (row.mail.subject) } small.push { (parts::time(row.at, When::Moment)) } }
                        small { "to " (row.mail.to) }
                        pre { (row.mail.text) }
                    }
                }
            }
        },
    )
}

fn house(shell: &Shell, title: &str, scripts: &[&str], body: Markup) -> Markup {
    let title = format!("{title}, operators");
    let head = Page { title: &title, scripts, ..Page::default() };
    let current = |path: &str| (shell.path == path).then_some("page");
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack.ops #(dom::MAIN) tabindex="-1" {
                nav.row.tabs aria-label="Operators" {
                    a href="/ops" aria-current=[current("/ops")] { "Actors" }
                    a href="/ops/audit" aria-current=[current("/ops/audit")] { "Audit" }
                }
                (body)
            }
        },
    )
}
