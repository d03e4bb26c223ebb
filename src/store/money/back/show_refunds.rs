//! Shows that were called off, and the refunds of what was bought for them. Each order is refunded once for a show.

use crate::{
    catalogue::prices::money,
    db::{
        connections::{Db, Tx},
        sql::{args, row, statements},
    },
    money::seller_refunds::{decide_for_show, refundable},
    work::jobs::{self, enqueue_for_each},
};
use domain::{
    amount::Money,
    error::StoreError,
    id::*,
    live::stream::Stream,
    money::{
        back::show_refunds::{
            BATCH, FailedRefundWhy, PassDue, RefundShow, STUCK, ShowRefundSum, TellShowRefund,
        },
        checkout::Checkout,
        jobs::SendSellerRefund,
    },
    time::Millis,
};

row! {
    fn read -> ShowRefund {
        id: "id",
        stream: "stream_id",
        space: "space_id",
        by: "by_id",
        title: "title",
        created_at: "created_at",
        listed_at: "listed_at",
    }
}

/// A refund of this alias that was made, and that the buyer's bank sent back.
macro_rules! came_back {
    ($refund:literal) => {
        concat!(
            "(",
            $refund,
            ".done_at IS NOT NULL AND EXISTS (SELECT 1 FROM purchases b WHERE b.id = ",
            $refund,
            ".purchase_id AND b.refund_failed_at IS NOT NULL AND b.refunded + ",
            $refund,
            ".amount <= b.amount))"
        )
    };
}

