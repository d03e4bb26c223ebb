//! Experiences: the places in a space that passes open.

use super::spaces;
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::Action,
    catalogue::{
        offer::{Experience, ExperienceKind, PriceKind},
        slug,
    },
    change::Change,
    id::{AccountId, ExperienceId, SpaceId},
};
use store::{ExperienceText, ExperienceUses, PassText};

/// Creates an experience, last in the order. Returns `Conflict("slug")` if the slug is taken, `Conflict("quota")` if
/// the space is full.
pub async fn create(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    kind: ExperienceKind,
    text: &ExperienceText,
) -> ServiceResult<Experience> {
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    let made = tx.create_experience(space, kind, text, now).await?;
    tx.commit_audited(services.act(by, "experience.create", made.id, &made.title)?, &changes, now).await?;
    services.changed(&changes);
    Ok(made)
}

/// Creates the first experience of a creator who has no pass yet, with a free pass that opens it, and publishes the space: all of
/// it, or nothing. `pass` is the title of the pass.
///
/// # Errors
/// Those of [`create`] and of [`spaces::publish`], and `Conflict("passes")` if the space has a pass.
pub async fn create_for_all(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    kind: ExperienceKind,
    text: &ExperienceText,
    pass: &str,
) -> ServiceResult<Experience> {
    services.authorise(by, space, Action::EditOffer).await?;
    spaces::may_publish(services, by, space).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let made = tx.create_experience(space, kind, text, now).await?;
    // Asked after the space is locked, so that two first passes cannot come at once.
    if tx.has_passes(space).await? {
        return Err(ServiceError::Conflict("passes"));
    }
    let free = PassText {
        slug: slug::Wanted::Proposed(slug::from_title(pass, "pass")),
        title: pass.to_owned(),
        about: String::new(),
        price: PriceKind::Free,
        includes: vec![made.id],
    };
    let free = tx.create_pass(space, &free, now).await?;
    spaces::publish_in(&mut tx, space, now).await?;
    let changes = [Change::Space { space }, Change::Pass { space, pass: free }];
    let acts = [
        services.act(by, "experience.create", made.id, &made.title)?,
        services.act(by, "pass.create", free, pass)?,
        services.act(by, "space.publish", space, "")?,
    ];
    tx.commit_audited(acts, &changes, now).await?;
    services.changed(&changes);
    Ok(made)
}

/// Changes its texts and its slug. Returns `Conflict("slug")` as [`create`] does, and `TooMany` if slugs of the space
/// have changed too often in the last hour.
pub async fn update(
    services: &Services,
    by: AccountId,
    id: ExperienceId,
    text: &ExperienceText,
) -> ServiceResult<Experience> {
    let Experience { space, slug, .. } = services.store.experiences().by_id(id).await?;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    let changed = tx.update_experience(id, text, now).await?;
    if changed.slug != slug {
        services.limits.rename_inside(space, now)?;
    }
    tx.commit_audited(services.act(by, "experience.update", id, &changed.title)?, &changes, now).await?;
    services.changed(&changes);
    Ok(changed)
}

/// The result of a request to delete an experience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    Done,
    /// It was kept, because of these uses.
    Kept(ExperienceUses),
}

/// Deletes an experience and its planned streams, if nobody has a pass for it and nothing was shown or said there.
pub async fn delete(services: &Services, by: AccountId, id: ExperienceId) -> ServiceResult<Deleted> {
    let experience = services.store.experiences().by_id(id).await?;
    let space = experience.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let streams = match tx.delete_experience(id).await? {
        Ok(streams) => streams,
        Err(uses) => return Ok(Deleted::Kept(uses)),
    };
    tx.delete_files_of(id, now).await?;
    tx.delete_entry_of(id, now).await?;
    let gone = streams.iter().map(super::streams::deletion_change);
    let changes = Vec::from_iter(gone.chain([Change::Space { space }]));
    tx.commit_audited(services.act(by, "experience.delete", id, &experience.title)?, &changes, now).await?;
    services.changed(&changes);
    Ok(Deleted::Done)
}
