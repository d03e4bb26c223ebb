//! Who holds passes of a space.

use crate::{
    access::grants::Grants,
    db::sql::{Row, args, statements},
    people::accounts,
};
use domain::{error::StoreError, id::*, people::account::Account, time::Millis};

/// Grants in the space $1 that are in force at the time $2.
macro_rules! in_force {
    () => {
        "g.space_id = $1 AND g.closed_at IS NULL AND g.suspended_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $2)"
    };
}

statements! {
    PEOPLE = concat!("SELECT COUNT(DISTINCT g.account_id) AS people FROM grants g WHERE ", in_force!());
    ROSTER = concat!("SELECT ", accounts::columns!("a." as "account_"), ", g.id AS grant_id, g.starts_at AS since,
            p.title AS pass_title
        FROM grants g JOIN accounts a ON a.id = g.account_id JOIN passes p ON p.id = g.pass_id
        WHERE ", in_force!(), " AND (g.starts_at, g.id) < ($3, $4) ORDER BY g.starts_at DESC, g.id DESC LIMIT $5");
}

/// A person and one pass that they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassHolder {
    pub grant: GrantId,
    pub account: Account,
    pub pass: String,
    pub since: Millis,
}

impl Grants<'_> {
    /// How many people hold a pass of a space.
    pub async fn people(&self, space: SpaceId, now: Millis) -> Result<u64, StoreError> {
        let row = self.0.row(PEOPLE, args![space, now]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("people")?.unsigned_abs())
    }

    /// The passes that people hold in a space, the newest first. `before`: the last one of the page before.
    pub async fn roster(
        &self,
        space: SpaceId,
        now: Millis,
        before: Option<(Millis, GrantId)>,
        limit: usize,
    ) -> Result<Vec<PassHolder>, StoreError> {
        let first = || (Millis(i64::MAX), String::new());
        let (since, id) = before.map_or_else(first, |(since, id)| (since, id.to_string()));
        let rows = self.0.rows(ROSTER, args![space, now, since, id, limit as i64]).await?;
        rows.into_iter().map(holder).collect()
    }
}

fn holder(mut row: Row) -> Result<PassHolder, StoreError> {
    let (grant, pass, since) = (row.get("grant_id")?, row.get("pass_title")?, row.get("since")?);
    Ok(PassHolder { grant, pass, since, account: accounts::read(row.part("account_"))? })
}
