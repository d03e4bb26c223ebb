//! A media plane without media.

use domain::{
    clock::BoxFuture,
    id::{MediaSessionId, RoomId},
    live::media::{
        Keyframe, LayerSet, MediaAnswer, MediaEnd, MediaError, MediaEvent, MediaHealth, MediaPlane,
    },
};
use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
};

type Listener = Box<dyn Fn(MediaEvent) + Send + Sync>;

#[derive(Default)]
pub struct MemMedia {
    listeners: Mutex<Vec<Listener>>,
    sessions: Mutex<HashMap<MediaSessionId, (RoomId, bool)>>,
    publishing: Mutex<HashSet<RoomId>>,
    /// Rooms whose sound is not forwarded.
    pub muted: Mutex<HashSet<RoomId>>,
    /// Sessions that the engine asked to end.
    pub ended: Mutex<Vec<MediaSessionId>>,
}

impl MemMedia {
    /// A publisher's packets begin to flow.
    pub fn publisher(&self, room: RoomId) -> MediaSessionId {
        let session = MediaSessionId::new();
        self.sessions.lock().unwrap().insert(session, (room, true));
        self.publishing.lock().unwrap().insert(room);
        self.say(MediaEvent::PublisherUp { room, session });
        session
    }
    pub fn viewer(&self, room: RoomId) -> MediaSessionId {
        let session = MediaSessionId::new();
        self.sessions.lock().unwrap().insert(session, (room, false));
        self.say(MediaEvent::ViewerUp { room, session });
        session
    }
    /// A session ends by itself, or (`Silent`) goes silent.
    pub fn falls(&self, session: MediaSessionId, end: MediaEnd) {
        let known = self.sessions.lock().unwrap().get(&session).copied();
        let Some((room, publishes)) = known else { return };
        if end != MediaEnd::Silent {
            self.sessions.lock().unwrap().remove(&session);
        }
        if publishes {
            self.publishing.lock().unwrap().remove(&room);
            self.say(MediaEvent::PublisherDown { room, session, end });
        } else {
            self.say(MediaEvent::ViewerDown { room, session, end });
        }
    }
    /// Nobody gets these layers of a publisher's picture.
    pub fn pauses(&self, room: RoomId, session: MediaSessionId, layers: LayerSet) {
        self.say(MediaEvent::LayersPaused { room, session, layers });
    }
    pub fn was_ended(&self, session: MediaSessionId) -> bool {
        self.ended.lock().unwrap().contains(&session)
    }
    fn say(&self, event: MediaEvent) {
        for listener in &*self.listeners.lock().unwrap() {
            listener(event);
        }
    }
}

impl MediaPlane for MemMedia {
    fn publish(&self, room: RoomId, _: String, _: bool) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        let session = self.publisher(room);
        Box::pin(async move { Ok(MediaAnswer { session, sdp: String::new() }) })
    }
    fn play(&self, room: RoomId, _: String) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        let session = self.viewer(room);
        Box::pin(async move { Ok(MediaAnswer { session, sdp: String::new() }) })
    }
    fn end(&self, session: MediaSessionId, end: MediaEnd) {
        self.ended.lock().unwrap().push(session);
        self.falls(session, end);
    }
    fn mute(&self, room: RoomId, muted: bool) {
        let mut rooms = self.muted.lock().unwrap();
        match muted {
            true => rooms.insert(room),
            false => rooms.remove(&room),
        };
    }
    fn health(&self, room: RoomId) -> Option<MediaHealth> {
        let publishes = self.publishing.lock().unwrap().contains(&room);
        publishes.then_some(MediaHealth {
            bits_per_second: 2_000_000,
            loss: 0.0,
            rtt_ms: Some(20),
            viewers: 0,
            picture: None,
        })
    }
    fn still(&self, _: RoomId) -> BoxFuture<'_, Option<Keyframe>> {
        Box::pin(async { None })
    }
    fn listen(&self, listener: Listener) {
        self.listeners.lock().unwrap().push(listener);
    }
}
