//! The page of one actor: its figures, its state without personal data, its restarts, and the actions on it.

use crate::ops::{
    board::{Row, is_sick},
    engine, spark,
};
use crate::{
    dom,
    layout::{LIVE, Shell},
    live::stream,
    parts::{self, When},
    picture::Picture,
};
use domain::time::{Millis, Span};
use maud::{Markup, html};

/// What is known about one actor.
#[derive(Clone, Debug)]
pub struct Inspected {
    pub row: Row,
    /// The id of the actor's current or last incarnation.
    pub life: String,
    /// Mean time from acceptance to the end of handling, over all incarnations, in microseconds.
    pub latency_mean: u64,
    pub latency_longest: u64,
    pub facts: Vec<(String, Value)>,
    /// Newest first.
    pub restarts: Vec<Restart>,
    /// Operators may act on it.
    pub actions: bool,
    /// Fault injection is enabled here.
    pub faults: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    At(Option<Millis>),
    /// There is state, but operators may not see it.
    Hidden,
}

#[derive(Clone, Debug)]
pub struct Restart {
    pub at: Millis,
    pub why: String,
    /// Requested by an operator or by fault injection.
    pub asked: bool,
}

/// The actions of an operator on an actor: verb, label, consequence.
const ACTIONS: [(&str, &str, &str); 4] = [
    (
        "restart",
        "Restart",
        "It is stopped and started again from what is stored. Its pages notice a short silence.",
    ),
    ("stop", "Stop", "What waits in its mailbox is dropped. It starts again when it is next needed."),
    ("drain", "Drain", "It finishes what waits, then stops. It starts again when it is next needed."),
    ("resume", "Resume", "It is started again with a fresh budget."),
];

/// The consequences for a worker, which is a loop without a mailbox.
const OF_WORKERS: [(&str, &str); 3] = [
    ("restart", "Its loop is broken off and begun anew."),
    (
        "stop",
        "Its loop is broken off, and its work stays undone until an operator resumes it or the service is started anew.",
    ),
    (
        "drain",
        "Its loop ends with what it has in hand, and its work stays undone until an operator resumes it or the service is started anew.",
    ),
];

/// The label and consequence of an action that needs confirmation.
pub fn action(verb: &str, kind: &str) -> Option<(&'static str, &'static str)> {
    let (_, words, consequence) = ACTIONS.iter().find(|(name, ..)| *name == verb)?;
    let own = OF_WORKERS.iter().find(|(name, _)| *name == verb && kind.ends_with("_worker"));
    Some((words, own.map_or(consequence, |(_, own)| own)))
}

pub fn page(shell: &Shell, actor: &Inspected, picture: &Picture) -> Markup {
    let path = format!("/ops/actors/{}", actor.row.place);
    engine(
        shell,
        &actor.row.title,
        LIVE,
        html! {
            (parts::trail(&[("/ops", "Actors")]))
            h1 { (actor.row.title) }
            p.muted { (actor.row.kind) @if !actor.row.beside.is_empty() { " · " (actor.row.beside) } @if !actor.row.id.is_empty() { " · " code { (actor.row.id) } } }
            div.stack role="status" id=(dom::ACTOR_STATUS) { (picture.content(dom::ACTOR_STATUS)) }
            dl.figures id=(dom::FIGURES) { (picture.content(dom::FIGURES)) }
            div.pulses id=(dom::ACTOR_PULSE) { (picture.content(dom::ACTOR_PULSE)) }
            div.row id=(dom::ACTOR_ACTIONS) { (picture.content(dom::ACTOR_ACTIONS)) }
            h2 { "State" }
            dl.facts id=(dom::ACTOR_FACTS) { (picture.content(dom::ACTOR_FACTS)) }
            h2 { "Restarts" }
            div id=(dom::ACTOR_HISTORY) { (picture.content(dom::ACTOR_HISTORY)) }
            @if actor.faults { (faults(actor)) }
            div id=(dom::FEED) data-feed={ (path) "/events" } data-refresh={ (path) "/fragment" } hx-sse:close=(dom::events::END) {}
            (stream::notice())
        },
    )
}

/// The parts of the page that change.
pub fn picture(actor: &Inspected) -> Picture {
    Picture::default()
        .with(dom::ACTOR_STATUS, state(actor))
        .with(dom::FIGURES, figures(actor))
        .with(dom::ACTOR_PULSE, pulses(&actor.row))
        .with(dom::ACTOR_ACTIONS, actions(actor))
        .with(dom::ACTOR_FACTS, facts(actor))
        .with(dom::ACTOR_HISTORY, history(&actor.restarts))
}

