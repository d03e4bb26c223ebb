//! Who publishes into which room, as last reported by the media plane. It outlives all actors: they look here instead
//! of keeping a copy.

use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaEnd, MediaEvent},
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

#[derive(Default)]
pub(crate) struct Publishers(Mutex<HashMap<RoomId, Publisher>>);

#[derive(Clone, Copy)]
struct Publisher {
    session: MediaSessionId,
    /// False while its connection is silent.
    flows: bool,
}

impl Publishers {
    /// Applies the event. Returns the room whose publisher changed.
    pub fn note(&self, event: MediaEvent) -> Option<RoomId> {
        match event {
            MediaEvent::PublisherUp { room, session } => {
                self.table().insert(room, Publisher { session, flows: true });
                Some(room)
            }
            MediaEvent::PublisherDown { room, session, end } => {
                let mut table = self.table();
                let publisher = table.get_mut(&room).filter(|publisher| publisher.session == session)?;
                publisher.flows = false;
                if end != MediaEnd::Silent {
                    table.remove(&room);
                }
                Some(room)
            }
            MediaEvent::ViewerUp { .. } | MediaEvent::ViewerDown { .. } => None,
        }
    }

    pub fn flows(&self, room: RoomId) -> bool {
        self.table().get(&room).is_some_and(|publisher| publisher.flows)
    }
    pub fn session(&self, room: RoomId) -> Option<MediaSessionId> {
        self.table().get(&room).map(|publisher| publisher.session)
    }
    pub fn rooms(&self) -> Vec<RoomId> {
        self.table().iter().filter(|(_, publisher)| publisher.flows).map(|(room, _)| *room).collect()
    }

    fn table(&self) -> MutexGuard<'_, HashMap<RoomId, Publisher>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
