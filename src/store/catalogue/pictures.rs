//! Uploaded pictures whose files may be in the object store, and what shows them.

use crate::{
    catalogue::listings,
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
    work::jobs,
};
use domain::{
    catalogue::{colour::Rgb, cover::Seed},
    error::StoreError,
    id::*,
    ops::jobs::SendTakenDown,
    picture::{PictureFile, PictureId, Purpose},
    time::Millis,
    work::retention::PrunePictures,
};

/// True while a space, an account, a post or a video shows the picture `$id`.
macro_rules! is_shown {
    ($id:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM spaces s WHERE s.cover = ",
            $id,
            ") OR EXISTS (SELECT 1 FROM spaces s WHERE s.logo = ",
            $id,
            ") OR EXISTS (SELECT 1 FROM accounts a WHERE a.avatar = ",
            $id,
            ") OR EXISTS (SELECT 1 FROM post_pictures i WHERE i.picture_id = ",
            $id,
            ") OR EXISTS (SELECT 1 FROM files f WHERE f.poster = ",
            $id,
            "))"
        )
    };
}

statements! {
    LOCK_SPACE = "UPDATE spaces SET created_at = created_at WHERE id = $1";
    LOCK_EXPERIENCE = "UPDATE experiences SET created_at = created_at WHERE id = $1";
    LOCK_ACCOUNT = "UPDATE accounts SET created_at = created_at WHERE id = $1";
    COUNT = "SELECT COUNT(*) AS pictures FROM pictures WHERE owner_id = $1 AND id <> $2";
    /// Changes nothing while its files are being deleted.
    EXPECT = "INSERT INTO pictures (id, purpose, owner_id, kept_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET owner_id = $3, kept_at = $4 WHERE pictures.doomed_at IS NULL";
    /// Of what may be shown: not of what was taken away, while its files wait to be deleted.
    PURPOSE = concat!("SELECT p.purpose AS purpose FROM pictures p WHERE p.id = $1 AND p.doomed_at IS NULL
        AND (p.kept_at > 0 OR ", is_shown!("p.id"), ")");
    RELEASE = "UPDATE pictures SET kept_at = $2 WHERE id = $1";
    UNSHOWN = concat!("SELECT p.id AS id, p.purpose AS purpose FROM pictures p WHERE p.kept_at < $1 AND NOT ", is_shown!("p.id"),
        " ORDER BY p.kept_at, p.id LIMIT $2");
    DOOM = concat!("UPDATE pictures SET doomed_at = $3 WHERE id = $1 AND kept_at < $2 AND NOT ", is_shown!("$1"));
    FORGET = "DELETE FROM pictures WHERE id = $1 AND doomed_at IS NOT NULL";
    LOOK = "SELECT cover, logo FROM spaces WHERE id = $1";
    FACE = "SELECT avatar FROM accounts WHERE id = $1";
    /// Who is told that a picture was taken away.
    OWNERS = "SELECT m.account_id AS reader, s.name AS space FROM spaces s JOIN team_members m ON m.team_id = s.team_id
        WHERE s.id = $1 AND m.role = 'owner' ORDER BY m.account_id";
    PERSON = "SELECT id AS reader, '' AS space FROM accounts WHERE id = $1 AND deleted_at IS NULL";
    SET_COVER = "UPDATE spaces SET cover = $2, cover_alt = $3 WHERE id = $1";
    SET_LOGO = "UPDATE spaces SET logo = $2 WHERE id = $1";
    SET_ACCENT = "UPDATE spaces SET accent = $2 WHERE id = $1";
}

/// Where a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownPicture {
    Cover(SpaceId),
    Logo(SpaceId),
    Avatar(AccountId),
}

impl ShownPicture {
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Cover(_) => Purpose::Cover,
            Self::Logo(_) => Purpose::Logo,
            Self::Avatar(_) => Purpose::Avatar,
        }
    }
}

/// Whose quota a picture counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureOwner {
    Space(SpaceId),
    Account(AccountId),
    /// The posts of an experience, or its videos.
    Posts(ExperienceId),
}

pub struct Pictures<'a>(pub(crate) &'a Db);

