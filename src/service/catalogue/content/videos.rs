//! Finished videos: what a file is that was sent as one.

use crate::{ServiceResult, Services};
use domain::{
    catalogue::content::{
        files::File,
        videos::{SeenBytes, VideoState, examine},
    },
    objects::ObjectError,
};

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
