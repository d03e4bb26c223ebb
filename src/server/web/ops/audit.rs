//! The audit log for operators.

use crate::app::App;
use crate::web::extract::Query;
use crate::web::{
    access::doors::Operator,
    encode,
    error::{WebError, WebResult},
    htmx::Htmx,
    ops::targets::{AuditTarget, Targets},
};
use axum::{extract::State, response::IntoResponse};
use domain::{clock::Clock, id::AccountId};
use serde::Deserialize;
use store::{AuditFilter, AuditFinding, AuditLine, AuditReport, Flaw};
use views::{
    ops::{AuditPage, AuditRow, AuditSearch, AuditVerdict, NotFound},
    t,
};

const PATH: &str = "/ops/audit";
const PER_PAGE: usize = 100;

/// What is asked for; a field that is empty asks for nothing.
#[derive(Deserialize)]
pub struct AuditQuery {
    /// Lines with a number below this.
    before: Option<i64>,
    /// Only lines about this id, or of this person: an id, or the name of an account.
    #[serde(default)]
    about: String,
    /// Only lines of this action.
    #[serde(default)]
    action: String,
    /// Only lines of this day of UTC.
    #[serde(default)]
    day: String,
}

impl AuditQuery {
    /// The search itself; or why nothing can be found.
    async fn filter(&self, app: &App) -> WebResult<Result<AuditFilter, NotFound>> {
        let (about, day) = (sought(app, &self.about).await?, domain::time::day(&self.day));
        if about.is_none() && !self.about.is_empty() {
            return Ok(Err(NotFound::Nobody));
        }
        if day.is_none() && !self.day.is_empty() {
            return Ok(Err(NotFound::NoDay));
        }
        Ok(Ok(AuditFilter { about, action: self.action.clone(), day }))
    }

    /// The address of the lines before this one. A person is named by their id, as names change.
    fn older(&self, filter: &AuditFilter, before: i64) -> String {
        let fields = [
            ("about", filter.about.as_deref().unwrap_or_default()),
            ("action", &filter.action),
            ("day", &self.day),
        ];
        let set = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let set: String = set.map(|(name, value)| format!("&{name}={}", encode(value))).collect();
        format!("{PATH}?before={before}{set}")
    }
}

pub async fn page(State(app): State<App>, operator: Operator, Query(asked): Query<AuditQuery>) -> WebResult {
    let asked = AuditQuery {
        about: asked.about.trim().to_owned(),
        action: asked.action.trim().to_owned(),
        day: asked.day.trim().to_owned(),
        ..asked
    };
    let (filter, not_found) = match asked.filter(&app).await? {
        Ok(filter) => (Some(filter), None),
        Err(why) => (None, Some(why)),
    };
    let mut lines = match &filter {
        Some(filter) => app.store.audit().find(filter, asked.before, PER_PAGE + 1).await?,
        None => Vec::new(),
    };
    let more = lines.len() > PER_PAGE;
    lines.truncate(PER_PAGE);
    let last = lines.last().and_then(|line| line.seq).filter(|_| more);
    let older = filter.as_ref().zip(last).map(|(filter, seq)| asked.older(filter, seq));
    let about: Vec<AuditTarget> = lines.iter().map(|line| AuditTarget::of(&line.act)).collect();
    let one = filter.as_ref().and_then(|filter| filter.about.as_deref());
    let targets = Targets::learn(&app, &about, one).await;
    let rows = lines.iter().zip(&about).map(|(line, about)| row(line, about, &targets)).collect();
    let page = AuditPage {
        rows,
        verdict: verdict(&app),
        about: one.map(|id| targets.title(id)),
        search: AuditSearch {
            actions: app.store.audit().actions().await?,
            about: asked.about,
            action: asked.action,
            day: asked.day,
        },
        not_found,
        older,
    };
    let shell = app.shell(Some(&operator.0.account), PATH);
    Ok(views::ops::audit(&shell, &page).into_response())
}

fn row(line: &AuditLine, about: &AuditTarget<'_>, targets: &Targets) -> AuditRow {
    AuditRow {
        seq: line.seq,
        at: line.at,
        who: who(line),
        by: line.act.actor.map(|id| format!("{PATH}?about={id}")),
        action: line.act.action.clone(),
        target: targets.words(about),
        id: line.act.target.clone(),
        link: targets.link(about),
        outcome: targets.outcome(about),
    }
}

fn verdict(app: &App) -> Option<AuditVerdict> {
    app.audit_log.verified().map(|verified| AuditVerdict {
        at: verified.at,
        last: verified.report.last,
        findings: words(&verified.report),
    })
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
    Ok(htmx.done(|| PATH.into()))
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
