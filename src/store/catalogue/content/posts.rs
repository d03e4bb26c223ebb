//! The posts of experiences, with their pictures.

use crate::{
    Store,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, row, statements},
    },
    live::streams::tell,
};
use domain::{
    catalogue::content::posts::{self as rules, After, Post, PostPicture, PostText, Teaser},
    error::StoreError,
    id::*,
    live::notices::{Notice, told_at},
    picture::{NewPicture, PictureId},
    time::Millis,
};

row! {
    fn read -> Post {
        id: "id",
        space: "space_id",
        experience: "experience_id",
        author: "author_id",
        title: "title",
        body: "body",
        version: "version",
        created_at: "created_at",
        edited_at: "edited_at",
        published_at: "published_at",
        pictures: => picture,
    }
}

/// The published posts of `$1` after the place `$2`, `$3`, the newest first.
macro_rules! published {
    () => {
        " FROM posts WHERE experience_id = $1 AND published_at IS NOT NULL
            AND (published_at < $2 OR (published_at = $2 AND id < $3)) ORDER BY published_at DESC, id DESC LIMIT $4"
    };
}

/// Posts, a row for each of their pictures, or one without.
macro_rules! with_pictures {
    ($posts:expr, $rest:literal) => {
        concat!(
            "SELECT ",
            columns!("p."),
            ", i.picture_id, i.alt, i.width, i.height FROM (",
            $posts,
            ") p LEFT JOIN post_pictures i ON i.post_id = p.id ",
            $rest
        )
    };
}

statements! {
    BY_ID = with_pictures!(concat!("SELECT ", columns!(), " FROM posts WHERE id = $1"), "ORDER BY i.position");
    PAGE = with_pictures!(concat!("SELECT ", columns!(), published!()), "ORDER BY p.published_at DESC, p.id DESC, i.position");
    TEASERS = concat!("SELECT title, published_at", published!());
    DRAFTS = "SELECT id, title, created_at, published_at FROM posts WHERE experience_id = $1
        ORDER BY CASE WHEN published_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT $2";
    SPACE_OF_EXPERIENCE = "SELECT space_id FROM experiences WHERE id = $1 AND kind = 'posts'";
    INSERT = "INSERT INTO posts (id, space_id, experience_id, author_id, edited_by, title, body, created_at, published_at)
        SELECT $1, e.space_id, e.id, $3, $3, $4, $5, $6, $7 FROM experiences e WHERE e.id = $2
            AND $8 > (SELECT COUNT(*) FROM posts p WHERE p.experience_id = e.id)";
    /// A draft is not edited, it is written.
    UPDATE = "UPDATE posts SET title = $3, body = $4, version = version + 1, edited_by = $7,
            edited_at = CASE WHEN published_at IS NULL OR CAST($5 AS BIGINT) = 0 THEN NULL ELSE CAST($6 AS BIGINT) END,
            published_at = CASE WHEN CAST($5 AS BIGINT) = 0 THEN NULL ELSE COALESCE(published_at, CAST($6 AS BIGINT)) END
        WHERE id = $1 AND version = $2";
    /// People are told of a post once.
    TELL = "UPDATE posts SET told_at = $2 WHERE id = $1 AND published_at IS NOT NULL AND told_at IS NULL RETURNING space_id";
    /// It was withdrawn before anybody was told.
    WITHHOLD = "UPDATE posts SET told_at = NULL WHERE id = $1 AND published_at IS NULL AND told_at > $2";
    /// Changes nothing, but lets others who add a picture wait.
    LOCK = "UPDATE posts SET version = version WHERE id = $1";
    ADD_PICTURE = "INSERT INTO post_pictures (post_id, position, picture_id, alt, width, height)
        SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5 FROM post_pictures WHERE post_id = $1
        HAVING COUNT(*) < $6 AND COUNT(CASE WHEN picture_id = $2 THEN 1 END) = 0";
    REMOVE_PICTURE = "DELETE FROM post_pictures WHERE post_id = $1 AND picture_id = $2";
    /// Their files stay for a while for pages that are open.
    RELEASE_PICTURES = "UPDATE pictures SET kept_at = $2 WHERE id IN (SELECT picture_id FROM post_pictures WHERE post_id = $1)";
    DELETE_PICTURES = "DELETE FROM post_pictures WHERE post_id = $1";
    DELETE = "DELETE FROM posts WHERE id = $1";
}

/// A post in the list of its team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRow {
    pub id: PostId,
    pub title: String,
    pub created_at: Millis,
    /// `None`: a draft.
    pub published_at: Option<Millis>,
}

pub struct Posts<'a>(&'a Db);

impl Store {
    pub fn posts(&self) -> Posts<'_> {
        Posts(self.db())
    }
}

