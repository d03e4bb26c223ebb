//! What the sweeps of the provider's list of events know and have found, and what they ask about.

use crate::{
    db::{
        connections::Db,
        sql::{args, statements},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    id::CheckoutId,
    money::{
        jobs::ApplyPayment,
        payments::ProviderObject,
        sweep::{ASKED_AT_MOST, INQUIRIES, SweepState, UNSETTLED_AFTER},
    },
    time::Millis,
};

statements! {
    STATE = "SELECT w.cursor_event, w.swept_at,
            (SELECT MAX(i.received_at) FROM webhook_inbox i WHERE i.provider = $1 AND i.swept = 0) AS came_at,
            CASE WHEN EXISTS (SELECT 1 FROM checkouts c WHERE c.state IN ('held', 'paying') AND c.state = 'paying'
                AND c.processing_since IS NULL) THEN 1 ELSE 0 END AS open
        FROM (SELECT 1 AS one) o LEFT JOIN provider_sweeps w ON w.provider = $1";
    KEEP = "INSERT INTO provider_sweeps (provider, cursor_event, swept_at, found, lost, lost_at) VALUES ($1, $2, $3, $4, $4, $5)
        ON CONFLICT (provider) DO UPDATE SET cursor_event = excluded.cursor_event, swept_at = excluded.swept_at, found = excluded.found,
            lost = CASE WHEN excluded.found > 0 THEN excluded.found ELSE provider_sweeps.lost END,
            lost_at = COALESCE(excluded.lost_at, provider_sweeps.lost_at)";
    /// Each pause is as long as the wait before it, up to $3.
    UNSETTLED = "SELECT c.id, c.provider_session FROM checkouts c
        WHERE c.state IN ('held', 'paying') AND c.provider_session IS NOT NULL AND c.created_at <= $2
            AND (c.asked_at IS NULL OR c.asked_at <= $3 OR c.asked_at + (c.asked_at - c.created_at) <= $1)
        ORDER BY COALESCE(c.asked_at, 0), c.id LIMIT $4";
    /// A bank decides about them.
    DISPUTED = "SELECT c.id, p.provider_session FROM purchases p JOIN checkouts c ON c.id = p.checkout_id
        WHERE p.dispute = 'open' AND p.provider_session IS NOT NULL AND (c.asked_at IS NULL OR c.asked_at <= $1)
        ORDER BY COALESCE(c.asked_at, 0), c.id LIMIT $2";
    /// A bank asks, and may still decide to take the money back.
    INQUIRED = "SELECT c.id, p.provider_session FROM purchases p JOIN checkouts c ON c.id = p.checkout_id
        WHERE p.dispute = 'inquiry' AND p.paid_at > $1 AND p.provider_session IS NOT NULL AND (c.asked_at IS NULL OR c.asked_at <= $2)
        ORDER BY COALESCE(c.asked_at, 0), c.id LIMIT $3";
    ASKED = "UPDATE checkouts SET asked_at = $2 WHERE id = $1";
}

pub struct Sweeps<'a>(pub(crate) &'a Db);

impl Sweeps<'_> {
    pub async fn state(&self, provider: &str) -> Result<SweepState, StoreError> {
        let row = self.0.row(STATE, args![provider]).await?.ok_or(StoreError::NotFound)?;
        Ok(SweepState {
            cursor: row.get("cursor_event")?,
            swept_at: row.get("swept_at")?,
            came_at: row.get("came_at")?,
            open: row.get("open")?,
        })
    }

    /// Records the end of a sweep: from which event the next one goes on, and how many events no webhook had brought.
    pub async fn keep(
        &self,
        provider: &str,
        cursor: Option<&str>,
        found: usize,
        now: Millis,
    ) -> Result<(), StoreError> {
        let lost_at = (found > 0).then_some(now);
        let row = args![provider, cursor, now, found as i64, lost_at];
        self.0.run(KEEP, row).await.map(drop)
    }

    /// Enqueues the question about what is not settled: orders whose buyers have reached the provider, and payments about which
    /// a bank decides or asks; at most `limit` of each, the longest forgotten first. Returns how many.
    pub async fn ask_unsettled(&self, limit: usize, now: Millis) -> Result<usize, StoreError> {
        let (old, long) = (Millis(now.0 - UNSETTLED_AFTER.0), Millis(now.0 - ASKED_AT_MOST.0));
        let mut rows = self.0.rows(UNSETTLED, args![now, old, long, limit as i64]).await?;
        rows.extend(self.0.rows(DISPUTED, args![long, limit as i64]).await?);
        let (daily, since) = (Millis(now.0 - INQUIRIES.0.0), Millis(now.0 - INQUIRIES.1.0));
        rows.extend(self.0.rows(INQUIRED, args![since, daily, limit as i64]).await?);
        for row in &rows {
            let (order, session): (CheckoutId, String) = (row.get("id")?, row.get("provider_session")?);
            let mut tx = self.0.begin().await?;
            tx.run(ASKED, args![order, now]).await?;
            let job = ApplyPayment { object: ProviderObject::session(session) };
            jobs::enqueue(&mut tx, &job, Some(&format!("unsettled:{order}:{}", now.0)), now).await?;
            tx.commit().await?;
        }
        Ok(rows.len())
    }
}