/// A refund of this alias that was refused, that came back, or of which nothing was heard since `$2`.
macro_rules! failed {
    ($refund:literal) => {
        concat!(
            "(",
            came_back!($refund),
            " OR (",
            $refund,
            ".done_at IS NULL AND (",
            $refund,
            ".refused_at IS NOT NULL OR COALESCE(",
            $refund,
            ".again_at, ",
            $refund,
            ".created_at) <= CAST($2 AS BIGINT))))"
        )
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM show_refunds WHERE id = $1");
    OF_STREAM = concat!("SELECT ", columns!(), " FROM show_refunds WHERE stream_id = $1");
    /// The orders of the passes that open an experience, or opened it when they were sold. Invoices of subscriptions are not among them:
    /// they were paid for a time and not for one show.
    DUE = concat!("SELECT d.pass_id, d.title, d.currency, COUNT(d.purchase_id) AS orders, CAST(SUM(d.amount) AS BIGINT) AS amount FROM (
            SELECT p.id AS purchase_id, p.pass_id, q.title, p.currency, ", refundable!(left), " AS amount
            FROM passes q JOIN purchases p ON p.pass_id = q.id
            WHERE q.id IN (SELECT i.pass_id FROM pass_includes i WHERE i.experience_id = $1
                    UNION SELECT b.pass_id FROM pass_includes_before b WHERE b.experience_id = $1)
                AND ", refundable!(), ") d
        GROUP BY d.pass_id, d.title, d.currency ORDER BY d.title, d.pass_id, d.currency");
    INSERT = "INSERT INTO show_refunds (id, stream_id, space_id, by_id, title, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING";
    INSERT_PASS = "INSERT INTO show_refund_passes (show_refund_id, pass_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    /// Those that were opened before the show was called off and are not decided yet.
    NEXT = concat!("SELECT p.id FROM show_refunds f JOIN show_refund_passes x ON x.show_refund_id = f.id
            JOIN purchases p ON p.pass_id = x.pass_id JOIN checkouts c ON c.id = p.checkout_id
        WHERE f.id = $1 AND c.created_at <= f.created_at AND ", refundable!(), "
            AND NOT EXISTS (SELECT 1 FROM seller_refunds s WHERE s.show_refund_id = f.id AND s.purchase_id = p.id)
        ORDER BY p.id LIMIT $2");
    LISTED = "UPDATE show_refunds SET listed_at = COALESCE(listed_at, $2) WHERE id = $1";
    /// Of an order that was opened before a show was called off.
    LATE_FOR = "SELECT f.id, f.by_id FROM show_refunds f JOIN show_refund_passes x ON x.show_refund_id = f.id
        WHERE x.pass_id = $1 AND f.created_at >= $2 ORDER BY f.created_at DESC, f.id LIMIT 1";
    /// That mail goes to accounts. A visitor who has not proven their address has none, and gets the notice of the refund.
    TELLS = "SELECT r.id FROM seller_refunds r JOIN purchases p ON p.id = r.purchase_id JOIN checkouts c ON c.id = p.checkout_id
        WHERE r.purchase_id = $1 AND r.show_refund_id IS NOT NULL AND c.guest = 0 LIMIT 1";
    CONCERNS = concat!("SELECT p.id FROM show_refunds f JOIN show_refund_passes x ON x.show_refund_id = f.id
            JOIN purchases p ON p.pass_id = x.pass_id
        WHERE f.stream_id = $1 AND p.account_id = $2 AND (
            EXISTS (SELECT 1 FROM seller_refunds s WHERE s.show_refund_id = f.id AND s.purchase_id = p.id)
            OR (", refundable!(), ")) LIMIT 1");
    /// Something that was bought for this person and not by them.
    ENDS_GIFT = concat!("SELECT p.id FROM show_refunds f JOIN show_refund_passes x ON x.show_refund_id = f.id
            JOIN grants g ON g.pass_id = x.pass_id JOIN purchases p ON p.id = g.purchase_id
        WHERE f.stream_id = $1 AND g.account_id = $2 AND p.account_id <> g.account_id AND (
            EXISTS (SELECT 1 FROM seller_refunds s WHERE s.show_refund_id = f.id AND s.purchase_id = p.id)
            OR (", refundable!(), ")) LIMIT 1");
    BUYERS_AFTER = "SELECT DISTINCT p.account_id FROM seller_refunds r JOIN purchases p ON p.id = r.purchase_id
        WHERE r.show_refund_id = $1 AND p.account_id > $2 ORDER BY p.account_id LIMIT $3";
    OF_BUYER = "SELECT r.currency, CAST(SUM(r.amount) AS BIGINT) AS amount FROM seller_refunds r JOIN purchases p ON p.id = r.purchase_id
        WHERE r.show_refund_id = $1 AND p.account_id = $2 GROUP BY r.currency ORDER BY r.currency";
    SUMS = concat!("SELECT r.currency, COUNT(r.id) AS orders,
            COUNT(CASE WHEN ", came_back!("r"), " THEN NULL ELSE r.done_at END) AS done,
            COUNT(CASE WHEN ", failed!("r"), " THEN 1 END) AS failed, CAST(SUM(r.amount) AS BIGINT) AS amount,
            CAST(SUM(CASE WHEN r.done_at IS NULL OR ", came_back!("r"), " THEN 0 ELSE r.amount END) AS BIGINT) AS returned
        FROM seller_refunds r WHERE r.show_refund_id = $1 GROUP BY r.currency ORDER BY r.currency");
    FAILED = concat!("SELECT r.id, r.purchase_id, p.number, r.amount, r.currency, r.refused_at, r.done_at FROM seller_refunds r
            JOIN purchases p ON p.id = r.purchase_id
        WHERE r.show_refund_id = $1 AND ", failed!("r"), " ORDER BY r.purchase_id LIMIT $3");
    /// Only what is neither refunded otherwise nor on its way. What was not answered may still be carried out, so it keeps its key; only
    /// what was answered is another request.
    AGAIN = concat!("UPDATE seller_refunds SET attempt = CASE WHEN refused_at IS NULL AND done_at IS NULL THEN attempt ELSE attempt + 1 END,
            refused_at = NULL, refusal = NULL, done_at = NULL, again_at = $3
        WHERE id = $1 AND show_refund_id IS NOT NULL AND ", failed!("seller_refunds"), "
            AND EXISTS (SELECT 1 FROM purchases p WHERE p.id = seller_refunds.purchase_id
                AND p.amount - p.refunded - (SELECT CAST(COALESCE(SUM(o.amount), 0) AS BIGINT) FROM seller_refunds o
                    WHERE o.purchase_id = p.id AND o.id <> seller_refunds.id AND o.done_at IS NULL AND o.refused_at IS NULL)
                >= seller_refunds.amount)");
}

/// The refunds of a show, as they were decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShowRefund {
    pub id: ShowRefundId,
    pub stream: StreamId,
    pub space: SpaceId,
    pub by: AccountId,
    /// The show's title then.
    pub title: String,
    pub created_at: Millis,
    /// When the refund of each order was decided.
    pub listed_at: Option<Millis>,
}

/// A refund that was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedShowRefund {
    pub id: RefundId,
    pub purchase: PurchaseId,
    pub number: Option<i64>,
    pub amount: Money,
    pub why: FailedRefundWhy,
}

/// Failed refunds that are named, and tried again, at once.
const MOST_FAILED: i64 = 500;

pub struct ShowRefunds<'a>(pub(crate) &'a Db);

impl ShowRefunds<'_> {
    pub async fn by_id(&self, id: ShowRefundId) -> Result<ShowRefund, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The refunds of a show; `None` if nobody has decided them.
    pub async fn of_stream(&self, stream: StreamId) -> Result<Option<ShowRefund>, StoreError> {
        self.0.row(OF_STREAM, args![stream]).await?.as_ref().map(read).transpose()
    }

    /// What would be refunded of the orders of each pass that opens an experience.
    pub async fn due(&self, experience: ExperienceId) -> Result<Vec<PassDue>, StoreError> {
        let mut dues = Vec::new();
        for row in self.0.rows(DUE, args![experience]).await? {
            dues.push(PassDue {
                pass: row.get("pass_id")?,
                title: row.get("title")?,
                orders: row.get("orders")?,
                due: money(&row, "amount", "currency")?,
            });
        }
        Ok(dues)
    }

    /// Whether a person gets the mail about the money of this show, which also says that it is cancelled.
    pub async fn concerns(&self, stream: StreamId, account: AccountId) -> Result<bool, StoreError> {
        Ok(self.0.row(CONCERNS, args![stream, account]).await?.is_some())
    }

    /// Whether the money for this show goes back to somebody who has bought a pass for this person.
    pub async fn ends_gift(&self, stream: StreamId, account: AccountId) -> Result<bool, StoreError> {
        Ok(self.0.row(ENDS_GIFT, args![stream, account]).await?.is_some())
    }

    /// Decides the refunds of the next orders, and enqueues their jobs and the job of the orders after them. Returns true if there may
    /// be more.
    pub async fn decide_next(&self, job: &RefundShow, now: Millis) -> Result<bool, StoreError> {
        let show = self.by_id(job.refund).await?;
        let rows = self.0.rows(NEXT, args![show.id, BATCH]).await?;
        let more = rows.len() as i64 == BATCH;
        let mut tx = self.0.begin().await?;
        for row in &rows {
            decide_for_show(&mut tx, row.get("id")?, (show.id, show.by), now).await?;
        }
        if more {
            let next = job.next();
            jobs::enqueue(&mut tx, &next, Some(&next.key()), now).await?;
        } else {
            tx.run(LISTED, args![show.id, now]).await?;
        }
        tx.commit().await?;
        Ok(more)
    }

    /// Enqueues the mail to each buyer. A second time it enqueues those that are missing.
    pub async fn spread(&self, refund: ShowRefundId, now: Millis) -> Result<(), StoreError> {
        let page = |last: &str| (BUYERS_AFTER, args![refund, last, jobs::BATCH]);
        let mail = |account| TellShowRefund { refund, account };
        enqueue_for_each(self.0, page, mail, TellShowRefund::key, now).await
    }

    /// What goes back to a buyer, in each currency.
    pub async fn of_buyer(&self, id: ShowRefundId, account: AccountId) -> Result<Vec<Money>, StoreError> {
        let rows = self.0.rows(OF_BUYER, args![id, account]).await?;
        rows.iter().map(|row| money(row, "amount", "currency")).collect()
    }

    /// How far the refunds of a show are, in each currency.
    pub async fn sums(&self, id: ShowRefundId, now: Millis) -> Result<Vec<ShowRefundSum>, StoreError> {
        let mut sums = Vec::new();
        for row in self.0.rows(SUMS, args![id, since(now)]).await? {
            sums.push(ShowRefundSum {
                orders: row.get("orders")?,
                done: row.get("done")?,
                failed: row.get("failed")?,
                amount: money(&row, "amount", "currency")?,
                returned: row.get("returned")?,
            });
        }
        Ok(sums)
    }

    /// Refunds that were not made, at most 500.
    pub async fn failed(&self, id: ShowRefundId, now: Millis) -> Result<Vec<FailedShowRefund>, StoreError> {
        let mut failed = Vec::new();
        for row in self.0.rows(FAILED, args![id, since(now), MOST_FAILED]).await? {
            failed.push(FailedShowRefund {
                id: row.get("id")?,
                purchase: row.get("purchase_id")?,
                number: row.get("number")?,
                amount: money(&row, "amount", "currency")?,
                why: match (row.get::<Option<Millis>>("refused_at")?, row.get::<Option<Millis>>("done_at")?) {
                    (_, Some(_)) => FailedRefundWhy::CameBack,
                    (Some(_), None) => FailedRefundWhy::Refused,
                    (None, None) => FailedRefundWhy::NoAnswer,
                },
            });
        }
        Ok(failed)
    }
}

/// What was decided before has had its time.
fn since(now: Millis) -> Millis {
    Millis(now.0 - STUCK.0)
}

impl Tx<'_> {
    /// Decides that the orders of these passes are refunded because a show is called off, and enqueues the jobs that do it. Returns
    /// `None` if that was decided before.
    pub async fn refund_show(
        &mut self,
        stream: &Stream,
        by: AccountId,
        passes: &[PassId],
        now: Millis,
    ) -> Result<Option<ShowRefundId>, StoreError> {
        let id = ShowRefundId::new();
        if self.run(INSERT, args![id, stream.id, stream.space, by, &stream.title, now]).await? == 0 {
            return Ok(None);
        }
        for pass in passes {
            self.run(INSERT_PASS, args![id, *pass]).await?;
        }
        for job in [RefundShow::first(id, false), RefundShow::first(id, true)] {
            jobs::enqueue(self, &job, Some(&job.key()), job.due(now)).await?;
        }
        Ok(Some(id))
    }

    /// Tries a failed refund once more. Returns false if it is not failed any more, or its money has gone back otherwise.
    pub async fn refund_again(&mut self, id: RefundId, now: Millis) -> Result<bool, StoreError> {
        if self.run(AGAIN, args![id, since(now), now]).await? == 0 {
            return Ok(false);
        }
        let key = format!("seller-refund:{id}:again:{}", now.0);
        jobs::enqueue(self, &SendSellerRefund { refund: id }, Some(&key), now).await?;
        Ok(true)
    }
}

/// Refunds an order that was opened before its show was called off, and paid after it or kept by a bank until now.
pub(crate) async fn refund_late(tx: &mut Tx<'_>, order: &Checkout, now: Millis) -> Result<(), StoreError> {
    let Some(row) = tx.row(LATE_FOR, args![order.pass, order.created_at]).await? else { return Ok(()) };
    let (refund, by): (ShowRefundId, AccountId) = (row.get("id")?, row.get("by_id")?);
    if decide_for_show(tx, order.purchase, (refund, by), now).await? {
        let mail = TellShowRefund { refund, account: order.account };
        jobs::enqueue(tx, &mail, Some(&mail.key()), now).await?;
    }
    Ok(())
}

/// Whether the mail about a show has told the buyer that their money goes back.
pub(crate) async fn is_told(tx: &mut Tx<'_>, purchase: PurchaseId) -> Result<bool, StoreError> {
    Ok(tx.row(TELLS, args![purchase]).await?.is_some())
}
