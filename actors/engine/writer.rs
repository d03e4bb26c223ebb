//! Runs one write at a time and finishes it even if the actor that started it dies.
//!
//! Belongs to the slot: a restarted actor waits for the write in flight before it loads.

use crate::engine::behavior::Failure;
use std::{future::Future, sync::Arc};
use tokio::sync::Mutex;

#[derive(Clone, Default)]
pub(crate) struct Writer(Arc<Mutex<()>>);

impl Writer {
    /// Runs the write in its own task and waits for it.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Failure> {
        let turn = Arc::clone(&self.0).lock_owned().await;
        let written = tokio::spawn(async move {
            let result = work.await;
            drop(turn);
            result
        });
        written.await.map_err(|error| Failure::Broken(error.to_string()))
    }

    /// Resolves when no write is in flight.
    pub async fn settled(&self) {
        drop(self.0.lock().await);
    }
}
