//! What teams are paid: their account at the provider, and payouts.

use crate::support::TestServer;
use anyhow::{Context, Result, ensure};
use domain::{
    amount::Currency,
    clock::Clock,
    id::{PayoutId, TeamId},
    money::payouts::account::SellerFacts,
    time::Span,
};
use store::{Act, Payout, PayoutRun};

/// A payout of a team that has sold something, to an account that the provider does not know: it comes back.
pub async fn decided(server: &TestServer, team: TeamId) -> Result<PayoutId> {
    let (store, now) = (&server.app.store, server.app.clock.now());
    store.ledger().move_available(now + Span::days(8)).await?;
    let facts = SellerFacts {
        id: "acct_nobody".into(),
        reference: None,
        submitted: true,
        transfers: true,
        payouts: true,
        due: Vec::new(),
        disabled: None,
    };
    let mut tx = store.begin().await?;
    ensure!(tx.keep_seller_account(team, &facts, now).await?, "the team has an account");
    let run = PayoutRun { week: 1, minimum: 1 };
    let made = tx.decide_payout((team, Currency::Eur), run, now).await?;
    let (id, _) = made.context("nothing can be paid out")?;
    let (target, detail) = (id.to_string(), String::new());
    tx.commit_audited(Act { actor: None, action: "payout.decide".into(), target, detail }, &[], now).await?;
    Ok(id)
}

impl TestServer {
    /// The path of the host's payouts.
    pub async fn payouts_path(&self) -> Result<String> {
        Ok(format!("/account/spaces/{}/payouts", self.space("maya").await?))
    }

    /// The host goes to the provider's page, presses a button there, and comes back.
    pub async fn onboard(&self, button: &str) -> Result<()> {
        let (host, path) = (self.person("host"), self.payouts_path().await?);
        let led = host.post(&path, &[]).await?;
        ensure!(
            led.status == 303 && led.location().contains("/connect/acct_"),
            "{} {}",
            led.status,
            led.text
        );
        ensure!(host.get(led.location()).await?.status == 200, "the provider's page");
        let back = self.app.url(&path);
        let done = host.post(led.location(), &[("act", button), ("back", &back)]).await?;
        ensure!(done.status == 303 && done.location() == back, "{} {}", done.status, done.text);
        let shown = host.get(&path).await?;
        ensure!(shown.status == 303 && shown.location().ends_with("/money"), "{}", shown.status);
        self.rest().await
    }

    /// The provider's id of the host's account.
    pub async fn seller_account(&self) -> Result<String> {
        let team = self.host_team().await?;
        Ok(self.app.store.seller_accounts().of_team(team).await?.context("an account")?.account)
    }

    pub async fn host_team(&self) -> Result<TeamId> {
        Ok(self.app.store.spaces().by_id(self.space("maya").await?).await?.team)
    }

    /// The payouts of the host's team, the newest first.
    pub async fn payouts(&self) -> Result<Vec<Payout>> {
        Ok(self.app.store.payouts().of_team(self.host_team().await?, 100).await?)
    }
}
