//! Refunds.

use super::{payments::apply_session, provider};
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    id::PurchaseId,
    money::payments::{Dispute, RefundRequest},
    time::Span,
};

/// The provider replays the failure of a used idempotency key. After this long, a new key is used.
const SAME_KEY_FOR: Span = Span::minutes(1);

/// Refunds a purchase. First asks the provider for the payment's state, so a refund whose answer was lost is not
/// requested twice, and the provider never returns more than it took.
pub async fn send(services: &Services, purchase: PurchaseId) -> ServiceResult<()> {
    let payments = provider(services)?;
    let purchase = services.store.purchases().by_id(purchase).await?;
    let session = purchase.provider_session.ok_or(ServiceError::Conflict("no session"))?;
    let found = payments.fetch(session.clone()).await?;
    // The bank holds the money: it returns it itself, or the end of the dispute enqueues the refund again.
    let disputed = matches!(found.dispute, Some(Dispute::Open | Dispute::Lost));
    if found.refunded < purchase.amount.minor && !disputed {
        let intent = found.intent.ok_or(ServiceError::Conflict("nothing was paid"))?;
        let attempt = services.now().0.div_euclid(SAME_KEY_FOR.0);
        let idempotency_key = format!("{}:refund:{attempt}", purchase.id);
        let request = RefundRequest { intent, purchase: purchase.id, part: None, idempotency_key };
        payments.refund(request).await?;
    }
    apply_session(services, &session).await
}
