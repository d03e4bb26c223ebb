//! The page of one actor: its figures, its state without personal data, its restarts, and the actions on it.

use crate::ops::{
    board::{ActorRow, is_sick},
    engine, names, spark,
};
use crate::{
    dom,
    layout::{LIVE, Shell},
    live::stream,
    parts::{self, When},
    picture::Picture,
    rich, t,
};
use domain::time::{Millis, Span};
use maud::{Markup, html};

/// What is known about one actor.
#[derive(Clone, Debug)]
pub struct Inspected {
    pub row: ActorRow,
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

/// The actions of an operator on an actor.
const ACTIONS: [&str; 4] = ["restart", "stop", "drain", "resume"];

/// The title and the consequence of an action that needs confirmation.
pub fn action(verb: &str, kind: &str, title: &str) -> Option<(String, String)> {
    // A worker is a loop without a mailbox.
    let worker = kind.ends_with("_worker") && verb != "resume";
    let words = t!("ops-act-confirm", verb = verb, kind = names::kind(kind), title = title);
    let consequence = match worker {
        true => t!("ops-act-consequence-worker", verb = verb),
        false => t!("ops-act-consequence", verb = verb),
    };
    ACTIONS.contains(&verb).then_some((words, consequence))
}

pub fn page(shell: &Shell, actor: &Inspected, picture: &Picture) -> Markup {
    let path = format!("/ops/actors/{}", actor.row.place);
    engine(
        shell,
        &actor.row.title,
        LIVE,
        html! {
            (parts::trail(&[("/ops", &t!("ops-actors"))]))
            h1 { (actor.row.title) }
            p.muted { (names::kind(&actor.row.kind)) @if !actor.row.beside.is_empty() { " · " (actor.row.beside) } @if !actor.row.id.is_empty() { " · " code { (actor.row.id) } } }
            div.stack role="status" id=(dom::ACTOR_STATUS) { (picture.content(dom::ACTOR_STATUS)) }
            div.row id=(dom::ACTOR_ACTIONS) { (picture.content(dom::ACTOR_ACTIONS)) }
            dl.figures id=(dom::FIGURES) { (picture.content(dom::FIGURES)) }
            div.pulses id=(dom::ACTOR_PULSE) { (picture.content(dom::ACTOR_PULSE)) }
            h2 { (t!("ops-state")) }
            dl.facts id=(dom::ACTOR_FACTS) { (picture.content(dom::ACTOR_FACTS)) }
            h2 { (t!("ops-restarts-of")) }
            div id=(dom::ACTOR_HISTORY) { (picture.content(dom::ACTOR_HISTORY)) }
            @if actor.faults { (faults(actor)) }
            (stream::follow(&path, ""))
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
        p.row.tight { span class={ "dot " (row.status) } {} (names::status(&row.status)) }
        @if let Some(error) = &row.last_error {
            p.notice.bad[is_sick(&row.status)] {
                (rich!("ops-last-error-is"; label => |words| html! { strong { (words) } }, error => |_| names::raw(error)))
            }
        }
        @if let Some(fault) = &row.fault {
            div.notice.stack aria-live="off" {
                p {
                    (rich!("ops-fault-is";
                        label => |words| html! { strong { (words) } },
                        fault => |_| html! { (fault.words) },
                        end => |_| parts::countdown("in", fault.until)))
                }
                p.muted { (t!("ops-fault-met", count = parts::count(fault.met))) }
                form method="post" action={ "/ops/actors/" (row.place) "/clear" } { button.button { (t!("ops-fault-remove")) } }
            }
        }
    }
}

fn figures(actor: &Inspected) -> Markup {
    let row = &actor.row;
    let all = [
        (t!("ops-figure-waiting"), parts::count(row.mailbox)),
        (t!("ops-figure-rate"), row.pulse.rate()),
        (t!("ops-figure-handled"), parts::count(row.handled)),
        (t!("ops-figure-restarts"), parts::count(row.restarts)),
        (t!("ops-figure-latency-mean"), spark::micros(actor.latency_mean)),
        (t!("ops-figure-latency-longest"), spark::micros(actor.latency_longest)),
        (t!("ops-figure-up"), up(row.up)),
    ];
    html! { @for (name, value) in all { div { dt { (name) } dd { (value) } } } }
}

/// Less than a minute is not shown in seconds: the page would change all the time and say nothing new.
pub(super) fn up(span: Option<Span>) -> String {
    match span {
        None => "–".into(),
        Some(span) if span < Span::minutes(1) => t!("ops-up-short").into_owned(),
        Some(span) => parts::span(span),
    }
}

fn pulses(row: &ActorRow) -> Markup {
    let all = [
        (t!("ops-pulse-rate"), row.pulse.rate(), row.pulse.rates()),
        (t!("ops-latency"), row.pulse.latency(), row.pulse.latencies()),
        (t!("ops-waiting"), parts::count(row.mailbox), row.pulse.depths()),
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
    let offered = ACTIONS.into_iter().filter(|verb| (*verb == "resume") == down);
    html! {
        @if actor.actions {
            @for verb in offered {
                form method="post" action={ "/ops/actors/" (row.place) "/" (verb) } {
                    button.button.primary[down] aria-label=(t!("ops-act-named", verb = verb, title = &row.title)) { (t!("ops-act", verb = verb)) }
                }
            }
        } @else { p.muted { (t!("ops-supervisor-alone")) } }
    }
}

fn facts(actor: &Inspected) -> Markup {
    html! {
        @for (name, value) in &actor.facts {
            div { dt { (names::fact(name)) } dd {
                @match value {
                    Value::Text(text) => (names::fact_value(text)),
                    Value::At(Some(at)) => (parts::time(*at, When::Second)),
                    Value::At(None) => span.muted { "–" },
                    Value::Hidden => span.muted { (t!("ops-fact-hidden")) },
                }
            } }
        }
        div { dt { (t!("ops-fact-life")) } dd { code { @if actor.life.is_empty() { "–" } @else { (actor.life) } } } }
    }
}

fn history(restarts: &[Restart]) -> Markup {
    let [when, why, counts] = [t!("ops-restart-when"), t!("ops-restart-why"), t!("ops-restart-counts")];
    html! {
        @if restarts.is_empty() { p.muted { (t!("ops-restarts-none")) } }
        @else {
            div.scroll tabindex="0" role="region" aria-label=(t!("ops-restarts-of")) {
                table.tree.named {
                    thead { tr { th scope="col" { (when) } th scope="col" { (why) } th scope="col" { (counts) } } }
                    tbody { @for r in restarts { tr { td data-name=(when) { (parts::time(r.at, When::Second)) } td.why { (names::raw(&r.why)) } td data-name=(counts) { @if r.asked { (t!("ops-no")) } @else { (t!("ops-yes")) } } } } }
                }
            }
            p.muted { (t!("ops-restarts-last")) }
        }
    }
}

/// Outside the parts that change, so that a form that is being filled in is not replaced.
fn faults(actor: &Inspected) -> Markup {
    let field = |name| dom::field("fault", name);
    let kinds = [
        ("delay", t!("ops-inject-delay")),
        ("drop_next", t!("ops-inject-drop-next")),
        ("drop_share", t!("ops-inject-drop-share")),
        ("panic", t!("ops-inject-panic")),
        ("poison", t!("ops-inject-poison")),
    ];
    html! {
        h2 { (t!("ops-inject")) }
        p { (t!("ops-inject-about")) }
        form.stack.faults method="post" action={ "/ops/actors/" (actor.row.place) "/fault" } {
            div.row {
                div.field {
                    label for=(field("kind")) { (t!("ops-inject-kind")) }
                    select id=(field("kind")) name="kind" {
                        @for (kind, words) in &kinds { option value=(kind) { (words) } }
                    }
                }
                div.field {
                    label for=(field("amount")) { (t!("ops-inject-amount")) }
                    input id=(field("amount")) name="amount" type="number" min="1" max="10000" value="200" required aria-describedby=(dom::hint("fault", "amount"));
                    small id=(dom::hint("fault", "amount")) { (t!("ops-inject-amount-hint")) }
                }
                div.field {
                    label for=(field("seconds")) { (t!("ops-inject-seconds")) }
                    input id=(field("seconds")) name="seconds" type="number" min="1" max="300" value="30" required;
                }
            }
            button.button { (t!("ops-inject-button")) }
        }
    }
}
