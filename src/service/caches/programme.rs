//! What comes next in published spaces, as everybody finds it. Whoever opens the front page asks for it, and finding it passes over
//! all that is planned before it in spaces that are not public. So it is read once a second, and never twice at a time.

use domain::{
    catalogue::topics::Category,
    error::StoreError,
    time::{Millis, Span},
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};
use store::Show;
use tokio::sync::Mutex;

/// How old it may be.
const LASTS: Span = Span::secs(1);

/// By the category of the spaces; without one, of all.
#[derive(Default)]
pub struct ProgrammeCache {
    lists: Mutex<HashMap<Option<Category>, List>>,
    /// Counts how often all was forgotten: what was read before is not shown.
    forgotten: AtomicU64,
}

struct List {
    shows: Arc<Vec<Show>>,
    until: Millis,
    /// The count before it was read.
    forgotten: u64,
}

impl ProgrammeCache {
    /// What was read a moment ago, else what `read` finds. All who ask meanwhile wait for it.
    pub(crate) async fn get(
        &self,
        category: Option<Category>,
        now: Millis,
        read: impl Future<Output = Result<Vec<Show>, StoreError>>,
    ) -> Result<Arc<Vec<Show>>, StoreError> {
        let mut lists = self.lists.lock().await;
        let forgotten = self.forgotten.load(SeqCst);
        let known = lists.get(&category).filter(|list| list.until > now && list.forgotten == forgotten);
        if let Some(list) = known {
            return Ok(Arc::clone(&list.shows));
        }
        let shows = Arc::new(read.await?);
        lists.insert(category, List { shows: Arc::clone(&shows), until: now + LASTS, forgotten });
        Ok(shows)
    }

    pub(crate) fn forget_all(&self) {
        self.forgotten.fetch_add(1, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        cell::Cell,
        future::{pending, ready},
        pin::pin,
        task::{Context, Poll, Waker},
    };

    /// What a future that waits for nothing comes to; `None` if it waits.
    fn now<T>(future: impl Future<Output = T>) -> Option<T> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    #[test]
    fn it_is_read_once_a_second_and_after_what_is_forgotten() {
        let (cache, reads) = (ProgrammeCache::default(), Cell::new(0));
        let ask = |category, at: i64| {
            let read = async {
                reads.set(reads.get() + 1);
                Ok(Vec::new())
            };
            let found = now(cache.get(category, Millis(at), read)).expect("at once");
            assert_eq!(found.expect("a list").len(), 0);
            reads.get()
        };
        assert_eq!((ask(None, 0), ask(None, 999), ask(None, 1000), ask(None, 1500)), (1, 1, 2, 2));
        assert_eq!((ask(Some(Category::Music), 1500), ask(Some(Category::Music), 1600)), (3, 3));
        cache.forget_all();
        assert_eq!((ask(None, 1600), ask(Some(Category::Music), 1600), ask(None, 1700)), (4, 5, 5));
    }

    #[test]
    fn who_asks_meanwhile_waits_and_a_failure_is_not_kept() {
        let cache = ProgrammeCache::default();
        let mut first = Box::pin(cache.get(None, Millis(0), pending()));
        assert!(now(&mut first).is_none());
        assert!(now(cache.get(None, Millis(0), ready(Ok(Vec::new())))).is_none(), "one read at a time");
        drop(first);
        let failed = now(cache.get(None, Millis(0), ready(Err(StoreError::NotFound))));
        assert!(failed.is_some_and(|answer| answer.is_err()));
        let found = now(cache.get(None, Millis(0), ready(Ok(Vec::new()))));
        assert!(found.is_some_and(|answer| answer.is_ok()));
    }
}
