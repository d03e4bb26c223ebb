//! Tests whether the database answers and accepts writes.

use crate::{
    Store,
    db::sql::{args, statements},
};
use domain::{error::StoreError, time::Millis};

statements! {
    PING = "SELECT COUNT(*) AS seen FROM accounts WHERE id = ''";
    WRITE = "INSERT INTO probes (id, written_at) VALUES (1, $1)
        ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at";
}

impl Store {
    /// Runs a query and reads its result.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let row = self.db().row(PING, args![]).await?.ok_or(StoreError::NotFound)?;
        row.get::<i64>("seen").map(drop)
    }

    /// Writes one row durably. On a full disk this fails while reads still work.
    pub async fn probe_write(&self, now: Millis) -> Result<(), StoreError> {
        self.db().run(WRITE, args![now]).await.map(drop)
    }
}
