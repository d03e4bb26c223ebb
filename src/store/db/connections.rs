//! The database connections. Every statement goes through this module, which counts it and names its failure.

use crate::db::{
    readers::{ReadConnection, ReaderConfig, ReaderSet},
    sql::{BulkInsert, Placeholders, Row, Sql, StatementKind, Value},
    writer::{WriteConnection, Writer},
};
use domain::{error::StoreError, id::SpaceId, work::Lane};
use sqlx::{
    Any, AnyPool, Connection as _, Executor as _, SqlSafeStr as _,
    any::{AnyArguments, AnyPoolOptions},
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    query::Query,
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

/// Version, description and text of each file in `migrations/`, listed by `build.rs`.
const MIGRATIONS: &[(i64, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The number of statements of each kind since the store was opened, excluding migrations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub select: u64,
    pub insert: u64,
    pub update: u64,
    pub delete: u64,
}

#[derive(Default)]
struct Counters([AtomicU64; 4]);

impl Counters {
    fn count(&self, kind: StatementKind) {
        self.0[kind as usize].fetch_add(1, Relaxed);
    }

    fn query(&self, sql: Sql, args: Vec<Value>) -> Query<'static, Any, AnyArguments> {
        self.count(sql.kind);
        args.into_iter().fold(sqlx::query(sql.text), |query, arg| match arg {
            Value::Text(text) => query.bind(text),
            Value::Int(int) => query.bind(int),
        })
    }
}

/// SQLite: one writer and some readers. PostgreSQL: several of both.
pub(crate) struct Db {
    writer: Writer,
    readers: ReaderSet,
    /// For the look-ups that crowds make.
    crowds: ReaderSet,
    /// The statement that begins a writing transaction.
    begin: &'static str,
    places: Placeholders,
    counters: Arc<Counters>,
    /// By lane: notified after each commit that enqueued a job.
    pub enqueued: [Notify; Lane::ALL.len()],
    /// Identifies this process among those that write to the database.
    origin: String,
    /// Notified after each commit that wrote an audit line.
    pub audited: Notify,
}

/// `busy_timeout` is how long to wait for another writing process, in milliseconds. Statement journals are kept in
/// memory, because as files they took 8 % of the profile of a storm of chat lines. The WAL is checkpointed after up to
/// 10,000 pages (40 MB) at once, because checkpointing took 3 %.
const WRITER: &str =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON;
    PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=10000";
/// A small cache per connection, in KiB: frequently read pages are in the kernel's page cache, once for all
/// connections.
const READER: &str =
    "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA query_only=ON; PRAGMA cache_size=-256";
const READERS: u32 = 4;
/// The tokens of a crowd are spread over their whole index. This cache holds the index for ten thousand of them, so
/// that it is not read again for each.
const CROWDS: &str =
    "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA query_only=ON; PRAGMA cache_size=-1024";
/// A sale has its buyers wait for the row of one space; the others read meanwhile.
const POSTGRES_WRITERS: u32 = 8;
const POSTGRES_READERS: u32 = 8;
/// How long a caller waits for a free connection, or in line to write, before the database counts as unavailable.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// The same for PostgreSQL, which has many connections. Twice this is less than an actor's callers wait.
const POSTGRES_PATIENCE: Duration = Duration::from_secs(2);
/// A connection that was idle for this long is tested before use, because its server may have been restarted.
const STALE: Duration = Duration::from_secs(1);
/// None of our statements takes this long. If there is no answer by then, the network has lost it, and its outcome is
/// unknown.
const LONGEST: Duration = Duration::from_secs(15);

impl Db {
    /// Connects and migrates.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let db =
            if url.starts_with("sqlite:") { Self::sqlite(url).await? } else { Self::postgres(url).await? };
        Ok(db)
    }

    async fn sqlite(url: &str) -> Result<Self, StoreError> {
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(StoreError::Unavailable(
                "SQLite in memory is not durable and has one connection: name a file".into(),
            ));
        }
        let url = match url.contains('?') {
            true => url.to_owned(),
            false => format!("{url}?mode=rwc"),
        };
        let pool = |pragmas: &'static str| {
            AnyPoolOptions::new()
                .acquire_timeout(PATIENCE)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .after_connect(move |c, _| Box::pin(async move { c.execute(pragmas).await.map(drop) }))
        };
        let first = pool(WRITER).max_connections(1).connect(&url).await.map_err(failed)?;
        migrate(&first).await?;
        first.close().await;
        let writer = Writer::one(&url, WRITER).await?;
        let [readers, crowds] = [(READER, READERS), (CROWDS, 1)].map(|(pragmas, most)| {
            ReaderSet::new(ReaderConfig { url: url.clone(), pragmas, most, patience: PATIENCE, stale: None })
        });
        Ok(Self::new(writer, [readers, crowds], "BEGIN IMMEDIATE", Placeholders::Nameless))
    }

    async fn postgres(url: &str) -> Result<Self, StoreError> {
        let options = AnyPoolOptions::new()
            .acquire_timeout(POSTGRES_PATIENCE)
            .max_connections(POSTGRES_WRITERS)
            .test_before_acquire(false)
            .before_acquire(|c, known| {
                Box::pin(async move {
                    if known.idle_for > STALE {
                        c.ping().await?;
                    }
                    Ok(true)
                })
            });
        let pool = options.connect(url).await.map_err(failed)?;
        migrate(&pool).await?;
        index_words(&pool).await;
        let writer = Writer::pool(pool, POSTGRES_WRITERS as usize);
        let readers = ReaderSet::new(ReaderConfig {
            url: url.into(),
            pragmas: "",
            most: POSTGRES_READERS,
            patience: POSTGRES_PATIENCE,
            stale: Some(STALE),
        });
        Ok(Self::new(writer, [readers.clone(), readers], "BEGIN", Placeholders::Numbered))
    }

    fn new(
        writer: Writer,
        [readers, crowds]: [ReaderSet; 2],
        begin: &'static str,
        places: Placeholders,
    ) -> Self {
        Self {
            writer,
            readers,
            crowds,
            begin,
            places,
            counters: Arc::default(),
            enqueued: Default::default(),
            origin: uuid::Uuid::new_v4().simple().to_string(),
            audited: Notify::new(),
        }
    }

    pub fn counted(&self) -> Counts {
        let [select, insert, update, delete] =
            [0, 1, 2, 3].map(|kind: usize| self.counters.0[kind].load(Relaxed));
        Counts { select, insert, update, delete }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub async fn close(&self) {
        self.readers.close().await;
        self.crowds.close().await;
        self.writer.close().await;
    }

    pub async fn wait_for_disk(&self, wait: bool) -> Result<(), StoreError> {
        self.writer.wait_for_disk(wait).await
    }

    fn query(&self, sql: Sql, args: Vec<Value>) -> Query<'static, Any, AnyArguments> {
        self.counters.query(sql, args)
    }

    /// A connection for several statements, which are cheaper on one connection than separately.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        self.reader_of(&self.readers).await
    }

    /// The same for the look-ups of crowds.
    pub async fn crowd_reader(&self) -> Result<Reader, StoreError> {
        self.reader_of(&self.crowds).await
    }

    async fn reader_of(&self, readers: &ReaderSet) -> Result<Reader, StoreError> {
        Ok(Reader { counters: self.counters.clone(), line: readers.take().await? })
    }

    pub async fn rows(&self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.reader().await?.rows(sql, args).await
    }

    /// The same, planned for these arguments. PostgreSQL plans what is prepared for any arguments after five uses, and finds
    /// rare words and frequent ones in the same way then: pages of `/explore` took 38 ms so, and 7 ms planned each time.
    pub async fn rows_planned_anew(&self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let mut reader = self.reader().await?;
        let query = self.query(sql, args).persistent(self.places == Placeholders::Nameless);
        let rows = reader.line.ask(async |line| query.fetch_all(line).await).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }

    pub async fn row(&self, sql: Sql, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.pop())
    }

    /// Runs one writing statement in its own transaction. Returns the number of changed rows.
    pub async fn run(&self, sql: Sql, args: Vec<Value>) -> Result<u64, StoreError> {
        let mut line = self.writer.take().await?;
        let done = answer(self.query(sql, args).execute(line.connection())).await?;
        line.done();
        Ok(done.rows_affected())
    }

    /// Inserts rows that fit one statement ([`BulkInsert::carries`]) in their own transaction.
    pub async fn insert_at_once(
        &self,
        many: &'static BulkInsert,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), StoreError> {
        let (sql, _) = many.take(rows.len(), self.places);
        self.run(sql, rows.into_iter().flatten().collect()).await.map(drop)
    }

    /// Runs one writing statement with `RETURNING`. Reads it to the end, because it is not committed before.
    pub async fn returning(&self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let mut line = self.writer.take().await?;
        let rows = answer(self.query(sql, args).fetch_all(line.connection())).await?;
        line.done();
        Ok(rows.into_iter().map(Row::from).collect())
    }

    /// Begins a writing transaction. Dropping it without [`Tx::commit`] rolls it back.
    pub async fn begin(&self) -> Result<Tx<'_>, StoreError> {
        Ok(Tx {
            db: self,
            line: self.writer.begin(self.begin).await?,
            wakes: Vec::new(),
            wakes_sealer: false,
            changed_spaces: BTreeSet::new(),
        })
    }
}

