//! What a creator of the town was paid: the account at the provider, and a payout that has arrived.

use super::settled::Settled;
use crate::{Service, demo::wire::Wire};
use anyhow::{Context, Result};
use domain::{clock::Clock, money::payouts::schedule::week_of};
use service::money::payouts::{self, onboarding};

/// Who was paid, and how many days ago: one sale could be used by then. It was another week, so this week's run comes, too.
const SPACE: &str = "slow-clay";
pub const DAYS_AGO: i64 = 8;

/// The owner enters at the provider what is needed, the run of that week pays, and the bank takes it.
pub async fn pay_out(service: &Service, wire: &Wire, settled: &Settled) -> Result<()> {
    let (app, of) = (&service.app, settled.at(SPACE).context(SPACE)?);
    let services = &app.services;
    let back = app.url(&format!("/account/spaces/{}/payouts", of.space));
    let page = onboarding::begin(services, of.host, of.space, back.clone()).await?;
    let entered = [("act", "ready"), ("back", back.as_str())];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(entered).finish();
    wire.press(&page, &form).await?;
    let team = onboarding::come_back(services, of.host, of.space).await?.team;
    payouts::run(services, week_of(app.clock.now())).await?;
    let decided = app.store.payouts().of_team(team, 1).await?;
    let payout = decided.first().context("nothing can be paid out")?.id;
    payouts::send(services, payout).await?;
    let sent = app.store.payouts().by_id(payout).await?.bank.context("it is not on its way")?;
    let bank = service.local.as_ref().context("no stand-in")?;
    wire.press(&format!("{}/stand-in/acts", bank.origin()), &format!("payout={sent}&act=pay")).await?;
    Ok(payouts::send(services, payout).await?)
}
