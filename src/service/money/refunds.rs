//! Money that goes back.

use super::{payments::apply_session, provider};
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    id::PurchaseId,
    money::payments::{Dispute, RefundRequest},
    time::Span,
};

/// The provider replays a failure for a key that was used; after this long another one is taken.
const SAME_KEY_FOR: Span = Span::minutes(1);

/// Gives the money of a purchase back. The provider is asked first how the payment stands: so a refund whose answer was lost is
/// not asked for twice, and the provider never gives back more than it took.
pub async fn send(services: &Services, purchase: PurchaseId) -> ServiceResult<()> {
    let payments = provider(services)?;
    let purchase = services.store.purchases().by_id(purchase).await?;
    let session = purchase.provider_session.ok_or(ServiceError::Conflict("no session"))?;
    let found = payments.fetch(session.clone()).await?;
    // The bank has the money: it gives it back itself, or the dispute's end enqueues the refund again.
    let disputed = matches!(found.dispute, Some(Dispute::Open | Dispute::Lost));
    if found.refunded < purchase.amount.minor && !disputed {
        let intent = found.intent.ok_or(ServiceError::Conflict("nothing was paid"))?;
        let attempt = services.now().0.div_euclid(SAME_KEY_FOR.0);
        let idempotency_key = format!("{}:refund:{attempt}", purchase.id);
        payments.refund(RefundRequest { intent, purchase: purchase.id, idempotency_key }).await?;
    }
    apply_session(services, &session).await
}
