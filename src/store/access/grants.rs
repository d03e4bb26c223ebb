//! The rows that grant access: revoked, never deleted.

use crate::db::{
    connections::{Db, Tx},
    sql::{args, row, statements},
};
use domain::{
    access::grant::Grant,
    error::StoreError,
    id::*,
    money::{checkout::Checkout, settlement::Hold},
    time::Millis,
};

row! {
    pub(crate) fn read -> Grant {
        id: "id",
        account: "account_id",
        pass: "pass_id",
        space: "space_id",
        purchase: "purchase_id",
        starts_at: "starts_at",
        expires_at: "expires_at",
        suspended_at: "suspended_at",
        revoked_at: "revoked_at",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM grants WHERE id = $1");
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM grants WHERE account_id = $1 ORDER BY starts_at DESC, id DESC");
    IN_SPACE = concat!("SELECT ", columns!(), " FROM grants WHERE account_id = $1 AND space_id = $2 ORDER BY id");
    HELD = concat!("SELECT ", columns!(), " FROM grants WHERE account_id = $1 AND pass_id = $2 AND closed_at IS NULL
        AND (expires_at IS NULL OR expires_at > $3)");
    /// Makes room for a new grant where the one before has run out.
    CLOSE_EXPIRED = "UPDATE grants SET closed_at = expires_at
        WHERE account_id = $1 AND pass_id = $2 AND closed_at IS NULL AND expires_at <= $3";
    TAKE_FREE = "INSERT INTO grants (id, account_id, pass_id, space_id, starts_at)
        SELECT $1, $2, p.id, p.space_id, $4 FROM passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE p.id = $3 AND r.kind = 'free' AND p.withdrawn_at IS NULL
        ON CONFLICT DO NOTHING";
    GIVE = "INSERT INTO grants (id, account_id, pass_id, space_id, starts_at)
        SELECT $1, $2, id, space_id, $4 FROM passes WHERE id = $3 ON CONFLICT DO NOTHING";
    BUY = "INSERT INTO grants (id, account_id, pass_id, space_id, purchase_id, starts_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    REVOKE = concat!("UPDATE grants SET revoked_at = $2, revoked_reason = $3, closed_at = COALESCE(closed_at, $2)
        WHERE id = $1 AND revoked_at IS NULL RETURNING ", columns!());
    SUSPEND = "UPDATE grants SET suspended_at = $2
        WHERE purchase_id = $1 AND suspended_at IS NULL AND revoked_at IS NULL RETURNING id";
    RESTORE = "UPDATE grants SET suspended_at = NULL WHERE purchase_id = $1 AND suspended_at IS NOT NULL RETURNING id";
    /// The payment is in effect again, so the pass is restored, unless its holder has got it another way.
    REOPEN = "UPDATE grants SET revoked_at = NULL, revoked_reason = NULL, closed_at = NULL
        WHERE purchase_id = $1 AND revoked_reason = 'refunded' AND NOT EXISTS (
            SELECT 1 FROM grants g WHERE g.account_id = grants.account_id AND g.pass_id = grants.pass_id AND g.closed_at IS NULL)
        RETURNING id";
    END = "UPDATE grants SET revoked_at = $2, revoked_reason = $3, closed_at = COALESCE(closed_at, $2)
        WHERE purchase_id = $1 AND revoked_at IS NULL RETURNING id";
    HOLDERS = "SELECT COUNT(*) AS holders FROM grants
        WHERE pass_id = $1 AND closed_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    DUE = concat!("SELECT ", columns!(), " FROM grants WHERE closed_at IS NULL AND expires_at <= $1 ORDER BY expires_at, id");
    EXPIRE = "UPDATE grants SET closed_at = expires_at WHERE id = $1 AND closed_at IS NULL AND expires_at <= $2";
}

/// The result of taking a free pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub grant: Grant,
    /// False if the person already had it.
    pub first: bool,
}

pub struct Grants<'a>(pub(crate) &'a Db);

