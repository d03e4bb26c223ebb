//! Finished videos: what a file is that was sent as one, and the picture that is shown before it plays.

use super::files::of_team;
use crate::{ServiceError, ServiceResult, Services, catalogue::pictures};
use domain::{
    catalogue::content::{
        files::File,
        videos::{SeenBytes, VideoState, examine},
    },
    id::{AccountId, FileId},
    objects::ObjectError,
    picture::NewPicture,
};
use store::PictureOwner;

/// Finds out what a whole file is. Reads a few parts of it, at most 4 MB.
///
/// # Errors
/// `Objects` if the store failed, or if it has less of the file than it confirmed.
pub(super) async fn examined(services: &Services, file: &File) -> ServiceResult<VideoState> {
    let (object, mut seen) = (file.object(), SeenBytes::of(file.size.unsigned_abs()));
    loop {
        let missing = match examine(&seen) {
            Ok(state) => return Ok(state),
            Err(missing) => missing,
        };
        let bytes = services.objects.get_range(&object, missing.at, missing.length).await?;
        if bytes.len() as u64 != missing.length {
            return Err(ObjectError(format!("{object} has another length than it had")).into());
        }
        seen.see(missing.at, bytes);
    }
}

/// Shows another picture of a video before it plays. Returns the video.
///
/// # Errors
/// `NotFound` if the file is no video; otherwise as [`pictures::set_cover`].
pub async fn set_poster(
    services: &Services,
    by: AccountId,
    id: FileId,
    new: &NewPicture,
) -> ServiceResult<File> {
    let file = of_team(services, by, id).await?;
    if file.video.is_none() {
        return Err(ServiceError::NotFound);
    }
    pictures::keep(services, new, PictureOwner::Posts(file.experience)).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.set_poster(id, new.id, now).await?;
    tx.commit_audited(services.act(by, "file.poster", id, &file.name)?, &[], now).await?;
    Ok(file)
}
