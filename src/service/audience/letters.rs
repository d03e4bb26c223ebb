//! Messages of a team to the holders of its passes, and who wants none.

use crate::{ServiceError, ServiceResult, Services, unbounded_act};
use domain::{
    access::may::Action,
    audience::letters::{HolderMessage, NewHolderMessage, SendHolderMessage, SpreadHolderMessage},
    catalogue::offer::Space,
    error::StoreError,
    id::{AccountId, PassId, PurchaseId, SpaceId},
};

/// Who may write to holders.
const WRITES: Action = Action::EditOffer;

/// How many people a message to the holders of these passes would reach now.
pub async fn reach(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    passes: &[PassId],
) -> ServiceResult<i64> {
    let space = services.authorise(by, space, WRITES).await?;
    Ok(services.store.holder_messages().recipients(space.id, passes, services.now()).await?)
}

/// Sends a message to the holders of its passes. Sending the same one again changes nothing.
///
/// # Errors
/// `Conflict("nobody")` if it would reach nobody; `Conflict("closed")` if the space is not public; `Conflict("messages")` if it has
/// sent as many as it may in a day; `Conflict("author")` if the caller has, in all spaces.
pub async fn send(services: &Services, by: AccountId, new: &NewHolderMessage) -> ServiceResult<()> {
    let space = services.authorise(by, new.space, WRITES).await?;
    if space.published_at.is_none() {
        return Err(ServiceError::Conflict("closed"));
    }
    let now = services.now();
    let people = services.store.holder_messages().recipients(space.id, &new.passes, now).await?;
    if people == 0 {
        return Err(ServiceError::Conflict("nobody"));
    }
    let mut tx = services.store.begin().await?;
    if tx.send_holder_message(new, by, people, now).await? {
        let detail = format!("space {}, {} passes, {people} people", space.id, new.passes.len());
        tx.commit_audited(services.act(by, "message.send", new.id, detail)?, &[], now).await?;
    }
    Ok(())
}

/// Enqueues a mail to each person whom a message concerns.
pub async fn spread(services: &Services, job: &SpreadHolderMessage) -> ServiceResult<()> {
    Ok(services.store.holder_messages().spread(job, services.now()).await?)
}

/// A mail to one person.
pub struct HolderLetter {
    pub message: HolderMessage,
    pub space: Space,
    pub email: String,
}

/// What to write to a person; `None` if it does not concern them any more, or they do not want it.
pub async fn due(services: &Services, job: &SendHolderMessage) -> ServiceResult<Option<HolderLetter>> {
    let messages = services.store.holder_messages();
    let Some(email) = messages.address(job.message, job.account, services.now()).await? else {
        return Ok(None);
    };
    let message = match messages.by_id(job.message).await {
        Err(StoreError::NotFound) => return Ok(None),
        message => message?,
    };
    let space = services.store.spaces().by_id(message.space).await?;
    Ok(Some(HolderLetter { message, space, email }))
}

/// Switches the messages of a space off for whoever has the link in one of them.
pub async fn stop(services: &Services, account: AccountId, space: SpaceId) -> ServiceResult<Space> {
    let (found, now) = (services.store.spaces().by_id(space).await?, services.now());
    let mut tx = services.store.begin().await?;
    if tx.want_messages(account, space, false, now).await? {
        let act = unbounded_act(account, "messages.stop", account, format!("space {space}"));
        tx.commit_audited(act, &[], now).await?;
    }
    Ok(found)
}

/// Switches them on again.
pub async fn want(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.want_messages(by, space, true, now).await? {
        let act = services.act(by, "messages.want", by, format!("space {space}"))?;
        tx.commit_audited(act, &[], now).await?;
    }
    Ok(())
}

/// Sends the receipt of an order once more, to the address that its buyer has now.
///
/// # Errors
/// As [`crate::money::seller_refunds::order`]. `Conflict("gone")` if there is no address, `Conflict("goes_back")` if all of it goes back by
/// itself. `TooMany` mails by the caller or to the mailbox.
pub async fn resend_receipt(services: &Services, by: AccountId, id: PurchaseId) -> ServiceResult<()> {
    let (order, _) = crate::money::seller_refunds::order(services, by, id).await?;
    if order.buyer_email.is_empty() {
        return Err(ServiceError::Conflict("gone"));
    }
    if order.purchase.refund_reason.is_some() {
        return Err(ServiceError::Conflict("goes_back"));
    }
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.send_receipt_again(id, now).await?;
    services.limits.invite(by, domain::people::address::mailbox(&order.buyer_email), now)?;
    let act = services.act(by, "purchase.receipt", order.purchase.checkout, "sent again")?;
    tx.commit_audited(act, &[], now).await?;
    Ok(())
}
