//! What audit lines are about: how it is called and where it is found, for operators.

use crate::{
    Store,
    db::sql::{MOST_ROWS, SelectIn, Value, args},
};
use domain::error::StoreError;
use std::collections::HashMap;

/// Ids are unique across the tables. A slug is NULL for what has no page.
pub(crate) static NAMED: SelectIn = SelectIn::new(
    "SELECT n.id, n.title, n.slug, s.name AS space_name, CASE WHEN s.published_at IS NOT NULL THEN s.slug END AS space_slug FROM (
        SELECT id, name AS title, CAST(NULL AS TEXT) AS slug, id AS space_id FROM spaces
        UNION ALL SELECT id, title, slug, space_id FROM experiences
        UNION ALL SELECT p.id, p.title, CASE WHEN p.withdrawn_at IS NULL
            AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id) THEN p.slug END, p.space_id FROM passes p
        UNION ALL SELECT t.id, t.title, e.slug, t.space_id FROM streams t JOIN experiences e ON e.id = t.experience_id
        UNION ALL SELECT r.id, t.title, e.slug, t.space_id FROM rooms r JOIN streams t ON t.id = COALESCE(r.owner_id, r.id)
            JOIN experiences e ON e.id = t.experience_id WHERE r.kind = 'stream'
        UNION ALL SELECT id, title, CAST(NULL AS TEXT), space_id FROM checkouts
        UNION ALL SELECT w.id, p.title, CAST(NULL AS TEXT), w.space_id FROM waitlist_entries w JOIN passes p ON p.id = w.pass_id
        UNION ALL SELECT c.id, p.title, CAST(NULL AS TEXT), c.space_id FROM comps c JOIN passes p ON p.id = c.pass_id
        UNION ALL SELECT id, name, CASE WHEN deleted_at IS NULL THEN username END, CAST(NULL AS TEXT) FROM accounts
        UNION ALL SELECT id, browser, CAST(NULL AS TEXT), CAST(NULL AS TEXT) FROM sessions
        UNION ALL SELECT id, kind, CASE WHEN done_at IS NULL THEN '' END, CAST(NULL AS TEXT) FROM jobs) n
    LEFT JOIN spaces s ON s.id = n.space_id WHERE n.id IN",
    0,
    "",
);

/// Something that an audit line names by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its title or name; the user agent of a session.
    pub title: String,
    /// The space that it is, or that it belongs to.
    pub space: Option<String>,
    /// The address of that space while it is published.
    pub space_slug: Option<String>,
    /// Its own part of the address: a slug or a username. An unfinished job has an empty one.
    pub slug: Option<String>,
}

impl Store {
    /// What these ids stand for, in one statement for each 256 of them. Ids of nothing are left out.
    pub async fn named(&self, ids: &[&str]) -> Result<HashMap<String, Named>, StoreError> {
        let mut named = HashMap::with_capacity(ids.len());
        for some in ids.chunks(MOST_ROWS) {
            let (sql, args) = NAMED.of(args![], some.iter().map(|id| Value::from(*id)));
            for row in self.db().rows(sql, args).await? {
                let found = Named {
                    title: row.get("title")?,
                    space: row.get("space_name")?,
                    space_slug: row.get("space_slug")?,
                    slug: row.get("slug")?,
                };
                named.insert(row.get("id")?, found);
            }
        }
        Ok(named)
    }
}