fn state(actor: &Inspected) -> Markup {
    let row = &actor.row;
    html! {
        p.row.tight { span class={ "dot " (row.status) } {} (row.status) }
        @if let Some(error) = &row.last_error {
            p.notice.bad[is_sick(&row.status)] { strong { "Last error: " } (error) }
        }
        @if let Some(fault) = &row.fault {
            div.notice.stack aria-live="off" {
                p { strong { "A fault is injected: " } (fault.words) ". It ends by itself, " (parts::countdown("in", fault.until)) "." }
                p.muted { "Messages affected: " (parts::count(fault.met)) }
                form method="post" action={ "/ops/actors/" (row.place) "/clear" } { button.button { "Remove the fault" } }
            }
        }
    }
}

fn figures(actor: &Inspected) -> Markup {
    let row = &actor.row;
    let all = [
        ("waiting", parts::count(row.mailbox)),
        ("messages a second", row.pulse.rate()),
        ("handled", parts::count(row.handled)),
        ("restarts", parts::count(row.restarts)),
        ("latency, mean", spark::micros(actor.latency_mean)),
        ("latency, longest", spark::micros(actor.latency_longest)),
        ("up", up(row.up)),
    ];
    html! { @for (name, value) in all { div { dt { (name) } dd { (value) } } } }
}

/// Less than a minute is not shown in seconds: the page would change all the time and say nothing new.
fn up(span: Option<Span>) -> String {
    match span {
        None => "–".into(),
        Some(span) if span < Span::minutes(1) => "under 1 min".into(),
        Some(span) => parts::span(span),
    }
}

fn pulses(row: &Row) -> Markup {
    let all = [
        ("Messages a second", row.pulse.rate(), row.pulse.rates()),
        ("Latency", row.pulse.latency(), row.pulse.latencies()),
        ("Waiting", parts::count(row.mailbox), row.pulse.depths()),
    ];
    html! {
        @for (name, now, drawn) in all {
            figure { figcaption { (name) " " strong { (now) } } (drawn) }
        }
    }
}

fn actions(actor: &Inspected) -> Markup {
    let row = &actor.row;
    let down = matches!(row.status.as_str(), "parked" | "stopped");
    let offered = ACTIONS.iter().filter(|(name, ..)| (*name == "resume") == down);
    html! {
        @if actor.actions {
            @for (name, words, _) in offered {
                form method="post" action={ "/ops/actors/" (row.place) "/" (name) } {
                    button.button aria-label={ (words) " " (row.title) } { (words) "…" }
                }
            }
        } @else { p.muted { "Supervisors are not acted on from here." } }
    }
}

fn facts(actor: &Inspected) -> Markup {
    html! {
        @for (name, value) in &actor.facts {
            div { dt { (name) } dd {
                @match value {
                    Value::Text(text) => (text),
                    Value::At(Some(at)) => (parts::time(*at, When::Second)),
                    Value::At(None) => span.muted { "–" },
                    Value::Hidden => span.muted { "••• not shown to operators" },
                }
            } }
        }
        div { dt { "id since its last start" } dd { code { @if actor.life.is_empty() { "–" } @else { (actor.life) } } } }
    }
}

fn history(restarts: &[Restart]) -> Markup {
    html! {
        @if restarts.is_empty() { p.muted { "It has not been restarted." } }
        @else {
            div.scroll tabindex="0" role="region" aria-label="Restarts" {
                table.tree.named {
                    thead { tr { th scope="col" { "When" } th scope="col" { "Why" } th scope="col" { "Counts in its budget" } } }
                    tbody { @for r in restarts { tr { td data-name="When" { (parts::time(r.at, When::Second)) } td.why { (r.why) } td data-name="Counts in its budget" { @if r.asked { "no" } @else { "yes" } } } } }
                }
            }
            p.muted { "The last 32, newest first." }
        }
    }
}

/// Outside the parts that change, so that a form that is being filled in is not replaced.
fn faults(actor: &Inspected) -> Markup {
    let field = |name| dom::field("fault", name);
    html! {
        h2 { "Inject a fault" }
        p { "To see how its callers cope. It ends by itself; what was answered with success is kept." }
        form.stack.faults method="post" action={ "/ops/actors/" (actor.row.place) "/fault" } {
            div.row {
                div.field {
                    label for=(field("kind")) { "Fault" }
                    select id=(field("kind")) name="kind" {
                        option value="delay" { "Delay each message" }
                        option value="drop_next" { "Drop the next messages" }
                        option value="drop_share" { "Drop a share of the messages" }
                        option value="panic" { "Panic on the next message" }
                        option value="poison" { "Panic on every message, until it is parked" }
                    }
                }
                div.field {
                    label for=(field("amount")) { "How much" }
                    input id=(field("amount")) name="amount" type="number" min="1" max="10000" value="200" required aria-describedby=(dom::hint("fault", "amount"));
                    small id=(dom::hint("fault", "amount")) { "Milliseconds, messages, or per cent" }
                }
                div.field {
                    label for=(field("seconds")) { "For how many seconds" }
                    input id=(field("seconds")) name="seconds" type="number" min="1" max="300" value="30" required;
                }
            }
            button.button { "Inject this fault…" }
        }
    }
}
