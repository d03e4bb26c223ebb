//! What other systems tell us. No CSRF here, but never without a signature. An event is kept and answered at once; the work
//! it hints at is a job of the same transaction.

use crate::app::App;
use crate::web::error::{WebError, WebResult};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use domain::clock::Clock;

/// Names the provider in the inbox.
pub const PROVIDER: &str = "stripe";

pub async fn stripe(State(app): State<App>, headers: HeaderMap, body: String) -> WebResult {
    let payments = app.payments.as_ref().ok_or_else(WebError::not_found)?;
    let signature = headers.get("stripe-signature").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let inbox = app.store.webhook_inbox();
    let event = match payments.verify(&body, signature) {
        Ok(event) => event,
        Err(reason) => {
            // Once a second for each reason: strangers can send as many as they like.
            if inbox.refuse(PROVIDER, reason, app.clock.now()).await? {
                tracing::warn!(%reason, "a webhook was refused");
            }
            return Err(WebError::malformed(reason.to_string()));
        }
    };
    let new = inbox.keep(PROVIDER, &event, &body, app.clock.now()).await?;
    tracing::info!(event = %event.id, kind = %event.kind, new, "webhook");
    Ok(StatusCode::OK.into_response())
}
