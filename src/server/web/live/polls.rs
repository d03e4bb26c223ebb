//! Pages without a feed. They poll, and count as present until they miss one poll.

use domain::id::{RoomId, SessionId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// Pages poll every five seconds (`feed.js`).
const ASKS_AGAIN: Duration = Duration::from_secs(8);

type PollKey = (SessionId, RoomId);

/// The attendances `G` of polling pages: at most one for each session in a room, however often it polls.
pub struct Polls<G>(Mutex<HashMap<PollKey, (Instant, G)>>);

impl<G> Default for Polls<G> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<G: Send + 'static> Polls<G> {
    /// Keeps an attendance until the next poll is overdue. Ends the one of the poll before.
    pub fn keep(self: &Arc<Self>, key: PollKey, attendance: G) {
        let earlier = self.held().insert(key, (Instant::now() + ASKS_AGAIN, attendance));
        if earlier.is_some() {
            return;
        }
        let polls = self.clone();
        tokio::spawn(async move {
            while let Some(until) = polls.until(key) {
                sleep_until(until).await;
            }
        });
    }

    /// When the next poll is overdue. Removes the attendance if it is.
    fn until(&self, key: PollKey) -> Option<Instant> {
        let mut held = self.held();
        let until = held.get(&key)?.0;
        if until > Instant::now() {
            return Some(until);
        }
        let over = held.remove(&key);
        drop(held);
        // Outside the lock, because leaving the room may call back.
        drop(over);
        None
    }

    fn held(&self) -> MutexGuard<'_, HashMap<PollKey, (Instant, G)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn a_session_is_present_once_in_a_room_while_it_polls() {
        let (polls, room) = (Arc::new(Polls::default()), RoomId::new());
        let (often, once) = (SessionId::new(), SessionId::new());
        let (present, other) = (Arc::new(()), Arc::new(()));
        polls.keep((once, room), other.clone());
        for _ in 0..200 {
            polls.keep((often, room), present.clone());
            assert_eq!(Arc::strong_count(&present), 2, "one attendance, however often it polls");
            sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(Arc::strong_count(&other), 1, "who stops polling leaves");
        polls.keep((often, RoomId::new()), present.clone());
        assert_eq!(Arc::strong_count(&present), 3, "another room");
        sleep(ASKS_AGAIN * 2).await;
        assert_eq!((Arc::strong_count(&present), polls.held().len()), (1, 0));
    }
}
