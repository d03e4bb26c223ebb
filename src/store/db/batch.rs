//! Batched reading, the counterpart of the group commit. Look-ups of one kind that arrive while one is running are
//! combined in the next. A crowd that arrives at once costs a few statements, and a single caller waits for nobody.

use domain::error::StoreError;
use futures_util::{FutureExt, future::BoxFuture};
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    task::yield_now,
    time::timeout,
};

/// The maximum number of keys in one look-up.
const MOST: usize = 64;

type PendingLookup<K, V> = (K, oneshot::Sender<Result<V, StoreError>>);

pub(crate) struct BatchLoader<K, V>(mpsc::UnboundedSender<PendingLookup<K, V>>);

impl<K: Clone + Send + 'static, V: Send + 'static> BatchLoader<K, V> {
    /// `open` returns the connection on which `read` answers the keys in order. The connection is kept while callers
    /// are waiting and for `keep` after the last one, because a pool tests each returned connection, which costs one more
    /// round trip to its thread. The task ends when the loader is dropped.
    pub fn start<L, O>(
        keep: Duration,
        mut open: impl FnMut() -> O + Send + 'static,
        mut read: impl for<'a> FnMut(&'a mut L, Vec<K>) -> BoxFuture<'a, Result<Vec<V>, StoreError>>
        + Send
        + 'static,
    ) -> Self
    where
        L: Send + 'static,
        O: Future<Output = Result<L, StoreError>> + Send + 'static,
    {
        let (ask, mut asked) = mpsc::unbounded_channel::<PendingLookup<K, V>>();
        tokio::spawn(async move {
            let (mut line, mut waiting) = (None, Vec::new());
            loop {
                let patience = if line.is_some() { keep } else { Duration::MAX };
                match timeout(patience, asked.recv_many(&mut waiting, MOST)).await {
                    Ok(0) => return,
                    Ok(_) => {
                        // The first caller wakes this task, which then runs before all others that are ready to ask.
                        yield_now().await;
                        while waiting.len() < MOST
                            && let Ok(next) = asked.try_recv()
                        {
                            waiting.push(next);
                        }
                    }
                    Err(_) => {
                        line = None;
                        continue;
                    }
                }
                let (keys, answers): (Vec<K>, Vec<_>) = waiting.drain(..).unzip();
                let look_up = async {
                    let mut held = match line.take() {
                        Some(held) => held,
                        None => open().await?,
                    };
                    let values = read(&mut held, keys).await?;
                    line = Some(held).filter(|_| !keep.is_zero() || !asked.is_empty());
                    Ok::<_, StoreError>(values)
                };
                // A panic fails these callers, but not later ones.
                match AssertUnwindSafe(look_up).catch_unwind().await {
                    Ok(Ok(values)) => {
                        answers
                            .into_iter()
                            .zip(values)
                            .for_each(|(answer, value)| drop(answer.send(Ok(value))));
                    }
                    Ok(Err(error)) => {
                        answers.into_iter().for_each(|answer| drop(answer.send(Err(error.clone()))));
                    }
                    Err(_) => tracing::error!("a look-up died"),
                }
            }
        });
        Self(ask)
    }

    /// Looks up `key`. The read begins after this call.
    pub async fn get(&self, key: K) -> Result<V, StoreError> {
        let gone = || StoreError::Unavailable("the look-up died".into());
        let (answer, answered) = oneshot::channel();
        self.0.send((key, answer)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    };

    #[tokio::test(start_paused = true)]
    async fn who_comes_meanwhile_goes_together() {
        let groups: Arc<Mutex<Vec<usize>>> = Arc::default();
        let seen = groups.clone();
        let opened: Arc<AtomicU64> = Arc::default();
        let times = opened.clone();
        let open = move || std::future::ready(Ok(times.fetch_add(1, Relaxed)));
        let squares = BatchLoader::start(Duration::ZERO, open, move |_line, keys: Vec<u64>| {
            seen.lock().expect("no panic under it").push(keys.len());
            async move {
                tokio::time::sleep(Duration::from_millis(10)).await;
                Ok(keys.into_iter().map(|key| key * key).collect())
            }
            .boxed()
        });
        let first = tokio::join!(squares.get(1), async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            tokio::join!(squares.get(2), squares.get(3), squares.get(4))
        });
        let (one, (two, three, four)) = first;
        assert_eq!([one, two, three, four].map(Result::ok), [Some(1), Some(4), Some(9), Some(16)]);
        assert_eq!(*groups.lock().expect("no panic under it"), [1, 3]);
        assert_eq!(opened.load(Relaxed), 1, "others waited, so the connection was kept");
        assert_eq!(squares.get(5).await.ok(), Some(25));
        assert_eq!(opened.load(Relaxed), 2, "nobody waited, so it was returned");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_kept_for_a_while() {
        let opened: Arc<AtomicU64> = Arc::default();
        let times = opened.clone();
        let open = move || std::future::ready(Ok(times.fetch_add(1, Relaxed)));
        let same = BatchLoader::start(Duration::from_secs(1), open, |_line, keys: Vec<u64>| {
            std::future::ready(Ok(keys)).boxed()
        });
        for (pause, connections) in [(0, 1), (900, 1), (900, 1), (1_100, 2)] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            assert_eq!(same.get(7).await.ok(), Some(7));
            assert_eq!(opened.load(Relaxed), connections, "after {pause} ms");
        }
    }

    #[tokio::test]
    async fn a_failure_is_everybodys_and_a_panic_ends_nothing() {
        let odd = BatchLoader::start(
            Duration::ZERO,
            || std::future::ready(Ok(())),
            |(), keys: Vec<u64>| {
                async move {
                    assert!(keys != [13], "thirteen");
                    if keys == [2] { Err(StoreError::NotFound) } else { Ok(keys) }
                }
                .boxed()
            },
        );
        assert!(matches!(odd.get(2).await, Err(StoreError::NotFound)));
        assert!(matches!(odd.get(13).await, Err(StoreError::Unavailable(_))));
        assert_eq!(odd.get(5).await.ok(), Some(5));
    }
}
