//! The titles of streams, their rooms and checkouts for operators, without the names of buyers.

use crate::{
    Store,
    db::sql::{MOST_ROWS, SelectIn, Value, args},
};
use domain::error::StoreError;
use std::collections::HashMap;

/// Ids are unique across the tables.
pub(crate) static TITLES: SelectIn = SelectIn::new(
    "SELECT n.id, n.title, s.name AS space_name FROM (
        SELECT id, title, space_id FROM streams UNION ALL SELECT id, title, space_id FROM checkouts
        UNION ALL SELECT r.id, t.title, t.space_id FROM rooms r JOIN streams t ON t.id = COALESCE(r.owner_id, r.id) WHERE r.kind = 'stream'
        UNION ALL SELECT r.id, e.title, e.space_id FROM rooms r JOIN experiences e ON e.id = r.owner_id WHERE r.kind = 'community') n
        JOIN spaces s ON s.id = n.space_id WHERE n.id IN",
    0,
    "",
);

/// The title of a stream or of what is bought, and the name of its space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    pub title: String,
    pub space: String,
}

impl Store {
    /// The titles of streams, their rooms and checkouts by id, with one statement per 256 ids. Unknown ids are left out.
    pub async fn titles(&self, ids: &[&str]) -> Result<HashMap<String, Title>, StoreError> {
        let mut titles = HashMap::with_capacity(ids.len());
        for some in ids.chunks(MOST_ROWS) {
            let (sql, args) = TITLES.of(args![], some.iter().map(|id| Value::from(*id)));
            for row in self.db().rows(sql, args).await? {
                titles.insert(
                    row.get("id")?,
                    Title { title: row.get("title")?, space: row.get("space_name")? },
                );
            }
        }
        Ok(titles)
    }
}
