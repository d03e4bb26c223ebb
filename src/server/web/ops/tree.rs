//! The actor tree for operators: the failing and busiest actors of each branch, or all actors of one branch in pages.

use crate::web::extract::Query;
use crate::web::{
    access::doors::Operator,
    error::WebResult,
    follow::Right,
    ops::{board::OpsPage, names::ActorName, needs},
    snapshots::{self, Subject as _},
};
use crate::{app::App, limits::ClientAddress};
use actors::{Armed, Fault, Node, PACE, Pulse, Status};
use axum::{extract::State, response::IntoResponse};
use domain::{clock::Clock, time::Span};
use maud::Markup;
use serde::Deserialize;
use std::cmp::Reverse;
use store::WebhookHealth;
use views::{
    Picture,
    ops::{
        ActorRow, Arrivals, Board, Branch, Figures, Filter, Machine, Need, Sort, StatusCount, SweepSeen,
        Verdict, is_sick, names::status as status_words,
    },
    t,
};

/// Rows of each branch when all branches are shown.
const SHOWN: usize = 50;
/// Rows per page when one branch is shown.
const PER_PAGE: usize = 200;
/// The maximum length of a search in characters; the rest is cut off.
const LONGEST_SEARCH: usize = 80;

#[derive(Deserialize)]
pub struct TreeQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    branch: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

impl TreeQuery {
    /// Normalizes a query, so that equal queries share a pump. Unknown branches are ignored.
    fn filter(&self, tree: &Node) -> Filter {
        let search = self.q.trim().chars().take(LONGEST_SEARCH).collect::<String>().to_lowercase();
        let branch = tree.children.iter().find(|branch| branch.name == self.branch);
        let page = self.page.parse().unwrap_or(1).clamp(1, 10_000);
        Filter {
            search,
            branch: branch.map(|branch| branch.name.clone()).unwrap_or_default(),
            status: Status::ALL
                .iter()
                .map(|status| status.code())
                .find(|code| *code == self.status)
                .unwrap_or_default()
                .into(),
            sort: Sort::from_code(&self.sort),
            page: if branch.is_some() && page > 1 { page } else { 0 },
        }
    }
}

pub async fn page(State(app): State<App>, operator: Operator, Query(asked): Query<TreeQuery>) -> WebResult {
    let filter = asked.filter(&app.boards.tree(&app));
    let made = BoardParts::new(&app, &filter).await;
    let shell = app.shell(Some(&operator.0.account), "/ops");
    let board = made.board(&filter);
    Ok(views::ops::tree(&shell, &board, &views::ops::board(&board)).into_response())
}

pub async fn events(
    State(app): State<App>,
    operator: Operator,
    address: ClientAddress,
    Query(asked): Query<TreeQuery>,
) -> WebResult {
    let filter = asked.filter(&app.boards.tree(&app));
    snapshots::follow(&app, OpsPage::Tree(filter), Right::Operator(operator.0.identity()), address).await
}

pub async fn fragment(
    State(app): State<App>,
    _: Operator,
    Query(asked): Query<TreeQuery>,
) -> WebResult<Markup> {
    let filter = asked.filter(&app.boards.tree(&app));
    Ok(OpsPage::Tree(filter).picture(&app).await?.frame())
}

pub async fn picture(app: &App, filter: &Filter) -> Picture {
    views::ops::board(&BoardParts::new(app, filter).await.board(filter))
}

/// The parts of a board, made of one snapshot of the tree.
struct BoardParts {
    needs: Vec<Need>,
    verdict: Verdict,
    statuses: Vec<StatusCount>,
    figures: Figures,
    machine: Machine,
    arrivals: Option<Arrivals>,
    engine: ActorRow,
    branches: Vec<Branch>,
}

impl BoardParts {
    async fn new(app: &App, filter: &Filter) -> Self {
        let tree = app.boards.tree(app);
        app.boards.names.learn(app, &tree).await;
        let branches = tree.children.iter().map(|node| branch(app, node, filter)).collect();
        let (needs, verdict) = needs::of(app).await;
        Self {
            needs,
            verdict,
            statuses: statuses(&tree),
            figures: figures(app, &tree),
            machine: machine(app).await,
            arrivals: news(app).await,
            engine: row(app, &tree),
            branches,
        }
    }

