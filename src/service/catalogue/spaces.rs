//! Spaces: texts and publication.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::Action,
    catalogue::{offer::Space, topics::Category, zone::Zone},
    change::Change,
    id::{AccountId, SpaceId},
    people::account::Account,
    time::Millis,
};
use store::{SpaceText, Tx};

/// Creates another space for somebody who owns none that is open. It is called like them, and not published.
///
/// # Errors
/// `Conflict("spaces")` if they own one that is open or suspended, `Conflict("quota")` if they have closed very many.
pub async fn create(services: &Services, by: &Account) -> ServiceResult<SpaceId> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let space = tx.create_another_space(by, now).await?;
    let changes = [Change::Team { space, account: by.id }];
    tx.commit_audited(services.act(by.id, "space.create", space, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(space)
}

/// Changes the texts and the slug of the space.
///
/// # Errors
/// `Conflict("slug")` if the slug is taken or reserved, `TooMany` changes of the slug in the last hour.
pub async fn update(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    text: &SpaceText,
) -> ServiceResult<()> {
    let before = services.authorise(by, space, Action::EditSpace).await?;
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    let after = tx.update_space(space, text, now).await?;
    if after.slug != before.slug {
        services.limits.rename(space, now)?;
    }
    let act = services.act(by, "space.update", space, describe_change(&before, &after))?;
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// The detail of an update's audit line: the new category, tags and time zone, if they changed.
fn describe_change(before: &Space, after: &Space) -> String {
    let mut said = Vec::new();
    if before.topics != after.topics {
        let category = after.topics.category.map_or("none", Category::code);
        let tags = if after.topics.tags.is_empty() { "none".into() } else { after.topics.listed() };
        said.push(format!("category: {category}; tags: {tags}"));
    }
    if before.zone != after.zone {
        said.push(format!("time zone: {}", after.zone.as_ref().map_or("none", Zone::name)));
    }
    said.join("; ")
}

/// Publishes the space. If it is already public, its publication time is kept.
///
/// # Errors
/// `Conflict("empty")` if the space is not public and has no pass that opens something, `Conflict("closed")` if it is closed.
pub async fn publish(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<()> {
    may_publish(services, by, space).await?;
    let changes = [Change::Space { space }];
    let now = services.now();
    let mut tx = services.store.begin().await?;
    publish_in(&mut tx, space, now).await?;
    tx.commit_audited(services.act(by, "space.publish", space, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Refuses whoever may not publish the space, and `Conflict("closed")`.
pub(super) async fn may_publish(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<()> {
    match services.authorise(by, space, Action::EditSpace).await?.closed_at {
        Some(_) => Err(ServiceError::Conflict("closed")),
        None => Ok(()),
    }
}

/// Publishes the space in a transaction. `Conflict("empty")` as [`publish`] returns it.
pub(super) async fn publish_in(tx: &mut Tx<'_>, space: SpaceId, now: Millis) -> ServiceResult<()> {
    let published = tx.publish_space(space, now).await?;
    // Counted in the transaction that publishes. Adding to the offer waits for it, because it locks the space.
    if published.published_at == Some(now) && !tx.space_offers(space).await? {
        return Err(ServiceError::Conflict("empty"));
    }
    Ok(())
}

/// Closes every door of the space at once and ends what is open.
pub async fn unpublish(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<()> {
    services.authorise(by, space, Action::EditSpace).await?;
    let changes = [Change::SpaceClosed { space }];
    let mut tx = services.store.begin().await?;
    tx.unpublish_space(space).await?;
    tx.commit_audited(services.act(by, "space.unpublish", space, "")?, &changes, services.now()).await?;
    services.changed(&changes);
    Ok(())
}
