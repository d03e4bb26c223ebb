//! The audit log for operators.

use crate::app::App;
use crate::web::extract::Query;
use crate::web::{
    access::doors::Operator,
    error::{WebError, WebResult},
    htmx::Htmx,
    ops::names::Targets,
};
use axum::{extract::State, response::IntoResponse};
use domain::clock::Clock;
use serde::Deserialize;
use store::{Act, AuditLine, AuditReport};
use views::ops::{AuditPage, AuditRow, AuditVerdict};

const PER_PAGE: usize = 100;

#[derive(Deserialize)]
pub struct Asked {
    /// Lines with a number below this.
    before: Option<i64>,
}

pub async fn page(State(app): State<App>, operator: Operator, Query(asked): Query<Asked>) -> WebResult {
    let audit = app.store.audit();
    let lines = match asked.before {
        None => audit.last(PER_PAGE).await?,
        Some(seq) => audit.before(seq, PER_PAGE).await?,
    };
    let about: Vec<AuditTarget> = lines.iter().map(|line| AuditTarget::of(&line.act)).collect();
    let named = about.iter().filter(|about| !about.person).map(|about| about.target);
    let targets = Targets::learn(&app, named).await;
    let row = |(line, about): (&AuditLine, AuditTarget)| AuditRow {
        seq: line.seq,
        at: line.at,
        who: who(line),
        target: match about.person {
            true => format!("person {}", about.target),
            false => targets.words(about.target),
        },
        link: about.actor.then(|| format!("/ops/actors/{}", about.target)),
        outcome: about.outcome,
        action: line.act.action.clone(),
    };
    let rows: Vec<AuditRow> = lines.iter().zip(about).map(row).collect();
    let first = rows.iter().rev().find_map(|row| row.seq).filter(|seq| *seq > 1);
    let older = first.map(|seq| format!("/ops/audit?before={seq}"));
    let verdict = app.audit_log.verified().map(|verified| AuditVerdict {
        at: verified.at,
        last: verified.report.last,
        findings: words(&verified.report),
    });
    let shell = app.shell(Some(&operator.0.account), "/ops/audit");
    Ok(views::ops::audit(&shell, &AuditPage { rows, verdict, older }).into_response())
}

fn words(report: &AuditReport) -> Vec<String> {
    let more = (report.more > 0).then(|| format!("{} more lines", report.more));
    report.findings.iter().map(ToString::to_string).chain(more).collect()
}

/// Verifies the whole log now. Concurrent requests share one run.
pub async fn verify(State(app): State<App>, _: Operator, htmx: Htmx) -> WebResult {
    app.audit_log.verify(&app.store, app.clock.now()).await.map_err(|error| {
        tracing::error!(%error, "the audit log cannot be read");
        WebError::unavailable("The audit log could not be read. Try again in a moment.")
    })?;
    Ok(htmx.done(|| "/ops/audit".into()))
}

fn who(line: &AuditLine) -> String {
    match (&line.actor_name, line.act.actor) {
        (Some(name), _) => name.clone(),
        (None, Some(id)) => id.to_string(),
        (None, None) => "the service".into(),
    }
}

/// The meaning of a line.
struct AuditTarget<'a> {
    target: &'a str,
    /// The target is a path in the actor tree.
    actor: bool,
    /// The target is a person, whose name is not shown to operators.
    person: bool,
    outcome: String,
}

impl<'a> AuditTarget<'a> {
    /// The detail of an actor's action begins with the actor's path. The target is what the request named: a path or a
    /// run's id.
    fn of(act: &'a Act) -> Self {
        let actor = act.action.starts_with("actor.");
        if !actor {
            let person = ["ban.", "operator."].iter().any(|noun| act.action.starts_with(noun));
            return Self { target: &act.target, actor, person, outcome: act.detail.clone() };
        }
        let (place, words) = act.detail.split_once(": ").unwrap_or((&act.detail, "done"));
        let life =
            if act.target == place { String::new() } else { format!(" (asked for id {})", act.target) };
        Self { target: place, actor, person: false, outcome: format!("{words}{life}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(action: &str, target: &str, detail: &str) -> (String, bool, bool, String) {
        let act = Act { actor: None, action: action.into(), target: target.into(), detail: detail.into() };
        let AuditTarget { target, actor, person, outcome } = AuditTarget::of(&act);
        (target.to_string(), actor, person, outcome)
    }

    #[test]
    fn each_line_says_what_it_was_done_to() {
        let words = |text: &str| text.to_string();
        assert_eq!(
            about("actor.stop", "stream.1", "stream.1"),
            (words("stream.1"), true, false, words("done"))
        );
        assert_eq!(
            about("actor.fault", "0.12", "stream.1: each message waits 9 ms, 5 s"),
            (words("stream.1"), true, false, words("each message waits 9 ms, 5 s (asked for id 0.12)"))
        );
        assert_eq!(about("ban.make", "7", "mute, maya"), (words("7"), false, true, words("mute, maya")));
    }
}
