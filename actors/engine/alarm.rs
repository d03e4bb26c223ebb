//! Deadlines that outlive the actor that set them: data, not timers. One worker waits for the earliest one, whichever
//! actors die meanwhile.

use domain::{
    clock::Clock,
    time::{Millis, Span},
};
use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// At most one deadline per key.
pub struct Alarms<K> {
    clock: Arc<dyn Clock>,
    table: Mutex<Table<K>>,
    /// The earliest deadline has changed.
    earlier: Notify,
}

struct Table<K> {
    of: HashMap<K, Millis>,
    order: BTreeSet<(Millis, K)>,
}

impl<K: Copy + Ord + Hash> Alarms<K> {
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        let table = Mutex::new(Table { of: HashMap::new(), order: BTreeSet::new() });
        Arc::new(Self { clock, table, earlier: Notify::new() })
    }

    /// Sets, moves or (`None`) clears the deadline of a key.
    pub fn set(&self, key: K, at: Option<Millis>) {
        let mut table = self.table();
        let first = table.order.first().copied();
        if let Some(old) = table.of.remove(&key) {
            table.order.remove(&(old, key));
        }
        if let Some(at) = at {
            table.of.insert(key, at);
            table.order.insert((at, key));
        }
        if table.order.first().copied() != first {
            self.earlier.notify_one();
        }
    }

    /// Moves a deadline earlier, never later.
    pub fn at_latest(&self, key: K, at: Millis) {
        let sooner = self.table().of.get(&key).is_some_and(|set| *set <= at);
        if !sooner {
            self.set(key, Some(at));
        }
    }

    /// Waits for a deadline and returns its key, after moving the deadline on by `again`. The handler then sets or
    /// clears it; if the handler dies first, the deadline fires again.
    pub async fn due(&self, again: Span) -> K {
        loop {
            let earlier = self.earlier.notified();
            let first = self.table().order.first().copied();
            match first {
                Some((at, key)) if at <= self.clock.now() => {
                    self.set(key, Some(self.clock.now() + again));
                    return key;
                }
                Some((at, _)) => tokio::select! {
                    () = self.clock.sleep_until(at) => {}
                    () = earlier => {}
                },
                None => earlier.await,
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, Table<K>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
