//! Webhooks of other systems. They have no CSRF protection, but must be signed. An event is stored and answered at
//! once; a job of the same transaction does the work that it asks for.

use crate::app::App;
use crate::web::error::{WebError, WebResult};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use service::{
    ServiceError,
    money::webhooks::{self, Received},
};

pub async fn stripe(State(app): State<App>, headers: HeaderMap, body: String) -> WebResult {
    let signature = headers.get("stripe-signature").and_then(|v| v.to_str().ok()).unwrap_or_default();
    match webhooks::receive(&app.services, &body, signature).await {
        Ok(Received { event, new }) => {
            tracing::info!(event = %event.id, kind = %event.kind, new, "webhook");
            Ok(StatusCode::OK.into_response())
        }
        Err(ServiceError::Webhook { reason, first }) => {
            if first {
                tracing::warn!(%reason, "a webhook was refused");
            }
            Err(WebError::malformed(reason.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}