impl Pictures<'_> {
    /// Notes that the files of a picture are about to be written, so that they are found if nothing shows them in the
    /// end.
    ///
    /// # Errors
    /// `Conflict("pictures")` if the owner has `most` others, `Conflict("picture")` while older files of this picture are
    /// being deleted.
    pub async fn expect(
        &self,
        id: PictureId,
        purpose: Purpose,
        owner: PictureOwner,
        most: i64,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        // What is counted stays true until the commit, because uploads of one owner wait for each other.
        let (lock, owner) = match owner {
            PictureOwner::Space(id) => (LOCK_SPACE, id.to_string()),
            PictureOwner::Account(id) => (LOCK_ACCOUNT, id.to_string()),
            PictureOwner::Posts(id) => (LOCK_EXPERIENCE, id.to_string()),
        };
        tx.run(lock, args![&owner]).await?;
        let row = tx.row(COUNT, args![&owner, id]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("pictures")? >= most {
            return Err(StoreError::Conflict("pictures"));
        }
        if tx.run(EXPECT, args![id, purpose.code(), owner, now]).await? == 0 {
            return Err(StoreError::Conflict("picture"));
        }
        tx.commit().await
    }

    /// Whether the object store may have this file.
    pub async fn has(&self, file: PictureFile) -> Result<bool, StoreError> {
        let Some(row) = self.0.row(PURPOSE, args![file.id]).await? else { return Ok(false) };
        Ok(row.code("purpose", Purpose::from_code)?.sizes().contains(&file.size))
    }

    /// Whether a published space has the cover that is drawn from this seed.
    pub async fn is_drawn(&self, seed: Seed) -> Result<bool, StoreError> {
        listings::is_drawn(self.0, seed).await
    }

    /// Pictures that nothing shows and that were uploaded or replaced before `before`, the oldest first.
    pub async fn unshown(&self, before: Millis, most: i64) -> Result<Vec<(PictureId, Purpose)>, StoreError> {
        let rows = self.0.rows(UNSHOWN, args![before, most]).await?;
        rows.iter().map(|row| Ok((row.get("id")?, row.code("purpose", Purpose::from_code)?))).collect()
    }

    /// Marks one of them as being deleted. From now on nobody can upload it until it is forgotten. Returns false if it is
    /// shown again, or was uploaded again.
    pub async fn doom(&self, id: PictureId, before: Millis, now: Millis) -> Result<bool, StoreError> {
        Ok(self.0.run(DOOM, args![id, before, now]).await? == 1)
    }

    /// After its files were deleted.
    pub async fn forget(&self, id: PictureId) -> Result<(), StoreError> {
        self.0.run(FORGET, args![id]).await.map(drop)
    }
}

impl Tx<'_> {
    /// The cover of a space, and what it shows.
    pub async fn set_cover(
        &mut self,
        space: SpaceId,
        cover: Option<PictureId>,
        alt: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.replace_in(space, "cover", cover, now).await?;
        self.run(SET_COVER, args![space, cover, alt]).await.map(drop)
    }

    pub async fn set_logo(
        &mut self,
        space: SpaceId,
        logo: Option<PictureId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.replace_in(space, "logo", logo, now).await?;
        self.run(SET_LOGO, args![space, logo]).await.map(drop)
    }

    pub async fn set_accent(&mut self, space: SpaceId, accent: Option<Rgb>) -> Result<(), StoreError> {
        self.lock_space(space).await?;
        self.run(SET_ACCENT, args![space, accent]).await.map(drop)
    }

    /// Takes a picture away from where it is shown, without the day that replaced ones stay, and enqueues the mails that say
    /// so. Returns `Conflict("picture")` if none is shown there.
    pub async fn take_down_picture(
        &mut self,
        shown: ShownPicture,
        reason: &str,
        now: Millis,
    ) -> Result<PictureId, StoreError> {
        let (row, readers) = match shown {
            ShownPicture::Cover(space) | ShownPicture::Logo(space) => {
                self.lock_space(space).await?;
                (self.row(LOOK, args![space]).await?, self.rows(OWNERS, args![space]).await?)
            }
            ShownPicture::Avatar(account) => {
                self.lock_account(account).await?;
                (self.row(FACE, args![account]).await?, self.rows(PERSON, args![account]).await?)
            }
        };
        let column = shown.purpose().code();
        let picture: Option<PictureId> = row.ok_or(StoreError::NotFound)?.get(column)?;
        let picture = picture.ok_or(StoreError::Conflict("picture"))?;
        match shown {
            ShownPicture::Cover(space) => self.set_cover(space, None, "", now).await?,
            ShownPicture::Logo(space) => self.set_logo(space, None, now).await?,
            ShownPicture::Avatar(account) => self.set_avatar(account, None, now).await?,
        }
        self.run(RELEASE, args![picture, Millis(0)]).await?;
        jobs::enqueue(self, &PrunePictures {}, None, now).await?;
        for row in readers {
            let (reader, space) = (row.get("reader")?, row.get("space")?);
            let mail = SendTakenDown { reader, space, picture: column.into(), reason: reason.into() };
            jobs::enqueue(self, &mail, None, now).await?;
        }
        Ok(picture)
    }

    /// Locks the space, and notes that the picture in this column is replaced.
    async fn replace_in(
        &mut self,
        space: SpaceId,
        column: &str,
        by: Option<PictureId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.lock_space(space).await?;
        let row = self.row(LOOK, args![space]).await?.ok_or(StoreError::NotFound)?;
        self.release_picture(row.get(column)?, by, now).await
    }

    /// Notes that a picture is replaced now, so that its files stay for pages that are still open.
    pub(crate) async fn release_picture(
        &mut self,
        before: Option<PictureId>,
        after: Option<PictureId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        match before.filter(|before| Some(*before) != after) {
            Some(before) => self.run(RELEASE, args![before, now]).await.map(drop),
            None => Ok(()),
        }
    }
}
