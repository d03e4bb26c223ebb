//! The ledger for operators, beside the payment provider's balance.

use super::payouts::payout_of_all;
use crate::{
    app::App,
    web::{
        access::doors::Operator,
        error::WebResult,
        ops::{machines::OperatorOrMachine, tree::arrivals},
    },
};
use axum::{Json, extract::State, response::IntoResponse};
use serde_json::{Value, json};
use service::money::{ledger, webhooks::PROVIDER};
use views::money::operators::{self as pages, CompareRow, LedgerPage, SumRow};

/// Payouts in each list.
const PAYOUTS: usize = 50;

pub async fn page(State(app): State<App>, operator: Operator) -> WebResult {
    let compared = ledger::compare(&app.services).await?;
    let health = app.store.webhook_inbox().health(PROVIDER).await?;
    let payouts = app.store.payouts();
    let (failed, latest) = (payouts.failed(PAYOUTS).await?, payouts.latest(PAYOUTS).await?);
    let sums = compared.sums.into_iter().map(|one| SumRow { account: one.account, sum: one.sum });
    let rows = compared.differences.iter().map(|one| CompareRow {
        currency: one.currency,
        ledger: one.ledger,
        provider: one.provider,
    });
    let page = LedgerPage {
        sums: sums.collect(),
        compared: rows.collect(),
        seen: compared.seen,
        away: compared.away,
        arrivals: arrivals(&health),
        failed: failed.iter().map(payout_of_all).collect(),
        payouts: latest.iter().map(payout_of_all).collect(),
    };
    let shell = app.shell(Some(&operator.0.account), "/ops/money");
    Ok(pages::ledger(&shell, &page).into_response())
}

/// The same for machines: sums and balances in minor units.
pub async fn machine(State(app): State<App>, _: OperatorOrMachine) -> WebResult<Json<Value>> {
    let compared = ledger::compare(&app.services).await?;
    let sums = compared.sums.iter().map(
        |one| json!({"account": one.account, "currency": one.sum.currency.code(), "amount": one.sum.minor}),
    );
    let balances = compared
        .differences
        .iter()
        .map(|one| json!({"currency": one.currency.code(), "ledger": one.ledger, "provider": one.provider}));
    let health = app.store.webhook_inbox().health(PROVIDER).await?;
    Ok(Json(json!({
        "accounts": sums.collect::<Vec<_>>(),
        "balances": balances.collect::<Vec<_>>(),
        "seen": compared.seen.map(|at| at.0),
        "away": compared.away,
        "webhook": health.last.map(|(_, at)| at.0),
        "refusal": health.refusals.first().map(|(_, at)| at.0),
    })))
}
