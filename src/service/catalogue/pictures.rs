//! The look of a space: its cover, logo and accent; and the files of uploaded pictures.
//!
//! The files are written before the row that shows them, so a page never shows a picture without files. What a crash or a
//! refusal leaves behind, and what was replaced, is deleted by [`prune`].

use crate::{ServiceResult, Services};
use domain::{
    access::may::Action,
    catalogue::colour::Rgb,
    change::Change,
    id::{AccountId, SpaceId},
    picture::{NewPicture, PictureFile, PictureId, Purpose},
    time::{Millis, Span},
};
use store::PictureOwner;

/// Pictures of one space, with those that were replaced and not deleted yet.
const MOST_OF_A_SPACE: i64 = 40;
/// The same for the posts of one experience.
const MOST_OF_POSTS: i64 = 1_000;
/// The same for one account.
const MOST_OF_AN_ACCOUNT: i64 = 20;
/// How long the files of a picture stay after the last upload or after it was replaced: pages that are still open show it.
const KEPT: Span = Span::days(1);
/// Pictures per pass of [`prune`].
const BATCH: i64 = 100;

/// Before the picture in a file is looked at, which costs a lot.
///
/// # Errors
/// `TooMany` uploads of the account or its network.
pub fn begin_upload(services: &Services, by: AccountId) -> ServiceResult<()> {
    services.limits.upload(by, services.now())
}

/// Shows another cover, or the same one if `new` is `None`; `alt`: what it shows.
///
/// # Errors
/// `Conflict("pictures")` if the space has too many, `Conflict("picture")` if older files of this one are being deleted; the
/// errors of [`DiskRoom::ensure`](super::disk::DiskRoom::ensure).
pub async fn set_cover(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    new: Option<&NewPicture>,
    alt: &str,
) -> ServiceResult<()> {
    let before = services.authorise(by, space, Action::EditSpace).await?;
    let cover = match new {
        Some(new) => {
            keep(services, new, PictureOwner::Space(space)).await?;
            Some(new.id)
        }
        None => before.cover,
    };
    show_cover(services, by, space, cover, alt).await
}

/// The space shows its generated cover again.
pub async fn remove_cover(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<()> {
    services.authorise(by, space, Action::EditSpace).await?;
    show_cover(services, by, space, None, "").await
}

async fn show_cover(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    cover: Option<PictureId>,
    alt: &str,
) -> ServiceResult<()> {
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    tx.set_cover(space, cover, alt, now).await?;
    tx.commit_audited(services.act(by, "space.cover", space, named(cover))?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Shows another logo; `None`: the first letter of its name.
///
/// # Errors
/// As [`set_cover`].
pub async fn set_logo(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    new: Option<&NewPicture>,
) -> ServiceResult<()> {
    services.authorise(by, space, Action::EditSpace).await?;
    if let Some(new) = new {
        keep(services, new, PictureOwner::Space(space)).await?;
    }
    let logo = new.map(|new| new.id);
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    tx.set_logo(space, logo, now).await?;
    tx.commit_audited(services.act(by, "space.logo", space, named(logo))?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Changes the colour of the space's primary buttons; `None`: the product's own. Whoever calls has checked that text can be
/// read on it.
pub async fn set_accent(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    accent: Option<Rgb>,
) -> ServiceResult<()> {
    services.authorise(by, space, Action::EditSpace).await?;
    let changes = [Change::Space { space }];
    let mut tx = services.store.begin().await?;
    tx.set_accent(space, accent).await?;
    let detail = accent.map_or_else(|| "none".into(), |accent| accent.to_string());
    tx.commit_audited(services.act(by, "space.accent", space, detail)?, &changes, services.now()).await?;
    services.changed(&changes);
    Ok(())
}

/// The detail of an audit line.
fn named(picture: Option<PictureId>) -> String {
    picture.map_or_else(|| "none".into(), |id| id.to_string())
}

/// Shows another picture of a person; `None`: the first letter of their name.
///
/// # Errors
/// As [`set_cover`], for the account.
pub async fn set_avatar(services: &Services, by: AccountId, new: Option<&NewPicture>) -> ServiceResult<()> {
    if let Some(new) = new {
        keep(services, new, PictureOwner::Account(by)).await?;
    }
    let avatar = new.map(|new| new.id);
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    tx.set_avatar(by, avatar, now).await?;
    tx.commit_audited(services.act(by, "account.avatar", by, named(avatar))?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Writes the files of a picture. Until something shows it, [`prune`] may delete them after [`KEPT`].
pub(super) async fn keep(services: &Services, new: &NewPicture, owner: PictureOwner) -> ServiceResult<()> {
    let most = match owner {
        PictureOwner::Space(_) => MOST_OF_A_SPACE,
        PictureOwner::Account(_) => MOST_OF_AN_ACCOUNT,
        PictureOwner::Posts(_) => MOST_OF_POSTS,
    };
    let bytes: usize = new.files.iter().map(|(_, bytes)| bytes.len()).sum();
    services.disk.ensure(bytes as u64).await?;
    services.store.pictures().expect(new.id, new.purpose, owner, most, services.now()).await?;
    for (size, bytes) in &new.files {
        let file = PictureFile { id: new.id, size: *size };
        services.objects.put(&file.object(), bytes.clone()).await?;
    }
    Ok(())
}

/// Deletes the files of pictures that nothing shows any more. Returns the number of pictures.
///
/// # Errors
/// If the object store fails. What is left is deleted the next time.
pub async fn prune(services: &Services) -> ServiceResult<usize> {
    let now = services.now();
    let before = Millis(now.0.saturating_sub(KEPT.0));
    let pictures = services.store.pictures();
    let mut deleted = 0;
    loop {
        let found = pictures.unshown(before, BATCH).await?;
        for (id, purpose) in &found {
            if pictures.doom(*id, before, now).await? {
                delete(services, *id, *purpose).await?;
                pictures.forget(*id).await?;
                deleted += 1;
            }
        }
        if found.len() < BATCH as usize {
            return Ok(deleted);
        }
    }
}

async fn delete(services: &Services, id: PictureId, purpose: Purpose) -> ServiceResult<()> {
    for size in purpose.sizes() {
        services.objects.delete(&PictureFile { id, size: *size }.object()).await?;
    }
    Ok(())
}
