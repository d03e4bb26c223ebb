//! Controls for tests and operators of the stand-in: what Stripe does by itself, on demand.

use crate::{
    StandIn,
    book::{
        records::{
            Change, Charge, Controls, Delivery, DeliveryState, Dispute, Fault, FaultKind, Intent, Refund,
            Session, patience,
        },
        subscriptions::{Invoice, Subscription},
    },
    pages::{
        self, Page, acts, billing,
        money::text,
        sellers::{self, Sellers},
        telling,
    },
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
        .route("/stand-in/clock", post(billing::advance))
        .route("/stand-in/events.json", get(telling::events))
        .route("/stand-in/tell", post(telling::tell))
        .route("/stand-in/acts", post(acts::act))
        .route("/stand-in/style.css", get(style))
}

/// Browsers are redirected to the page; other clients get the current controls.
async fn control(
    State(stand_in): State<StandIn>,
    headers: HeaderMap,
    Form(wanted): Form<Vec<(String, String)>>,
) -> Response {
    let chaos = stand_in.config().chaos;
    let set = stand_in.change(move |book, _| {
        let controls = changed(book.controls().clone(), &wanted, chaos)?;
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

fn changed(mut controls: Controls, wanted: &[(String, String)], chaos: bool) -> Result<Controls, String> {
    let count = |name: &str, value: &str| {
        value.parse::<u32>().map_err(|_| format!("{name} is not a number: {value}"))
    };
    for (name, value) in wanted {
        match name.as_str() {
            "webhooks" => controls.webhooks = switch(name, value)?,
            "lose" => controls.lose = switch(name, value)?,
            "shuffle" => controls.shuffle = switch(name, value)?,
            "in_order" => controls.in_order = switch(name, value)?,
            "unpaid" => controls.unpaid = switch(name, value)?,
            "delay" => controls.delay = count(name, value)?,
            "fault" if chaos => controls.fault = fault(value)?,
            "fault" => return Err("calls fail on demand only where chaos is on".to_owned()),
            "fail_next" => controls.fail_next = count(name, value)?,
            "duplicate" => controls.duplicate = count(name, value)?.clamp(1, 100),
            _ => return Err(format!("no such control: {name}")),
        }
    }
    Ok(controls)
}

/// Reads `KIND COUNT PATH`, like `error_after 2 /v1/refunds`, or `off`. Seconds may follow: how long a call waits, if it waits.
fn fault(value: &str) -> Result<Option<Fault>, String> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let (name, count, path, seconds) = match words.as_slice() {
        ["off"] => return Ok(None),
        [name, count, path] => (*name, *count, *path, None),
        [name, count, path, seconds] => (*name, *count, *path, Some(*seconds)),
        _ => return Err(format!("fault is KIND COUNT PATH [SECONDS], not {value}")),
    };
    let number = |text: &str| {
        text.parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(|| format!("not a number above 0: {text}"))
    };
    let known = FaultKind::NAMED.into_iter().find(|(known, _)| *known == name);
    let (_, kind) = known.ok_or_else(|| format!("no such fault: {name}"))?;
    let seconds = seconds.map_or(Ok(patience()), number)?;
    Ok(Some(Fault { kind, path: path.to_owned(), left: number(count)?, seconds }))
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
    /// Payments that browsers can confirm on the shop's page.
    payments: Vec<Intent>,
    charges: Vec<Charge>,
    refunds: Vec<Refund>,
    disputes: Vec<Dispute>,
    subscriptions: Vec<Subscription>,
    invoices: Vec<Invoice>,
    sellers: Sellers,
    deliveries: Vec<(Delivery, String)>,
}

async fn shown(stand_in: &StandIn) -> std::io::Result<Shown> {
    let all = |book: &mut crate::book::Book, now| {
        rules::sweep(book, now);
        let mut sessions: Vec<_> = book.sessions().cloned().collect();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.created));
        let mut payments: Vec<_> = book.intents().filter(|intent| intent.automatic).cloned().collect();
        payments.sort_by_key(|payment| std::cmp::Reverse(payment.created));
        let mut charges: Vec<_> = book.charges().cloned().collect();
        charges.sort_by_key(|charge| std::cmp::Reverse(charge.created));
        let kind = |delivery: &Delivery| {
            book.event(&delivery.event).map_or_else(String::new, |event| event.kind.clone())
        };
        let deliveries = book.deliveries().rev().map(|delivery| (delivery.clone(), kind(delivery))).collect();
        let (refunds, disputes) = (book.refunds().cloned().collect(), book.disputes().cloned().collect());
        let mut subscriptions: Vec<_> = book.billing().subscriptions.values().cloned().collect();
        subscriptions.sort_by_key(|subscription| std::cmp::Reverse(subscription.created));
        let mut invoices: Vec<_> = book.billing().invoices.values().cloned().collect();
        invoices.sort_by_key(|invoice| std::cmp::Reverse(invoice.created));
        let controls = book.controls().clone();
        let sellers = Sellers::of(book);
        Shown {
            controls,
            sessions,
            payments,
            charges,
            refunds,
            disputes,
            subscriptions,
            invoices,
            sellers,
            deliveries,
        }
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
                "payments": shown.payments,
                "refunds": shown.refunds, "disputes": shown.disputes, "deliveries": deliveries,
                "subscriptions": shown.subscriptions, "invoices": shown.invoices,
                "accounts": shown.sellers.accounts, "transfers": shown.sellers.transfers,
                "payouts": shown.sellers.payouts, "late": stand_in.late_calls().len(),
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
    let Controls { webhooks, lose, fail_next, duplicate, shuffle, in_order, .. } = &shown.controls;
    html! {
        h1 { "What the stand-in knows" }
        p { "Events go to " code { (webhook_url) } ". Calls to fail next: " (fail_next) ". Copies of each event: " (duplicate) "." }
        div.row { (switch_form("webhooks", "webhooks", *webhooks)) (switch_form("shuffle", "shuffling", *shuffle)) (switch_form("lose", "losing webhooks", *lose)) (switch_form("in_order", "sending in order", *in_order)) }
        (table("Sessions", shown.sessions.len(), sessions(&shown.sessions)))
        (table("Payments on the shop's page", shown.payments.len(), payments(&shown.payments)))
        (table("Charges", shown.charges.len(), charges(&shown.charges)))
        (billing::clock(&shown.controls))
        (table("Subscriptions", shown.subscriptions.len(), billing::subscriptions(&shown.subscriptions, ROWS)))
        (table("Invoices", shown.invoices.len(), billing::invoices(&shown.invoices, ROWS)))
        (table("Accounts", shown.sellers.accounts.len(), sellers::accounts(&shown.sellers.accounts, ROWS)))
        (table("Transfers", shown.sellers.transfers.len(), sellers::transfers(&shown.sellers.transfers, ROWS)))
        (table("Payouts", shown.sellers.payouts.len(), sellers::payouts(&shown.sellers.payouts, ROWS)))
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

fn payments(payments: &[Intent]) -> Markup {
    html! {
        tr { th { "Payment" } th { "Status" } th.n { "Amount" } th { "For" } th { "What happens" } }
        @for payment in payments.iter().take(ROWS) {
            tr {
                td { (payment.id) }
                td { (format!("{:?}", payment.status)) }
                td.n { (text(payment.amount, &payment.currency)) }
                td { (payment.description.as_deref().unwrap_or("–")) }
                td { (acts::form(&payment.id)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_fail_on_demand_only_where_chaos_is_on() {
        let wanted = |value: &str| vec![("fault".to_owned(), value.to_owned())];
        for (name, kind) in FaultKind::NAMED {
            let wanted = wanted(&format!("{name} 2 POST:/v1/refunds$ 3"));
            let controls = changed(Controls::default(), &wanted, true).expect(name);
            let fault = Fault { kind, path: "POST:/v1/refunds$".into(), left: 2, seconds: 3 };
            assert_eq!(controls.fault, Some(fault), "{name}");
            changed(Controls::default(), &wanted, false).expect_err(name);
        }
        let usual = changed(Controls::default(), &wanted("slow 1 /v1"), true).expect("no seconds");
        assert_eq!(usual.fault.map(|fault| fault.seconds), Some(patience()));
        for wrong in ["slow 1 /v1 0", "slow 1 /v1 long", "slow 1 /v1 2 3", "slowly 1 /v1"] {
            changed(Controls::default(), &wanted(wrong), true).expect_err(wrong);
        }
        assert_eq!(changed(Controls::default(), &wanted("off"), true), Ok(Controls::default()));
    }
}
