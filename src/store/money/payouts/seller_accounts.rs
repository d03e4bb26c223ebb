//! Accounts of sellers at the payment provider, as they were last fetched.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, code, row, statements},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    id::TeamId,
    money::payouts::{
        account::{SellerFacts, SellerState},
        jobs::AskSellerAccount,
    },
    time::Millis,
};

row! {
    fn read -> SellerAccount {
        team: "team_id",
        account: "account",
        state: "state" => code(SellerState::from_code),
        missing: "missing",
        version: "version",
    }
}

statements! {
    OF_TEAM = concat!("SELECT ", columns!(), " FROM seller_accounts WHERE team_id = $1");
    BY_ACCOUNT = concat!("SELECT ", columns!(), " FROM seller_accounts WHERE account = $1");
    /// The first one stays.
    KEEP = "INSERT INTO seller_accounts (team_id, account, state, missing, created_at, asked_at, version)
        VALUES ($1, $2, $3, $4, $5, $5, 0) ON CONFLICT DO NOTHING";
    APPLY = "UPDATE seller_accounts SET state = $3, missing = $4, version = version + 1 WHERE account = $1 AND version = $2";
    /// Those that were not asked about for longest.
    UNASKED = "SELECT account FROM seller_accounts WHERE asked_at <= $1 ORDER BY asked_at, account LIMIT $2";
    ASKED = "UPDATE seller_accounts SET asked_at = $2 WHERE account = $1";
    /// Payouts that were decided before name their account themselves.
    FORGET = "DELETE FROM seller_accounts WHERE team_id = $1";
}

/// The account of a team at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerAccount {
    pub team: TeamId,
    /// The provider's id.
    pub account: String,
    pub state: SellerState,
    /// What the provider asks for, in its codes, separated by spaces.
    pub missing: String,
    pub version: i64,
}

impl SellerAccount {
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.missing.split_whitespace()
    }
}

pub struct SellerAccounts<'a>(pub(crate) &'a Db);

impl SellerAccounts<'_> {
    pub async fn of_team(&self, team: TeamId) -> Result<Option<SellerAccount>, StoreError> {
        self.0.row(OF_TEAM, args![team]).await?.as_ref().map(read).transpose()
    }

    pub async fn by_account(&self, account: &str) -> Result<Option<SellerAccount>, StoreError> {
        self.0.row(BY_ACCOUNT, args![account]).await?.as_ref().map(read).transpose()
    }

    /// Enqueues the question about accounts that were not asked about after `asked`. Whoever waits longest comes first.
    pub async fn ask_again(&self, asked: Millis, limit: usize, now: Millis) -> Result<usize, StoreError> {
        let rows = self.0.rows(UNASKED, args![asked, limit as i64]).await?;
        for row in &rows {
            let account: String = row.get("account")?;
            let mut tx = self.0.begin().await?;
            tx.run(ASKED, args![&account, now]).await?;
            let key = format!("seller-account:{account}:{}", now.0);
            jobs::enqueue(&mut tx, &AskSellerAccount { account }, Some(&key), now).await?;
            tx.commit().await?;
        }
        Ok(rows.len())
    }
}

impl Tx<'_> {
    /// Keeps the account of a team. Returns false if it has one.
    pub async fn keep_seller_account(
        &mut self,
        team: TeamId,
        facts: &SellerFacts,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let row = args![team, &facts.id, facts.state().code(), facts.due.join(" "), now];
        Ok(self.run(KEEP, row).await? == 1)
    }

    /// Forgets the account of a team, if it has one: until an owner says anew to whom its money goes, nothing more is decided for it.
    pub async fn forget_seller_account(&mut self, team: TeamId) -> Result<(), StoreError> {
        self.run(FORGET, args![team]).await.map(drop)
    }

    /// Keeps how the account is now.
    ///
    /// # Errors
    /// `Conflict("older")` if it was written since `known` was read.
    pub async fn apply_seller_account(
        &mut self,
        known: &SellerAccount,
        facts: &SellerFacts,
    ) -> Result<(), StoreError> {
        let row = args![&known.account, known.version, facts.state().code(), facts.due.join(" ")];
        if self.run(APPLY, row).await? == 1 { Ok(()) } else { Err(StoreError::Conflict("older")) }
    }
}