impl Grants<'_> {
    /// Gives a pass away at any price, for the demo and for tests. A person who holds it already keeps their grant.
    pub async fn give(&self, account: AccountId, pass: PassId, now: Millis) -> Result<Grant, StoreError> {
        let mut tx = self.0.begin().await?;
        tx.run(CLOSE_EXPIRED, args![account, pass, now]).await?;
        tx.run(GIVE, args![GrantId::new(), account, pass, now]).await?;
        let grant = held(&mut tx, account, pass, now).await?.ok_or(StoreError::NotFound)?;
        tx.commit().await?;
        Ok(grant)
    }

    pub async fn by_id(&self, id: GrantId) -> Result<Grant, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// All grants that a person ever had, newest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<Grant>, StoreError> {
        self.0.rows(OF_ACCOUNT, args![account]).await?.iter().map(read).collect()
    }

    pub async fn in_space(&self, account: AccountId, space: SpaceId) -> Result<Vec<Grant>, StoreError> {
        self.0.rows(IN_SPACE, args![account, space]).await?.iter().map(read).collect()
    }

    /// Returns `Conflict("revoked")` if it was revoked before.
    pub async fn revoke(&self, id: GrantId, reason: &str, now: Millis) -> Result<Grant, StoreError> {
        match self.0.returning(REVOKE, args![id, now, reason]).await?.pop() {
            Some(row) => read(&row),
            None => self.by_id(id).await.and(Err(StoreError::Conflict("revoked"))),
        }
    }

    /// The number of people who hold a pass.
    pub async fn holders(&self, pass: PassId, now: Millis) -> Result<i64, StoreError> {
        self.0.row(HOLDERS, args![pass, now]).await?.ok_or(StoreError::NotFound)?.get("holders")
    }

    /// Grants that have expired and are not closed yet, longest overdue first.
    pub async fn due(&self, now: Millis) -> Result<Vec<Grant>, StoreError> {
        self.0.rows(DUE, args![now]).await?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// Creates one grant, however often this is called. Returns `NotFound` if the pass was withdrawn or is not free.
    /// Locks the space, because an experience is deleted only while nobody has a pass for it.
    pub async fn take_free_pass(
        &mut self,
        account: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Taken, StoreError> {
        self.lock_space_of_pass(pass).await?;
        self.run(CLOSE_EXPIRED, args![account, pass, now]).await?;
        let first = self.run(TAKE_FREE, args![GrantId::new(), account, pass, now]).await? == 1;
        let grant = held(self, account, pass, now).await?.ok_or(StoreError::NotFound)?;
        Ok(Taken { grant, first })
    }

    /// Closes an expired grant. Returns false if it was closed before or has not expired.
    pub async fn expire_grant(&mut self, id: GrantId, now: Millis) -> Result<bool, StoreError> {
        Ok(self.run(EXPIRE, args![id, now]).await? == 1)
    }
}

/// The grant by which a person holds a pass now.
pub(crate) async fn held(
    tx: &mut Tx<'_>,
    account: AccountId,
    pass: PassId,
    now: Millis,
) -> Result<Option<Grant>, StoreError> {
    tx.row(HELD, args![account, pass, now]).await?.as_ref().map(read).transpose()
}

/// A new grant for a paid order; none if the person already holds the pass. It starts with the order, because the buyer
/// was promised what the pass opened then.
pub(crate) async fn buy(tx: &mut Tx<'_>, order: &Checkout, now: Millis) -> Result<bool, StoreError> {
    let Checkout { account, pass, space, purchase, created_at, .. } = order;
    tx.run(CLOSE_EXPIRED, args![*account, *pass, now]).await?;
    let row = args![GrantId::new(), *account, *pass, *space, *purchase, *created_at];
    Ok(tx.run(BUY, row).await? == 1)
}

/// Updates the grant of a purchase to match its payment state. Returns the grant if it changed.
pub(crate) async fn set_hold(
    tx: &mut Tx<'_>,
    purchase: PurchaseId,
    hold: Hold,
    now: Millis,
) -> Result<Option<GrantId>, StoreError> {
    let moved = match hold {
        Hold::InForce => match tx.row(RESTORE, args![purchase]).await? {
            None => tx.row(REOPEN, args![purchase]).await?,
            restored => restored,
        },
        Hold::Suspended => tx.row(SUSPEND, args![purchase, now]).await?,
        Hold::Revoked(reason) => tx.row(END, args![purchase, now, reason]).await?,
    };
    moved.map(|row| row.get("id")).transpose()
}
