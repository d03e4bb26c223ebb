//! The connections, and the one way to them: every statement goes through here, is counted, and has its failure named.

use crate::db::{
    sql::{BulkInsert, Kind, Placeholders, Row, Sql, Value},
    writer::{Line, Writer},
};
use domain::{error::StoreError, work::Lane};
use sqlx::{
    Any, AnyPool, Connection as _, Executor as _, SqlSafeStr as _,
    any::{AnyArguments, AnyPoolOptions},
    migrate::{Migration, MigrationType, Migrator},
    pool::PoolConnection,
    query::Query,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

/// The version, the description and the text of each file in `migrations/`, listed by `build.rs`.
const MIGRATIONS: &[(i64, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// How many statements of each kind were run since the store was opened, those of the migrations aside.
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
    fn count(&self, kind: Kind) {
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

/// SQLite: one writer and a pool of readers. PostgreSQL: one pool twice.
pub(crate) struct Db {
    writer: Writer,
    readers: AnyPool,
    /// One reader for the look-ups of those who come by thousands.
    crowds: AnyPool,
    /// What begins a transaction that will write.
    begin: &'static str,
    places: Placeholders,
    counters: Arc<Counters>,
    /// By lane: notified after the commit of each transaction that enqueued a job.
    pub enqueued: [Notify; Lane::ALL.len()],
    /// Names this process among those that write into the database.
    origin: String,
    /// Told after the commit of each transaction that wrote an audit line.
    pub audited: Notify,
}

/// `busy_timeout` is how long to wait for another process that writes, in milliseconds. What a statement might have to take
/// back stays in memory, and the log of up to 10,000 pages (40 MB) is written into the file at once: of a storm of lines, files
/// for the former took 8 % of a profile and writing the latter 3 %.
const WRITER: &str =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON;
    PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=10000";
/// A small cache each, in KiB: what is read often is in the kernel's memory, once for all of them.
const READER: &str =
    "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA query_only=ON; PRAGMA cache_size=-256";
const READERS: u32 = 4;
/// Crowds come with tokens from all over their index: what holds that of ten thousand is not read again for each of them.
const CROWDS: &str =
    "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA query_only=ON; PRAGMA cache_size=-1024";
const POSTGRES_CONNECTIONS: u32 = 16;
/// A caller that finds no free connection for so long is told that the database is away.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// The same of PostgreSQL, whose connections are many. Twice this is less than an actor's caller waits.
const POSTGRES_PATIENCE: Duration = Duration::from_secs(2);
/// A connection that was not used for so long is tried before it is trusted: its server may have been restarted.
const STALE: Duration = Duration::from_secs(1);
/// No statement of ours takes so long. Where no answer comes the network has lost it, and what became of it is not known.
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
        let readers = pool(READER).max_connections(READERS).connect(&url).await.map_err(failed)?;
        let crowds = pool(CROWDS).max_connections(1).connect(&url).await.map_err(failed)?;
        Ok(Self::new(writer, [readers, crowds], "BEGIN IMMEDIATE", Placeholders::Nameless))
    }

    async fn postgres(url: &str) -> Result<Self, StoreError> {
        let options = AnyPoolOptions::new()
            .acquire_timeout(POSTGRES_PATIENCE)
            .max_connections(POSTGRES_CONNECTIONS)
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
        Ok(Self::new(Writer::Pool(pool.clone()), [pool.clone(), pool], "BEGIN", Placeholders::Numbered))
    }

    fn new(
        writer: Writer,
        [readers, crowds]: [AnyPool; 2],
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

    fn query(&self, sql: Sql, args: Vec<Value>) -> Query<'static, Any, AnyArguments> {
        self.counters.query(sql, args)
    }

    /// A connection for several statements: one after the other they cost less than each on its own.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        self.reader_of(&self.readers).await
    }

    /// The same for those who come by thousands.
    pub async fn crowd_reader(&self) -> Result<Reader, StoreError> {
        self.reader_of(&self.crowds).await
    }

    async fn reader_of(&self, pool: &AnyPool) -> Result<Reader, StoreError> {
        Ok(Reader { counters: self.counters.clone(), line: answer(pool.acquire()).await? })
    }

    pub async fn rows(&self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.reader().await?.rows(sql, args).await
    }

    pub async fn row(&self, sql: Sql, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.pop())
    }

    /// One writing statement as a transaction of its own; answers the number of rows it changed.
    pub async fn run(&self, sql: Sql, args: Vec<Value>) -> Result<u64, StoreError> {
        let mut line = self.writer.take().await?;
        let done = answer(self.query(sql, args).execute(line.connection())).await?;
        line.done();
        Ok(done.rows_affected())
    }

    /// Rows that one statement carries ([`BulkInsert::carries`]), as a transaction of its own.
    pub async fn insert_at_once(
        &self,
        many: &'static BulkInsert,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), StoreError> {
        let (sql, _) = many.take(rows.len(), self.places);
        self.run(sql, rows.into_iter().flatten().collect()).await.map(drop)
    }

    /// One writing statement with `RETURNING`. Reads to its end: before that it is not committed.
    pub async fn returning(&self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let mut line = self.writer.take().await?;
        let rows = answer(self.query(sql, args).fetch_all(line.connection())).await?;
        line.done();
        Ok(rows.into_iter().map(Row).collect())
    }

    /// A transaction that writes; dropped without [`Tx::commit`] it leaves nothing.
    pub async fn begin(&self) -> Result<Tx<'_>, StoreError> {
        Ok(Tx {
            db: self,
            line: self.writer.begin(self.begin).await?,
            wakes: Vec::new(),
            wakes_sealer: false,
        })
    }
}

pub(crate) struct Reader {
    counters: Arc<Counters>,
    line: PoolConnection<Any>,
}

impl Reader {
    pub async fn rows(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let rows = answer(self.counters.query(sql, args).fetch_all(&mut *self.line)).await?;
        Ok(rows.into_iter().map(Row).collect())
    }
}

/// A transaction. Each noun adds its methods; dropped without a commit it leaves nothing.
pub struct Tx<'a> {
    db: &'a Db,
    line: Line,
    /// Lanes in which jobs were enqueued.
    pub(crate) wakes: Vec<Lane>,
    pub(crate) wakes_sealer: bool,
}

impl Tx<'_> {
    pub(crate) fn origin(&self) -> &str {
        self.db.origin()
    }

    pub(crate) async fn rows(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let rows = answer(self.db.query(sql, args).fetch_all(self.line.connection())).await?;
        Ok(rows.into_iter().map(Row).collect())
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
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
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

async fn migrate(pool: &AnyPool) -> Result<(), StoreError> {
    let migrations = MIGRATIONS.iter().map(|&(version, description, sql)| {
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
        .run(pool)
        .await
        .map_err(|e| StoreError::Unavailable(format!("migration: {e}")))
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

/// Gives a violated rule the name that callers know it by.
pub(crate) fn named(error: StoreError, name: &'static str) -> StoreError {
    match error {
        StoreError::Conflict(_) => StoreError::Conflict(name),
        other => other,
    }
}
