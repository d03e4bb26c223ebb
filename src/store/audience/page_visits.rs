//! Looks at the pages of spaces: one row a person, page and day, by a hash that nobody can undo once the day's secret is gone.

use crate::{
    Store,
    db::{
        connections::Db,
        sql::{BulkInsert, Row, args, statements},
    },
    people::sessions::{hash, new_token},
};
use domain::{
    audience::{days::LocalDay, visits::PageVisit},
    error::StoreError,
    id::SpaceId,
};
use std::collections::BTreeMap;

statements! {
    MAKE_SECRET = "INSERT INTO visit_secrets (day, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    SECRET = "SELECT secret FROM visit_secrets WHERE day = $1";
    FORGET_SECRETS = "DELETE FROM visit_secrets WHERE day < $1";
    FORGET = "DELETE FROM space_visits WHERE (space_id, day, step, visitor) IN (
        SELECT space_id, day, step, visitor FROM space_visits WHERE day < $1 LIMIT $2)";
    SOURCES = "SELECT v.source AS source, COUNT(*) AS visitors FROM space_visits v
        WHERE v.space_id = $1 AND v.day >= $2 AND v.day <= $3 AND v.step = 'space'
        GROUP BY v.source ORDER BY COUNT(*) DESC, v.source LIMIT $4";
}

/// A second look changes nothing: where somebody came from first on a day is what counts.
pub(crate) static VISITS: BulkInsert = BulkInsert::then(
    "INSERT INTO space_visits (space_id, day, step, visitor, source) VALUES",
    5,
    "ON CONFLICT DO NOTHING",
);

/// Rows that are deleted in one transaction.
const ROWS: i64 = 500;
/// Hexadecimal digits of a visitor's hash: 96 bits.
const DIGITS: usize = 24;

pub struct PageVisits<'a>(pub(crate) &'a Db);

impl PageVisits<'_> {
    /// Stores looks. The addresses in them are only hashed.
    pub async fn store(&self, visits: Vec<PageVisit>) -> Result<(), StoreError> {
        let mut days = BTreeMap::<LocalDay, Vec<PageVisit>>::new();
        for visit in visits {
            days.entry(visit.day).or_default().push(visit);
        }
        for (day, visits) in days {
            let text = day.to_string();
            let mut tx = self.0.begin().await?;
            tx.run(MAKE_SECRET, args![&text, new_token()]).await?;
            let secret: String =
                tx.row(SECRET, args![&text]).await?.ok_or(StoreError::NotFound)?.get("secret")?;
            let row = |visit: &PageVisit| {
                let visitor = visitor(&secret, visit);
                args![visit.space, &text, visit.step.code(), visitor, &visit.source]
            };
            tx.insert_many(&VISITS, visits.iter().map(row).collect()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// From where people came to the page of a space, most of them first.
    pub async fn sources(
        &self,
        space: SpaceId,
        first: LocalDay,
        last: LocalDay,
        limit: usize,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        let args = args![space, first.to_string(), last.to_string(), limit as i64];
        let rows = self.0.rows(SOURCES, args).await?;
        let source = |row: &Row| Ok((row.get("source")?, row.get("visitors")?));
        rows.iter().map(source).collect()
    }

    /// Deletes the looks of days before the first one, and the secrets of days before the second one.
    pub async fn forget(&self, looks: LocalDay, secrets: LocalDay) -> Result<(), StoreError> {
        self.0.run(FORGET_SECRETS, args![secrets.to_string()]).await?;
        while self.0.run(FORGET, args![looks.to_string(), ROWS]).await? == ROWS.unsigned_abs() {}
        Ok(())
    }
}

/// The same person on the same day at the same space, and nobody else.
fn visitor(secret: &str, visit: &PageVisit) -> String {
    let PageVisit { space, address, agent, .. } = visit;
    let mut hash = hash(&format!("{secret}\n{space}\n{address}\n{agent}"));
    hash.truncate(DIGITS);
    hash
}

impl Store {
    pub fn page_visits(&self) -> PageVisits<'_> {
        PageVisits(self.db())
    }
}
