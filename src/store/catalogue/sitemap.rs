//! The addresses of everything that is public: published spaces, and the pages where their shows take place.

use crate::{
    catalogue::spaces::Spaces,
    db::sql::{args, statements},
};
use domain::{catalogue::slug::page_path, error::StoreError};

/// Spaces in one sitemap. With as many experiences as a space can have, it stays below the 50,000 addresses that a sitemap may
/// list.
pub const SPACES_IN_A_SITEMAP: i64 = 200;
/// Sitemaps in the list of them; further spaces are not listed.
const MOST_SITEMAPS: i64 = 1000;

statements! {
    STARTS = "SELECT n.space_id AS space_id FROM (
            SELECT l.space_id, ROW_NUMBER() OVER (ORDER BY l.space_id) AS place FROM listings l) n
        WHERE (n.place - 1) % CAST($1 AS BIGINT) = 0 ORDER BY n.space_id LIMIT $2";
    PAGE = "SELECT s.slug AS space_slug, e.slug AS experience_slug FROM (
            SELECT l.space_id FROM listings l WHERE l.space_id >= $1 ORDER BY l.space_id LIMIT $2) f
        JOIN spaces s ON s.id = f.space_id LEFT JOIN experiences e ON e.space_id = s.id
        WHERE s.published_at IS NOT NULL ORDER BY s.id, e.position, e.id";
}

impl Spaces<'_> {
    /// Where each sitemap begins.
    pub async fn sitemaps(&self) -> Result<Vec<String>, StoreError> {
        let rows = self.0.rows(STARTS, args![SPACES_IN_A_SITEMAP, MOST_SITEMAPS]).await?;
        rows.iter().map(|row| row.get("space_id")).collect()
    }

    /// The paths in the sitemap that begins there.
    pub async fn sitemap(&self, start: &str) -> Result<Vec<String>, StoreError> {
        let mut paths: Vec<String> = Vec::new();
        let mut last = String::new();
        for row in self.0.rows(PAGE, args![start, SPACES_IN_A_SITEMAP]).await? {
            let (space, experience): (String, Option<String>) =
                (row.get("space_slug")?, row.get("experience_slug")?);
            if space != last {
                paths.push(format!("/{space}"));
            }
            paths.extend(experience.map(|slug| page_path(&space, &slug)));
            last = space;
        }
        Ok(paths)
    }
}
