//! Incoming datagrams: finds the peer that each belongs to and enforces that peer's limits.

use super::{
    Sfu,
    limits::Limit,
    stun::{self, Message},
};
use crate::wire::{Datagram, Wire};
use domain::{id::MediaSessionId, live::media::MediaEnd};
use std::time::Instant;

impl Sfu {
    /// Handles a datagram from the network. Datagrams of unknown peers are ignored.
    pub fn receive(&mut self, now: Instant, datagram: Datagram<'_>, wire: &mut dyn Wire) {
        let taken = match stun::is_stun(datagram.body) {
            true => self.take_stun(now, datagram),
            false => self.take_media(now, datagram),
        };
        match taken {
            Ok(Some(session)) => self.drain(session, now, wire),
            Ok(None) => {}
            Err(limit) => self.met.note(limit),
        }
    }

    /// DTLS, RTP and RTCP do not name a peer: they belong to the owner of their source address.
    fn take_media(&mut self, now: Instant, datagram: Datagram<'_>) -> Result<Option<MediaSessionId>, Limit> {
        let Datagram { from, to, body } = datagram;
        let Some(session) = self.sources.owner(from).filter(|_| !body.is_empty()) else { return Ok(None) };
        let Some(peer) = self.peers.get_mut(&session).filter(|peer| !peer.is_over()) else { return Ok(None) };
        peer.budget.take_datagram(true, body.len(), now)?;
        if !peer.admits(body) {
            return Err(Limit::Undeclared);
        }
        peer.receive(now, from, to, body)?;
        peer.path.hear(from, now);
        Ok(Some(session))
    }

    fn take_stun(&mut self, now: Instant, datagram: Datagram<'_>) -> Result<Option<MediaSessionId>, Limit> {
        let Datagram { from, to, body } = datagram;
        match stun::read(body) {
            Some(Message::Request { ufrag }) => {
                let Some(&session) = self.by_ufrag.get(ufrag) else { return Ok(None) };
                self.take_request(session, now, datagram)
            }
            Some(Message::Response { transaction, mapped }) => {
                let peers = &mut self.peers;
                let asked = |session: &MediaSessionId| {
                    peers.get_mut(session).is_some_and(|peer| peer.takes_answer(transaction, mapped, from))
                };
                let Some(session) = self.sources.claimants(from).find(asked) else { return Ok(None) };
                let Some(peer) = self.peers.get_mut(&session) else { return Ok(None) };
                peer.budget.take_datagram(true, body.len(), now)?;
                if peer.is_over() || !peer.authenticates(now, from, to, body) {
                    return Ok(None);
                }
                self.sources.prove(from, session);
                peer.path.prove(from);
                peer.receive(now, from, to, body)?;
                Ok(Some(session))
            }
            None => Ok(None),
        }
    }

    /// Handles a STUN request, which names its peer. From a new address it must carry that peer's signature, and then
    /// it claims the address.
    fn take_request(
        &mut self,
        session: MediaSessionId,
        now: Instant,
        datagram: Datagram<'_>,
    ) -> Result<Option<MediaSessionId>, Limit> {
        let Datagram { from, to, body } = datagram;
        let Some(peer) = self.peers.get_mut(&session).filter(|peer| !peer.is_over()) else { return Ok(None) };
        let known = peer.addresses.contains(&from);
        peer.budget.take_datagram(known, body.len(), now)?;
        if !known {
            if !peer.authenticates(now, from, to, body) {
                return Ok(None);
            }
            if !peer.budget.take_address(now) {
                self.met.note(Limit::Addresses);
                peer.end_with(MediaEnd::Excess);
                return Ok(Some(session));
            }
            if let Some(gone) = peer.add_address(from) {
                self.sources.release(gone, session);
            }
            if let Some(displaced) = self.sources.claim(from, session).and_then(|id| self.peers.get_mut(&id))
            {
                displaced.addresses.retain(|address| *address != from);
            }
        }
        let Some(peer) = self.peers.get_mut(&session) else { return Ok(None) };
        peer.receive(now, from, to, body)?;
        Ok(Some(session))
    }
}
