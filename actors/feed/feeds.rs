//! The feed of each room. There is one as long as anybody holds it; the slots of the room's actors do, so it outlives their
//! restarts.

use crate::feed::Feed;
use domain::id::RoomId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

#[derive(Default)]
pub struct Feeds {
    rooms: Mutex<HashMap<RoomId, Weak<Feed>>>,
}

impl Feeds {
    pub fn get(&self, room: RoomId) -> Arc<Feed> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(feed) = rooms.get(&room).and_then(Weak::upgrade) {
            return feed;
        }
        // Forget first, so that the map grows only if that many rooms are held.
        if rooms.len() == rooms.capacity() {
            forget(&mut rooms);
        }
        let feed = Arc::new(Feed::new(room));
        rooms.insert(room, Arc::downgrade(&feed));
        feed
    }

    /// Removes the entries of rooms whose feed nobody holds any more.
    pub(crate) fn sweep(&self) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut rooms);
        let few = 2 * rooms.len();
        rooms.shrink_to(few);
    }
}

fn forget(rooms: &mut HashMap<RoomId, Weak<Feed>>) {
    rooms.retain(|_, feed| feed.strong_count() > 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_that_nobody_holds_leaves_nothing() {
        let feeds = Feeds::default();
        let mut held: Vec<_> = (0..100).map(|_| feeds.get(RoomId::new())).collect();
        feeds.sweep();
        assert_eq!(feeds.rooms.lock().expect("a lock").len(), 100);
        held.truncate(1);
        feeds.sweep();
        let rooms = feeds.rooms.lock().expect("a lock");
        assert!(rooms.len() == 1 && rooms.capacity() < 100);
    }
}
