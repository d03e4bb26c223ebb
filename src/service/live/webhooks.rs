//! Signed events of an outside media plane. They are hints to look at a room.

use crate::{ServiceResult, Services, money::webhooks::refuse};
use domain::{live::passes::MediaHook, money::payments::WebhookEvent};

/// The plane's name in the inbox.
pub const PROVIDER: &str = "livekit";

/// Has the room of a signed event looked at. What follows goes the way of every event of a media plane. That rooms begin and end is
/// stored for operators, not who comes and goes.
///
/// # Errors
/// `NotFound` without such a plane; `Webhook` if it is unsigned, wrongly signed, late, or came before. The refusal is recorded like
/// those of the payment provider.
pub async fn receive(services: &Services, payload: &str, authorization: &str) -> ServiceResult<MediaHook> {
    let hooks = services.media_hooks.as_deref().ok_or(crate::ServiceError::NotFound)?;
    let hook = match hooks.verify(payload, authorization) {
        Ok(hook) => hook,
        Err(reason) => return Err(refuse(services, PROVIDER, reason).await?),
    };
    if let Some(room) = hook.room {
        hooks.look(room);
    }
    if hook.is_kept() {
        let event = WebhookEvent { id: hook.id.clone(), kind: hook.kind.clone(), object: None };
        services.store.webhook_inbox().keep(PROVIDER, &event, payload, services.now()).await?;
    }
    Ok(hook)
}
