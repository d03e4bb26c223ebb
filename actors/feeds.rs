//! The feed of each room: one, as long as anybody holds it. The slots of a room's actors do, so it outlives every restart.

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
        // The map doubles its size only when so many rooms are really held.
        if rooms.len() == rooms.capacity() {
            rooms.retain(|_, feed| feed.strong_count() > 0);
        }
        let feed = Arc::new(Feed::new(room));
        rooms.insert(room, Arc::downgrade(&feed));
        feed
    }
}
