//! The media thread's state as other threads see it, and the listeners of its events.

use crate::recording::Taps;
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaEnd, MediaEvent, MediaHealth},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

pub type Listener = Box<dyn Fn(MediaEvent) + Send + Sync>;

#[derive(Default)]
pub struct SharedStatus {
    /// The rooms that are recorded.
    pub taps: Arc<Taps>,
    health: Mutex<HashMap<RoomId, MediaHealth>>,
    /// The event that ends each announced session, emitted if the thread itself fails.
    ended_events: Mutex<HashMap<MediaSessionId, MediaEvent>>,
    muted: Mutex<MutedRooms>,
    listeners: RwLock<Vec<Listener>>,
}

/// The rooms whose sound nobody gets, also after the thread has failed, each with the number of the order to mute it.
#[derive(Default)]
struct MutedRooms {
    orders: u64,
    rooms: HashMap<RoomId, u64>,
}

/// No lock is held while foreign code runs, so a poisoned lock still guards consistent data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next(ended_events: &Mutex<HashMap<MediaSessionId, MediaEvent>>) -> Option<MediaEvent> {
    lock(ended_events).values().next().copied()
}

impl SharedStatus {
    pub fn listen(&self, listener: Listener) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    pub fn emit(&self, event: MediaEvent) {
        let end = MediaEnd::Lost;
        match event {
            MediaEvent::PublisherUp { room, session } => {
                lock(&self.ended_events).insert(session, MediaEvent::PublisherDown { room, session, end });
            }
            MediaEvent::ViewerUp { room, session } => {
                lock(&self.ended_events).insert(session, MediaEvent::ViewerDown { room, session, end });
            }
            MediaEvent::PublisherDown { session, .. } | MediaEvent::ViewerDown { session, .. } => {
                lock(&self.ended_events).remove(&session);
            }
            MediaEvent::LayersPaused { .. } => {}
        }
        for listener in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(event);
        }
    }

    /// Called when the media thread has failed: reports every session as lost.
    pub fn lose_all(&self) {
        lock(&self.health).clear();
        // Each event is removed before it is emitted, so that a listener that panics does not suppress the others.
        while let Some(event) = next(&self.ended_events) {
            self.emit(event);
        }
    }

    pub fn mute(&self, room: RoomId) {
        let mut muted = lock(&self.muted);
        muted.orders += 1;
        let order = muted.orders;
        muted.rooms.insert(room, order);
    }

    /// The order by which a room is muted.
    pub fn muted_by(&self, room: RoomId) -> Option<u64> {
        lock(&self.muted).rooms.get(&room).copied()
    }

    /// Takes an order back, unless another one has followed it.
    pub fn unmute(&self, room: RoomId, order: u64) {
        let mut muted = lock(&self.muted);
        if muted.rooms.get(&room) == Some(&order) {
            muted.rooms.remove(&room);
        }
    }

    pub fn is_muted(&self, room: RoomId) -> bool {
        self.muted_by(room).is_some()
    }

    pub fn note_health(&self, room: RoomId, health: MediaHealth) {
        lock(&self.health).insert(room, health);
    }

    pub fn forget_room(&self, room: RoomId) {
        lock(&self.health).remove(&room);
    }

    pub fn health(&self, room: RoomId) -> Option<MediaHealth> {
        lock(&self.health).get(&room).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_that_was_muted_anew_stays_muted() {
        let (status, room, other) = (SharedStatus::default(), RoomId::new(), RoomId::new());
        status.mute(room);
        status.mute(other);
        let order = status.muted_by(room).unwrap();
        status.mute(room);
        status.unmute(room, order);
        assert!(status.is_muted(room), "of two orders the later one holds");
        status.unmute(room, status.muted_by(room).unwrap());
        assert!(!status.is_muted(room) && status.is_muted(other));
    }
}