    fn board<'a>(&'a self, filter: &'a Filter) -> Board<'a> {
        let Self { needs, verdict, statuses, figures, machine, arrivals, engine, branches } = self;
        let (figures, machine, arrivals) = (*figures, *machine, *arrivals);
        Board {
            verdict,
            needs,
            figures,
            machine,
            arrivals,
            statuses,
            engine,
            branches,
            filter,
            per_page: PER_PAGE,
        }
    }
}

fn figures(app: &App, tree: &Node) -> Figures {
    let all = tree.walk();
    let on_air = |node: &&&Node| {
        node.kind == "stream" && [" live", " interrupted"].iter().any(|state| node.name.ends_with(state))
    };
    let queue = app.engine.queue();
    Figures {
        viewers: app.engine.people_all() as u64,
        live_streams: all.iter().filter(on_air).count() as u64,
        actors: all.len() as u64,
        deepest: all.iter().map(|n| n.mailbox as u64).max().unwrap_or(0),
        restarts: all.iter().map(|n| n.restarts).sum(),
        faults: all.iter().filter(|n| n.fault.is_some()).count() as u64,
        inside: queue.inside as u64,
        waiting: queue.waiting as u64,
        seats: queue.limit as u64,
    }
}

async fn machine(app: &App) -> Machine {
    let usage = app.machine.look().await;
    Machine {
        processor: usage.processor,
        memory: usage.memory,
        disk_free: usage.disk_free,
        files: usage.files,
        most_files: app.machine.most_files,
        threads: usage.threads,
        up: Span(i64::try_from(app.machine.up().as_millis()).unwrap_or(i64::MAX)),
    }
}

/// `None` without a payment provider.
async fn news(app: &App) -> Option<Arrivals> {
    app.services.payments.as_ref()?;
    Some(arrivals(&app.health.look(&app.services).await.webhooks))
}

/// Counts the statuses of all actors below the branches.
fn statuses(tree: &Node) -> Vec<StatusCount> {
    let actors: Vec<&Node> = tree.children.iter().flat_map(|branch| &branch.children).collect();
    let count = |status: &Status| actors.iter().filter(|actor| actor.status == *status).count() as u64;
    let counts =
        Status::ALL.iter().map(|status| StatusCount { status: status.code().into(), count: count(status) });
    counts.filter(|of| of.count > 0).collect()
}

fn branch(app: &App, node: &Node, filter: &Filter) -> Branch {
    // A restart is over before anybody reads it; a row that moved because of it would only flicker.
    let ails = |child: &Node| child.status == Status::Parked || child.fault.is_some();
    let sick = node.children.iter().filter(|child| is_sick(child.status.code())).count();
    let mut found: Vec<&Node> = node.children.iter().filter(|child| fits(app, child, filter)).collect();
    let count = found.len();
    let sorted = filter.sort != Sort::Attention;
    if sorted {
        found.sort_by_cached_key(|child| (Reverse(measure(child, filter.sort)), child.of.clone()));
    } else if filter.branch.is_empty() {
        // Sort by powers of two, so that the order does not change with every message and rows seldom come and go.
        found.sort_by_key(|child| (!ails(child), Reverse(child.pulse.handled().checked_ilog2())));
        found.truncate(SHOWN);
    }
    let alone = filter.branch == node.name;
    // On the pages of one branch, a failing row keeps its page.
    let mut rows: Vec<(bool, ActorName, &Node)> = found
        .into_iter()
        .map(|child| (!alone && !ails(child), app.boards.names.of(&child.of).unwrap_or_default(), child))
        .collect();
    if !sorted {
        rows.sort_by(|(a_well, a, one), (b_well, b, other)| {
            (a_well, &a.title, &one.of).cmp(&(b_well, &b.title, &other.of))
        });
    }
    let (skipped, most) = if alone { ((filter.page.max(1) - 1) * PER_PAGE, PER_PAGE) } else { (0, SHOWN) };
    let rows = rows.into_iter().skip(skipped).take(most).map(|(.., child)| row(app, child)).collect();
    Branch { head: row(app, node), rows, all: node.children.len(), found: count, sick }
}

