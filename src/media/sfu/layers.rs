//! Which layer of the picture each viewer gets: the one that it asks for, of those that are there, less what its link makes it
//! give up. And which of them the publisher pauses, because nobody gets them.

use super::{
    Sfu,
    peer::{LinkReport, Peer},
    room::Layers,
};
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{LayerWish, MediaEvent, Quality, ViewerLayers},
};
use std::time::Instant;
use str0m::stats::PeerStats;

/// What is kept of a picture that nobody watches, for stills and for whoever comes: a still has 640 x 360 pixels.
const KEPT: LayerWish = LayerWish { quality: Quality::Auto, shown: Some(360) };
/// What a recording has, and what is sent to another platform.
const RECORDED: LayerWish = LayerWish { quality: Quality::High, shown: None };

impl Sfu {
    /// Takes the wish of a viewer. `None`: there is no such viewer.
    pub(super) fn choose_layer(
        &mut self,
        session: MediaSessionId,
        wish: LayerWish,
        now: Instant,
    ) -> Option<ViewerLayers> {
        let peer = self.peers.get_mut(&session)?;
        let id = peer.room;
        let room = self.rooms.get_mut(&id)?;
        if room.is_published_by(session) {
            return None;
        }
        peer.wish = wish;
        // It may change its mind without end, and each keyframe lowers everybody's quality.
        if let Some(layer) = aim(&room.layers, peer) {
            room.plis[usize::from(layer)].want_again(now);
        }
        let current = peer.layer().and_then(|layer| room.layers.rank_of(layer));
        let layers = ViewerLayers { heights: room.layers.heights(), current };
        self.arm_room(id);
        self.pause_layers(id, now);
        Some(layers)
    }

    /// Chooses for all viewers of a room whose layers have changed.
    pub(super) fn choose_layers(&mut self, id: RoomId, now: Instant) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        let main = room.main_layer();
        for viewer in &room.viewers {
            let layer = self.peers.get_mut(viewer).and_then(|peer| aim(&room.layers, peer));
            if let Some(layer) = layer {
                room.plis[usize::from(layer)].want(now);
            }
        }
        // What is kept and recorded is the best one, whoever watches.
        if let Some(best) = room.layers.best().filter(|best| *best != main) {
            room.plis[usize::from(best)].want(now);
        }
        self.arm_room(id);
    }

    /// The publisher pauses the layers that it is told to pause, from now on.
    pub(super) fn begin_pauses(&mut self, session: MediaSessionId) {
        let room = self.peers.get(&session).and_then(|peer| self.rooms.get_mut(&peer.room));
        if let Some(room) = room.filter(|room| room.is_published_by(session)) {
            room.pauses.heeded = true;
        }
    }

    /// Tells a room's publisher to pause what nobody gets, and to send at once what somebody wants.
    pub(super) fn pause_layers(&mut self, id: RoomId, now: Instant) {
        let Some(room) = self.rooms.get_mut(&id).filter(|room| room.pauses.heeded) else { return };
        let Some(session) = room.publisher.as_ref().map(|publisher| publisher.session) else { return };
        let kept = if self.status.taps.has(id) { RECORDED } else { KEPT };
        let mut used = vec![room.layers.pick(kept, 0)];
        let viewers = room.viewers.iter().filter_map(|viewer| self.peers.get(viewer));
        for peer in viewers.filter(|peer| !peer.codecs.is_empty()) {
            used.extend([room.layers.pick(peer.wish, peer.strain.steps()), peer.layer()]);
        }
        if let Some(layers) = room.decide_pauses(used.into_iter().flatten(), now) {
            self.status.emit(MediaEvent::LayersPaused { room: id, session, layers });
        }
    }

    /// Acts on the quality of a viewer's link.
    pub(super) fn note_viewer_link(
        &mut self,
        session: MediaSessionId,
        id: RoomId,
        stats: &PeerStats,
        now: Instant,
    ) {
        let (Some(room), Some(peer)) = (self.rooms.get_mut(&id), self.peers.get_mut(&session)) else {
            return;
        };
        if room.layers.count() < 2 {
            return;
        }
        let most = room.layers.rank_wished(peer.wish).unwrap_or(0);
        let report = LinkReport { loss: stats.egress_loss_fraction, rtt: stats.rtt };
        peer.strain.note(report, most as u8, now);
        if let Some(layer) = aim(&room.layers, peer) {
            room.plis[usize::from(layer)].want(now);
            self.arm_room(id);
        }
    }
}

/// Makes a viewer want the layer that suits it, of those that arrive. Returns the layer if that takes a keyframe which it has not
/// wanted before.
pub(super) fn aim(layers: &Layers, peer: &mut Peer) -> Option<u8> {
    let layer = layers.sent_for(layers.pick(peer.wish, peer.strain.steps())?)?;
    peer.want_layer(layer).then_some(layer)
}
