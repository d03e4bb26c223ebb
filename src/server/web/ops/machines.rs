//! Endpoints for machines: liveness, readiness, metrics, the tree; and the tools of a local server.

use crate::web::extract::Form;
use crate::web::{
    access::doors::{Operator, bearer},
    error::{WebError, WebResult},
    people::session::Visitor,
};
use crate::{app::App, secret};
use actors::Node;
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderMap, header, request::Parts},
    response::IntoResponse,
};
use domain::time::Span;
use serde::Deserialize;
use views::{ops::MailRow, t};

/// An extractor: an operator, or a machine with the operators' token.
pub struct OperatorOrMachine;

impl FromRequestParts<App> for OperatorOrMachine {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        if let (Some(shown), Some(token)) = (bearer(&parts.headers), &app.settings.ops_token)
            && secret::same(&secret::digest(shown), &secret::digest(token.expose()))
        {
            return Ok(Self);
        }
        Operator::from_request_parts(parts, app).await.map(|_| Self)
    }
}

pub async fn tree(State(app): State<App>, _: OperatorOrMachine) -> Json<Node> {
    Json(app.engine.tree())
}

pub async fn metrics(State(app): State<App>, _: OperatorOrMachine) -> WebResult {
    let counters = app.fanout.counters();
    metrics::gauge!("backstage_feed_connections").set(counters.connections as f64);
    metrics::gauge!("backstage_feed_connections_blocked").set(counters.blocked as f64);
    for (name, count) in [
        ("backstage_feed_frames_appended", counters.frames_appended),
        ("backstage_feed_deliveries", counters.deliveries),
        ("backstage_feed_bytes", counters.bytes),
        ("backstage_feed_closed_slow", counters.closed_slow),
        ("backstage_feed_resyncs", counters.resyncs),
        ("backstage_feed_takeovers", counters.takeovers),
    ] {
        metrics::counter!(name).absolute(count);
    }
    let asked = app.store.counted();
    for (kind, count) in [
        ("select", asked.select),
        ("insert", asked.insert),
        ("update", asked.update),
        ("delete", asked.delete),
    ] {
        metrics::counter!("backstage_statements", "kind" => kind).absolute(count);
    }
    metrics::gauge!("backstage_jobs_waiting").set(app.store.jobs().backlog().await? as f64);
    metrics::gauge!("backstage_jobs_parked").set(app.store.backlog().parked_count().await? as f64);
    app.engine.measure();
    app.machine.measure().await;
    crate::web::live::queue::measure(&app);
    app.figures.run_upkeep();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.figures.render()).into_response())
}

pub async fn healthz() -> &'static str {
    "alive\n"
}

/// Ready means that the database answers and accepts writes, and that the engine runs. A refusal names the first failed
/// check.
pub async fn readyz(State(app): State<App>) -> WebResult {
    match app.health.ready(&app.services).await {
        Ok(()) => Ok("ready\n".into_response()),
        Err(check) => Err(WebError { code: check.code(), ..WebError::unavailable(check.words()) }),
    }
}

/// Mail that stayed on this machine. Exists only with the local mailer.
pub async fn mailbox(State(app): State<App>, visitor: Visitor, headers: HeaderMap) -> WebResult {
    let mailbox = app.mailbox.clone().ok_or_else(WebError::not_found)?;
    let mails = mailbox.list(100).await.map_err(|e| WebError::unavailable(e.to_string()))?;
    if headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("application/json"))
    {
        let list: Vec<_> = mails
            .iter()
            .map(|m| serde_json::json!({"to": m.mail.to, "subject": m.mail.subject, "text": m.mail.text}))
            .collect();
        return Ok(Json(list).into_response());
    }
    let rows: Vec<MailRow> = mails.iter().map(|m| MailRow { at: m.at, mail: &m.mail }).collect();
    let shell = app.shell(visitor.account(), "/dev/mailbox");
    Ok(views::ops::mailbox(&shell, &rows).into_response())
}

#[derive(Deserialize)]
pub struct Advance {
    advance: i64,
}

/// Moves the service's clock. Only with `--test-clock`.
pub async fn advance(State(app): State<App>, Form(form): Form<Advance>) -> WebResult {
    if !app.settings.test_clock {
        return Err(WebError::not_found());
    }
    if !(0..=10 * 365 * 86_400).contains(&form.advance) {
        return Err(WebError::field("advance", t!("ops-clock-forwards")));
    }
    let ahead = app.clock.advance(Span::secs(form.advance));
    Ok(Json(serde_json::json!({ "ahead_seconds": ahead.0 / 1000 })).into_response())
}
