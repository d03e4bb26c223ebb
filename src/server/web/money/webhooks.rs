//! Webhooks of other systems. They have no CSRF protection, but must be signed. An event is stored and answered at
//! once; a job of the same transaction does the work that it asks for.

use crate::app::App;
use crate::web::error::{WebError, WebResult};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use service::{
    ServiceError, live,
    money::webhooks::{self, Received},
};

pub async fn stripe(State(app): State<App>, headers: HeaderMap, body: String) -> WebResult {
    let signature = headers.get("stripe-signature").and_then(|v| v.to_str().ok()).unwrap_or_default();
    match webhooks::receive(&app.services, &body, signature).await {
        Ok(Received { event, new }) => {
            tracing::info!(event = %event.id, kind = %event.kind, new, "webhook");
            Ok(StatusCode::OK.into_response())
        }
        Err(error) => Err(refused(error)),
    }
}

/// Of LiveKit. Its signature is a token, which is not logged.
pub async fn livekit(State(app): State<App>, headers: HeaderMap, body: String) -> WebResult {
    let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let hook = live::webhooks::receive(&app.services, &body, token).await.map_err(refused)?;
    tracing::debug!(event = %hook.id, kind = %hook.kind, "webhook");
    Ok(StatusCode::OK.into_response())
}

fn refused(error: ServiceError) -> WebError {
    match error {
        ServiceError::Webhook { reason, first } => {
            if first {
                tracing::warn!(%reason, "a webhook was refused");
            }
            WebError::malformed(reason.to_string())
        }
        error => error.into(),
    }
}
