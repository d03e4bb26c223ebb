//! Running sums of the ledger: one row for each team, account and currency, so that no page adds up all entries. They are written in the
//! transaction that writes or clears sets, always in one order: concurrent payments of a team wait for each other, and for nothing else.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, statements},
};
use domain::{
    amount::Currency,
    error::StoreError,
    id::TeamId,
    money::{
        ledger::movement::MovementKind,
        ledger::{LedgerAccount, LedgerNote, Posting},
    },
};
use std::collections::BTreeMap;

/// What of a seller's account cannot be used yet.
pub(crate) const PENDING: &str = "of:pending";
/// Amounts of payments, and of refunds that have arrived.
pub(crate) const SOLD: &str = "of:sold";
pub(crate) const REFUNDED: &str = "of:refunded";
/// The accounts of all sellers.
pub(crate) const SELLERS: &str = "sellers";

statements! {
    ADD = "INSERT INTO ledger_sums (team_id, account, currency, amount) VALUES ($1, $2, $3, $4)
        ON CONFLICT (team_id, account, currency) DO UPDATE SET amount = ledger_sums.amount + excluded.amount";
    OF_TEAM = "SELECT account, currency, amount FROM ledger_sums WHERE team_id = $1 ORDER BY currency, account";
    ALL = "SELECT account, currency, CAST(SUM(amount) AS BIGINT) AS total FROM ledger_sums
        WHERE account NOT LIKE 'of:%' GROUP BY account, currency ORDER BY account, currency";
}

/// By how much a transaction changes the sums.
#[derive(Default)]
pub(crate) struct SumChanges(BTreeMap<(String, String, &'static str), i64>);

impl SumChanges {
    /// A set that is written, and not cleared yet.
    pub(crate) fn write(&mut self, team: Option<TeamId>, currency: Currency, set: &Posting) {
        for entry in set.entries.entries() {
            let (account, amount) = (entry.account, entry.amount);
            if let LedgerAccount::Seller(_) = account {
                self.add(team, SELLERS, amount.currency, amount.minor);
                self.add(team, PENDING, amount.currency, amount.minor);
            } else {
                self.add(team, &account.to_string(), amount.currency, amount.minor);
            }
        }
        if set.note == Some(LedgerNote::Covered) {
            return;
        }
        match set.kind {
            MovementKind::Payment => self.add(team, SOLD, currency, set.amount),
            MovementKind::Refund => self.add(team, REFUNDED, currency, set.amount),
            MovementKind::RefundReturned => self.add(team, REFUNDED, currency, -set.amount),
            _ => {}
        }
    }

    /// A set that can be used from now on. `own`: its entry of the seller's account.
    pub(crate) fn clear(&mut self, team: Option<TeamId>, currency: Currency, own: i64) {
        if own != 0 {
            self.add(team, PENDING, currency, -own);
        }
    }

    fn add(&mut self, team: Option<TeamId>, account: &str, currency: Currency, amount: i64) {
        let team = team.map(|team| team.to_string()).unwrap_or_default();
        *self.0.entry((team, account.to_owned(), currency.code())).or_default() += amount;
    }

    /// Call it once, after everything else of the transaction that another payment of the team could wait for.
    pub(crate) async fn save(self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for ((team, account, currency), amount) in self.0 {
            tx.run(ADD, args![team, account, currency, amount]).await?;
        }
        Ok(())
    }
}

/// The sums of a team, by currency and account.
pub(crate) async fn of_team(
    db: &Db,
    team: TeamId,
) -> Result<BTreeMap<String, BTreeMap<String, i64>>, StoreError> {
    let mut sums: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for row in db.rows(OF_TEAM, args![team]).await? {
        sums.entry(row.get("currency")?).or_default().insert(row.get("account")?, row.get("amount")?);
    }
    Ok(sums)
}

/// A row for each account and currency: `account`, `currency` and `total`.
pub(crate) async fn all(db: &Db) -> Result<Vec<Row>, StoreError> {
    db.rows(ALL, args![]).await
}
