//! Files of experiences, and what has arrived of those that are on their way.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{Row, args, decode_error, row, statements},
    },
    work::jobs::enqueue,
};
use domain::{
    catalogue::{
        content::files::{
            File, FileRefusal, FinishFile, NewFile, OF_A_SPACE, OPEN_OF_A_SPACE, OPEN_OF_AN_ACCOUNT,
            PruneFiles, Room, SEND_WITHIN,
        },
        content::videos::VideoState,
        offer::REOPEN_WITHIN,
    },
    error::StoreError,
    id::*,
    picture::PictureId,
    time::{Millis, Span},
};

row! {
    fn read -> File {
        id: "id",
        space: "space_id",
        experience: "experience_id",
        name: "name",
        about: "about",
        size: "size",
        received: "received",
        progress: "progress",
        sha256: "sha256",
        downloads: "downloads",
        video: "video" => Row::maybe_json,
        poster: "poster",
        created_at: "created_at",
        expires_at: "expires_at",
    }
}

/// How long what has arrived of a file stays after nobody may send more of it: a piece may still be on its way.
const GRACE: Span = Span::hours(1);

/// It was not deleted, and was sent or may be.
macro_rules! wanted {
    ($now:literal) => {
        concat!("deleted_at IS NULL AND (expires_at IS NULL OR expires_at > ", $now, ")")
    };
}

