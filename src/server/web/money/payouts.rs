//! What a team is paid: the owner's way to the payment provider, and the statement of each payout.

use super::desk::line;
use crate::{
    app::App,
    web::{csv, error::WebResult, extract::Path, flash, people::session::SignedIn},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    amount::Money,
    catalogue::offer::Space,
    id::{PayoutId, SpaceId},
    money::payouts::{
        account::MissingPart,
        schedule::{PayoutOutlook, in_currency, kept_back, payable},
    },
    people::export::csv_line,
};
use service::{
    ServiceError,
    money::payouts::{self, PayoutDesk, onboarding},
};
use store::{Balance, Moved, PaidOut, Payout};
use views::{
    money::{
        desk::{self, Line},
        payouts::{self as pages, NextPayout, PayoutPage, PayoutRow, PayoutSection},
    },
    t,
};

/// Lines that the page of a payout shows, and those in its file.
const LINES: usize = 2000;
const LINES_OF_A_FILE: usize = 200_000;

/// What the page of a team's money shows of its payouts.
pub(super) struct PaidTeam {
    space: SpaceId,
    desk: PayoutDesk,
    missing: Vec<MissingPart>,
    balances: Vec<NextPayout>,
    past: Vec<PayoutRow>,
}

impl PaidTeam {
    pub async fn of(app: &App, space: &Space, balances: &[Balance]) -> Result<Self, ServiceError> {
        let desk = payouts::desk(&app.services, space.team).await?;
        let missing = desk.account.as_ref().map(|known| MissingPart::of_all(known.missing()));
        let next = |balance: &Balance| {
            let least = app.services.payout_minimum.of(balance.currency);
            let money = |minor| Money { minor, currency: balance.currency };
            let promised = in_currency(&desk.promised, balance.currency);
            let kept = kept_back(balance.disputed, promised);
            let outlook = PayoutOutlook::of(balance.available, kept, least);
            NextPayout {
                amount: money(payable(balance.available, kept)),
                least: money(least),
                outlook: outlook.withheld_if(desk.withheld),
            }
        };
        Ok(Self {
            space: space.id,
            missing: missing.unwrap_or_default(),
            balances: balances.iter().map(next).collect(),
            past: desk.past.iter().map(payout_row).collect(),
            desk,
        })
    }

    pub fn section(&self, app: &App, owner: bool) -> PayoutSection<'_> {
        let state = self.desk.account.as_ref().map(|known| known.state);
        PayoutSection {
            space: self.space,
            owner,
            payable: app.services.sellers.is_some(),
            account: state.map(|state| (state, self.missing.as_slice())),
            next: self.desk.next,
            balances: &self.balances,
            past: &self.past,
        }
    }
}

/// As its team sees it: the provider's words are for operators.
fn payout_row(payout: &Payout) -> PayoutRow {
    PayoutRow {
        id: payout.id,
        amount: payout.amount,
        state: payout.state,
        at: payout.decided_at,
        space: None,
        failure: None,
    }
}

pub(super) fn payout_of_all(paid: &PaidOut) -> PayoutRow {
    PayoutRow { space: paid.space.clone(), failure: paid.payout.failure.clone(), ..payout_row(&paid.payout) }
}

