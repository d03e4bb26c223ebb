//! Webhooks of other systems. They have no CSRF protection, but must be signed. An event is stored and answered at
//! once; a job of the same transaction does the work that it asks for.

use crate::app::App;
use crate::web::error::{WebError, WebResult};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use domain::clock::Clock;

/// The provider's name in the inbox.
pub const PROVIDER: &str = "stripe";

pub async fn stripe(State(app): State<App>, headers: HeaderMap, body: String) -> WebResult {
    let payments = app.payments.as_ref().ok_or_else(WebError::not_found)?;
    let signature = headers.get("stripe-signature").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let inbox = app.store.webhook_inbox();
    let event = match payments.verify(&body, signature) {
        Ok(event) => event,
        Err(reason) => {
            // Log each reason at most once a second, because strangers can send any number.
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
