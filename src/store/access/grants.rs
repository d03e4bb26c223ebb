//! The rows that grant access: revoked, never deleted.

use crate::{
    catalogue::passes::left,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, row, statements},
    },
};
use domain::{
    access::{comp::Comp, grant::Grant},
    error::StoreError,
    id::*,
    money::{
        checkout::Checkout,
        payments::Dispute,
        settlement::{Hold, MoneyBack, RefundReason, hold_of_subscription},
    },
    time::Millis,
};

/// The conflict of whoever wants a pass of which none is left.
pub const SOLD_OUT: &str = "sold out";

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

/// `r` is this price, or free if there is none.
macro_rules! at {
    ($price:literal) => {
        concat!("(r.id = ", $price, " OR (CAST(", $price, " AS TEXT) IS NULL AND r.kind = 'free'))")
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM grants WHERE id = $1");
    END_OF = "SELECT expires_at FROM grants WHERE purchase_id = $1";
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM grants WHERE account_id = $1 ORDER BY starts_at DESC, id DESC");
    IN_SPACE = concat!("SELECT ", columns!(), " FROM grants WHERE account_id = $1 AND space_id = $2 ORDER BY id");
    HELD = concat!("SELECT ", columns!(), " FROM grants WHERE account_id = $1 AND pass_id = $2 AND closed_at IS NULL
        AND (expires_at IS NULL OR expires_at > $3)");
    /// Makes room for a new grant where the one before has run out.
    CLOSE_EXPIRED = "UPDATE grants SET closed_at = expires_at
        WHERE account_id = $1 AND pass_id = $2 AND closed_at IS NULL AND expires_at <= $3";
    /// Takes what is left of a stock in the statement that counts it. $5: the price that a code makes nothing; NULL: it is free.
    TAKE = concat!("INSERT INTO grants (id, account_id, pass_id, space_id, starts_at, expires_at, source)
        SELECT $1, $2, p.id, p.space_id, CAST($4 AS BIGINT), COALESCE(p.access_until, $4 + p.access_for), 'free'
        FROM passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE p.id = $3 AND ", at!("$5"), " AND p.withdrawn_at IS NULL AND (p.stock IS NULL OR ", left!("$4"), " > 0)
        ON CONFLICT DO NOTHING");
    IS_AT = concat!("SELECT p.id FROM passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE p.id = $1 AND ", at!("$2"), " AND p.withdrawn_at IS NULL");
    GIVE = "INSERT INTO grants (id, account_id, pass_id, space_id, starts_at)
        SELECT $1, $2, id, space_id, $4 FROM passes WHERE id = $3 ON CONFLICT DO NOTHING";
    BUY = "INSERT INTO grants (id, account_id, pass_id, space_id, purchase_id, starts_at, expires_at, source)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'purchase') ON CONFLICT DO NOTHING";
    /// Its seat was kept. $5: what was bought for the receiver, whose grant follows that money.
    COMP = "INSERT INTO grants (id, account_id, pass_id, space_id, starts_at, expires_at, purchase_id, source)
        SELECT $1, $2, p.id, p.space_id, CAST($4 AS BIGINT), COALESCE(p.access_until, $4 + p.access_for), CAST($5 AS TEXT),
            CASE WHEN CAST($5 AS TEXT) IS NULL THEN 'comp' ELSE 'purchase' END
        FROM passes p WHERE p.id = $3 ON CONFLICT DO NOTHING";
    /// For an order that no longer has a seat of its own.
    BUY_LEFT = concat!("INSERT INTO grants (id, account_id, pass_id, space_id, purchase_id, starts_at, expires_at, source)
        SELECT $1, $2, p.id, $4, $5, $6, $7, 'purchase' FROM passes p
        WHERE p.id = $3 AND (p.stock IS NULL OR ", left!("$8"), " > 0) ON CONFLICT DO NOTHING");
    SUBSCRIBE = "INSERT INTO grants (id, account_id, pass_id, space_id, starts_at, expires_at, source)
        VALUES ($1, $2, $3, $4, $5, $6, 'subscription') ON CONFLICT DO NOTHING";
    SUBSCRIBE_LEFT = concat!("INSERT INTO grants (id, account_id, pass_id, space_id, starts_at, expires_at, source)
        SELECT $1, $2, p.id, $4, $5, $6, 'subscription' FROM passes p
        WHERE p.id = $3 AND (p.stock IS NULL OR ", left!("$7"), " > 0) ON CONFLICT DO NOTHING");
    /// Whoever pays late gets in again, unless they hold the pass another way by now or its stock is gone.
    MOVE_END = concat!("UPDATE grants SET expires_at = $2, closed_at = CASE WHEN $2 > CAST($3 AS BIGINT) THEN NULL ELSE closed_at END
        WHERE id = $1 AND revoked_at IS NULL AND (closed_at IS NULL OR $2 <= CAST($3 AS BIGINT) OR (
            NOT EXISTS (SELECT 1 FROM grants g WHERE g.account_id = grants.account_id AND g.pass_id = grants.pass_id
                AND g.closed_at IS NULL)
            AND EXISTS (SELECT 1 FROM passes p WHERE p.id = grants.pass_id AND (p.stock IS NULL OR ", left!("$3"), " > 0))))");
    REVOKE = concat!("UPDATE grants SET revoked_at = $2, revoked_reason = $3, closed_at = COALESCE(closed_at, $2)
        WHERE id = $1 AND revoked_at IS NULL RETURNING ", columns!());
    KEEP = "UPDATE grants SET expires_at = NULL WHERE id = $1 AND revoked_at IS NULL AND closed_at IS NULL";
    SUSPEND = "UPDATE grants SET suspended_at = $2
        WHERE purchase_id = $1 AND suspended_at IS NULL AND revoked_at IS NULL RETURNING id";
    RESTORE = "UPDATE grants SET suspended_at = NULL WHERE purchase_id = $1 AND suspended_at IS NOT NULL RETURNING id";
    /// Whoever applies another payment of the same subscription waits for the end of this transaction.
    LOCK_SUBSCRIPTION = "UPDATE subscriptions SET created_at = created_at
        WHERE id = (SELECT p.subscription_id FROM purchases p WHERE p.id = $1) RETURNING grant_id";
    CHARGED = "SELECT q.amount, q.refunded, q.dispute FROM purchases p JOIN purchases q ON q.subscription_id = p.subscription_id
        WHERE p.id = $1 ORDER BY q.id";
    SUSPEND_ONE = "UPDATE grants SET suspended_at = $2 WHERE id = $1 AND suspended_at IS NULL AND revoked_at IS NULL RETURNING id";
    RESTORE_ONE = "UPDATE grants SET suspended_at = NULL WHERE id = $1 AND suspended_at IS NOT NULL RETURNING id";
    /// The payment is in effect again, so the pass is restored, unless its holder has got it another way. Also if none is left: it is
    /// paid. Then the stock is below zero, which pages show as sold out, and nobody else gets one before as many have gone.
    REOPEN = "UPDATE grants SET revoked_at = NULL, revoked_reason = NULL, closed_at = NULL
        WHERE purchase_id = $1 AND revoked_reason IN ('refunded', 'dispute lost') AND NOT EXISTS (
            SELECT 1 FROM grants g WHERE g.account_id = grants.account_id AND g.pass_id = grants.pass_id AND g.closed_at IS NULL)
        RETURNING id";
    /// What the bank has decided, and what went back, may be told in any order: the last reason stays.
    END = "UPDATE grants SET revoked_at = COALESCE(revoked_at, $2), revoked_reason = $3, closed_at = COALESCE(closed_at, $2),
            suspended_at = NULL
        WHERE purchase_id = $1 AND (revoked_at IS NULL OR (revoked_reason IN ('refunded', 'dispute lost') AND revoked_reason <> $3))
        RETURNING id";
    HOLDERS = "SELECT COUNT(*) AS holders FROM grants
        WHERE pass_id = $1 AND closed_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    DUE = concat!("SELECT ", columns!(), " FROM grants WHERE closed_at IS NULL AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2");
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

    /// When what a purchase gave ends, if it gave something and that has an end.
    pub async fn end_of(&self, purchase: PurchaseId) -> Result<Option<Millis>, StoreError> {
        let row = self.0.row(END_OF, args![purchase]).await?;
        row.map_or(Ok(None), |row| row.get("expires_at"))
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

    /// Grants that have expired and are not closed yet, longest overdue first, at most `limit`.
    pub async fn due(&self, now: Millis, limit: usize) -> Result<Vec<Grant>, StoreError> {
        self.0.rows(DUE, args![now, limit as i64]).await?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// Creates one grant, however often this is called. Returns `NotFound` if the pass was withdrawn or is not free, and
    /// [`SOLD_OUT`] if none is left.
    /// Locks the space, because an experience is deleted only while nobody has a pass for it.
    pub async fn take_free_pass(
        &mut self,
        account: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Taken, StoreError> {
        self.take_pass(account, pass, None, now).await
    }

    /// The same of a paid pass whose price a code makes nothing. Returns `NotFound` if it was withdrawn or has another price.
    pub async fn take_discounted(
        &mut self,
        account: AccountId,
        pass: PassId,
        price: PriceId,
        now: Millis,
    ) -> Result<Taken, StoreError> {
        self.take_pass(account, pass, Some(price), now).await
    }

    async fn take_pass(
        &mut self,
        account: AccountId,
        pass: PassId,
        price: Option<PriceId>,
        now: Millis,
    ) -> Result<Taken, StoreError> {
        self.lock_space_of_pass(pass).await?;
        self.run(CLOSE_EXPIRED, args![account, pass, now]).await?;
        let first = self.run(TAKE, args![GrantId::new(), account, pass, now, price]).await? == 1;
        match held(self, account, pass, now).await? {
            Some(grant) => Ok(Taken { grant, first }),
            None => match self.row(IS_AT, args![pass, price]).await? {
                Some(_) => Err(StoreError::Conflict(SOLD_OUT)),
                None => Err(StoreError::NotFound),
            },
        }
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

/// A new grant for a paid order, or why there is none. It starts with the order, because the buyer was promised what the pass
/// opened then; how long it lasts is counted from now. `seat`: one was kept for the order, and was freed in this transaction.
/// Without one, the transaction must have locked the space, so that two of them do not take the same last one.
pub(crate) async fn buy(
    tx: &mut Tx<'_>,
    order: &Checkout,
    seat: bool,
    now: Millis,
) -> Result<Option<RefundReason>, StoreError> {
    let Checkout { account, pass, space, purchase, created_at, lasting, .. } = order;
    tx.run(CLOSE_EXPIRED, args![*account, *pass, now]).await?;
    let ends_at = lasting.ends_at(now);
    let mut row = args![GrantId::new(), *account, *pass, *space, *purchase, *created_at, ends_at];
    let bought = if seat {
        tx.run(BUY, row).await?
    } else {
        row.push(now.into());
        tx.run(BUY_LEFT, row).await?
    };
    if bought == 1 {
        return Ok(None);
    }
    let holds = held(tx, *account, *pass, now).await?.is_some();
    Ok(Some(if holds { RefundReason::Surplus } else { RefundReason::SoldOut }))
}

/// A new grant for a subscription, good until `until`, or why there is none. The rest is as in [`buy`].
pub(crate) async fn subscribe(
    tx: &mut Tx<'_>,
    order: &Checkout,
    until: Millis,
    seat: bool,
    now: Millis,
) -> Result<Result<Option<GrantId>, RefundReason>, StoreError> {
    let Checkout { account, pass, space, created_at, .. } = order;
    tx.run(CLOSE_EXPIRED, args![*account, *pass, now]).await?;
    let id = GrantId::new();
    let mut row = args![id, *account, *pass, *space, *created_at, until];
    let given = if seat {
        tx.run(SUBSCRIBE, row).await?
    } else {
        row.push(now.into());
        tx.run(SUBSCRIBE_LEFT, row).await?
    };
    if given == 1 {
        return Ok(Ok(Some(id)));
    }
    let holds = held(tx, *account, *pass, now).await?.is_some();
    Ok(Err(if holds { RefundReason::Surplus } else { RefundReason::SoldOut }))
}

/// Moves the end of the grant of a subscription. Returns why it lets nobody in again although it is paid for. If `until` is still to
/// come, the transaction must have locked the space.
pub(crate) async fn move_end(
    tx: &mut Tx<'_>,
    id: GrantId,
    until: Millis,
    now: Millis,
) -> Result<Option<RefundReason>, StoreError> {
    if tx.run(MOVE_END, args![id, until, now]).await? == 1 {
        return Ok(None);
    }
    let grant = read(&tx.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)?;
    if grant.revoked_at.is_some() {
        return Ok(None);
    }
    let holds = held(tx, grant.account, grant.pass, now).await?.is_some();
    Ok(Some(if holds { RefundReason::Surplus } else { RefundReason::SoldOut }))
}

/// All of it is paid: it has no end any more.
pub(crate) async fn keep_for_good(tx: &mut Tx<'_>, id: GrantId) -> Result<(), StoreError> {
    tx.run(KEEP, args![id]).await.map(drop)
}

/// A new grant for a pass that was given; none if the person already holds it.
pub(crate) async fn comp(
    tx: &mut Tx<'_>,
    comp: &Comp,
    account: AccountId,
    now: Millis,
) -> Result<Option<GrantId>, StoreError> {
    let id = GrantId::new();
    tx.run(CLOSE_EXPIRED, args![account, comp.pass, now]).await?;
    let given = tx.run(COMP, args![id, account, comp.pass, now, comp.purchase]).await?;
    Ok((given == 1).then_some(id))
}

/// Revokes a grant. Returns it if it was in force.
pub(crate) async fn end(
    tx: &mut Tx<'_>,
    id: GrantId,
    reason: &str,
    now: Millis,
) -> Result<Option<GrantId>, StoreError> {
    Ok(tx.row(REVOKE, args![id, now, reason]).await?.map(|_| id))
}

/// What has become of the grant of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantMove {
    Opened,
    Suspended(GrantId),
    Ended(GrantId),
}

/// Updates the grant of a purchase to match its payment state; that of a subscription to match the states of all that it has charged.
/// What the grant is afterwards depends on these states alone, not on their order. Returns what changed.
pub(crate) async fn set_hold(
    tx: &mut Tx<'_>,
    purchase: PurchaseId,
    hold: Hold,
    now: Millis,
) -> Result<Option<GrantMove>, StoreError> {
    if let Some(row) = tx.row(LOCK_SUBSCRIPTION, args![purchase]).await? {
        return match row.get::<Option<GrantId>>("grant_id")? {
            Some(grant) => hold_subscribed(tx, purchase, grant, now).await,
            None => Ok(None),
        };
    }
    Ok(match hold {
        Hold::InForce => {
            let restored = tx.row(RESTORE, args![purchase]).await?;
            let reopened = tx.row(REOPEN, args![purchase]).await?;
            reopened.or(restored).map(|_| GrantMove::Opened)
        }
        Hold::Suspended => {
            tx.row(REOPEN, args![purchase]).await?;
            moved(tx.row(SUSPEND, args![purchase, now]).await?, GrantMove::Suspended)?
        }
        Hold::Revoked(reason) => moved(tx.row(END, args![purchase, now, reason]).await?, GrantMove::Ended)?,
    })
}

fn moved(row: Option<Row>, how: fn(GrantId) -> GrantMove) -> Result<Option<GrantMove>, StoreError> {
    row.map(|row| row.get("id").map(how)).transpose()
}

/// The purchase names its subscription, which has given the grant.
async fn hold_subscribed(
    tx: &mut Tx<'_>,
    purchase: PurchaseId,
    grant: GrantId,
    now: Millis,
) -> Result<Option<GrantMove>, StoreError> {
    let mut payments = Vec::new();
    for row in tx.rows(CHARGED, args![purchase]).await? {
        let dispute = row.maybe_code("dispute", Dispute::from_code)?;
        payments.push(MoneyBack { amount: row.get("amount")?, refunded: row.get("refunded")?, dispute });
    }
    match hold_of_subscription(&payments) {
        Hold::Suspended => moved(tx.row(SUSPEND_ONE, args![grant, now]).await?, GrantMove::Suspended),
        Hold::InForce | Hold::Revoked(_) => {
            Ok(tx.row(RESTORE_ONE, args![grant]).await?.map(|_| GrantMove::Opened))
        }
    }
}
