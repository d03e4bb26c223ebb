//! The operators' pages: the living supervision tree, actions in two steps, the audit log; and what machines ask about us.

use super::{
    access::Operator,
    error::{WebError, WebResult},
    session::Visitor,
    sse,
};
use crate::{app::App, secret};
use actors::{ActError, Action, Node, Status};
use axum::{
    Form, Json,
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect},
};
use domain::{ports::Clock, time::Span};
use fanout::Event;
use maud::Markup;
use serde::Deserialize;
use std::time::Duration;
use store::Act;
use views::ops::{AuditRow, Figures, MailRow, Ops, Row};

/// The page shows the tree at most this often.
const TICK: Duration = Duration::from_millis(500);
/// Figures move without the tree changing its shape.
const LOOK: Duration = Duration::from_secs(1);
/// How long a confirmation is good for.
const CONFIRM_WITHIN: Span = Span::minutes(2);

/// Extractor: an operator, or the bearer of the operators' token (machines).
pub struct Machine;

impl FromRequestParts<App> for Machine {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        let shown = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.strip_prefix("Bearer "));
        if let (Some(shown), Some(token)) = (shown, &app.ops_token)
            && secret::same(&secret::digest(shown), &secret::digest(token))
        {
            return Ok(Self);
        }
        Operator::from_request_parts(parts, app).await.map(|_| Self)
    }
}

pub async fn page(State(app): State<App>, operator: Operator) -> WebResult {
    let (rows, figures) = read(&app);
    let shell = app.shell(Some(&operator.0.account), "/ops");
    Ok(views::ops::tree(&shell, &Ops { figures, rows: &rows }).into_response())
}

pub async fn tree(State(app): State<App>, _: Machine) -> Json<Node> {
    Json(app.house.tree())
}

/// The tree as rows, depth first, and what stands above it.
fn read(app: &App) -> (Vec<Row>, Figures) {
    let tree = app.house.tree();
    let mut rows = Vec::new();
    flatten(&tree, 0, app.clock.now(), &mut rows);
    let figures = Figures {
        viewers: tree.walk().into_iter().filter(|n| n.kind == "stream").map(|n| people(app, n)).sum(),
        live_streams: rows.iter().filter(|r| r.kind == "stream" && on_air(&r.name)).count() as u64,
        actors: rows.len() as u64,
        deepest: rows.iter().map(|r| r.mailbox).max().unwrap_or(0),
        restarts: rows.iter().map(|r| r.restarts).sum(),
    };
    (rows, figures)
}

/// A stream's actor is named by its id and its state.
fn on_air(name: &str) -> bool {
    [" live", " interrupted"].iter().any(|state| name.ends_with(state))
}

/// The people of a stream, whose actor is named by its id.
fn people(app: &App, node: &Node) -> u64 {
    let id = node.name.split(' ').next().and_then(|id| id.parse().ok());
    id.map_or(0, |id| app.house.people(id) as u64)
}

fn flatten(node: &Node, depth: usize, now: domain::time::Millis, rows: &mut Vec<Row>) {
    rows.push(Row {
        id: node.id.clone(),
        name: node.name.clone(),
        kind: node.kind.to_string(),
        status: status(node.status).into(),
        depth,
        mailbox: node.mailbox as u64,
        handled: node.handled,
        restarts: node.restarts,
        up: node.started_at.map_or(Span::default(), |at| now - at),
        last_error: node.last_error.clone(),
        actions: node.children.is_empty() && depth > 1,
    });
    for child in &node.children {
        flatten(child, depth + 1, now, rows);
    }
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Starting => "starting",
        Status::Running => "running",
        Status::Draining => "draining",
        Status::Restarting => "restarting",
        Status::Parked => "parked",
        Status::Stopped => "stopped",
    }
}

/// The tree as it changes. Operators are few: each connection renders its own.
pub async fn events(State(app): State<App>, operator: Operator) -> WebResult {
    let log = app.fanout.log(0);
    let (link, body) = app.fanout.subscribe(log.head(), [frame(&app)]);
    let session = operator.0.id;
    let mut changes = app.house.watch_tree();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(LOOK) => {}
                _ = link.closed() => return,
            }
            if app.warm_sessions.ended(session) {
                break;
            }
            // A full queue: this page has not read the last picture yet, and the next one holds all of it.
            let _ = link.send(frame(&app));
            tokio::time::sleep(TICK).await;
        }
        link.end(Event::named(views::dom::events::END, "You signed out."));
    });
    Ok(sse::respond(body))
}

/// The tree once, for a page without a feed.
pub async fn fragment(State(app): State<App>, _: Operator) -> Markup {
    let (rows, figures) = read(&app);
    views::ops::frame_tree(&Ops { figures, rows: &rows })
}

fn frame(app: &App) -> fanout::Frame {
    let (rows, figures) = read(app);
    Event::new(&views::ops::frame_tree(&Ops { figures, rows: &rows }).into_string()).into()
}