/// `POST /account/spaces/{id}/payouts`: leads an owner to the provider's page.
pub async fn begin(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let back = app.url(&pages::onboarding_path(id));
    match onboarding::begin(&app.services, me.0.account.id, id, back).await {
        Ok(page) => Ok(Redirect::to(&page).into_response()),
        Err(ServiceError::Payment(error)) => {
            tracing::warn!(%error, "the provider's page for a seller cannot be opened");
            Ok(flash::refuse(&app, &desk::path(id), &t!("payouts-leave-refused")))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /account/spaces/{id}/payouts`: where the provider's page leads to, in the end or because its address is too old.
pub async fn come_back(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    match onboarding::come_back(&app.services, me.0.account.id, id).await {
        Ok(_) => Ok(Redirect::to(&desk::path(id)).into_response()),
        Err(ServiceError::Payment(error)) => {
            tracing::warn!(%error, "the provider does not tell how the account of a seller is");
            Ok(flash::refuse(&app, &desk::path(id), &t!("payouts-leave-refused")))
        }
        Err(error) => Err(error.into()),
    }
}

/// The statement of a payout.
pub async fn one(State(app): State<App>, me: SignedIn, Path(id): Path<PayoutId>) -> WebResult {
    let payout = payouts::one(&app.services, me.0.account.id, id).await?;
    let spaces = app.store.spaces().of_team(payout.team).await?;
    let mut found = app.store.ledger().paid_out(&payout, LINES + 1).await?;
    let more = found.len() > LINES;
    found.truncate(LINES);
    let lines: Vec<Line> = found.iter().map(line).collect();
    let page = PayoutPage {
        space: spaces.first().map(|space| (space.id, space.name.as_str())),
        payout: &payout_row(&payout),
        returned: Money { minor: payout.returned, ..payout.amount },
        carried: Money { minor: payout.carried, ..payout.amount },
        held: Money { minor: payout.held, ..payout.amount },
        lines: &lines,
        more,
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &page).into_response())
}

/// `GET /account/payouts/{id}/lines.csv`: the same lines for a spreadsheet. What came in less what went out is what was paid.
pub async fn csv(State(app): State<App>, me: SignedIn, Path(id): Path<PayoutId>) -> WebResult {
    let payout = payouts::one(&app.services, me.0.account.id, id).await?;
    let lines = app.store.ledger().paid_out(&payout, LINES_OF_A_FILE).await?;
    let mut text = csv_line(["at", "kind", "order", "pass", "currency", "amount", "in", "out"]);
    for moved in &lines {
        text.push_str(&cells(moved));
    }
    text.push_str(&kept(&payout));
    Ok(csv::file("payout", text))
}

/// What was carried over from the payout before, and what was left for the next one, as lines.
fn kept(payout: &Payout) -> String {
    let (at, code) = (payout.decided_at.timestamp().to_string(), payout.amount.currency.code());
    let plain = |minor| Money { minor, ..payout.amount }.plain();
    let line = |kind, all: i64, come: i64, gone: i64| {
        csv_line([at.as_str(), kind, "", "", code, &plain(all), &plain(come), &plain(gone)])
    };
    let mut text = String::new();
    if payout.carried > 0 {
        text.push_str(&line("carried", payout.carried, payout.carried, 0));
    }
    if payout.held > 0 {
        text.push_str(&line("held", payout.held, 0, payout.held));
    }
    text
}

fn cells(moved: &Moved) -> String {
    let plain = |minor| Money { minor, ..moved.amount }.plain();
    let number = moved.number.map_or_else(String::new, |number| number.to_string());
    csv_line([
        moved.at.timestamp().to_string().as_str(),
        moved.kind.code(),
        &number,
        moved.title.as_deref().unwrap_or_default(),
        moved.amount.currency.code(),
        &plain(moved.amount.minor),
        &plain(moved.own.max(0)),
        &plain((-moved.own).max(0)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{amount::Currency, money::ledger::movement::MovementKind, time::Millis};

    #[test]
    fn a_line_of_the_file_says_what_came_in_and_what_went_out() {
        let moved = |own| Moved {
            kind: MovementKind::Payment,
            object: "pi_1".into(),
            at: Millis(1_795_996_800_000),
            amount: Money { minor: 1200, currency: Currency::Eur },
            own,
            fee: 120,
            available_on: None,
            cleared: true,
            note: None,
            purchase: None,
            title: Some("Front, row".into()),
            number: Some(1042),
        };
        for (own, want) in [(1080, "12,10.80,0"), (-350, "12,0,3.50")] {
            let line = format!("2026-11-30T00:00:00Z,payment,1042,\"Front, row\",eur,{want}\r\n");
            assert_eq!(cells(&moved(own)), line);
        }
    }
}
