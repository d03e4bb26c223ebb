//! The embedded plane and LiveKit as one: what comes as an offer is the former's, passes are the latter's.

use super::LiveKit;
use domain::{
    clock::BoxFuture,
    id::{MediaSessionId, RoomId},
    live::{
        media::{
            Keyframe, LayerWish, MediaAnswer, MediaEnd, MediaError, MediaEvent, MediaHealth, MediaPlane,
            Transport, ViewerLayers,
        },
        passes::{MediaPass, MediaRole},
    },
};
use std::{net::SocketAddr, sync::Arc};

pub struct BothPlanes {
    pub embedded: Arc<dyn MediaPlane>,
    pub livekit: Arc<LiveKit>,
}

impl MediaPlane for BothPlanes {
    fn publish(
        &self,
        room: RoomId,
        offer: String,
        replace: bool,
    ) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        self.embedded.publish(room, offer, replace)
    }

    fn play(&self, room: RoomId, offer: String) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        self.embedded.play(room, offer)
    }

    fn addresses(&self) -> Vec<SocketAddr> {
        self.embedded.addresses()
    }

    fn try_out(&self, offer: String, by: Transport) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        self.embedded.try_out(offer, by)
    }

    fn admit(&self, room: RoomId, role: MediaRole) -> BoxFuture<'_, Result<MediaPass, MediaError>> {
        self.livekit.admit(room, role)
    }

    fn choose_layer(&self, session: MediaSessionId, wish: LayerWish) -> BoxFuture<'_, Option<ViewerLayers>> {
        self.embedded.choose_layer(session, wish)
    }

    fn pause_layers(&self, session: MediaSessionId) {
        self.embedded.pause_layers(session);
    }

    /// Each ignores the sessions of the other.
    fn end(&self, session: MediaSessionId, end: MediaEnd) {
        self.embedded.end(session, end);
        self.livekit.end(session, end);
    }

    /// The room is on one of them.
    fn mute(&self, room: RoomId, muted: bool) {
        self.embedded.mute(room, muted);
        self.livekit.mute(room, muted);
    }

    fn health(&self, room: RoomId) -> Option<MediaHealth> {
        self.embedded.health(room)
    }

    fn still(&self, room: RoomId) -> BoxFuture<'_, Option<Keyframe>> {
        self.embedded.still(room)
    }

    fn listen(&self, listener: Box<dyn Fn(MediaEvent) + Send + Sync>) {
        let listener = Arc::new(listener);
        let other = Arc::clone(&listener);
        self.embedded.listen(Box::new(move |event| listener(event)));
        self.livekit.listen(Box::new(move |event| other(event)));
    }
}
