//! Databases as files: copies and checks them for backups. Neither function migrates anything.

use super::connections::failed;
use domain::error::StoreError;
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};
use std::path::Path;

async fn connect(url: &str) -> Result<AnyConnection, StoreError> {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.map_err(failed)
}

/// Writes a consistent copy of the SQLite database `url` to the new file `to`, while others may use the database.
pub async fn copy_sqlite(url: &str, to: &Path) -> Result<(), StoreError> {
    let mut connection = connect(url).await?;
    let to =
        to.to_str().ok_or_else(|| StoreError::Unavailable(format!("{} is no plain path", to.display())))?;
    // One read transaction: it excludes what is committed meanwhile.
    let copied = sqlx::query("VACUUM INTO $1").bind(to).execute(&mut connection).await;
    let closed = connection.close().await;
    copied.map_err(failed)?;
    closed.map_err(failed)
}

/// The faults that SQLite finds in a database file; empty if it is intact.
pub async fn integrity(url: &str) -> Result<Vec<String>, StoreError> {
    let mut connection = connect(url).await?;
    let rows = connection.fetch_all("PRAGMA integrity_check").await.map_err(failed)?;
    let lines: Vec<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
    connection.close().await.map_err(failed)?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Each run changes the row, so there is always something to write.
const PROBE: &str = "INSERT INTO probes (id, written_at) VALUES (2, 0)
    ON CONFLICT (id) DO UPDATE SET written_at = probes.written_at + 1";

/// The result of contacting a database, which may be of another release or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It has no tables yet.
    Empty,
    /// It accepted a write.
    Written,
    /// The previous release created it; this one migrates it when it starts.
    Older,
}

/// Connects and tries to write, without changing the tables.
pub async fn reach(url: &str) -> Result<Reach, StoreError> {
    let mut connection = connect(url).await?;
    connection.execute("SELECT 1").await.map_err(failed)?;
    let known = connection.execute("SELECT COUNT(*) FROM accounts").await.is_ok();
    let probed = connection.execute("SELECT COUNT(*) FROM probes").await.is_ok();
    let reach = match (known, probed) {
        (false, _) => Reach::Empty,
        (true, false) => Reach::Older,
        (true, true) => {
            connection.execute(PROBE).await.map_err(failed)?;
            Reach::Written
        }
    };
    connection.close().await.map_err(failed)?;
    Ok(reach)
}
