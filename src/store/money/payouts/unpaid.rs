//! What teams have not been paid yet, for whoever would leave them without an owner.

use super::Payouts;
use crate::{
    catalogue::prices::money,
    db::{
        connections::Tx,
        sql::{Row, args, statements},
    },
};
use domain::{amount::Money, error::StoreError, id::*};

statements! {
    /// Balances of the teams of which $1 is the only owner, and their payouts that have not arrived. A team is named by its first space.
    UNPAID = "SELECT x.team_id, x.currency, x.amount, x.moving, s.id AS space_id, s.name AS space_name FROM (
            SELECT m.team_id AS team_id, l.currency AS currency, -l.amount AS amount, CAST(0 AS BIGINT) AS moving
                FROM team_members m JOIN ledger_sums l ON l.team_id = m.team_id AND l.account = 'sellers'
                WHERE m.account_id = $1 AND m.role = 'owner' AND l.amount < 0
            UNION ALL SELECT m.team_id, p.currency, p.amount, CAST(1 AS BIGINT)
                FROM team_members m JOIN payouts p ON p.team_id = m.team_id
                WHERE m.account_id = $1 AND m.role = 'owner' AND p.state NOT IN ('paid', 'returned')) x
        JOIN spaces s ON s.id = (SELECT MIN(f.id) FROM spaces f WHERE f.team_id = x.team_id)
        WHERE NOT EXISTS (SELECT 1 FROM team_members o WHERE o.team_id = x.team_id AND o.account_id <> $1 AND o.role = 'owner')
        ORDER BY x.moving, x.team_id, x.currency LIMIT 20";
}

/// An amount that a team has not been paid yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpaidShare {
    pub team: TeamId,
    pub space: SpaceId,
    pub space_name: String,
    pub amount: Money,
    /// It is on its way to the bank.
    pub moving: bool,
}

fn read(row: &Row) -> Result<UnpaidShare, StoreError> {
    Ok(UnpaidShare {
        team: row.get("team_id")?,
        space: row.get("space_id")?,
        space_name: row.get("space_name")?,
        amount: money(row, "amount", "currency")?,
        moving: row.get("moving")?,
    })
}

impl Payouts<'_> {
    /// What the teams of which this person is the only owner have not been paid yet.
    pub async fn unpaid_of(&self, owner: AccountId) -> Result<Vec<UnpaidShare>, StoreError> {
        self.0.rows(UNPAID, args![owner]).await?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// As [`Payouts::unpaid_of`].
    pub async fn unpaid_of(&mut self, owner: AccountId) -> Result<Vec<UnpaidShare>, StoreError> {
        self.rows(UNPAID, args![owner]).await?.iter().map(read).collect()
    }
}
