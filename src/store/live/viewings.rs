//! Who watched which stream, and when.

use crate::{
    Store,
    db::{
        connections::Db,
        sql::{BulkInsert, MOST_ROWS, args, statements},
    },
};
use domain::{
    error::StoreError,
    id::StreamId,
    live::viewership::{Viewership, Viewing},
};

statements! {
    SUM = "SELECT COUNT(DISTINCT account_id) AS people, CAST(COALESCE(SUM(until - since), 0) AS BIGINT) AS watched,
        (SELECT peak FROM streams WHERE id = $1) AS peak
        FROM viewings WHERE stream_id = $1";
}

pub(crate) static VIEWINGS: BulkInsert = BulkInsert::then(
    "INSERT INTO viewings (stream_id, account_id, since, until) VALUES",
    4,
    "ON CONFLICT (stream_id, account_id, since) DO UPDATE SET until = excluded.until",
);

pub struct Viewings<'a>(pub(crate) &'a Db);

impl Viewings<'_> {
    /// Returns zeros for a stream that nobody watched.
    pub async fn sum(&self, stream: StreamId) -> Result<Viewership, StoreError> {
        let row = self.0.row(SUM, args![stream]).await?.ok_or(StoreError::NotFound)?;
        let count = |column| row.get::<Option<i64>>(column).map(|n| n.unwrap_or(0).unsigned_abs());
        Ok(Viewership { people: count("people")?, peak: count("peak")?, watched: row.get("watched")? })
    }

    /// Writes a few hundred rows at a time, so that chat lines can be written in between.
    pub(crate) async fn store(&self, stream: StreamId, viewings: &[Viewing]) -> Result<(), StoreError> {
        for some in viewings.chunks(MOST_ROWS) {
            let mut tx = self.0.begin().await?;
            let rows = some.iter().map(|v| args![stream, v.account, v.since, v.until]).collect();
            tx.insert_many(&VIEWINGS, rows).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Store {
    pub fn viewings(&self) -> Viewings<'_> {
        Viewings(self.db())
    }
}
