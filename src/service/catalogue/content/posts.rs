//! The posts of an experience: written by those who may edit what the space offers.

use crate::{ServiceResult, Services, catalogue::pictures};
use domain::{
    access::may::Action,
    catalogue::content::posts::{Post, PostText},
    change::Change,
    id::{AccountId, ExperienceId, PostId},
    picture::{NewPicture, PictureId},
};
use store::PictureOwner;

/// Writes a post; it is a draft unless it is published at once.
///
/// # Errors
/// `NotFound` if the experience holds no posts, `Conflict("posts")` if it holds as many as one may.
pub async fn create(
    services: &Services,
    by: AccountId,
    experience: ExperienceId,
    text: &PostText,
    published: bool,
) -> ServiceResult<PostId> {
    let space = services.store.experiences().by_id(experience).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Posts { space, experience }], services.now());
    let mut tx = services.store.begin().await?;
    let id = tx.create_post(experience, by, text, published, now).await?;
    let detail = detail(published, &text.title);
    tx.commit_audited(services.act(by, "post.create", id, detail)?, &changes, now).await?;
    services.changed(&changes);
    Ok(id)
}

/// A post, if `by` may edit it.
pub async fn edited(services: &Services, by: AccountId, id: PostId) -> ServiceResult<Post> {
    let post = services.store.posts().by_id(id).await?;
    services.authorise(by, post.space, Action::EditOffer).await?;
    Ok(post)
}

/// Changes its words, publishes it, or makes a draft of it again.
///
/// # Errors
/// `Conflict("version")` if somebody else changed it since `version`: nothing is lost.
pub async fn update(
    services: &Services,
    by: AccountId,
    id: PostId,
    version: i64,
    text: &PostText,
    published: bool,
) -> ServiceResult<()> {
    let Post { space, experience, .. } = edited(services, by, id).await?;
    let (changes, now) = ([Change::Posts { space, experience }], services.now());
    let mut tx = services.store.begin().await?;
    tx.update_post(id, version, text, published, (by, now)).await?;
    let detail = detail(published, &text.title);
    tx.commit_audited(services.act(by, "post.update", id, detail)?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Deletes it. No page shows it any more when this returns.
pub async fn delete(services: &Services, by: AccountId, id: PostId) -> ServiceResult<Post> {
    let post = edited(services, by, id).await?;
    let Post { space, experience, .. } = post;
    let (changes, now) = ([Change::Posts { space, experience }], services.now());
    let mut tx = services.store.begin().await?;
    tx.delete_post(id, now).await?;
    tx.commit_audited(services.act(by, "post.delete", id, &post.title)?, &changes, now).await?;
    services.changed(&changes);
    Ok(post)
}

/// Shows a picture at the end of a post; `alt`: what it shows.
///
/// # Errors
/// `Conflict("post_pictures")` if the post has as many as one may have, or has this one; and those of
/// [`pictures::set_cover`].
pub async fn add_picture(
    services: &Services,
    by: AccountId,
    id: PostId,
    new: &NewPicture,
    alt: &str,
) -> ServiceResult<()> {
    let Post { space, experience, .. } = edited(services, by, id).await?;
    pictures::keep(services, new, PictureOwner::Posts(experience)).await?;
    let (changes, now) = ([Change::Posts { space, experience }], services.now());
    let mut tx = services.store.begin().await?;
    tx.add_post_picture(id, new, alt).await?;
    let detail = new.id.to_string();
    tx.commit_audited(services.act(by, "post.picture", id, detail)?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

pub async fn remove_picture(
    services: &Services,
    by: AccountId,
    id: PostId,
    picture: PictureId,
) -> ServiceResult<()> {
    let Post { space, experience, .. } = edited(services, by, id).await?;
    let (changes, now) = ([Change::Posts { space, experience }], services.now());
    let mut tx = services.store.begin().await?;
    tx.remove_post_picture(id, picture, now).await?;
    let detail = format!("without {picture}");
    tx.commit_audited(services.act(by, "post.picture", id, detail)?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

fn detail(published: bool, title: &str) -> String {
    format!("{}: {title}", if published { "published" } else { "draft" })
}
