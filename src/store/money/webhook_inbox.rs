//! Webhooks as received. Each event is kept once. It is a hint to fetch the object, not the truth.

use crate::{
    db::{
        connections::Db,
        sql::{args, statements},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    money::{
        jobs::ApplyPayment,
        payments::{WebhookEvent, WebhookRefusal},
    },
    time::{Millis, Span},
};

statements! {
    KEEP = "INSERT INTO webhook_inbox (provider, event_id, kind, payload, received_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    REFUSE = "INSERT INTO webhook_refusals (provider, reason, at) VALUES ($1, $2, $3)
        ON CONFLICT (provider, reason) DO UPDATE SET at = $3 WHERE webhook_refusals.at <= $4";
    /// The last accepted event, then the refusals, the newest first.
    HEALTH = "SELECT h.what, h.at, h.refused FROM (
        SELECT l.what, l.at, 0 AS refused FROM (
            SELECT kind AS what, received_at AS at FROM webhook_inbox WHERE provider = $1 ORDER BY received_at DESC LIMIT 1) l
        UNION ALL SELECT reason AS what, at, 1 AS refused FROM webhook_refusals WHERE provider = $1) h
        ORDER BY h.refused, h.at DESC";
}

/// Whether a provider's webhooks arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookHealth {
    /// The last accepted event: its kind, and when it arrived.
    pub last: Option<(String, Millis)>,
    /// The last refusal for each reason, newest first.
    pub refusals: Vec<(WebhookRefusal, Millis)>,
}

pub struct WebhookInbox<'a>(pub(crate) &'a Db);

impl WebhookInbox<'_> {
    /// Stores a verified event as received. In the same transaction, enqueues the job that applies the object it names.
    /// Returns false if the event was stored before; then nothing is enqueued.
    pub async fn keep(
        &self,
        provider: &str,
        event: &WebhookEvent,
        payload: &str,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.0.begin().await?;
        if tx.run(KEEP, args![provider, &event.id, &event.kind, payload, now]).await? == 0 {
            return Ok(false);
        }
        if let Some(object) = event.object.clone() {
            let key = format!("apply:{provider}:{}", event.id);
            jobs::enqueue(&mut tx, &ApplyPayment { object }, Some(&key), now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Records that a webhook was refused. Returns false if one was recorded for the same reason a moment ago.
    pub async fn refuse(
        &self,
        provider: &str,
        reason: WebhookRefusal,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let row = args![provider, reason.code(), now, now + Span(-WebhookRefusal::RECORDED_APART.0)];
        Ok(self.0.run(REFUSE, row).await? == 1)
    }

    pub async fn health(&self, provider: &str) -> Result<WebhookHealth, StoreError> {
        let mut health = WebhookHealth::default();
        for row in self.0.rows(HEALTH, args![provider]).await? {
            let at = row.get("at")?;
            if row.get("refused")? {
                health.refusals.push((row.code("what", WebhookRefusal::from_code)?, at));
            } else {
                health.last = Some((row.get("what")?, at));
            }
        }
        Ok(health)
    }
}
