//! The bus of a single process.

use domain::change::{Bus, Change};
use std::sync::{PoisonError, RwLock};

type Listener = Box<dyn Fn(&Change) + Send + Sync>;

/// Calls its listeners in the thread that publishes, so a change has taken effect when its use case returns.
#[derive(Default)]
pub struct LocalBus(RwLock<Vec<Listener>>);

impl Bus for LocalBus {
    fn publish(&self, change: &Change) {
        let listeners = self.0.read().unwrap_or_else(PoisonError::into_inner);
        listeners.iter().for_each(|listener| listener(change));
    }

    fn listen(&self, listener: Listener) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }
}
