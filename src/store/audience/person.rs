//! What one person did in a space, for the page of their story.

use crate::{
    audience::members::Members,
    catalogue::prices::money,
    db::{
        connections::Tx,
        sql::{Row, args, statements},
    },
    work::jobs::enqueue,
};
use domain::{
    access::ban::BanKind, amount::Money, error::StoreError, id::*, money::jobs::SendReceipt, time::Millis,
    waitlist::entry::EntryState,
};

/// Rows of each kind on the page.
const SHOWN: i64 = 200;

statements! {
    ORDERS = "SELECT p.id, p.number, p.title, p.amount, p.currency, p.refunded, p.paid_at FROM purchases p
        WHERE p.account_id = $1 AND p.space_id = $2 ORDER BY p.paid_at DESC, p.id DESC LIMIT $3";
    WAITS = "SELECT w.pass_id, p.title, w.state, w.since FROM waitlist_entries w JOIN passes p ON p.id = w.pass_id
        WHERE w.account_id = $1 AND w.space_id = $2 ORDER BY w.since DESC, w.id DESC LIMIT $3";
    BANS = "SELECT b.kind, b.reason, b.created_at, b.until, b.lifted_at FROM bans b
        WHERE b.account_id = $1 AND b.space_id = $2 ORDER BY b.created_at DESC, b.id DESC LIMIT $3";
    /// Whether they hold or held a pass, wait for one, or were banned; and whether they want no messages.
    KNOWN = "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM grants g WHERE g.account_id = $1 AND g.space_id = $2)
                OR EXISTS (SELECT 1 FROM waitlist_entries w WHERE w.account_id = $1 AND w.space_id = $2)
                OR EXISTS (SELECT 1 FROM purchases p WHERE p.account_id = $1 AND p.space_id = $2)
            THEN 1 ELSE 0 END AS BIGINT) AS known,
            (SELECT u.off_at FROM unwanted_messages u WHERE u.account_id = $1 AND u.space_id = $2) AS off_at,
            (SELECT a.deleted_at FROM accounts a WHERE a.id = $1) AS gone";
}

/// An order of theirs that was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonOrder {
    pub id: PurchaseId,
    pub number: Option<i64>,
    pub title: String,
    pub amount: Money,
    /// In minor units.
    pub refunded: i64,
    pub paid_at: Millis,
}

/// A list on which they are or were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonWait {
    pub pass: PassId,
    pub title: String,
    pub state: EntryState,
    pub since: Millis,
}

/// A ban or a mute, also one that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonBan {
    pub kind: BanKind,
    pub reason: String,
    pub created_at: Millis,
    pub until: Option<Millis>,
    pub lifted_at: Option<Millis>,
}

/// What a space knows of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// It wants no messages since then.
    pub off_at: Option<Millis>,
    pub gone: bool,
}

impl Members<'_> {
    /// `None` for an account that has and had nothing to do with the space.
    pub async fn known(&self, space: SpaceId, account: AccountId) -> Result<Option<KnownPerson>, StoreError> {
        let row = self.0.row(KNOWN, args![account, space]).await?.ok_or(StoreError::NotFound)?;
        if !row.get::<bool>("known")? {
            return Ok(None);
        }
        let gone = row.get::<Option<Millis>>("gone")?.is_some();
        Ok(Some(KnownPerson { off_at: row.get("off_at")?, gone }))
    }

    /// The newest first.
    pub async fn orders(&self, space: SpaceId, account: AccountId) -> Result<Vec<PersonOrder>, StoreError> {
        let rows = self.0.rows(ORDERS, args![account, space, SHOWN]).await?;
        let order = |row: &Row| {
            Ok(PersonOrder {
                id: row.get("id")?,
                number: row.get("number")?,
                title: row.get("title")?,
                amount: money(row, "amount", "currency")?,
                refunded: row.get("refunded")?,
                paid_at: row.get("paid_at")?,
            })
        };
        rows.iter().map(order).collect()
    }

    /// The newest first.
    pub async fn bans(&self, space: SpaceId, account: AccountId) -> Result<Vec<PersonBan>, StoreError> {
        let rows = self.0.rows(BANS, args![account, space, SHOWN]).await?;
        let ban = |row: &Row| {
            Ok(PersonBan {
                kind: row.code("kind", BanKind::from_code)?,
                reason: row.get("reason")?,
                created_at: row.get("created_at")?,
                until: row.get("until")?,
                lifted_at: row.get("lifted_at")?,
            })
        };
        rows.iter().map(ban).collect()
    }

    /// The newest first.
    pub async fn waits(&self, space: SpaceId, account: AccountId) -> Result<Vec<PersonWait>, StoreError> {
        let rows = self.0.rows(WAITS, args![account, space, SHOWN]).await?;
        let wait = |row: &Row| {
            Ok(PersonWait {
                pass: row.get("pass_id")?,
                title: row.get("title")?,
                state: row.code("state", EntryState::from_code)?,
                since: row.get("since")?,
            })
        };
        rows.iter().map(wait).collect()
    }
}

impl Tx<'_> {
    /// Enqueues the receipt of an order once more.
    pub async fn send_receipt_again(&mut self, purchase: PurchaseId, now: Millis) -> Result<(), StoreError> {
        enqueue(self, &SendReceipt { purchase }, None, now).await.map(drop)
    }
}
