//! Controls for tests and operators of the stand-in: what Stripe does by itself, on demand.

use crate::{
    StandIn,
    book::records::{Change, Charge, Controls, Delivery, DeliveryState, Dispute, Refund, Session},
    pages::{self, Page, acts, money::text},
    rules,
};
use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde_json::json;

/// Rows of each table on the status page.
const ROWS: usize = 100;

pub fn routes() -> Router<StandIn> {
    Router::new()
        .route("/stand-in", get(status))
        .route("/stand-in/state.json", get(state))
        .route("/stand-in/control", post(control))
        .route("/stand-in/acts", post(acts::act))
        .route("/stand-in/style.css", get(style))
}

/// Browsers are redirected to the page; other clients get the current controls.
async fn control(
    State(stand_in): State<StandIn>,
    headers: HeaderMap,
    Form(wanted): Form<Vec<(String, String)>>,
) -> Response {
    let set = stand_in.change(move |book, _| {
        let controls = changed(book.controls().clone(), &wanted)?;
        book.put(Change::Controls(controls.clone()));
        Ok::<_, String>(controls)
    });
    let browser =
        headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"));
    match set.await {
        Ok(Ok(_)) if browser => Redirect::to("/stand-in").into_response(),
        Ok(Ok(controls)) => Json(controls).into_response(),
        Ok(Err(message)) => {
            (StatusCode::BAD_REQUEST, Json(json!({"error": {"message": message}}))).into_response()
        }
        Err(error) => pages::trouble(&error),
    }
}

fn changed(mut controls: Controls, wanted: &[(String, String)]) -> Result<Controls, String> {
    let count = |name: &str, value: &str| {
        value.parse::<u32>().map_err(|_| format!("{name} is not a number: {value}"))
    };
    for (name, value) in wanted {
        match name.as_str() {
            "webhooks" => controls.webhooks = switch(name, value)?,
            "lose" => controls.lose = switch(name, value)?,
            "shuffle" => controls.shuffle = switch(name, value)?,
            "fail_next" => controls.fail_next = count(name, value)?,
            "duplicate" => controls.duplicate = count(name, value)?.clamp(1, 100),
            _ => return Err(format!("no such control: {name}")),
        }
    }
    Ok(controls)
}

fn switch(name: &str, value: &str) -> Result<bool, String> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("{name} is on or off, not {value}")),
    }
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], pages::STYLE)
}

/// The content of the page, newest first.
struct Shown {
    controls: Controls,
    sessions: Vec<Session>,
    charges: Vec<Charge>,
    refunds: Vec<Refund>,
    disputes: Vec<Dispute>,
    deliveries: Vec<(Delivery, String)>,
}

async fn shown(stand_in: &StandIn) -> std::io::Result<Shown> {
    let all = |book: &mut crate::book::Book, now| {
        rules::sweep(book, now);
        let mut sessions: Vec<_> = book.sessions().cloned().collect();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.created));
        let mut charges: Vec<_> = book.charges().cloned().collect();
        charges.sort_by_key(|charge| std::cmp::Reverse(charge.created));
        let kind = |delivery: &Delivery| {
            book.event(&delivery.event).map_or_else(String::new, |event| event.kind.clone())
        };
        let deliveries = book.deliveries().rev().map(|delivery| (delivery.clone(), kind(delivery))).collect();
        let (refunds, disputes) = (book.refunds().cloned().collect(), book.disputes().cloned().collect());
        Shown { controls: book.controls().clone(), sessions, charges, refunds, disputes, deliveries }
    };
    stand_in.change(all).await
}

async fn state(State(stand_in): State<StandIn>) -> Response {
    match shown(&stand_in).await {
        Ok(shown) => {
            let deliveries: Vec<_> =
                shown.deliveries.iter().map(|(d, kind)| json!({"type": kind, "delivery": d})).collect();
            Json(json!({
                "controls": shown.controls, "sessions": shown.sessions, "charges": shown.charges,
                "refunds": shown.refunds, "disputes": shown.disputes, "deliveries": deliveries,
            }))
            .into_response()
        }
        Err(error) => pages::trouble(&error),
    }
}

