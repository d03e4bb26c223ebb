//! Who follows which space.

use crate::{
    catalogue::spaces,
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
};
use domain::{
    access::ban::KeptOut,
    catalogue::offer::Space,
    error::StoreError,
    id::{AccountId, SpaceId},
    time::Millis,
};

/// Spaces that one account may follow.
pub const MOST_FOLLOWED: i64 = 500;

statements! {
    HAS = "SELECT COUNT(*) AS follows FROM follows WHERE space_id = $1 AND account_id = $2";
    ADD = "INSERT INTO follows (space_id, account_id, created_at) SELECT s.id, $2, $3 FROM spaces s WHERE s.id = $1
        AND $4 > (SELECT COUNT(*) FROM follows f WHERE f.account_id = $2) ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM follows WHERE space_id = $1 AND account_id = $2";
    OF_ACCOUNT = concat!("SELECT ", spaces::columns!("s."), ", (SELECT COUNT(*) FROM streams t
            WHERE t.space_id = s.id AND t.state IN ('live', 'interrupted')) AS on_air, ",
            spaces::kept_out_until!("$1"), " AS kept_out_until
        FROM follows f JOIN spaces s ON s.id = f.space_id
        WHERE f.account_id = $1 ORDER BY f.created_at DESC, s.id LIMIT 500");
}

/// A space that somebody follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Without `published_at`, nobody else can see it at the moment.
    pub space: Space,
    pub live: bool,
    /// A ban keeps the follower out.
    pub kept_out: Option<KeptOut>,
}

pub struct Follows<'a>(pub(crate) &'a Db);

impl Follows<'_> {
    pub async fn has(&self, space: SpaceId, account: AccountId) -> Result<bool, StoreError> {
        let row = self.0.row(HAS, args![space, account]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("follows")? > 0)
    }

    /// What a person follows, the newest first.
    pub async fn of_account(&self, account: AccountId, now: Millis) -> Result<Vec<Followed>, StoreError> {
        let rows = self.0.rows(OF_ACCOUNT, args![account]).await?;
        let followed = rows.iter().map(|row| {
            Ok(Followed {
                space: spaces::read(row)?,
                live: row.get("on_air")?,
                kept_out: spaces::kept_out(row, now)?,
            })
        });
        followed.collect()
    }
}

impl Tx<'_> {
    /// Returns false if that was so before. `Conflict("follows")` if the person follows too many.
    pub async fn follow(
        &mut self,
        space: SpaceId,
        account: AccountId,
        now: Millis,
    ) -> Result<bool, StoreError> {
        if self.run(ADD, args![space, account, now, MOST_FOLLOWED]).await? == 1 {
            return Ok(true);
        }
        let row = self.row(HAS, args![space, account]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("follows")? > 0 { Ok(false) } else { Err(StoreError::Conflict("follows")) }
    }

    /// Returns false if they did not.
    pub async fn unfollow(&mut self, space: SpaceId, account: AccountId) -> Result<bool, StoreError> {
        Ok(self.run(REMOVE, args![space, account]).await? == 1)
    }
}
