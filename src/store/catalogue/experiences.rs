//! The things in a space.

use crate::{
    catalogue::slugs::{self, Target},
    db::{
        connections::Db,
        sql::{Row, args, statements},
    },
};
use domain::{catalogue::offer::Experience, error::StoreError, id::*, time::Millis};

statements! {
    BY_ID = "SELECT * FROM experiences WHERE id = $1";
    LIST = "SELECT * FROM experiences WHERE space_id = $1 ORDER BY position, id";
    INSERT = "INSERT INTO experiences (id, space_id, slug, title, about, position, created_at)
        VALUES ($1, $2, $3, $4, $5, (SELECT COALESCE(MAX(position), 0) + 1 FROM experiences WHERE space_id = $2), $6) RETURNING *";
    SPACE_OF = "SELECT space_id FROM experiences WHERE id = $1";
    UPDATE = "UPDATE experiences SET slug = $2, title = $3, about = $4 WHERE id = $1 RETURNING *";
    PLACE = "UPDATE experiences SET position = $3 WHERE space_id = $1 AND id = $2";
}

/// What an experience says about itself, checked by the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExperienceText {
    pub slug: String,
    pub title: String,
    pub about: String,
}

pub struct Experiences<'a>(pub(crate) &'a Db);

fn read(row: &Row) -> Result<Experience, StoreError> {
    Ok(Experience {
        id: row.get("id")?,
        space: row.get("space_id")?,
        slug: row.get("slug")?,
        title: row.get("title")?,
        about: row.get("about")?,
        position: row.get("position")?,
    })
}

fn one(mut rows: Vec<Row>) -> Result<Experience, StoreError> {
    read(&rows.pop().ok_or(StoreError::NotFound)?)
}

impl Experiences<'_> {
    pub async fn by_id(&self, id: ExperienceId) -> Result<Experience, StoreError> {
        one(self.0.rows(BY_ID, args![id]).await?)
    }

    /// Those of a space in its order.
    pub async fn list(&self, space: SpaceId) -> Result<Vec<Experience>, StoreError> {
        self.0.rows(LIST, args![space]).await?.iter().map(read).collect()
    }

    /// A new one goes last. `Conflict("slug")` when a pass or another experience of the space has the address.
    pub async fn create(
        &self,
        space: SpaceId,
        text: &ExperienceText,
        now: Millis,
    ) -> Result<Experience, StoreError> {
        let id = ExperienceId::new();
        let mut tx = self.0.begin().await?;
        let slug = slugs::take(&mut tx, space, &text.slug, Target::Experience(id), now).await?;
        let made = one(tx.rows(INSERT, args![id, space, slug, &text.title, &text.about, now]).await?)?;
        tx.commit().await?;
        Ok(made)
    }

    /// A changed address leads to the new one from now on. `Conflict("slug")` as in [`Self::create`].
    pub async fn update(
        &self,
        id: ExperienceId,
        text: &ExperienceText,
        now: Millis,
    ) -> Result<Experience, StoreError> {
        let mut tx = self.0.begin().await?;
        let space = tx.row(SPACE_OF, args![id]).await?.ok_or(StoreError::NotFound)?.get("space_id")?;
        let slug = slugs::take(&mut tx, space, &text.slug, Target::Experience(id), now).await?;
        let changed = one(tx.rows(UPDATE, args![id, slug, &text.title, &text.about]).await?)?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Puts these into this order, 1 first; those of other spaces are not touched.
    pub async fn reorder(&self, space: SpaceId, order: &[ExperienceId]) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        for (place, id) in (1_i64..).zip(order) {
            tx.run(PLACE, args![space, *id, place]).await?;
        }
        tx.commit().await
    }
}
