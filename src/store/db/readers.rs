//! Connections that only read. They are not in a pool of the library, because that tests a connection after each use: one more
//! round trip to SQLite's thread, or to PostgreSQL's server, for every page.

use crate::db::connections::answer;
use domain::error::StoreError;
use sqlx::{AnyConnection, Connection as _, Executor as _};
use std::{
    future::ready,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

/// How the connections of one kind are made and kept.
pub(crate) struct ReaderConfig {
    pub url: String,
    /// Statements run on each new connection.
    pub pragmas: &'static str,
    /// The number of connections at once.
    pub most: u32,
    /// How long a caller waits for a free connection.
    pub patience: Duration,
    /// A connection that was idle for this long is tested before use. `None`: it cannot die while it is idle.
    pub stale: Option<Duration>,
}

/// The pause before a server that starts again is asked once more.
const AGAIN: Duration = Duration::from_millis(50);

/// Whether a server that cannot be reached may be there in a moment: it refuses, or says that it starts or has no place (PostgreSQL,
/// appendix A).
fn is_passing(error: &sqlx::Error) -> bool {
    let starts = |code: &str| ["57P03", "53300"].contains(&code);
    matches!(error, sqlx::Error::Io(_))
        || error.as_database_error().and_then(|error| error.code()).is_some_and(|code| starts(&code))
}

/// Connections that are opened when they are needed, and kept.
#[derive(Clone)]
pub(crate) struct ReaderSet(Arc<Kept>);

struct Kept {
    config: ReaderConfig,
    idle: Mutex<Vec<Idle>>,
    places: Arc<Semaphore>,
}

struct Idle {
    connection: AnyConnection,
    since: Instant,
}

impl Kept {
    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReaderSet {
    pub fn new(config: ReaderConfig) -> Self {
        let places = Arc::new(Semaphore::new(config.most as usize));
        Self(Arc::new(Kept { config, idle: Mutex::default(), places }))
    }

    pub async fn take(&self) -> Result<ReadConnection, StoreError> {
        let away = |why: &str| StoreError::Unavailable(why.into());
        let asked = timeout(self.0.config.patience, self.0.places.clone().acquire_owned()).await;
        let place = asked.map_err(|_| away("others read for too long"))?;
        let place = place.map_err(|_| away("the database is closed"))?;
        let connection = match self.last_used().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        Ok(ReadConnection {
            connection: Some(connection),
            readers: self.clone(),
            reads: false,
            _place: place,
        })
    }

    /// The connection that was used last, if it is alive.
    async fn last_used(&self) -> Option<AnyConnection> {
        let Idle { mut connection, since } = self.0.idle().pop()?;
        if self.0.config.stale.is_some_and(|stale| since.elapsed() > stale) {
            // Those below were idle for longer: they are tested when it is their turn.
            answer(connection.ping()).await.ok()?;
        }
        Some(connection)
    }

    /// A new connection. A server that starts again, or does not answer, is waited for as long as for a free connection.
    async fn connect(&self) -> Result<AnyConnection, StoreError> {
        let connecting = async {
            loop {
                match AnyConnection::connect(&self.0.config.url).await {
                    Err(error) if is_passing(&error) => sleep(AGAIN).await,
                    made => break made,
                }
            }
        };
        let made = timeout(self.0.config.patience, connecting).await;
        let made = made.map_err(|_| StoreError::Unavailable("the database cannot be reached".into()))?;
        let mut connection = answer(ready(made)).await?;
        if !self.0.config.pragmas.is_empty() {
            answer(connection.execute(self.0.config.pragmas)).await?;
        }
        Ok(connection)
    }

    /// Waits for those that read, and closes all.
    pub async fn close(&self) {
        drop(self.0.places.acquire_many(self.0.config.most).await);
        self.0.places.close();
        let idle = mem::take(&mut *self.0.idle());
        for one in idle {
            drop(one.connection.close().await);
        }
    }
}

/// A connection while it is held. Dropping it while it reads, or after an error, closes it: what it would answer next is unknown.
pub(crate) struct ReadConnection {
    connection: Option<AnyConnection>,
    readers: ReaderSet,
    reads: bool,
    _place: OwnedSemaphorePermit,
}

impl ReadConnection {
    /// Asks for something on this connection.
    ///
    /// # Errors
    /// As [`answer`].
    pub async fn ask<T>(
        &mut self,
        asked: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let connection = self.connection.as_mut().expect("returned only by drop");
        self.reads = true;
        let found = answer(asked(connection)).await?;
        self.reads = false;
        Ok(found)
    }
}

impl Drop for ReadConnection {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && !self.reads
        {
            let idle = Idle { connection, since: Instant::now() };
            self.readers.0.idle().push(idle);
        }
    }
}
