//! The money of a team: balances and statement, read from the ledger.

use super::payouts::PaidTeam;
use crate::{
    app::App,
    web::{
        begins_after, encode,
        error::WebResult,
        extract::{Path, Query},
        people::session::SignedIn,
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    access::may::{Action, may},
    id::SpaceId,
    money::ledger::{LedgerNote, movement::MovementKind},
    time::Millis,
};
use serde::Deserialize;
use service::ServiceError;
use store::{After, Balance, Moved};
use views::money::desk::{self as pages, BalanceRow, Desk, Line};

const PAGE: usize = 50;
/// No id of the payment provider is longer.
const LONGEST_OBJECT: usize = 255;

#[derive(Deserialize)]
pub struct StatementQuery {
    /// The last line of the page before.
    #[serde(default)]
    after: String,
}

pub async fn page(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Query(begin): Query<StatementQuery>,
) -> WebResult {
    let (space, role) = app.services.member(me.0.account.id, id).await?;
    if !may(role, Action::ManageMoney) {
        return Err(ServiceError::Role.into());
    }
    let after = begins_after(&begin.after, place)?;
    let ledger = app.store.ledger();
    let balances = ledger.balances(space.team).await?;
    let paid = match after {
        None => Some(PaidTeam::of(&app, &space, &balances).await?),
        Some(_) => None,
    };
    let section = paid.as_ref().map(|paid| paid.section(&app, may(role, Action::GetPaid)));
    let balances: Vec<BalanceRow> = balances.iter().map(balance).collect();
    let mut found = ledger.statement(space.team, after.as_ref(), PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(named);
    let lines: Vec<Line> = found.iter().map(line).collect();
    let desk = Desk {
        space: &space,
        balances: &balances,
        payouts: section.as_ref(),
        lines: &lines,
        further: after.is_some(),
        next: next.as_deref(),
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &desk).into_response())
}

fn named(last: &Moved) -> String {
    encode(&format!("{}.{}.{}", last.at.0, last.kind.code(), last.object))
}

fn place(text: &str) -> Option<After> {
    let mut parts = text.splitn(3, '.');
    let at = Millis(parts.next()?.parse().ok()?);
    let kind = MovementKind::from_code(parts.next()?)?;
    let object = parts.next().filter(|object| object.len() <= LONGEST_OBJECT)?.to_owned();
    Some(After { at, kind, object })
}

fn balance(of: &Balance) -> BalanceRow {
    let Balance { currency, available, pending, disputed, fees, sold, refunded } = *of;
    BalanceRow { currency, available, pending, disputed, fees, sold, refunded }
}

pub(super) fn line(moved: &Moved) -> Line<'_> {
    Line {
        kind: moved.kind,
        at: moved.at,
        amount: moved.amount,
        fee: moved.fee,
        own: moved.own,
        pending_until: moved.available_on.filter(|_| !moved.cleared),
        migrated: moved.note == Some(LedgerNote::Migrated),
        title: moved.title.as_deref().unwrap_or_default(),
        number: moved.number,
        order: moved.purchase,
        payout: (moved.kind == MovementKind::Payout).then(|| moved.object.parse().ok()).flatten(),
    }
}
