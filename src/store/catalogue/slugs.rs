//! The shared namespace of a space's passes and experiences: what `/{space}/{slug}` refers to.

use crate::{
    catalogue::spaces::{FORMER_SLUGS, Spaces},
    db::{
        connections::Tx,
        sql::{args, statements},
    },
};
use domain::{catalogue::slug::Wanted, error::StoreError, id::*, time::Millis};

statements! {
    /// A slug in use stays with its owner; a retired one goes to whoever takes it.
    TAKE = "INSERT INTO slugs (space_id, slug, kind, target_id) VALUES ($1, $2, $3, $4)
        ON CONFLICT (space_id, slug) DO UPDATE SET kind = excluded.kind, target_id = excluded.target_id, retired_at = NULL
        WHERE slugs.target_id = excluded.target_id OR slugs.retired_at IS NOT NULL";
    RETIRE_OTHERS = "UPDATE slugs SET retired_at = $3 WHERE target_id = $1 AND slug <> $2 AND retired_at IS NULL";
    /// Keeps the newest.
    FORGET_FORMER = "DELETE FROM slugs WHERE target_id = $1 AND retired_at IS NOT NULL AND slug NOT IN (
        SELECT k.slug FROM slugs k WHERE k.target_id = $1 AND k.retired_at IS NOT NULL
        ORDER BY k.retired_at DESC, k.slug LIMIT $2)";
    RELEASE = "DELETE FROM slugs WHERE target_id = $1";
    RESOLVE = "SELECT s.kind AS kind, s.target_id AS target_id, s.retired_at AS retired_at, (
            SELECT c.slug FROM slugs c WHERE c.target_id = s.target_id AND c.retired_at IS NULL LIMIT 1) AS current_slug
        FROM slugs s WHERE s.space_id = $1 AND s.slug = $2";
}

/// What a slug inside a space refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    Pass(PassId),
    Experience(ExperienceId),
    /// It has moved to this slug.
    Moved(String),
    Nothing,
}

#[derive(Clone, Copy)]
pub(crate) enum Target {
    Pass(PassId),
    Experience(ExperienceId),
}

impl Spaces<'_> {
    pub async fn resolve(&self, space: SpaceId, slug: &str) -> Result<Resolved, StoreError> {
        let Some(row) = self.0.row(RESOLVE, args![space, slug]).await? else { return Ok(Resolved::Nothing) };
        let retired: Option<Millis> = row.get("retired_at")?;
        if retired.is_some() {
            return Ok(row.get::<Option<String>>("current_slug")?.map_or(Resolved::Nothing, Resolved::Moved));
        }
        match row.get::<String>("kind")?.as_str() {
            "pass" => Ok(Resolved::Pass(row.get("target_id")?)),
            _ => Ok(Resolved::Experience(row.get("target_id")?)),
        }
    }
}

/// Takes a slug for a pass or an experience and retires its previous ones; the newest [`FORMER_SLUGS`] of them redirect.
/// Returns `Conflict("slug")` if the chosen one belongs to another.
pub(crate) async fn take(
    tx: &mut Tx<'_>,
    space: SpaceId,
    wanted: &Wanted,
    target: Target,
    now: Millis,
) -> Result<String, StoreError> {
    let (kind, id) = match target {
        Target::Pass(id) => ("pass", id.to_string()),
        Target::Experience(id) => ("experience", id.to_string()),
    };
    for slug in wanted.candidates() {
        if tx.run(TAKE, args![space, &slug, kind, &id]).await? > 0 {
            tx.run(RETIRE_OTHERS, args![&id, &slug, now]).await?;
            tx.run(FORGET_FORMER, args![id, FORMER_SLUGS]).await?;
            return Ok(slug);
        }
    }
    Err(StoreError::Conflict("slug"))
}

/// Frees the slugs of a deleted experience, which lead nowhere any more.
pub(crate) async fn release(tx: &mut Tx<'_>, target: ExperienceId) -> Result<(), StoreError> {
    tx.run(RELEASE, args![target]).await.map(drop)
}