pub(crate) struct Reader {
    counters: Arc<Counters>,
    line: ReadConnection,
}

impl Reader {
    pub async fn rows(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let query = self.counters.query(sql, args);
        let rows = self.line.ask(async |line| query.fetch_all(line).await).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }
}

/// A transaction. Each noun adds its methods. Dropping it without a commit rolls it back.
pub struct Tx<'a> {
    db: &'a Db,
    line: WriteConnection,
    /// Lanes in which jobs were enqueued.
    pub(crate) wakes: Vec<Lane>,
    pub(crate) wakes_sealer: bool,
    /// Spaces whose listings are written before the commit.
    pub(crate) changed_spaces: BTreeSet<SpaceId>,
}

impl Tx<'_> {
    pub(crate) fn origin(&self) -> &str {
        self.db.origin()
    }

    pub(crate) async fn rows(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let rows = answer(self.db.query(sql, args).fetch_all(self.line.connection())).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }

    pub(crate) async fn row(&mut self, sql: Sql, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.pop())
    }

    pub(crate) async fn run(&mut self, sql: Sql, args: Vec<Value>) -> Result<u64, StoreError> {
        let done = answer(self.db.query(sql, args).execute(self.line.connection())).await?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn insert_many(
        &mut self,
        many: &'static BulkInsert,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), StoreError> {
        let mut left = rows.len();
        let mut rows = rows.into_iter();
        while left > 0 {
            let (sql, length) = many.take(left, self.db.places);
            self.run(sql, rows.by_ref().take(length).flatten().collect()).await?;
            left -= length;
        }
        Ok(())
    }

    /// Resolves when the change is durable.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        self.list_changed_spaces().await?;
        self.line.commit().await?;
        for lane in self.wakes {
            self.db.enqueued[lane.index()].notify_one();
        }
        if self.wakes_sealer {
            self.db.audited.notify_one();
        }
        Ok(())
    }
}