impl Posts<'_> {
    pub async fn by_id(&self, id: PostId) -> Result<Post, StoreError> {
        gathered(&self.0.rows(BY_ID, args![id]).await?)?.pop().ok_or(StoreError::NotFound)
    }

    /// The published posts after this place, the newest first: at most `limit`.
    pub async fn page(
        &self,
        experience: ExperienceId,
        after: Option<After>,
        limit: usize,
    ) -> Result<Vec<Post>, StoreError> {
        let (at, id) = place(after);
        gathered(&self.0.rows(PAGE, args![experience, at, id, limit as i64]).await?)
    }

    /// Titles and dates of the newest published posts.
    pub async fn teasers(&self, experience: ExperienceId, limit: usize) -> Result<Vec<Teaser>, StoreError> {
        let (at, id) = place(None);
        let rows = self.0.rows(TEASERS, args![experience, at, id, limit as i64]).await?;
        let teaser =
            |row: &Row| Ok(Teaser { title: row.get("title")?, published_at: row.get("published_at")? });
        rows.iter().map(teaser).collect()
    }

    /// For the team: drafts first, then published posts, the newest first.
    pub async fn of_team(&self, experience: ExperienceId, limit: usize) -> Result<Vec<DraftRow>, StoreError> {
        let rows = self.0.rows(DRAFTS, args![experience, limit as i64]).await?;
        let row = |row: &Row| {
            Ok(DraftRow {
                id: row.get("id")?,
                title: row.get("title")?,
                created_at: row.get("created_at")?,
                published_at: row.get("published_at")?,
            })
        };
        rows.iter().map(row).collect()
    }
}

/// What is after everything comes first.
fn place(after: Option<After>) -> (Millis, String) {
    match after {
        Some(After { at, id }) => (at, id.to_string()),
        None => (Millis(i64::MAX), String::new()),
    }
}

/// The picture of one row.
fn picture(row: &Row) -> Result<Vec<PostPicture>, StoreError> {
    let Some(id) = row.get("picture_id")? else { return Ok(Vec::new()) };
    let side = |column| Ok::<_, StoreError>(u32::try_from(row.get::<i64>(column)?).unwrap_or(1));
    Ok(vec![PostPicture { id, alt: row.get("alt")?, width: side("width")?, height: side("height")? }])
}

/// The posts of rows in which those of one post stand together.
fn gathered(rows: &[Row]) -> Result<Vec<Post>, StoreError> {
    let mut posts: Vec<Post> = Vec::new();
    for row in rows {
        let post = read(row)?;
        match posts.last_mut().filter(|last| last.id == post.id) {
            Some(last) => last.pictures.extend(post.pictures),
            None => posts.push(post),
        }
    }
    Ok(posts)
}

impl Tx<'_> {
    /// Writes a post; it is a draft unless it is published at once. Returns `NotFound` if the experience holds no posts,
    /// `Conflict("posts")` if it has as many as one may have.
    pub async fn create_post(
        &mut self,
        experience: ExperienceId,
        author: AccountId,
        text: &PostText,
        published: bool,
        now: Millis,
    ) -> Result<PostId, StoreError> {
        // The experience cannot be deleted meanwhile.
        self.lock_space_of(SPACE_OF_EXPERIENCE, experience).await?;
        let (id, published_at) = (PostId::new(), published.then_some(now));
        let row = args![id, experience, author, &text.title, &text.body, now, published_at, rules::MOST];
        if self.run(INSERT, row).await? == 0 {
            return Err(StoreError::Conflict("posts"));
        }
        self.tell_of_post(id, now).await?;
        Ok(id)
    }

    /// Whom it concerns is told of a post at the end of the period in which it was first published.
    async fn tell_of_post(&mut self, id: PostId, now: Millis) -> Result<(), StoreError> {
        let until = told_at(now);
        match self.row(TELL, args![id, until]).await? {
            Some(row) => tell(self, Notice::Posted { space: row.get("space_id")?, until }).await,
            None => self.run(WITHHOLD, args![id, now]).await.map(drop),
        }
    }

    /// Changes its words, and whether it is published. Returns `Conflict("version")` if somebody else changed them since
    /// `version`.
    pub async fn update_post(
        &mut self,
        id: PostId,
        version: i64,
        text: &PostText,
        published: bool,
        (by, now): (AccountId, Millis),
    ) -> Result<(), StoreError> {
        let row = args![id, version, &text.title, &text.body, published, now, by];
        if self.run(UPDATE, row).await? == 0 {
            return Err(StoreError::Conflict("version"));
        }
        self.tell_of_post(id, now).await
    }

    /// Shows a picture at the end of a post. Returns `Conflict("post_pictures")` if it has as many as one may have, or has
    /// this one.
    pub async fn add_post_picture(
        &mut self,
        id: PostId,
        picture: &NewPicture,
        alt: &str,
    ) -> Result<(), StoreError> {
        if self.run(LOCK, args![id]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        let (width, height) = picture.dimensions;
        let row = args![id, picture.id, alt, i64::from(width), i64::from(height), rules::MOST_PICTURES];
        if self.run(ADD_PICTURE, row).await? == 0 {
            return Err(StoreError::Conflict("post_pictures"));
        }
        Ok(())
    }

    /// Does nothing if the post has no such picture.
    pub async fn remove_post_picture(
        &mut self,
        id: PostId,
        picture: PictureId,
        now: Millis,
    ) -> Result<(), StoreError> {
        let removed = self.run(REMOVE_PICTURE, args![id, picture]).await?;
        self.release_picture(Some(picture).filter(|_| removed > 0), None, now).await
    }

    pub async fn delete_post(&mut self, id: PostId, now: Millis) -> Result<(), StoreError> {
        self.run(RELEASE_PICTURES, args![id, now]).await?;
        self.run(DELETE_PICTURES, args![id]).await?;
        if self.run(DELETE, args![id]).await? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}
