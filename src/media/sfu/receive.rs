//! Incoming datagrams: finds the peer that each belongs to and enforces that peer's limits.

use super::{
    Sfu,
    limits::Limit,
    peer::Peer,
    stun::{self, Message},
};
use crate::wire::{Datagram, Receipt, Wire};
use domain::{id::MediaSessionId, live::media::MediaEnd};
use std::time::Instant;
use str0m::net::Protocol;

impl Sfu {
    /// Handles a datagram from the network. Datagrams of unknown peers are ignored.
    pub fn receive(&mut self, now: Instant, datagram: Datagram<'_>, wire: &mut dyn Wire) -> Receipt {
        let taken = match stun::is_stun(datagram.body) {
            true => self.take_stun(now, datagram),
            false => self.take_media(now, datagram),
        };
        match taken {
            Ok(Some(session)) => {
                self.drain(session, now, wire);
                let spares = |peer: &Peer| peer.path.spares(datagram.from, now);
                let by_tcp = datagram.from.protocol == Protocol::Tcp;
                let spare = by_tcp && self.peers.get(&session).is_some_and(spares);
                if spare { Receipt::Spare } else { Receipt::Taken }
            }
            Ok(None) => Receipt::Unclaimed,
            Err(limit) => {
                self.met.note(limit);
                Receipt::OverLimit
            }
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
            if !peer.budget.take_address(from.protocol, now) {
                // Browsers connect by TCP again and again where UDP works, too: that ends nobody.
                if from.protocol == Protocol::Tcp {
                    return Err(Limit::Addresses);
                }
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
