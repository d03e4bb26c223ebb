//! Files of experiences: sending them piece by piece, and deleting them.
//!
//! Each piece is stored for good before it is counted, and counted before it is answered. So whoever sends a file goes on after a
//! broken connection or a crash where the count says.

use super::videos;
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::Action,
    catalogue::content::files::{File, FileRefusal, NewFile},
    id::{AccountId, ExperienceId, FileId},
};

/// Files per pass of [`prune`].
const BATCH: i64 = 100;

const fn not_taken(why: FileRefusal) -> ServiceError {
    ServiceError::Conflict(why.code())
}

/// Begins to send a file into an experience.
///
/// # Errors
/// `Conflict` with the code of a [`FileRefusal`].
pub async fn begin(
    services: &Services,
    by: AccountId,
    experience: ExperienceId,
    new: &NewFile,
) -> ServiceResult<File> {
    let space = services.store.experiences().by_id(experience).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    if new.size > services.files.of_a_file {
        return Err(not_taken(FileRefusal::TooLarge));
    }
    services.disk.ensure(new.size.unsigned_abs()).await?;
    let now = services.now();
    services.limits.send_file(by, now)?;
    let mut tx = services.store.begin().await?;
    let file = tx.create_file(by, experience, new, services.files, now).await?;
    tx.commit_audited(services.act(by, "file.begin", file.id, &file.name)?, &[], now).await?;
    Ok(file)
}

/// A file of a team, as its member may see and change it.
///
/// # Errors
/// `NotFound` for whoever is not in the team, `Role` for whoever may not change what it offers.
pub async fn of_team(services: &Services, by: AccountId, id: FileId) -> ServiceResult<File> {
    let file = services.store.files().by_id(id).await?;
    services.authorise(by, file.space, Action::EditOffer).await?;
    Ok(file)
}

/// Stores the bytes behind the first `at` of a file. Pieces of one file must not be stored at the same time. Returns the file
/// with them.
///
/// # Errors
/// `Conflict` with the code of a [`FileRefusal`]: `Offset` if it does not have `at` bytes, `TooLarge` if there are more than
/// were announced, `Ended` if it was not sent in time, `AllRoom` if there is no room for them.
pub async fn append(
    services: &Services,
    by: AccountId,
    id: FileId,
    at: i64,
    bytes: Vec<u8>,
) -> ServiceResult<File> {
    // Anew for each piece, because a file may be on its way for a day.
    let mut file = of_team(services, by, id).await?;
    let now = services.now();
    if file.received != at {
        return Err(not_taken(FileRefusal::Offset));
    }
    let received = at.saturating_add(bytes.len() as i64);
    if received > file.size {
        return Err(not_taken(FileRefusal::TooLarge));
    }
    if bytes.is_empty() {
        return Ok(file);
    }
    if !file.is_open(now) {
        return Err(not_taken(FileRefusal::Ended));
    }
    services.limits.send_piece(by, now)?;
    ensure_room(services, bytes.len() as i64).await?;
    let (files, object) = (services.store.files(), file.object());
    if file.progress.is_empty() {
        file.progress = services.objects.begin(&object).await?;
        // Kept before the first byte, so that what the store has begun is found and ended in any case.
        if !files.advance(id, at, at, &file.progress).await? {
            return Err(not_taken(FileRefusal::Offset));
        }
    }
    file.progress = services.objects.append(&object, &file.progress, at.unsigned_abs(), bytes).await?;
    if received < file.size {
        if !files.advance(id, at, received, &file.progress).await? {
            return Err(not_taken(FileRefusal::Offset));
        }
    } else {
        arrive(services, by, &file).await?;
        file.expires_at = None;
    }
    file.received = received;
    Ok(file)
}

/// Before a piece of so many bytes is stored. What was only announced takes no room, so pieces are measured too.
async fn ensure_room(services: &Services, bytes: i64) -> ServiceResult<()> {
    // Some who send at the same moment may exceed it by their pieces; nobody waits for them.
    if services.store.files().received().await?.saturating_add(bytes) > services.files.of_all {
        return Err(not_taken(FileRefusal::AllRoom));
    }
    services.disk.ensure(bytes.unsigned_abs()).await
}

/// Counts the last bytes of a file.
async fn arrive(services: &Services, by: AccountId, file: &File) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.file_arrived(file.id, file.received, &file.progress, now).await?;
    tx.commit_audited(services.act(by, "file.upload", file.id, &file.name)?, &[], now).await?;
    Ok(())
}

/// Makes the file of the pieces that have all arrived. It can be downloaded then, or watched if it is a video that is taken. Does
/// nothing if that is done, or if the file was deleted.
///
/// # Errors
/// `Objects` if the store failed, or if it does not have what it confirmed.
pub async fn finish(services: &Services, id: FileId) -> ServiceResult<()> {
    let files = services.store.files();
    let file = match files.by_id(id).await {
        Ok(file) if file.has_arrived() && !file.is_ready() => file,
        Ok(_) | Err(domain::error::StoreError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let size = file.size.unsigned_abs();
    let whole = services.objects.finish(&file.object(), &file.progress, size).await?;
    if file.video.is_some() {
        files.examined(id, &videos::examined(services, &file).await?).await?;
    }
    Ok(files.complete(id, &whole.sha256).await?)
}

/// Changes what a file is called, and what is said about it.
pub async fn update(
    services: &Services,
    by: AccountId,
    id: FileId,
    name: &str,
    about: &str,
) -> ServiceResult<File> {
    let file = of_team(services, by, id).await?;
    let mut tx = services.store.begin().await?;
    tx.update_file(id, name, about).await?;
    tx.commit_audited(services.act(by, "file.update", id, name)?, &[], services.now()).await?;
    Ok(file)
}

/// Deletes a file, or what has arrived of it. Nobody can download it any more.
pub async fn delete(services: &Services, by: AccountId, id: FileId) -> ServiceResult<File> {
    let file = of_team(services, by, id).await?;
    match note_deletion(services, by, &file).await {
        // A full disk takes no row. What has arrived of a file on its way makes room for it: nobody has downloaded it, and whoever
        // may delete it wants no more of it.
        Err(ServiceError::Unavailable(_)) if !file.has_arrived() => {
            services.objects.abandon(&file.object(), &file.progress).await?;
            note_deletion(services, by, &file).await?;
        }
        noted => noted?,
    }
    Ok(file)
}

async fn note_deletion(services: &Services, by: AccountId, file: &File) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.delete_file(file.id, now).await?;
    tx.commit_audited(services.act(by, "file.delete", file.id, &file.name)?, &[], now).await?;
    Ok(())
}

/// Deletes what is stored of files that nobody needs any more. Returns their number.
///
/// # Errors
/// If the object store fails. What is left is deleted the next time.
pub async fn prune(services: &Services) -> ServiceResult<usize> {
    let files = services.store.files();
    let mut deleted = 0;
    loop {
        let found = files.doomed(services.now(), BATCH).await?;
        for file in &found {
            let object = file.object();
            // In this order: whoever puts the file together meanwhile has either done so before, or fails.
            services.objects.abandon(&object, &file.progress).await?;
            services.objects.delete(&object).await?;
            files.forget(file.id).await?;
            deleted += 1;
        }
        if found.len() < BATCH as usize {
            return Ok(deleted);
        }
    }
}