/// The value of a column as a number.
fn measure(node: &Node, sort: Sort) -> u64 {
    match sort {
        Sort::Attention => 0,
        Sort::Waiting => node.mailbox as u64,
        Sort::Rate => node.pulse.samples().last().map_or(0, |sample| sample.handled.into()),
        Sort::Latency => {
            node.pulse.samples().iter().rev().find_map(|sample| sample.latency()).map_or(0, u64::from)
        }
        Sort::Handled => node.handled,
        Sort::Restarts => node.restarts,
    }
}

/// Whether it has the requested status and matches the search: in its display name, id, state or last error.
fn fits(app: &App, node: &Node, filter: &Filter) -> bool {
    let search = filter.search.as_str();
    let has = |text: &str| text.to_lowercase().contains(search);
    if !filter.status.is_empty() && node.status.code() != filter.status {
        return false;
    }
    search.is_empty()
        || has(&node.name)
        || has(node.status.code())
        || has(&status_words(node.status.code()))
        || node.last_error.as_deref().is_some_and(has)
        || app.boards.names.of(&node.of).is_some_and(|name| has(&name.title) || has(&name.space))
}

pub fn row(app: &App, node: &Node) -> ActorRow {
    let name = app.boards.names.of(&node.of);
    let named = name.is_some() || node.of.parse::<domain::id::StreamId>().is_ok();
    let name = name.unwrap_or_default();
    let down = matches!(node.status, Status::Parked | Status::Stopped);
    ActorRow {
        place: node.place(),
        title: if name.title.is_empty() { node.of.clone() } else { name.title },
        beside: name.space,
        id: if named { node.name.clone() } else { String::new() },
        kind: node.kind.to_string(),
        status: node.status.code().to_string(),
        mailbox: node.mailbox as u64,
        handled: node.handled,
        restarts: node.restarts,
        up: node.started_at.filter(|_| !down).map(|at| app.clock.now() - at),
        last_error: node.last_error.clone(),
        fault: node.fault.map(fault),
        pulse: pulse(&node.pulse),
    }
}

fn pulse(pulse: &Pulse) -> views::ops::Pulse {
    let samples = pulse.samples();
    views::ops::Pulse {
        pace_secs: u32::try_from(PACE.as_secs()).unwrap_or(1),
        room: actors::KEPT,
        handled: samples.iter().map(|sample| sample.handled).collect(),
        micros: samples.iter().map(|sample| sample.latency()).collect(),
        depth: samples.iter().map(|sample| sample.depth).collect(),
    }
}

fn fault(armed: Armed) -> views::ops::Fault {
    views::ops::Fault { words: words(armed.fault), until: armed.until, met: armed.met }
}

/// A fault in words that continue after a colon.
pub fn words(fault: Fault) -> String {
    match fault {
        Fault::Delay { millis } => t!("ops-fault-delay", millis = millis),
        Fault::DropNext { messages } => t!("ops-fault-drop-next", count = messages),
        Fault::DropShare { percent } => t!("ops-fault-drop-share", percent = percent),
        Fault::Panic => t!("ops-fault-panic").into_owned(),
        Fault::Poison => t!("ops-fault-poison").into_owned(),
    }
}

/// How the provider's news come.
pub fn arrivals(health: &WebhookHealth) -> Arrivals {
    let seen = |sweep: store::SweepHealth| SweepSeen { at: sweep.at, found: sweep.found, lost: sweep.lost };
    Arrivals {
        webhook: health.last.as_ref().map(|(_, at)| *at),
        sweep: health.sweep.map(seen),
        refusal: health.refusals.first().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::language::Language;
    use std::collections::HashSet;
    use views::words::speak;

    #[test]
    fn each_status_has_its_own_words() {
        let words = |language| -> HashSet<String> {
            let of = |status: &Status| speak(language, || status_words(status.code()).into_owned());
            Status::ALL.iter().map(of).collect()
        };
        let codes: HashSet<String> = Status::ALL.iter().map(|status| status.code().to_owned()).collect();
        assert_eq!(words(Language::English), codes);
        let german = words(Language::German);
        assert!(german.len() == codes.len() && german.is_disjoint(&codes), "{german:?}");
    }
}
