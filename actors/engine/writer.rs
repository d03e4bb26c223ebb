//! One write at a time, which is finished even when the actor that began it dies over it.
//!
//! Kept by the slot: a restarted actor first waits until the write in flight is settled, and only then loads.

use crate::engine::behavior::Failure;
use std::{future::Future, sync::Arc};
use tokio::sync::Mutex;

#[derive(Clone, Default)]
pub(crate) struct Writer(Arc<Mutex<()>>);

impl Writer {
    /// Runs the write in a task of its own and waits for it.
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

    /// Resolves when nothing is being written.
    pub async fn settled(&self) {
        drop(self.0.lock().await);
    }
}
