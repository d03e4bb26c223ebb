//! The experiences of a space.

use crate::{
    catalogue::slugs::{self, Target},
    db::{
        connections::{Db, Tx},
        sql::{Row, args, code, row, statements},
    },
    live::streams,
};
use domain::{
    catalogue::{
        offer::{Experience, ExperienceKind},
        quota,
        slug::Wanted,
    },
    error::StoreError,
    id::*,
    live::stream::Stream,
    time::Millis,
};

row! {
    pub(crate) fn read -> Experience {
        id: "id",
        space: "space_id",
        kind: "kind" => code(ExperienceKind::from_code),
        slug: "slug",
        title: "title",
        about: "about",
        position: "position",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM experiences WHERE id = $1");
    LIST = concat!("SELECT ", columns!(), " FROM experiences WHERE space_id = $1 ORDER BY position, id");
    INSERT = concat!("INSERT INTO experiences (id, space_id, slug, title, about, position, created_at, kind)
        SELECT $1, $2, $3, $4, $5, COALESCE(MAX(position), 0) + 1, $6, $8 FROM experiences WHERE space_id = $2
        HAVING COUNT(*) < $7 RETURNING ", columns!());
    SPACE_OF = "SELECT space_id FROM experiences WHERE id = $1";
    UPDATE = concat!("UPDATE experiences SET slug = $2, title = $3, about = $4 WHERE id = $1 RETURNING ", columns!());
    /// What keeps it from being deleted: who ever had a pass for it or is paying for one, what was shown, what was said or
    /// decided in a chat.
    USES = "SELECT
        (SELECT COUNT(DISTINCT g.account_id) FROM grants g JOIN pass_includes i ON i.pass_id = g.pass_id WHERE i.experience_id = $1) AS holders,
        (SELECT COUNT(*) FROM checkouts c JOIN pass_includes i ON i.pass_id = c.pass_id
            WHERE i.experience_id = $1 AND c.state IN ('held', 'paying')) AS orders,
        (SELECT COUNT(*) FROM streams WHERE experience_id = $1 AND (started_at IS NOT NULL OR state = 'rehearsal')) AS shows,
        (SELECT COUNT(*) FROM posts WHERE experience_id = $1) AS posts,
        (SELECT COUNT(*) FROM journal j JOIN rooms r ON r.id = j.room_id AND r.kind = 'stream'
            JOIN streams s ON s.id = COALESCE(r.owner_id, r.id) WHERE s.experience_id = $1)
        + (SELECT COUNT(*) FROM journal j JOIN rooms r ON r.id = j.room_id AND r.kind = 'community'
            WHERE r.owner_id = $1) AS lines";
    DELETE_ROOMS = "DELETE FROM rooms WHERE (kind = 'community' AND owner_id = $1) OR (kind = 'stream'
        AND COALESCE(owner_id, id) IN (SELECT id FROM streams WHERE experience_id = $1))";
    INSERT_ROOM = "INSERT INTO rooms (id, space_id, kind, owner_id) VALUES ($1, $2, 'community', $3)";
    DELETE_STREAMS = "DELETE FROM streams WHERE experience_id = $1";
    EXCLUDE = "DELETE FROM pass_includes WHERE experience_id = $1";
    DELETE = "DELETE FROM experiences WHERE id = $1";
    PLACE = "UPDATE experiences SET position = $3 WHERE space_id = $1 AND id = $2";
}

/// The texts of an experience, validated by the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExperienceText {
    pub slug: Wanted,
    pub title: String,
    pub about: String,
}

pub struct Experiences<'a>(pub(crate) &'a Db);

fn one(mut rows: Vec<Row>) -> Result<Experience, StoreError> {
    read(&rows.pop().ok_or(StoreError::NotFound)?)
}