#[derive(Deserialize)]
pub struct Confirm {
    #[serde(default)]
    confirm: String,
}

/// First without a token: what it will do, and the button that does it. Then with the token: done, and written down.
pub async fn act(
    State(app): State<App>,
    operator: Operator,
    Path((id, verb)): Path<(String, String)>,
    headers: HeaderMap,
    Form(form): Form<Confirm>,
) -> WebResult {
    let action = match verb.as_str() {
        "stop" => Action::Stop,
        "restart" => Action::Restart,
        "drain" => Action::Drain,
        "resume" => Action::Resume,
        "kill" if app.chaos => Action::Kill,
        "panic" if app.chaos => Action::Panic,
        _ => return Err(WebError::not_found()),
    };
    let (rows, _) = read(&app);
    let row = rows.iter().find(|r| r.id == id).ok_or_else(WebError::not_found)?;
    if !row.actions {
        return Err(WebError::conflict("Supervisors and the house are not acted on from here."));
    }
    let chaos = matches!(action, Action::Kill | Action::Panic);
    if !chaos && !confirmed(&app, &operator, &id, &verb, &form.confirm) {
        let token = token(&app, &operator, &id, &verb, app.clock.now().0 / CONFIRM_WITHIN.0);
        let shell = app.shell(Some(&operator.0.account), "/ops");
        return Ok(views::ops::confirm(&shell, row, &verb, &token).into_response());
    }
    let act = Act {
        actor: Some(operator.0.account.id),
        action: format!("actor.{verb}"),
        target: id.clone(),
        detail: row.name.clone(),
    };
    app.store.audit().append(act, app.clock.now()).await?;
    app.house.act(&id, action).map_err(|error| match error {
        ActError::NotFound => WebError::not_found(),
        ActError::NotNow => WebError::conflict("This actor cannot do that right now."),
        ActError::NotAllowed => {
            WebError::forbidden("not_allowed", "This actor may not be stopped from here.")
        }
    })?;
    if headers.contains_key("hx-request") {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Redirect::to("/ops").into_response())
}

/// A confirmation names the operator's session, the actor, the action and the time: it cannot be used for anything else.
fn token(app: &App, operator: &Operator, id: &str, verb: &str, window: i64) -> String {
    app.secret.sign("confirm", &[&operator.0.id.to_string(), id, verb, &window.to_string()])
}

fn confirmed(app: &App, operator: &Operator, id: &str, verb: &str, shown: &str) -> bool {
    let window = app.clock.now().0 / CONFIRM_WITHIN.0;
    [window, window - 1].iter().any(|w| secret::same(&token(app, operator, id, verb, *w), shown))
}

pub async fn audit(State(app): State<App>, operator: Operator) -> WebResult {
    let lines = app.store.audit().last(200).await?;
    let mut rows = Vec::new();
    for line in lines {
        let actor = match line.act.actor {
            Some(id) => app.store.accounts().by_id(id).await.map_or_else(|_| id.to_string(), |a| a.name),
            None => "the service".into(),
        };
        rows.push(AuditRow {
            at: line.at,
            who: actor,
            action: line.act.action,
            target: line.act.target,
            outcome: line.act.detail,
        });
    }
    let shell = app.shell(Some(&operator.0.account), "/ops/audit");
    Ok(views::ops::audit(&shell, &rows).into_response())
}

pub async fn metrics(State(app): State<App>, _: Machine) -> WebResult {
    let counters = app.fanout.counters();
    metrics::gauge!("backstage_feed_connections").set(counters.connections as f64);
    metrics::counter!("backstage_feed_frames_appended").absolute(counters.frames_appended);
    metrics::counter!("backstage_feed_deliveries").absolute(counters.deliveries);
    metrics::counter!("backstage_feed_bytes").absolute(counters.bytes);
    metrics::counter!("backstage_feed_resyncs").absolute(counters.resyncs);
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
    app.house.measure();
    super::queue::measure(&app);
    app.figures.run_upkeep();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.figures.render()).into_response())
}

pub async fn healthz() -> &'static str {
    "alive\n"
}

/// Ready means that the database answers and that the engine does, not that a call returned something.
pub async fn readyz(State(app): State<App>) -> WebResult {
    app.store.ping().await?;
    let root = app.house.tree();
    if root.status != Status::Running {
        return Err(WebError::unavailable("The engine is not running."));
    }
    Ok("ready\n".into_response())
}

/// Mail that stayed on this machine. Only where the local mailer is the mailer.
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

/// Moves the one clock. Only with `--test-clock`.
pub async fn advance(State(app): State<App>, Form(form): Form<Advance>) -> WebResult {
    if !app.test_clock {
        return Err(WebError::not_found());
    }
    if !(0..=10 * 365 * 86_400).contains(&form.advance) {
        return Err(WebError::field("advance", "Seconds, forwards only."));
    }
    let ahead = app.clock.advance(Span::secs(form.advance));
    Ok(Json(serde_json::json!({ "ahead_seconds": ahead.0 / 1000 })).into_response())
}