/// PostgreSQL alone: finds the words of listings by three letters in a row, which 10,000 spaces need to be searched in
/// milliseconds. SQLite reads through them as fast. Not a migration, because the extension comes with PostgreSQL, but a
/// database may forbid it; then searches are slower.
async fn index_words(pool: &AnyPool) {
    let made = pool.execute(
        "CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX IF NOT EXISTS listings_words ON listings USING gin (words gin_trgm_ops);
        CREATE INDEX IF NOT EXISTS listings_beginnings ON listings USING gin (beginnings gin_trgm_ops)",
    );
    if let Err(error) = made.await {
        tracing::warn!(%error, "words are searched without an index, because pg_trgm cannot be used");
    }
}

async fn migrate(pool: &AnyPool) -> Result<(), StoreError> {
    let migrations = MIGRATIONS.iter().map(|&(version, description, sql)| {
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect()).run(pool).await.map_err(|error| {
        StoreError::Unavailable(match error {
            MigrateError::VersionMissing(_) => "a newer release has changed its tables; use that one".into(),
            error => format!("its tables cannot be brought up to date: {error}"),
        })
    })
}

pub(crate) async fn answer<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    match timeout(LONGEST, asked).await {
        Ok(answer) => answer.map_err(failed),
        Err(_) => Err(StoreError::Unavailable(format!("the database did not answer within {LONGEST:?}"))),
    }
}

pub(crate) fn failed(error: sqlx::Error) -> StoreError {
    match error.as_database_error() {
        Some(e) if e.is_unique_violation() => StoreError::Conflict("unique"),
        Some(e) if e.is_foreign_key_violation() => StoreError::Conflict("reference"),
        _ => {
            tracing::error!(%error, "a statement failed");
            StoreError::Unavailable(error.to_string())
        }
    }
}

/// Gives a violated constraint the name that callers know it by.
pub(crate) fn named(error: StoreError, name: &'static str) -> StoreError {
    match error {
        StoreError::Conflict(_) => StoreError::Conflict(name),
        other => other,
    }
}