async fn status(State(stand_in): State<StandIn>) -> Response {
    match shown(&stand_in).await {
        Ok(shown) => Page::new("Stand-in", page(&stand_in.config().webhook_url, &shown)).into_response(),
        Err(error) => pages::trouble(&error),
    }
}

fn page(webhook_url: &str, shown: &Shown) -> Markup {
    let Controls { webhooks, lose, fail_next, duplicate, shuffle } = &shown.controls;
    html! {
        h1 { "What the stand-in knows" }
        p { "Events go to " code { (webhook_url) } ". Calls to fail next: " (fail_next) ". Copies of each event: " (duplicate) "." }
        div.row { (switch_form("webhooks", "webhooks", *webhooks)) (switch_form("shuffle", "shuffling", *shuffle)) (switch_form("lose", "losing webhooks", *lose)) }
        (table("Sessions", shown.sessions.len(), sessions(&shown.sessions)))
        (table("Charges", shown.charges.len(), charges(&shown.charges)))
        (table("Disputes", shown.disputes.len(), disputes(&shown.disputes)))
        (table("Event deliveries", shown.deliveries.len(), deliveries(&shown.deliveries)))
    }
}

fn switch_form(name: &str, words: &str, on: bool) -> Markup {
    let (value, verb) = if on { ("off", "off") } else { ("on", "on") };
    html! {
        form method="post" action="/stand-in/control" {
            button name=(name) value=(value) { "Switch " (words) " " (verb) }
        }
    }
}

fn table(title: &str, count: usize, rows: Markup) -> Markup {
    html! {
        h2 { (title) " " span.count { "(" (count) ")" } }
        @if count == 0 { p.quiet { "Nothing yet." } } @else { div.scroll tabindex="0" role="region" aria-label=(title) { table { (rows) } } }
        @if count > ROWS { p.quiet { "The newest " (ROWS) " are shown." } }
    }
}

fn sessions(sessions: &[Session]) -> Markup {
    html! {
        tr { th { "Session" } th { "Status" } th.n { "Amount" } th { "For" } th { "Reference" } th { "What happens" } }
        @for session in sessions.iter().take(ROWS) {
            tr {
                td { a href=(format!("/pay/{}", session.id)) { (&session.id[..20]) "…" } }
                td { (format!("{:?}", session.status).to_lowercase()) }
                td.n { (text(session.amount(), &session.currency)) }
                td { (session.items.first().map_or("", |item| item.name.as_str())) }
                td { (session.reference.as_deref().unwrap_or("–")) }
                td { @if session.intent.is_some() { (acts::form(&session.id)) } }
            }
        }
    }
}

fn charges(charges: &[Charge]) -> Markup {
    html! {
        tr { th { "Charge" } th { "Intent" } th { "Result" } th.n { "Amount" } }
        @for charge in charges.iter().take(ROWS) {
            tr {
                td { (charge.id) }
                td { (charge.intent) }
                td { @if !charge.paid { "declined" } @else if charge.refunded > 0 { "paid, " (text(charge.refunded, &charge.currency)) " went back" } @else { "paid" } }
                td.n { (text(charge.amount, &charge.currency)) }
            }
        }
    }
}

fn disputes(disputes: &[Dispute]) -> Markup {
    html! {
        tr { th { "Dispute" } th { "Charge" } th { "Status" } }
        @for dispute in disputes.iter().take(ROWS) {
            tr { td { (dispute.id) } td { (dispute.charge) } td { (format!("{:?}", dispute.status)) } }
        }
    }
}

fn deliveries(deliveries: &[(Delivery, String)]) -> Markup {
    html! {
        tr { th { "Event" } th { "Type" } th { "State" } th.n { "Attempts" } th { "Last answer" } }
        @for (delivery, kind) in deliveries.iter().take(ROWS) {
            tr.sick[delivery.state == DeliveryState::GivenUp] {
                td { (delivery.event) }
                td { (kind) }
                td { @match delivery.state {
                    DeliveryState::Pending => "waiting",
                    DeliveryState::Delivered => "delivered",
                    DeliveryState::GivenUp => "given up",
                } }
                td.n { (delivery.attempts) }
                td { (delivery.last.as_deref().unwrap_or("–")) }
            }
        }
    }
}
