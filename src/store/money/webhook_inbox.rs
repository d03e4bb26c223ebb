//! Webhooks as they came: each event is kept once, and is a hint to look, not the truth.

use crate::{
    db::{
        connections::Db,
        sql::{args, statements},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    money::{jobs::SettlePayment, payments::WebhookEvent},
    time::Millis,
};

statements! {
    KEEP = "INSERT INTO webhook_inbox (provider, event_id, kind, payload, received_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
}

pub struct WebhookInbox<'a>(pub(crate) &'a Db);

impl WebhookInbox<'_> {
    /// Keeps a verified event as it came, and enqueues the look at its payment in the same transaction when it names one.
    /// False when the event was here before; then nothing is enqueued.
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
        let (session, reference) = (event.session.clone(), event.reference.clone());
        if session.is_some() || reference.is_some() {
            let key = format!("settle:{provider}:{}", event.id);
            jobs::enqueue(&mut tx, &SettlePayment { session, reference }, Some(&key), now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
