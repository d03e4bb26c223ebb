//! Access to the writing connection. SQLite allows one writer. Its connection is not in a pool, because a pool tests a
//! connection after each use, which costs one more round trip to its thread for every stored line. PostgreSQL has several writers,
//! which wait for each other on the row of a space; further ones wait in line.

use crate::db::connections::{PATIENCE, answer};
use domain::error::StoreError;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Executor as _, Transaction, pool::PoolConnection};
use std::sync::Arc;
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The answer to whoever has waited for [`PATIENCE`].
const BUSY: &str = "others write for too long";

pub(crate) enum Writer {
    One(Arc<Mutex<One>>),
    Pool { pool: AnyPool, line: Arc<Semaphore> },
}

/// One caller writes at a time, in order of arrival.
pub(crate) struct One {
    url: String,
    /// Statements run on each new connection.
    pragmas: &'static str,
    /// `None` after it was closed.
    connection: Option<AnyConnection>,
    /// A caller began a transaction and did not report its end, so it may be half done.
    dirty: bool,
}

impl One {
    async fn connect(&mut self) -> Result<(), StoreError> {
        let mut connection = answer(AnyConnection::connect(&self.url)).await?;
        answer(connection.execute(self.pragmas)).await?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Rolls back an unfinished transaction. Replaces a connection whose thread has died.
    async fn mend(&mut self) -> Result<(), StoreError> {
        let Some(connection) = &mut self.connection else { return Err(away("the database is closed")) };
        let taken_back = connection.execute("ROLLBACK").await;
        // The database returns an error if no transaction was open.
        if taken_back.is_err_and(|error| error.as_database_error().is_none()) {
            self.connect().await?;
        }
        self.dirty = false;
        Ok(())
    }
}

impl Writer {
    pub async fn one(url: &str, pragmas: &'static str) -> Result<Self, StoreError> {
        let mut one = One { url: url.into(), pragmas, connection: None, dirty: false };
        one.connect().await?;
        Ok(Self::One(Arc::new(Mutex::new(one))))
    }

    /// Of a pool, at most so many connections at once.
    pub fn pool(pool: AnyPool, most: usize) -> Self {
        Self::Pool { pool, line: Arc::new(Semaphore::new(most)) }
    }

    pub async fn take(&self) -> Result<WriteConnection, StoreError> {
        match self {
            Self::One(one) => Ok(WriteConnection::One(Held::take(one).await?)),
            Self::Pool { pool, line } => {
                let place = wait_in(line).await?;
                let connection = answer(pool.acquire()).await?;
                Ok(WriteConnection::Pooled { connection, _place: place })
            }
        }
    }

    /// Begins a transaction. It is rolled back unless [`WriteConnection::commit`] is called.
    pub async fn begin(&self, begin: &'static str) -> Result<WriteConnection, StoreError> {
        match self {
            Self::One(one) => {
                let mut held = Held::take(one).await?;
                answer(held.connection().execute(begin)).await?;
                Ok(WriteConnection::One(held))
            }
            Self::Pool { pool, line } => {
                let place = wait_in(line).await?;
                let transaction = answer(pool.begin_with(begin)).await?;
                Ok(WriteConnection::Open { transaction, _place: place })
            }
        }
    }

    /// SQLite only: whether a commit waits until the disk has it.
    pub async fn wait_for_disk(&self, wait: bool) -> Result<(), StoreError> {
        let Self::One(one) = self else { return Ok(()) };
        let mut held = Held::take(one).await?;
        // The checkpoint brings what was committed meanwhile to the disk.
        let pragmas = if wait {
            "PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(FULL)"
        } else {
            "PRAGMA synchronous=OFF"
        };
        answer(held.connection().execute(pragmas)).await?;
        held.done();
        Ok(())
    }

    pub async fn close(&self) {
        match self {
            Self::One(one) => {
                if let Some(connection) = one.lock().await.connection.take() {
                    drop(connection.close().await);
                }
            }
            Self::Pool { pool, .. } => pool.close().await,
        }
    }
}

/// Returns a place among those who may write at once.
async fn wait_in(line: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    let asked = timeout(PATIENCE, Arc::clone(line).acquire_owned()).await.map_err(|_| away(BUSY))?;
    asked.map_err(|_| away("the database is closed"))
}

fn away(why: &str) -> StoreError {
    StoreError::Unavailable(why.into())
}

/// The connection, while it is held. Dropping this without [`Held::done`] rolls back an unfinished transaction.
pub(crate) struct Held(Option<OwnedMutexGuard<One>>);

impl Held {
    async fn take(one: &Arc<Mutex<One>>) -> Result<Self, StoreError> {
        let asked = timeout(PATIENCE, Arc::clone(one).lock_owned()).await;
        let mut one = asked.map_err(|_| away(BUSY))?;
        if one.dirty || one.connection.is_none() {
            one.mend().await?;
        }
        one.dirty = true;
        Ok(Self(Some(one)))
    }

    fn connection(&mut self) -> &mut AnyConnection {
        let one = self.0.as_mut().expect("returned only by drop");
        one.connection.as_mut().expect("closing waits until it is returned")
    }

    fn done(mut self) {
        if let Some(one) = &mut self.0 {
            one.dirty = false;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(mut one) = self.0.take()
            && one.dirty
            && let Ok(runtime) = Handle::try_current()
        {
            // If this fails, the next caller tries again.
            runtime.spawn(async move { drop(one.mend().await) });
        }
    }
}

/// A writing connection, in a transaction or not.
pub(crate) enum WriteConnection {
    One(Held),
    Pooled { connection: PoolConnection<Any>, _place: OwnedSemaphorePermit },
    Open { transaction: Transaction<'static, Any>, _place: OwnedSemaphorePermit },
}

impl WriteConnection {
    pub fn connection(&mut self) -> &mut AnyConnection {
        match self {
            Self::One(held) => held.connection(),
            Self::Pooled { connection, .. } => connection,
            Self::Open { transaction, .. } => transaction,
        }
    }

    /// Call this after a statement that was its own transaction.
    pub fn done(self) {
        if let Self::One(held) = self {
            held.done();
        }
    }

    /// Resolves when the change is durable.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        match self {
            Self::Open { transaction, .. } => answer(transaction.commit()).await,
            Self::One(_) | Self::Pooled { .. } => {
                answer(self.connection().execute("COMMIT")).await?;
                self.done();
                Ok(())
            }
        }
    }
}
