//! Refunds that somebody of a team has decided, and that a job carries out.

use crate::{
    catalogue::prices::money,
    db::{
        connections::{Db, Tx},
        sql::{args, row, statements},
    },
    money::back::refund_wishes::answer_by_refund,
    work::jobs,
};
use domain::{
    amount::Money,
    error::StoreError,
    id::*,
    money::{jobs::SendSellerRefund, payments::MOST_REFUNDS},
    time::Millis,
};

row! {
    fn read -> SellerRefund {
        id: "id",
        purchase: "purchase_id",
        by: "by_id",
        amount: "amount" | "currency" => money,
        attempt: "attempt",
        created_at: "created_at",
        done_at: "done_at",
        refused_at: "refused_at",
        refusal: "refusal",
        show: "show_refund_id",
    }
}

/// Whether something of a purchase `p` can be refunded, and it was paid at once and not by a subscription. `refundable!(any)` is the same
/// of all purchases: it does not go back by itself, and no bank decides about it. `refundable!(left)` is how much.
macro_rules! refundable {
    (left) => {
        "p.amount - p.refunded - (SELECT CAST(COALESCE(SUM(o.amount), 0) AS BIGINT) FROM seller_refunds o
            WHERE o.purchase_id = p.id AND o.done_at IS NULL AND o.refused_at IS NULL)"
    };
    (any) => {
        concat!(
            "p.provider_session IS NOT NULL AND p.refund_reason IS NULL
            AND (p.dispute IS NULL OR p.dispute NOT IN ('open', 'lost')) AND ",
            $crate::money::seller_refunds::refundable!(left),
            " > 0"
        )
    };
    () => {
        concat!("p.subscription_id IS NULL AND ", $crate::money::seller_refunds::refundable!(any))
    };
}
pub(crate) use refundable;

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM seller_refunds WHERE id = $1");
    OF_PURCHASE = concat!("SELECT ", columns!(), " FROM seller_refunds WHERE purchase_id = $1 ORDER BY created_at, id");
    /// Refunds of one purchase are decided one after the other.
    LOCK = "UPDATE purchases SET refunded = refunded WHERE id = $1";
    /// Only what is neither refunded nor on its way. All of it is on its way if it is refunded by itself.
    DECIDE = concat!("INSERT INTO seller_refunds (id, purchase_id, by_id, amount, currency, created_at)
        SELECT $1, p.id, $3, CAST($4 AS BIGINT), p.currency, CAST($5 AS BIGINT) FROM purchases p WHERE p.id = $2 AND ", refundable!(any), "
            AND ", refundable!(left), " = CAST($6 AS BIGINT) AND CAST($6 AS BIGINT) >= CAST($4 AS BIGINT)
            AND (SELECT COUNT(*) FROM seller_refunds r WHERE r.purchase_id = p.id) < CAST($7 AS BIGINT)");
    DECIDE_FOR_SHOW = concat!("INSERT INTO seller_refunds (id, purchase_id, by_id, amount, currency, created_at, show_refund_id)
        SELECT $1, p.id, $3, ", refundable!(left), ", p.currency, CAST($4 AS BIGINT), $5 FROM purchases p
        WHERE p.id = $2 AND ", refundable!(), " ON CONFLICT DO NOTHING");
    NEXT_ATTEMPT = "UPDATE seller_refunds SET attempt = attempt + 1 WHERE id = $1 AND attempt = $2";
    REFUSE = "UPDATE seller_refunds SET refused_at = $2, refusal = $3 WHERE id = $1 AND done_at IS NULL AND refused_at IS NULL";
}

/// A refund that somebody of the team has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerRefund {
    pub id: RefundId,
    pub purchase: PurchaseId,
    pub by: AccountId,
    pub amount: Money,
    /// Counts from 1; each attempt has a key of its own at the provider.
    pub attempt: i64,
    pub created_at: Millis,
    /// When its refund was found at the provider.
    pub done_at: Option<Millis>,
    /// When the provider said no, and its words: for operators, since they may tell of our account there.
    pub refused_at: Option<Millis>,
    pub refusal: Option<String>,
    /// The show that was called off, if that is why.
    pub show: Option<ShowRefundId>,
}

impl SellerRefund {
    /// Decided, and neither done nor refused.
    pub const fn is_open(&self) -> bool {
        self.done_at.is_none() && self.refused_at.is_none()
    }
}

pub struct SellerRefunds<'a>(pub(crate) &'a Db);

impl SellerRefunds<'_> {
    pub async fn by_id(&self, id: RefundId) -> Result<SellerRefund, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Those of a purchase, the oldest first.
    pub async fn of_purchase(&self, purchase: PurchaseId) -> Result<Vec<SellerRefund>, StoreError> {
        self.0.rows(OF_PURCHASE, args![purchase]).await?.iter().map(read).collect()
    }
}

impl SellerRefunds<'_> {
    /// The provider repeats its failure of this attempt: the next request is another one. Does nothing if that was noted already.
    pub async fn next_attempt(&self, failed: &SellerRefund) -> Result<(), StoreError> {
        self.0.run(NEXT_ATTEMPT, args![failed.id, failed.attempt]).await.map(drop)
    }
}

impl Tx<'_> {
    /// Decides a refund of an amount, of which `seen` was left when it was decided, and enqueues the job that carries it out.
    /// Returns `None` if another amount is left or less than is to be refunded, if all of it goes back by itself, while a bank
    /// decides, or after [`MOST_REFUNDS`].
    pub async fn decide_refund(
        &mut self,
        purchase: PurchaseId,
        by: AccountId,
        (amount, seen): (i64, i64),
        now: Millis,
    ) -> Result<Option<RefundId>, StoreError> {
        self.run(LOCK, args![purchase]).await?;
        let refund = RefundId::new();
        if self.run(DECIDE, args![refund, purchase, by, amount, now, seen, MOST_REFUNDS]).await? == 0 {
            return Ok(None);
        }
        answer_by_refund(self, purchase, by, refund, now).await?;
        let key = format!("seller-refund:{refund}");
        jobs::enqueue(self, &SendSellerRefund { refund }, Some(&key), now).await?;
        Ok(Some(refund))
    }

    /// The provider refused it. Returns false if it is over already.
    pub async fn refuse_refund(&mut self, id: RefundId, why: &str, now: Millis) -> Result<bool, StoreError> {
        Ok(self.run(REFUSE, args![id, now, why]).await? == 1)
    }
}

/// Decides that all that is left of a purchase goes back because its show is called off, and enqueues the job that carries it out.
/// Returns false if nothing is left, a bank decides, or it was decided before.
pub(crate) async fn decide_for_show(
    tx: &mut Tx<'_>,
    purchase: PurchaseId,
    (show, by): (ShowRefundId, AccountId),
    now: Millis,
) -> Result<bool, StoreError> {
    tx.run(LOCK, args![purchase]).await?;
    let refund = RefundId::new();
    if tx.run(DECIDE_FOR_SHOW, args![refund, purchase, by, now, show]).await? == 0 {
        return Ok(false);
    }
    answer_by_refund(tx, purchase, by, refund, now).await?;
    let key = format!("seller-refund:{refund}");
    jobs::enqueue(tx, &SendSellerRefund { refund }, Some(&key), now).await?;
    Ok(true)
}
