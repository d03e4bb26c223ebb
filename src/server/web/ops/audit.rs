//! The audit log for operators.

use crate::app::App;
use crate::web::extract::Query;
use crate::web::{
    access::doors::Operator,
    error::{WebError, WebResult},
    htmx::Htmx,
    ops::targets::{About, Targets},
};
use axum::{extract::State, response::IntoResponse};
use domain::{clock::Clock, id::AccountId};
use serde::Deserialize;
use store::{AuditFinding, AuditLine, AuditReport, Flaw};
use views::{
    ops::{AuditPage, AuditRow, AuditVerdict},
    t,
};

const PER_PAGE: usize = 100;

#[derive(Deserialize)]
pub struct Asked {
    /// Lines with a number below this.
    before: Option<i64>,
    /// Only lines about this id, or of this person: an id, or the name of an account.
    #[serde(default)]
    about: String,
}

pub async fn page(State(app): State<App>, operator: Operator, Query(asked): Query<Asked>) -> WebResult {
    let audit = app.store.audit();
    let typed = asked.about.trim();
    let one = sought(&app, typed).await?;
    let unknown = one.is_none() && !typed.is_empty();
    let lines = match (&one, asked.before) {
        _ if unknown => Vec::new(),
        (Some(id), before) => audit.about(id, before, PER_PAGE).await?,
        (None, None) => audit.last(PER_PAGE).await?,
        (None, Some(seq)) => audit.before(seq, PER_PAGE).await?,
    };
    let about: Vec<About> = lines.iter().map(|line| About::of(&line.act)).collect();
    let targets = Targets::learn(&app, &about).await;
    let named = match &one {
        Some(id) => app.store.named(&[id]).await?.remove(id).map(|named| named.title),
        None => None,
    };
    let of = one.as_ref().map(|id| named.unwrap_or_else(|| id.clone()));
    let row = |(line, about): (&AuditLine, &About)| AuditRow {
        seq: line.seq,
        at: line.at,
        who: who(line),
        by: line.act.actor.map(|id| format!("/ops/audit?about={id}")),
        action: line.act.action.clone(),
        target: targets.words(about),
        id: line.act.target.clone(),
        link: targets.link(about),
        outcome: targets.outcome(about),
    };
    let rows: Vec<AuditRow> = lines.iter().zip(&about).map(row).collect();
    let first = rows.iter().rev().find_map(|row| row.seq).filter(|seq| *seq > 1);
    let more = one.is_none() || rows.len() == PER_PAGE;
    let which = one.map(|id| format!("&about={id}")).unwrap_or_default();
    let older = first.filter(|_| more).map(|seq| format!("/ops/audit?before={seq}{which}"));
    let verdict = app.audit_log.verified().map(|verified| AuditVerdict {
        at: verified.at,
        last: verified.report.last,
        findings: words(&verified.report),
    });
    let shell = app.shell(Some(&operator.0.account), "/ops/audit");
    let asked = typed.to_owned();
    let page = AuditPage { rows, verdict, about: of, asked, unknown, older };
    Ok(views::ops::audit(&shell, &page).into_response())
}

/// The id of what was typed: an id itself, or the name of an account, with or without its `@`.
async fn sought(app: &App, typed: &str) -> WebResult<Option<String>> {
    // Every id has this form.
    if let Ok(id) = typed.parse::<AccountId>() {
        return Ok(Some(id.to_string()));
    }
    let name = typed.trim_start_matches('@').to_ascii_lowercase();
    if name.is_empty() {
        return Ok(None);
    }
    Ok(app.store.accounts().by_username(&name).await?.map(|account| account.id.to_string()))
}

fn words(report: &AuditReport) -> Vec<String> {
    let more = (report.more > 0).then(|| t!("ops-audit-more-lines", count = report.more));
    report.findings.iter().map(finding).chain(more).collect()
}

/// A fault of the log in the language of the page.
pub fn finding(finding: &AuditFinding) -> String {
    let AuditFinding { flaw, from, to } = *finding;
    let lines = to - from + 1;
    match flaw {
        Flaw::Changed => t!("ops-flaw-changed", lines = lines, from = from, to = to),
        Flaw::Missing => t!("ops-flaw-missing", lines = lines, from = from, to = to),
        Flaw::Moved { was } => t!("ops-flaw-moved", lines = lines, from = from, to = to, was = was),
        Flaw::Replaced => t!("ops-flaw-replaced", lines = lines, from = from, to = to),
        Flaw::Unsealed => t!("ops-flaw-unsealed", lines = lines, from = from, to = to),
        Flaw::OtherSecret => t!("ops-flaw-other-secret", lines = lines, from = from, to = to),
        Flaw::Cut => t!("ops-flaw-cut", lines = lines, from = from, to = to),
        Flaw::NotTheHead => t!("ops-flaw-not-the-head", lines = lines, from = from, to = to),
        Flaw::NoHead => t!("ops-flaw-no-head", lines = lines, from = from, to = to),
    }
}

/// Verifies the whole log now. Concurrent requests share one run.
pub async fn verify(State(app): State<App>, _: Operator, htmx: Htmx) -> WebResult {
    app.audit_log.verify(&app.store, app.clock.now()).await.map_err(|error| {
        tracing::error!(%error, "the audit log cannot be read");
        WebError::unavailable(t!("ops-audit-unreadable"))
    })?;
    Ok(htmx.done(|| "/ops/audit".into()))
}

fn who(line: &AuditLine) -> String {
    match (&line.actor_name, line.act.actor) {
        (Some(name), _) => name.clone(),
        (None, Some(id)) => t!("ops-audit-person", id = id.to_string()),
        (None, None) => t!("ops-audit-service").into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::language::Language;
    use views::words::speak;

    #[test]
    fn a_page_says_in_english_what_the_log_of_the_server_says() {
        let flaws = [
            Flaw::Changed,
            Flaw::Missing,
            Flaw::Moved { was: 9 },
            Flaw::Replaced,
            Flaw::Unsealed,
            Flaw::OtherSecret,
            Flaw::Cut,
            Flaw::NotTheHead,
            Flaw::NoHead,
        ];
        for flaw in flaws {
            for to in [3, 5] {
                let found = AuditFinding { flaw, from: 3, to };
                assert_eq!(finding(&found), found.to_string());
                assert!(speak(Language::German, || finding(&found)).starts_with("Zeile"), "{flaw:?}");
            }
        }
    }
}
