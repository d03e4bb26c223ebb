//! Refunds that buyers ask for. Whatever refunds an order answers what its buyer asked for.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, maybe_code, row, statements},
    },
    money::seller_refunds::refundable,
    work::jobs,
};
use domain::{
    error::StoreError,
    id::*,
    money::back::wishes::{MOST_WISHES, SendRefundDeclined, SendRefundWish, WishAnswer},
    time::Millis,
};

row! {
    fn read -> RefundWish {
        id: "id",
        purchase: "purchase_id",
        reason: "reason",
        asked_at: "asked_at",
        answer: "answer" => maybe_code(WishAnswer::from_code),
        answered_at: "answered_at",
        words: "words",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM refund_wishes WHERE id = $1");
    OF_PURCHASE = concat!("SELECT ", columns!(), " FROM refund_wishes WHERE purchase_id = $1 ORDER BY asked_at, id");
    OPEN_IN = "SELECT COUNT(w.id) AS wishes FROM refund_wishes w WHERE w.team_id = $1 AND w.answered_at IS NULL";
    /// Of an order that had no team yet, and of what an earlier release has written during an upgrade.
    ADOPT = "UPDATE refund_wishes SET team_id = (SELECT p.team_id FROM purchases p WHERE p.id = refund_wishes.purchase_id)
        WHERE team_id IS NULL AND answered_at IS NULL";
    ASK = concat!("INSERT INTO refund_wishes (id, purchase_id, team_id, reason, asked_at)
        SELECT $1, p.id, p.team_id, $3, CAST($4 AS BIGINT) FROM purchases p WHERE p.id = $2 AND ", refundable!(any), "
            AND (SELECT COUNT(*) FROM refund_wishes w WHERE w.purchase_id = p.id) < CAST($5 AS BIGINT) ON CONFLICT DO NOTHING");
    /// Whoever may decide about it.
    READERS = "SELECT m.account_id FROM purchases p JOIN spaces s ON s.id = p.space_id
            JOIN team_members m ON m.team_id = s.team_id
        WHERE p.id = $1 AND m.role IN ('owner', 'admin') ORDER BY m.account_id";
    DECLINE = "UPDATE refund_wishes SET answer = 'declined', answered_at = $2, answered_by = $3, words = $4
        WHERE purchase_id = $1 AND answered_at IS NULL RETURNING id";
    REFUNDED = "UPDATE refund_wishes SET answer = 'refunded', answered_at = $2, answered_by = $3, refund_id = $4
        WHERE purchase_id = $1 AND answered_at IS NULL";
    /// The account is deleted.
    FORGET = "UPDATE refund_wishes SET reason = '' WHERE purchase_id IN (SELECT p.id FROM purchases p WHERE p.account_id = $1)";
}

/// What a buyer asked for, and the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundWish {
    pub id: RefundWishId,
    pub purchase: PurchaseId,
    /// The buyer's words; empty once the account is deleted.
    pub reason: String,
    pub asked_at: Millis,
    pub answer: Option<WishAnswer>,
    pub answered_at: Option<Millis>,
    /// Why it was declined.
    pub words: String,
}

impl RefundWish {
    pub const fn is_open(&self) -> bool {
        self.answered_at.is_none()
    }
}

/// Gives wishes that have none the teams that are asked.
pub(crate) async fn adopt(db: &Db) -> Result<(), StoreError> {
    db.run(ADOPT, args![]).await.map(drop)
}

pub struct RefundWishes<'a>(pub(crate) &'a Db);

impl RefundWishes<'_> {
    pub async fn by_id(&self, id: RefundWishId) -> Result<RefundWish, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Those of a purchase, the oldest first.
    pub async fn of_purchase(&self, purchase: PurchaseId) -> Result<Vec<RefundWish>, StoreError> {
        self.0.rows(OF_PURCHASE, args![purchase]).await?.iter().map(read).collect()
    }

    /// How many a team has not answered.
    pub async fn open_in(&self, team: TeamId) -> Result<i64, StoreError> {
        self.0.row(OPEN_IN, args![team]).await?.ok_or(StoreError::NotFound)?.get("wishes")
    }
}

impl Tx<'_> {
    /// Asks for a refund, and enqueues the mail to whoever may decide about it. Returns `None` if nothing can be refunded, the last one
    /// is not answered, or the buyer has asked [`MOST_WISHES`] times.
    pub async fn ask_for_refund(
        &mut self,
        purchase: PurchaseId,
        reason: &str,
        now: Millis,
    ) -> Result<Option<RefundWishId>, StoreError> {
        let wish = RefundWishId::new();
        if self.run(ASK, args![wish, purchase, reason, now, MOST_WISHES]).await? == 0 {
            return Ok(None);
        }
        for row in self.rows(READERS, args![purchase]).await? {
            let mail = SendRefundWish { wish, reader: row.get("account_id")? };
            jobs::enqueue(self, &mail, Some(&mail.key()), now).await?;
        }
        Ok(Some(wish))
    }

    /// Answers that no refund is made, and enqueues the mail about it. Returns false if nothing is asked for.
    pub async fn decline_refund(
        &mut self,
        purchase: PurchaseId,
        by: AccountId,
        words: &str,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.row(DECLINE, args![purchase, now, by, words]).await? else { return Ok(false) };
        let mail = SendRefundDeclined { wish: row.get("id")? };
        jobs::enqueue(self, &mail, Some(&mail.key()), now).await?;
        Ok(true)
    }

    /// Takes the words of a person out of what they asked for.
    pub(crate) async fn forget_wishes(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.run(FORGET, args![account]).await.map(drop)
    }
}

/// A refund was decided: that is the answer, if its buyer asked for one.
pub(crate) async fn answer_by_refund(
    tx: &mut Tx<'_>,
    purchase: PurchaseId,
    by: AccountId,
    refund: RefundId,
    now: Millis,
) -> Result<(), StoreError> {
    tx.run(REFUNDED, args![purchase, now, by, refund]).await.map(drop)
}
