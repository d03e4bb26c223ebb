//! Refunds a purchase. It first asks the provider for the payment's state, so a refund whose answer was lost is not
//! requested twice, and the provider never returns more than it took.

use super::apply_payment::apply_session;
use crate::{app::App, jobs::RunJob};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    id::JobId,
    money::{
        jobs::RefundPayment,
        payments::{Dispute, RefundRequest},
    },
    time::Span,
};

/// The provider replays the failure of a used idempotency key. After this long, a new key is used.
const SAME_KEY_FOR: Span = Span::minutes(1);

impl RunJob for RefundPayment {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let payments = app.payments.as_ref().context("no payment provider is set up")?;
        let purchase = app.store.purchases().by_id(self.purchase).await?;
        let session = purchase.provider_session.context("the purchase was made without a session")?;
        let found = payments.fetch(session.clone()).await?;
        // The bank holds the money: it returns it itself, or the end of the dispute enqueues the refund again.
        let disputed = matches!(found.dispute, Some(Dispute::Open | Dispute::Lost));
        if found.refunded < purchase.amount.minor && !disputed {
            let intent = found.intent.context("nothing was paid on this session")?;
            let attempt = app.clock.now().0.div_euclid(SAME_KEY_FOR.0);
            let idempotency_key = format!("{}:refund:{attempt}", purchase.id);
            payments.refund(RefundRequest { intent, purchase: purchase.id, idempotency_key }).await?;
        }
        apply_session(app, &session).await
    }
}