impl Experiences<'_> {
    pub async fn by_id(&self, id: ExperienceId) -> Result<Experience, StoreError> {
        one(self.0.rows(BY_ID, args![id]).await?)
    }

    /// The experiences of a space, in order.
    pub async fn list(&self, space: SpaceId) -> Result<Vec<Experience>, StoreError> {
        self.0.rows(LIST, args![space]).await?.iter().map(read).collect()
    }

    /// [`Tx::create_experience`] in its own transaction, for seeding.
    pub async fn create(
        &self,
        space: SpaceId,
        kind: ExperienceKind,
        text: &ExperienceText,
        now: Millis,
    ) -> Result<Experience, StoreError> {
        let mut tx = self.0.begin().await?;
        let made = tx.create_experience(space, kind, text, now).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Sets the order of these experiences, starting at 1. Those of other spaces are not changed.
    pub async fn reorder(&self, space: SpaceId, order: &[ExperienceId]) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        for (place, id) in (1_i64..).zip(order) {
            tx.run(PLACE, args![space, *id, place]).await?;
        }
        tx.commit().await
    }
}

/// The counts that prevent an experience from being deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExperienceUses {
    /// People who ever had a pass for it.
    pub holders: i64,
    /// Open orders.
    pub orders: i64,
    /// Streams that are or were on air or in rehearsal.
    pub shows: i64,
    /// Posts, drafts included.
    pub posts: i64,
    /// Lines and decisions of moderators in its chats.
    pub lines: i64,
}

impl Tx<'_> {
    /// Creates an experience, last in the order. Returns `Conflict("slug")` if a pass or another experience of the
    /// space has the slug, `Conflict("quota")` if the space is full.
    pub async fn create_experience(
        &mut self,
        space: SpaceId,
        kind: ExperienceKind,
        text: &ExperienceText,
        now: Millis,
    ) -> Result<Experience, StoreError> {
        self.lock_space(space).await?;
        let id = ExperienceId::new();
        let slug = slugs::take(self, space, &text.slug, Target::Experience(id), now).await?;
        let row = args![id, space, slug, &text.title, &text.about, now, quota::EXPERIENCES, kind.code()];
        let made = read(self.row(INSERT, row).await?.as_ref().ok_or(StoreError::Conflict("quota"))?)?;
        if kind == ExperienceKind::Community {
            self.run(INSERT_ROOM, args![RoomId::of_experience(id), space, id]).await?;
        }
        Ok(made)
    }

    /// A changed slug redirects to the new one from now on. Returns `Conflict("slug")` as [`Self::create_experience`]
    /// does.
    pub async fn update_experience(
        &mut self,
        id: ExperienceId,
        text: &ExperienceText,
        now: Millis,
    ) -> Result<Experience, StoreError> {
        let space = self.lock_space_of(SPACE_OF, id).await?;
        let slug = slugs::take(self, space, &text.slug, Target::Experience(id), now).await?;
        one(self.rows(UPDATE, args![id, slug, &text.title, &text.about]).await?)
    }

    /// Deletes an experience with its scheduled streams, and removes it from passes, unless it has uses. Returns the
    /// deleted streams, or these uses.
    pub async fn delete_experience(
        &mut self,
        id: ExperienceId,
    ) -> Result<Result<Vec<Stream>, ExperienceUses>, StoreError> {
        // Publishing counts what is on offer. New grants, orders and streams wait for the lock, too, and changes of
        // streams for those of their rows: what is counted stays true.
        self.lock_space_of(SPACE_OF, id).await?;
        let streams = streams::lock_all_of(self, id).await?;
        let row = self.row(USES, args![id]).await?.ok_or(StoreError::NotFound)?;
        let uses = ExperienceUses {
            holders: row.get("holders")?,
            orders: row.get("orders")?,
            shows: row.get("shows")?,
            posts: row.get("posts")?,
            lines: row.get("lines")?,
        };
        if uses != ExperienceUses::default() {
            return Ok(Err(uses));
        }
        slugs::release(self, id).await?;
        for sql in [DELETE_ROOMS, DELETE_STREAMS, EXCLUDE, DELETE] {
            self.run(sql, args![id]).await?;
        }
        Ok(Ok(streams))
    }
}
