//! Spaces that their owners close. What was sold stays as it is; the doors are shut because the space is not published.

use crate::{
    catalogue::spaces,
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
    work::jobs::{BATCH, enqueue, enqueue_for_each},
};
use domain::{
    access::jobs::{CloseSpace, SendClosing},
    catalogue::offer::{REOPEN_WITHIN, Space},
    error::StoreError,
    id::{AccountId, SpaceId},
    time::Millis,
};

statements! {
    CLOSE = concat!("UPDATE spaces SET closed_at = $2, published_at = NULL WHERE id = $1 AND closed_at IS NULL RETURNING ", spaces::columns!());
    REOPEN = concat!("UPDATE spaces SET closed_at = NULL WHERE id = $1 AND closed_at > $2 RETURNING ", spaces::columns!());
    HOLDERS_AFTER = "SELECT DISTINCT g.account_id FROM grants g WHERE g.space_id = $1 AND g.closed_at IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > $2) AND g.account_id > $3 ORDER BY g.account_id LIMIT $4";
    STAKES = "SELECT
        (SELECT COUNT(DISTINCT g.account_id) FROM grants g WHERE g.space_id = s.id AND g.closed_at IS NULL
            AND (g.expires_at IS NULL OR g.expires_at > $2)) AS holders,
        (SELECT COUNT(*) FROM checkouts c WHERE c.space_id = s.id AND c.state IN ('held', 'paying')) AS orders,
        (SELECT COUNT(*) FROM comps b WHERE b.space_id = s.id AND b.purchase_id IS NOT NULL AND b.claimed_at IS NULL
            AND b.revoked_at IS NULL) AS untaken,
        (SELECT COUNT(*) FROM streams t WHERE t.space_id = s.id AND t.state IN ('live', 'interrupted')) AS on_air
        FROM spaces s WHERE s.id = $1";
}

/// What the end of a space ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stakes {
    /// People who hold a pass.
    pub holders: i64,
    /// Orders that are open.
    pub orders: i64,
    /// Passes that were paid for an address, and that nobody has taken.
    pub untaken: i64,
    /// Shows on air.
    pub on_air: i64,
}

pub struct Closings<'a>(pub(crate) &'a Db);

impl Closings<'_> {
    pub async fn stakes(&self, space: SpaceId, now: Millis) -> Result<Stakes, StoreError> {
        let row = self.0.row(STAKES, args![space, now]).await?.ok_or(StoreError::NotFound)?;
        Ok(Stakes {
            holders: row.get("holders")?,
            orders: row.get("orders")?,
            untaken: row.get("untaken")?,
            on_air: row.get("on_air")?,
        })
    }

    /// Enqueues a mail to each person who held a pass when the space was closed. A second time it enqueues those that are
    /// missing.
    pub async fn spread(&self, job: &CloseSpace, now: Millis) -> Result<(), StoreError> {
        let page = |last: &str| (HOLDERS_AFTER, args![job.space, job.closed_at, last, BATCH]);
        let mail = |account| SendClosing { space: job.space, account, closed_at: job.closed_at };
        enqueue_for_each(self.0, page, mail, SendClosing::key, now).await
    }
}

impl Tx<'_> {
    /// Closes a space, and enqueues what follows. Returns `Conflict("closed")` if it is closed already.
    pub async fn close_space(
        &mut self,
        id: SpaceId,
        by: AccountId,
        now: Millis,
    ) -> Result<Space, StoreError> {
        self.lock_space(id).await?;
        let row = self.row(CLOSE, args![id, now]).await?.ok_or(StoreError::Conflict("closed"))?;
        self.unpublish_suspended(id).await?;
        let job = CloseSpace { space: id, by, closed_at: now };
        enqueue(self, &job, None, now).await?;
        spaces::read(&row)
    }

    /// Returns `Conflict("closed")` if it is not closed, or was closed too long ago.
    pub async fn reopen_space(&mut self, id: SpaceId, now: Millis) -> Result<Space, StoreError> {
        self.lock_space(id).await?;
        let since = Millis(now.0 - REOPEN_WITHIN.0);
        let row = self.row(REOPEN, args![id, since]).await?.ok_or(StoreError::Conflict("closed"))?;
        spaces::read(&row)
    }
}
