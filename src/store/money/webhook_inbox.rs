//! Webhooks as received. Each event is kept once. It is a hint to fetch the object, not the truth.

use crate::{
    db::{
        connections::Db,
        sql::{MOST_ROWS, Row, SelectIn, Sql, args, statements},
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
use std::collections::HashSet;

statements! {
    KEEP = "INSERT INTO webhook_inbox (provider, event_id, kind, payload, received_at, swept) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING";
    /// The sweep was faster.
    BROUGHT = "UPDATE webhook_inbox SET payload = $3, received_at = $4, swept = 0 WHERE provider = $1 AND event_id = $2 AND swept = 1";
    REFUSE = "INSERT INTO webhook_refusals (provider, reason, at) VALUES ($1, $2, $3)
        ON CONFLICT (provider, reason) DO UPDATE SET at = $3 WHERE webhook_refusals.at <= $4";
    /// The last accepted webhook, then the refusals, the newest first, then the last sweep.
    HEALTH = "SELECT h.what, h.at, h.part, h.found, h.lost, h.lost_at FROM (
        SELECT l.what, l.at, 0 AS part, CAST(0 AS BIGINT) AS found, CAST(0 AS BIGINT) AS lost, CAST(NULL AS BIGINT) AS lost_at FROM (
            SELECT kind AS what, received_at AS at FROM webhook_inbox WHERE provider = $1 AND swept = 0
            ORDER BY received_at DESC LIMIT 1) l
        UNION ALL SELECT reason AS what, at, 1 AS part, 0 AS found, 0 AS lost, NULL AS lost_at FROM webhook_refusals WHERE provider = $1
        UNION ALL SELECT '' AS what, swept_at AS at, 2 AS part, found, lost, lost_at FROM provider_sweeps WHERE provider = $1) h
        ORDER BY h.part, h.at DESC";
}

static KNOWN: SelectIn =
    SelectIn::new("SELECT event_id FROM webhook_inbox WHERE provider = $1 AND event_id IN", 1, "");

pub(crate) fn known() -> impl Iterator<Item = Sql> {
    KNOWN.all()
}

/// Whether a provider's webhooks arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookHealth {
    /// The last accepted event: its kind, and when it arrived.
    pub last: Option<(String, Millis)>,
    /// The last refusal for each reason, newest first.
    pub refusals: Vec<(WebhookRefusal, Millis)>,
    /// The last sweep of the provider's list.
    pub sweep: Option<SweepHealth>,
}

/// What sweeps have found that no webhook had brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepHealth {
    /// When the last one has ended.
    pub at: Millis,
    pub found: i64,
    /// How many events the last one found that found any, and when.
    pub lost: Option<(i64, Millis)>,
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
        if self.add(provider, event, Some(payload), now).await? {
            return Ok(true);
        }
        self.0.run(BROUGHT, args![provider, &event.id, payload, now]).await?;
        Ok(false)
    }

    /// Those of the provider's events that are not kept, in their order. Most of its list is: asking for each alone would hold
    /// the database's only writer for nothing.
    pub async fn unknown<'e>(
        &self,
        provider: &str,
        mut events: Vec<&'e WebhookEvent>,
    ) -> Result<Vec<&'e WebhookEvent>, StoreError> {
        let mut known = HashSet::new();
        for some in events.chunks(MOST_ROWS) {
            let (sql, args) = KNOWN.of(args![provider], some.iter().map(|event| (&event.id).into()));
            for row in self.0.rows(sql, args).await? {
                known.insert(row.get::<String>("event_id")?);
            }
        }
        events.retain(|event| !known.contains(&event.id));
        Ok(events)
    }

    /// Like [`Self::keep`], for an event that was found in the provider's list.
    pub async fn keep_swept(
        &self,
        provider: &str,
        event: &WebhookEvent,
        now: Millis,
    ) -> Result<bool, StoreError> {
        self.add(provider, event, None, now).await
    }

    /// `payload`: what a webhook has brought.
    async fn add(
        &self,
        provider: &str,
        event: &WebhookEvent,
        payload: Option<&str>,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.0.begin().await?;
        let text = payload.unwrap_or_default();
        let row = args![provider, &event.id, &event.kind, text, now, payload.is_none()];
        if tx.run(KEEP, row).await? == 0 {
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
            let at: Millis = row.get("at")?;
            match row.get::<i64>("part")? {
                0 => health.last = Some((row.get("what")?, at)),
                1 => health.refusals.push((row.code("what", WebhookRefusal::from_code)?, at)),
                _ => health.sweep = Some(sweep_health(&row, at)?),
            }
        }
        Ok(health)
    }
}

fn sweep_health(row: &Row, at: Millis) -> Result<SweepHealth, StoreError> {
    let (lost, lost_at): (i64, Option<Millis>) = (row.get("lost")?, row.get("lost_at")?);
    Ok(SweepHealth { at, found: row.get("found")?, lost: lost_at.map(|at| (lost, at)) })
}
