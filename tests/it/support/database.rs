//! The databases of the stories: SQLite, and PostgreSQL where `tests/postgres` has started a server.

use anyhow::{Context, Result};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use std::path::Path;
use tokio::sync::OnceCell;

/// The URL of the server; each story creates its own database there and drops it at the end.
const SERVER: &str = "DATABASE_URL_TEST_PG";

/// A database that belongs to one story.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file in the data directory.
    Sqlite,
    /// By its URL.
    Postgres(String),
}

/// A migrated database that serves as the template for the stories' databases.
static MIGRATED: OnceCell<String> = OnceCell::const_new();

impl Database {
    pub async fn postgres() -> Result<Self> {
        let server = std::env::var(SERVER);
        let server =
            &server.with_context(|| format!("{SERVER} names no server: run this by tests/postgres"))?;
        let migrated = MIGRATED.get_or_try_init(async || {
            let name = create(server, "template1").await?;
            store::Store::open(&address(server, &name)?).await?.close().await;
            anyhow::Ok(name)
        });
        let name = create(server, migrated.await?).await?;
        Ok(Self::Postgres(address(server, &name)?))
    }

    /// The database URL for a service with this data directory.
    pub fn url(&self, data: &Path) -> String {
        match self {
            Self::Sqlite => store::default_url(data),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// A new database, copied from a template that has no connections.
async fn create(server: &str, template: &str) -> Result<String> {
    let name = format!("it_{}", uuid::Uuid::new_v4().simple());
    sqlx::any::install_default_drivers();
    let mut admin = AnyConnection::connect(server).await.context("the PostgreSQL server")?;
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}"))).await?;
    Ok(name)
}

fn address(server: &str, database: &str) -> Result<String> {
    let (base, _) = server.rsplit_once('/').context("the server's address ends with a database")?;
    Ok(format!("{base}/{database}"))
}

/// Runs each story on both databases. The PostgreSQL variants are ignored by default; `tests/run` includes them.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() -> anyhow::Result<()> {
                super::$story(crate::support::Database::Sqlite).await
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs a PostgreSQL: tests/postgres cargo test -p it -- --include-ignored"]
            async fn $story() -> anyhow::Result<()> {
                super::$story(crate::support::Database::postgres().await?).await
            })+
        }
    };
}
pub(crate) use on_both;
