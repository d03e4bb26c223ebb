//! Which layer of the picture each viewer gets: the one that it asks for, of those that arrive, less what its link makes it
//! give up.

use super::{
    Sfu,
    peer::{LinkReport, Peer},
    room::Layers,
};
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{LayerWish, ViewerLayers},
};
use std::time::Instant;
use str0m::stats::PeerStats;

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

/// Makes a viewer want the layer that suits it. Returns the layer if that takes a keyframe which it has not wanted before.
pub(super) fn aim(layers: &Layers, peer: &mut Peer) -> Option<u8> {
    let layer = layers.pick(peer.wish, peer.strain.steps())?;
    peer.want_layer(layer).then_some(layer)
}