/// The bytes of a file: all that were announced, or what has arrived of one that is about to be deleted.
macro_rules! bytes {
    ($now:literal) => {
        concat!("CASE WHEN ", wanted!($now), " THEN size ELSE received END")
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM files WHERE id = $1 AND deleted_at IS NULL");
    /// What can be downloaded or is being put together, the newest first; without what is on its way.
    LIST = concat!("SELECT ", columns!(), " FROM files WHERE experience_id = $1 AND deleted_at IS NULL AND expires_at IS NULL
        ORDER BY id DESC LIMIT $2");
    OPEN = concat!("SELECT ", columns!(), " FROM files WHERE experience_id = $1 AND sent_by = $2 AND deleted_at IS NULL AND expires_at > $3
        ORDER BY id DESC LIMIT $4");
    SPACE_OF_FILES = "SELECT space_id FROM experiences WHERE id = $1 AND kind IN ('files', 'videos')";
    SPACE_OF = "SELECT space_id FROM files WHERE id = $1 AND deleted_at IS NULL";
    HELD = concat!("SELECT COUNT(CASE WHEN ", wanted!("$3"), " THEN 1 END) AS files,
            COUNT(CASE WHEN ", wanted!("$3"), " THEN expires_at END) AS open,
            CAST(COALESCE(SUM(", bytes!("$3"), "), 0) AS BIGINT) AS bytes,
            (SELECT COUNT(*) FROM files o WHERE o.sent_by = $2 AND o.deleted_at IS NULL AND o.expires_at > $3) AS mine
        FROM files WHERE space_id = $1");
    HELD_IN_ALL = concat!("SELECT CAST(COALESCE(SUM(received), 0) AS BIGINT) AS bytes,
            CAST(COALESCE(SUM(CASE WHEN sent_by = $1 THEN ", bytes!("$2"), " END), 0) AS BIGINT) AS mine FROM files");
    RECEIVED = "SELECT CAST(COALESCE(SUM(received), 0) AS BIGINT) AS bytes FROM files";
    INSERT = concat!("INSERT INTO files (id, space_id, experience_id, name, about, size, sent_by, created_at, expires_at, video)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
            (SELECT CASE WHEN e.kind = 'videos' THEN '\"waits\"' END FROM experiences e WHERE e.id = $3)) RETURNING ", columns!());
    ADVANCE = "UPDATE files SET received = $3, progress = $4 WHERE id = $1 AND received = $2 AND deleted_at IS NULL
        AND expires_at IS NOT NULL";
    ARRIVED = "UPDATE files SET received = size, progress = $3, expires_at = NULL WHERE id = $1 AND received = $2
        AND deleted_at IS NULL AND expires_at IS NOT NULL";
    EXAMINED = "UPDATE files SET video = $2 WHERE id = $1 AND video IS NOT NULL AND deleted_at IS NULL";
    COMPLETE = "UPDATE files SET sha256 = $2 WHERE id = $1 AND expires_at IS NULL AND deleted_at IS NULL";
    COUNT_DOWNLOAD = "UPDATE files SET downloads = downloads + 1 WHERE id = $1";
    UPDATE = "UPDATE files SET name = $2, about = $3 WHERE id = $1";
    POSTER = "SELECT poster FROM files WHERE id = $1 AND video IS NOT NULL AND deleted_at IS NULL";
    SET_POSTER = "UPDATE files SET poster = $2 WHERE id = $1";
    DELETE = "UPDATE files SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL";
    DELETE_ALL = "UPDATE files SET deleted_at = $2 WHERE experience_id = $1 AND deleted_at IS NULL";
    /// Deleted, not sent in time, or of a space that nobody opens again: closed for too long, or without an owner. What is deleted on
    /// its way waits, because a piece of it may be written at this moment.
    DOOMED = concat!("SELECT ", columns!("f."), " FROM files f JOIN spaces s ON s.id = f.space_id
        WHERE (f.deleted_at IS NOT NULL AND f.expires_at IS NULL) OR f.deleted_at < $1 OR f.expires_at < $1 OR s.closed_at < $2 OR NOT EXISTS (
            SELECT 1 FROM team_members m JOIN accounts a ON a.id = m.account_id
            WHERE m.team_id = s.team_id AND m.role = 'owner' AND a.deleted_at IS NULL)
        ORDER BY f.id LIMIT $3");
    FORGET = "DELETE FROM files WHERE id = $1";
}

pub struct Files<'a>(pub(crate) &'a Db);

fn one(mut rows: Vec<Row>) -> Result<File, StoreError> {
    read(&rows.pop().ok_or(StoreError::NotFound)?)
}

impl Files<'_> {
    pub async fn by_id(&self, id: FileId) -> Result<File, StoreError> {
        one(self.0.rows(BY_ID, args![id]).await?)
    }

    /// The files of an experience, the newest first.
    pub async fn list(&self, experience: ExperienceId) -> Result<Vec<File>, StoreError> {
        self.0.rows(LIST, args![experience, OF_A_SPACE]).await?.iter().map(read).collect()
    }

    /// What this person began to send into an experience and can go on with.
    pub async fn on_their_way(
        &self,
        experience: ExperienceId,
        by: AccountId,
        now: Millis,
    ) -> Result<Vec<File>, StoreError> {
        self.0.rows(OPEN, args![experience, by, now, OPEN_OF_A_SPACE]).await?.iter().map(read).collect()
    }

    /// Counts bytes that were stored behind the first `from`. Returns false if others were counted meanwhile.
    pub async fn advance(&self, id: FileId, from: i64, to: i64, progress: &str) -> Result<bool, StoreError> {
        Ok(self.0.run(ADVANCE, args![id, from, to, progress]).await? == 1)
    }

    /// Bytes of all files that have arrived and are not gone yet.
    pub async fn received(&self) -> Result<i64, StoreError> {
        self.0.row(RECEIVED, args![]).await?.ok_or(StoreError::NotFound)?.get("bytes")
    }

    /// What was found in a file that was sent as a video.
    pub async fn examined(&self, id: FileId, found: &VideoState) -> Result<(), StoreError> {
        let found = serde_json::to_string(found).map_err(|error| decode_error("video", error))?;
        self.0.run(EXAMINED, args![id, found]).await.map(drop)
    }

    /// From now on it can be downloaded, or watched.
    pub async fn complete(&self, id: FileId, sha256: &str) -> Result<(), StoreError> {
        self.0.run(COMPLETE, args![id, sha256]).await.map(drop)
    }

    pub async fn count_download(&self, id: FileId) -> Result<(), StoreError> {
        self.0.run(COUNT_DOWNLOAD, args![id]).await.map(drop)
    }

    /// Files whose bytes nobody needs any more.
    pub async fn doomed(&self, now: Millis, most: i64) -> Result<Vec<File>, StoreError> {
        let before = |span: Span| Millis(now.0.saturating_sub(span.0));
        let rows = self.0.rows(DOOMED, args![before(GRACE), before(REOPEN_WITHIN), most]).await?;
        rows.iter().map(read).collect()
    }

    /// After everything of it was deleted.
    pub async fn forget(&self, id: FileId) -> Result<(), StoreError> {
        self.0.run(FORGET, args![id]).await.map(drop)
    }
}

const fn not_taken(why: FileRefusal) -> StoreError {
    StoreError::Conflict(why.code())
}

impl Tx<'_> {
    /// Notes that a file is about to be sent.
    ///
    /// # Errors
    /// `NotFound` if the experience holds no files; `Conflict` with the code of a [`FileRefusal`].
    pub async fn create_file(
        &mut self,
        by: AccountId,
        experience: ExperienceId,
        new: &NewFile,
        room: Room,
        now: Millis,
    ) -> Result<File, StoreError> {
        // In this order, as the deletion of an account does.
        self.lock_account(by).await?;
        let space = self.lock_space_of(SPACE_OF_FILES, experience).await?;
        let row = self.row(HELD, args![space, by, now]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("files")? >= OF_A_SPACE {
            return Err(not_taken(FileRefusal::Files));
        }
        if row.get::<i64>("open")? >= OPEN_OF_A_SPACE || row.get::<i64>("mine")? >= OPEN_OF_AN_ACCOUNT {
            return Err(not_taken(FileRefusal::OnTheirWay));
        }
        if row.get::<i64>("bytes")?.saturating_add(new.size) > room.of_a_space {
            return Err(not_taken(FileRefusal::Room));
        }
        let row = self.row(HELD_IN_ALL, args![by, now]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("mine")?.saturating_add(new.size) > room.of_an_account() {
            return Err(not_taken(FileRefusal::OwnRoom));
        }
        // What others only announced takes no room from anybody; each piece is measured when it comes.
        if row.get::<i64>("bytes")?.saturating_add(new.size) > room.of_all {
            return Err(not_taken(FileRefusal::AllRoom));
        }
        let (id, until) = (FileId::new(), now + SEND_WITHIN);
        let row = args![id, space, experience, &new.name, &new.about, new.size, by, now, until];
        one(self.rows(INSERT, row).await?)
    }

    /// Everything has arrived. It is put together by whoever calls, or else by the job.
    ///
    /// # Errors
    /// `Conflict` with the code of `Offset` if other bytes were counted meanwhile.
    pub async fn file_arrived(
        &mut self,
        id: FileId,
        from: i64,
        progress: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        if self.run(ARRIVED, args![id, from, progress]).await? == 0 {
            return Err(not_taken(FileRefusal::Offset));
        }
        enqueue(self, &FinishFile { file: id }, None, now + Span::minutes(1)).await.map(drop)
    }

    pub async fn update_file(&mut self, id: FileId, name: &str, about: &str) -> Result<(), StoreError> {
        self.lock_space_of(SPACE_OF, id).await?;
        self.run(UPDATE, args![id, name, about]).await.map(drop)
    }

    /// Shows another picture of a video before it plays.
    ///
    /// # Errors
    /// `NotFound` if the file is no video.
    pub async fn set_poster(&mut self, id: FileId, poster: PictureId, now: Millis) -> Result<(), StoreError> {
        self.lock_space_of(SPACE_OF, id).await?;
        let row = self.row(POSTER, args![id]).await?.ok_or(StoreError::NotFound)?;
        self.release_picture(row.get("poster")?, Some(poster), now).await?;
        self.run(SET_POSTER, args![id, poster]).await.map(drop)
    }

    /// Deletes a file, or what has arrived of it. Its bytes go soon after.
    ///
    /// # Errors
    /// `NotFound` if it was deleted before.
    pub async fn delete_file(&mut self, id: FileId, now: Millis) -> Result<(), StoreError> {
        if self.run(DELETE, args![id, now]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        self.prune_files(now).await
    }

    /// Deletes all files of an experience.
    pub async fn delete_files_of(&mut self, experience: ExperienceId, now: Millis) -> Result<(), StoreError> {
        if self.run(DELETE_ALL, args![experience, now]).await? == 0 {
            return Ok(());
        }
        self.prune_files(now).await
    }

    /// Has what was deleted now thrown away: at once, and what was on its way as soon as no piece of it may be written any more.
    async fn prune_files(&mut self, now: Millis) -> Result<(), StoreError> {
        enqueue(self, &PruneFiles {}, None, now).await?;
        enqueue(self, &PruneFiles {}, None, now + GRACE + Span::secs(1)).await.map(drop)
    }
}
