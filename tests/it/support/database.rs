//! The databases that stories are told on: SQLite, and PostgreSQL where `tests/postgres` has started a server.

use anyhow::{Context, Result};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use std::path::Path;
use tokio::sync::OnceCell;

/// Names the server; each story makes a database of its own there, which is thrown away with it.
const SERVER: &str = "DATABASE_URL_TEST_PG";

/// A database of one story's own.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file in the data directory.
    Sqlite,
    /// By its address.
    Postgres(String),
}

/// A database with every table in it, which those of the stories are copies of.
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

    /// As the service is told it, whose data directory this is.
    pub fn url(&self, data: &Path) -> String {
        match self {
            Self::Sqlite => store::default_url(data),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// A new database as a copy of one that nobody is connected to.
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

/// Tells each story on both databases. On PostgreSQL they are told when ignored ones are asked for, as `tests/run` does.
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
