//! What sellers answer to banks about disputed payments, and the facts for it.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, row, statements},
    },
    money::orders::SoldOrder,
    work::jobs,
};
use domain::{
    error::StoreError,
    id::*,
    money::back::evidence::{EvidenceFacts, MOST_STAYS, SendEvidence, WatchedShow},
    time::Millis,
};

row! {
    fn read -> Evidence {
        purchase: "purchase_id",
        body: "body",
        created_at: "created_at",
        sent_at: "sent_at",
        refused_at: "refused_at",
    }
}

/// The answer, unless its buyer's account was deleted while it was on its way.
macro_rules! body_kept {
    () => {
        "body = CASE WHEN EXISTS (SELECT 1 FROM purchases p JOIN accounts a ON a.id = p.account_id
            WHERE p.id = dispute_evidence.purchase_id AND a.deleted_at IS NOT NULL) THEN '' ELSE body END"
    };
}

statements! {
    OF_PURCHASE = concat!("SELECT ", columns!(), " FROM dispute_evidence WHERE purchase_id = $1");
    FACTS = "SELECT c.terms_version,
        (SELECT MIN(k.accepted_at) FROM consents k WHERE k.account_id = p.account_id AND k.document = 'terms'
            AND k.version = c.terms_version) AS accepted_at,
        (SELECT MIN(g.starts_at) FROM grants g WHERE g.purchase_id = p.id) AS granted_at
        FROM purchases p JOIN checkouts c ON c.id = p.checkout_id WHERE p.id = $1";
    /// By the buyer, or by whoever took a gift.
    WATCHED = "SELECT s.title, MIN(v.since) AS begun, MAX(v.until) AS ended, CAST(SUM(v.until - v.since) AS BIGINT) AS watched
        FROM purchases p JOIN checkouts c ON c.id = p.checkout_id JOIN streams s ON s.space_id = p.space_id
            JOIN viewings v ON v.stream_id = s.id AND v.since >= p.paid_at AND v.account_id = CASE WHEN c.gift_to IS NULL
                THEN p.account_id ELSE (SELECT MAX(g.account_id) FROM grants g WHERE g.purchase_id = p.id) END
        WHERE p.id = $1 GROUP BY s.id, s.title ORDER BY MIN(v.since), s.id LIMIT $2";
    /// Once, and again if the provider refused it.
    ANSWER = "INSERT INTO dispute_evidence (purchase_id, by_id, body, created_at)
        SELECT p.id, $2, $3, CAST($4 AS BIGINT) FROM purchases p WHERE p.id = $1 AND p.dispute IN ('open', 'inquiry')
        ON CONFLICT (purchase_id) DO UPDATE SET by_id = excluded.by_id, body = excluded.body, created_at = excluded.created_at,
            refused_at = NULL
        WHERE dispute_evidence.refused_at IS NOT NULL";
    SENT = concat!("UPDATE dispute_evidence SET sent_at = $2, ", body_kept!(), " WHERE purchase_id = $1 AND created_at = $3 AND sent_at IS NULL");
    REFUSED = concat!("UPDATE dispute_evidence SET refused_at = $2, ", body_kept!(), " WHERE purchase_id = $1 AND created_at = $3 AND sent_at IS NULL");
    /// The account is deleted. What is on its way has to arrive, and is forgotten then.
    FORGET = "UPDATE dispute_evidence SET body = '' WHERE (sent_at IS NOT NULL OR refused_at IS NOT NULL)
        AND purchase_id IN (SELECT p.id FROM purchases p WHERE p.account_id = $1)";
}

/// What a seller answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub purchase: PurchaseId,
    /// Empty once the buyer's account is deleted.
    pub body: String,
    pub created_at: Millis,
    pub sent_at: Option<Millis>,
    pub refused_at: Option<Millis>,
}

impl Evidence {
    /// Written, and neither taken nor refused.
    pub const fn is_on_its_way(&self) -> bool {
        self.sent_at.is_none() && self.refused_at.is_none()
    }
}

pub struct Evidences<'a>(pub(crate) &'a Db);

impl Evidences<'_> {
    pub async fn of_purchase(&self, purchase: PurchaseId) -> Result<Option<Evidence>, StoreError> {
        self.0.row(OF_PURCHASE, args![purchase]).await?.as_ref().map(read).transpose()
    }

    /// What we know of an order that a bank may want to know.
    pub async fn facts(&self, order: &SoldOrder) -> Result<EvidenceFacts, StoreError> {
        let purchase = &order.purchase;
        let row = self.0.row(FACTS, args![purchase.id]).await?.ok_or(StoreError::NotFound)?;
        let version: Option<i64> = row.get("terms_version")?;
        let accepted_at: Option<Millis> = row.get("accepted_at")?;
        let mut watched = Vec::new();
        for row in self.0.rows(WATCHED, args![purchase.id, MOST_STAYS]).await? {
            watched.push(WatchedShow {
                title: row.get("title")?,
                from: row.get("begun")?,
                until: row.get("ended")?,
                watched: row.get("watched")?,
            });
        }
        Ok(EvidenceFacts {
            number: order.number,
            title: purchase.title.clone(),
            space: order.space_name.clone(),
            buyer: order.parties.buyer.clone(),
            email: order.parties.email.clone(),
            paid: purchase.amount,
            paid_at: purchase.paid_at,
            terms: version.filter(|version| *version > 0).map(|version| (version, accepted_at)),
            gift: order.gift.is_some(),
            granted_at: row.get("granted_at")?,
            watched,
        })
    }
}

impl Tx<'_> {
    /// Answers the bank about a disputed payment, and enqueues the job that sends it. Returns false if the payment is not disputed, or
    /// it was answered already.
    pub async fn answer_dispute(
        &mut self,
        purchase: PurchaseId,
        by: AccountId,
        body: &str,
        now: Millis,
    ) -> Result<bool, StoreError> {
        if self.run(ANSWER, args![purchase, by, body, now]).await? == 0 {
            return Ok(false);
        }
        let job = SendEvidence { purchase, at: now };
        jobs::enqueue(self, &job, Some(&job.key()), now).await?;
        Ok(true)
    }

    /// Whether the provider took an answer. Returns false if that was noted already.
    pub async fn end_evidence(
        &mut self,
        job: &SendEvidence,
        taken: bool,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let sql = if taken { SENT } else { REFUSED };
        Ok(self.run(sql, args![job.purchase, now, job.at]).await? == 1)
    }

    /// Takes a person out of what was answered about their payments.
    pub(crate) async fn forget_evidence(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.run(FORGET, args![account]).await.map(drop)
    }
}
