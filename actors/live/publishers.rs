//! Who publishes into which room, as last reported by the media plane. It outlives all actors: they look here instead
//! of keeping a copy.

use domain::{
    id::{MediaSessionId, RoomId, StreamId},
    live::media::{MediaEnd, MediaEvent},
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

#[derive(Default)]
pub(crate) struct Publishers {
    table: Mutex<HashMap<RoomId, Publisher>>,
    /// The media rooms of those on a stage, with its stream.
    stages: Mutex<HashMap<RoomId, StreamId>>,
}

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
            MediaEvent::ViewerUp { .. } | MediaEvent::ViewerDown { .. } | MediaEvent::LayersPaused { .. } => {
                None
            }
        }
    }

    pub fn flows(&self, room: RoomId) -> bool {
        self.table().get(&room).is_some_and(|publisher| publisher.flows)
    }
    pub fn session(&self, room: RoomId) -> Option<MediaSessionId> {
        self.table().get(&room).map(|publisher| publisher.session)
    }
    /// The rooms into which packets flow. Those of co-hosts are not among them.
    pub fn rooms(&self) -> Vec<RoomId> {
        let stages = self.stages();
        self.table()
            .iter()
            .filter(|(room, _)| !stages.contains_key(room))
            .filter(|(_, publisher)| publisher.flows)
            .map(|(room, _)| *room)
            .collect()
    }

    fn table(&self) -> MutexGuard<'_, HashMap<RoomId, Publisher>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stream on whose stage this room's publisher is.
    pub fn stage_of(&self, room: RoomId) -> Option<StreamId> {
        self.stages().get(&room).copied()
    }
    pub fn join_stage(&self, room: RoomId, stream: StreamId) {
        self.stages().insert(room, stream);
    }
    pub fn leave_stage(&self, room: RoomId) {
        self.stages().remove(&room);
    }

    fn stages(&self) -> MutexGuard<'_, HashMap<RoomId, StreamId>> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
