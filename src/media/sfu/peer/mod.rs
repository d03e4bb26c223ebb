//! One connection, a publisher's or a viewer's.

mod catch_up;
mod path;
mod rebase;
mod strain;
mod track;

use super::{
    command::Role,
    limits::{ADDRESSES, Budget, CHECKS, CONNECT, Limit},
    outbox::Outbox,
    packet::{Kind, Packet},
    stun::{self, Mapped, Transaction},
    timers::Alarm,
};
use crate::wire::{Remote, Wire};
pub use catch_up::BURST;
use catch_up::CatchUp;
use domain::{
    id::RoomId,
    live::media::{Codec, LayerWish, MediaEnd},
};
use path::Path;
use rebase::Rebase;
use std::{
    collections::VecDeque,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};
use str0m::{
    Event, IceConnectionState, Input, Output, Rtc, RtcError,
    media::{KeyframeRequestKind, Mid, Pt, Rid},
    net::{Receive, Transmit},
    rtp::RtpPacket,
    stats::PeerStats,
};
pub use strain::{LinkReport, Strain};
use track::{Track, agreed, kind, outgoing};

/// Silence after which a peer is gone: players report and check at least every 5 s, so two of those were lost. str0m
/// itself would wait 15 s or more.
const QUIET: Duration = Duration::from_secs(12);
/// The retransmission buffer: packets, their age, and the share of retransmitted bytes. These values were measured to
/// fill holes.
const RESEND: (usize, Duration, Option<f32>) = (512, Duration::from_secs(1), Some(0.15));
/// Local addresses that a peer may report. The ICE agent stores each of them.
const MAPPED: usize = 8;

/// Sources of a publisher whose offer declares none. Sound and video with retransmission are four.
const UNDECLARED: usize = 16;

/// What a connection reported while its output was polled.
#[derive(Default)]
pub struct Said {
    pub packets: Vec<RtpPacket>,
    pub connected: bool,
    /// Its video can be written from now on.
    pub playable: bool,
    pub wants_keyframe: bool,
    pub stats: Option<PeerStats>,
    pub over: Option<MediaEnd>,
}

pub struct Peer {
    pub room: RoomId,
    pub role: Role,
    pub ufrag: String,
    /// The source addresses of its requests, the oldest first.
    pub addresses: Vec<Remote>,
    /// The codecs of pictures that it takes, or the one that it sends.
    pub codecs: Vec<Codec>,
    /// The names of a publisher's layers, in the order of their numbers; none if its picture has one.
    pub rids: Vec<Rid>,
    /// Which layer a viewer asks for, and what its link makes it give up.
    pub wish: LayerWish,
    pub strain: Strain,
    pub budget: Budget,
    pub alarm: Alarm,
    rtc: Box<Rtc>,
    /// The sources that its offer declared, and undeclared ones that were admitted.
    ssrcs: Vec<u32>,
    /// How many more undeclared sources are admitted.
    undeclared: usize,
    /// Our checks that may still be answered, and where each was sent.
    checks: VecDeque<(Transaction, Remote)>,
    mapped: Vec<Mapped>,
    pub path: Path,
    connected: bool,
    video: Option<Track>,
    audio: Option<Track>,
    late: CatchUp,
    joined: Instant,
    heard: Instant,
    over: Option<MediaEnd>,
    panicked: bool,
}

impl Peer {
    pub fn new(
        room: RoomId,
        role: Role,
        rtc: Box<Rtc>,
        ufrag: String,
        ssrcs: Vec<u32>,
        now: Instant,
    ) -> Self {
        Self {
            room,
            role,
            ufrag,
            addresses: vec![],
            codecs: vec![],
            rids: vec![],
            wish: LayerWish::default(),
            strain: Strain::default(),
            budget: Budget::new(role == Role::Publisher, now),
            alarm: Alarm::default(),
            rtc,
            undeclared: if ssrcs.is_empty() { UNDECLARED } else { 0 },
            ssrcs,
            checks: VecDeque::new(),
            mapped: vec![],
            path: Path::new(now),
            connected: false,
            video: None,
            audio: None,
            late: CatchUp::default(),
            joined: now,
            heard: now,
            over: None,
            panicked: false,
        }
    }

    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Returns true once after a panic.
    pub fn take_panic(&mut self) -> bool {
        std::mem::take(&mut self.panicked)
    }

    pub fn waited(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.joined)
    }

    pub fn is_dead(&self, now: Instant) -> Option<MediaEnd> {
        let (since, patience, end) = match self.connected {
            true => (self.heard, QUIET, MediaEnd::Lost),
            false => (self.joined, CONNECT, MediaEnd::Unconnected),
        };
        (now.saturating_duration_since(since) > patience).then_some(end)
    }

    /// Whether the datagram carries this connection's signature. Changes nothing, so input that makes str0m panic here
    /// ends no connection.
    pub fn authenticates(&self, now: Instant, from: Remote, to: SocketAddr, body: &[u8]) -> bool {
        // str0m lets in whatever has the numbers of the address that it sends to, by UDP or TCP.
        if self.addresses.iter().any(|known| known.at == from.at && known.protocol != from.protocol) {
            return false;
        }
        let check = || read(now, from, to, body).is_some_and(|input| self.rtc.accepts(&input));
        catch_unwind(AssertUnwindSafe(check)).unwrap_or(false)
    }

    /// Adds an address. Returns the one evicted for it: the oldest that does not carry the media.
    pub fn add_address(&mut self, address: Remote) -> Option<Remote> {
        let full = self.addresses.len() >= ADDRESSES;
        let oldest = self.addresses.iter().position(|known| !self.path.carries(*known));
        let gone = oldest.filter(|_| full).map(|at| self.addresses.remove(at));
        self.addresses.push(address);
        gone
    }

    /// Whether this check was sent to this address. Returns true only once.
    pub fn takes_answer(&mut self, transaction: Transaction, mapped: Option<Mapped>, from: Remote) -> bool {
        let Some(at) = self.checks.iter().position(|check| *check == (transaction, from)) else {
            return false;
        };
        self.checks.remove(at);
        match mapped {
            Some(mapped) if !self.mapped.contains(&mapped) => {
                let room = self.mapped.len() < MAPPED;
                self.mapped.extend(room.then_some(mapped));
                room
            }
            _ => true,
        }
    }

    /// Whether str0m may see the datagram. It keeps a stream for each new source before it has authenticated the packet, and
    /// lets an unknown source take over a track. So RTP counts only from a connected publisher, and only from the sources
    /// that it declared, or the first few where it declared none.
    pub fn admits(&mut self, datagram: &[u8]) -> bool {
        let kind = datagram.get(1).map_or(0, |second| second & 0x7f);
        let is_rtp = datagram[0] >> 6 == 2 && !(64..96).contains(&kind);
        if !is_rtp {
            return true;
        }
        let ssrc = datagram.get(8..12).and_then(|ssrc| ssrc.try_into().ok()).map(u32::from_be_bytes);
        let Some(ssrc) = ssrc.filter(|_| self.connected && self.role == Role::Publisher) else {
            return false;
        };
        // libwebrtc sends probes with source 0.
        if ssrc == 0 || self.ssrcs.contains(&ssrc) {
            return true;
        }
        let admitted = self.undeclared > 0;
        if admitted {
            self.undeclared -= 1;
            self.ssrcs.push(ssrc);
        }
        admitted
    }

    /// Feeds a datagram to this connection. An unusable one is ignored: it may be forged.
    pub fn receive(&mut self, now: Instant, from: Remote, to: SocketAddr, body: &[u8]) -> Result<(), Limit> {
        let Ok(Some(input)) = catch_unwind(AssertUnwindSafe(|| read(now, from, to, body))) else {
            return Err(Limit::Unreadable);
        };
        self.heard = now;
        self.guard(|peer| match peer.rtc.handle_input(input) {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::trace!(%error, room = %peer.room, "a datagram was refused");
                peer.rtc.handle_input(Input::Timeout(now))
            }
        });
        Ok(())
    }

    pub fn timeout(&mut self, now: Instant) {
        self.guard(|peer| {
            for packet in peer.late.take(now) {
                peer.write_one(&packet);
            }
            peer.rtc.handle_input(Input::Timeout(now))
        });
    }

    /// Sends a newcomer the group that it needs to understand the next packet.
    pub fn catch_up(&mut self, group: Vec<Packet>, now: Instant) {
        self.late.begin(group, now);
        self.timeout(now);
    }

    /// Runs `work` on the connection. If it fails or panics, only this connection ends. Everything that parses the
    /// peer's bytes must run in here.
    pub fn guard<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, RtcError>) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(Ok(done)) => return Some(done),
            Ok(Err(error)) => tracing::debug!(%error, room = %self.room, "a media connection failed"),
            Err(_) => {
                self.panicked = true;
                tracing::error!(room = %self.room, "a media connection panicked");
            }
        }
        self.over.get_or_insert(MediaEnd::Lost);
        self.rtc.disconnect();
        None
    }

    /// Ends it for a reason of our own, which the next [`Self::poll`] reports.
    pub fn end_with(&mut self, end: MediaEnd) {
        self.over.get_or_insert(end);
    }

    /// Starts the DTLS close; the next [`Self::poll`] sends it.
    pub fn close(&mut self, now: Instant) {
        self.guard(|peer| peer.rtc.close());
        self.timeout(now);
    }

    /// The codec that an incoming payload type was agreed for.
    pub fn codec_of(&self, pt: Pt) -> Option<Codec> {
        self.rtc.codec_config().find(|params| params.pt() == pt).and_then(agreed)
    }

    /// The layer of a source; `None` if it is none of those that were agreed. A search: remember what it finds.
    pub fn layer_of(&mut self, rtp: &RtpPacket) -> Option<u8> {
        if self.rids.is_empty() {
            return Some(0);
        }
        let ssrc = rtp.header.ssrc;
        let known = || self.rtc.direct_api().stream_rx(&ssrc)?.rid();
        let rid = rtp.header.ext_vals.rid.or_else(known)?;
        self.rids.iter().zip(0..).find(|(agreed, _)| **agreed == rid).map(|(_, layer)| layer)
    }

    pub fn request_keyframe(&mut self, ssrc: u32, now: Instant) {
        self.guard(|peer| {
            let mut direct = peer.rtc.direct_api();
            let Some(stream) = direct.stream_rx(&ssrc.into()) else { return Ok(()) };
            stream.request_keyframe(KeyframeRequestKind::Pli);
            peer.rtc.handle_input(Input::Timeout(now))
        });
    }

    /// Sends all pending output, until only a timeout is left.
    pub fn poll(&mut self, outbox: &mut Outbox, wire: &mut dyn Wire) -> Said {
        let mut said = Said::default();
        loop {
            match self.guard(|peer| peer.rtc.poll_output()) {
                // An ended connection needs no timer.
                Some(Output::Timeout(at)) => {
                    let at = self.late.due().map_or(at, |due| due.min(at));
                    break self.alarm.deadline = self.over.is_none().then_some(at);
                }
                Some(Output::Transmit(Transmit { proto: protocol, source, destination: at, contents })) => {
                    let to = self.route(&contents, Remote { protocol, at });
                    outbox.push(source, to, contents, wire);
                }
                Some(Output::Event(event)) => self.note(event, &mut said),
                None => {}
            }
        }
        outbox.flush(wire);
        said.over = self.over;
        said
    }

    /// The destination of an outgoing datagram. Remembers checks, to match their answers.
    fn route(&mut self, datagram: &[u8], to: Remote) -> Remote {
        if !stun::is_stun(datagram) {
            return self.path.choose(to, self.heard);
        }
        if let Some(transaction) = stun::request(datagram) {
            if self.checks.len() >= CHECKS {
                self.checks.pop_front();
            }
            self.checks.push_back((transaction, to));
        }
        to
    }

    fn note(&mut self, event: Event, said: &mut Said) {
        match event {
            Event::RtpPacket(packet) => said.packets.push(packet),
            Event::KeyframeRequest(_) => said.wants_keyframe = true,
            Event::PeerStats(stats) => said.stats = Some(stats),
            Event::Connected => {
                said.connected = !self.connected;
                self.connected = true;
            }
            // Arrives after `Connected`, never before.
            Event::MediaAdded(media) if self.role == Role::Viewer => {
                let kind = kind(media.kind);
                self.guard(|peer| {
                    peer.add_track(kind, media.mid);
                    Ok(())
                });
                said.playable |= kind == Kind::Video;
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                self.over.get_or_insert(MediaEnd::Lost);
            }
            Event::Closed => {
                self.over.get_or_insert(MediaEnd::Left);
            }
            _ => {}
        }
    }

    fn add_track(&mut self, kind: Kind, mid: Mid) {
        let theirs = self.rtc.media(mid).map(|media| media.remote_pts().to_vec()).unwrap_or_default();
        let ours = self.rtc.codec_config().params().iter().filter(|params| theirs.contains(&params.pt()));
        let known = ours.filter_map(|params| Some((agreed(params)?, params.pt())));
        let pts: Vec<_> = known.filter(|(codec, _)| Kind::of(*codec) == kind).collect();
        if pts.is_empty() {
            return;
        }
        if let (Kind::Video, Some(stream)) = (kind, self.rtc.direct_api().stream_tx_by_mid(mid, None)) {
            stream.set_rtx_cache(RESEND.0, RESEND.1, RESEND.2);
        }
        *self.track(kind) = Some(Track { mid, pts, rebase: Rebase::new(kind) });
    }

    fn track(&mut self, kind: Kind) -> &mut Option<Track> {
        match kind {
            Kind::Audio => &mut self.audio,
            Kind::Video => &mut self.video,
        }
    }

    /// True until it has seen its first picture.
    pub fn waits_for_picture(&self) -> bool {
        self.video.as_ref().is_some_and(|track| track.rebase.waits())
    }

    /// The layer that this viewer gets.
    pub fn layer(&self) -> Option<u8> {
        self.video.as_ref()?.rebase.layer()
    }

    /// The layer that it is to get.
    pub fn wanted_layer(&self) -> u8 {
        self.video.as_ref().map_or(0, |track| track.rebase.wanted())
    }

    /// Wants a layer for this viewer. True if that takes a keyframe which nobody has wanted before.
    pub fn want_layer(&mut self, layer: u8) -> bool {
        self.video.as_mut().is_some_and(|track| track.rebase.want(layer))
    }

    /// Writes packets of the room's publisher. Returns true if there is output to poll.
    pub fn write(&mut self, packets: &[Packet], now: Instant) -> bool {
        let wrote = self.guard(|peer| {
            let mut wrote = false;
            for packet in packets {
                if peer.late.keep(packet) || !peer.write_one(packet) {
                    continue;
                }
                if packet.key {
                    peer.late.forget();
                }
                wrote = true;
            }
            // One timeout timestamps everything that was written.
            if wrote {
                peer.rtc.handle_input(Input::Timeout(now))?;
            }
            Ok(wrote)
        });
        // A failed connection must report its end.
        wrote.unwrap_or(true)
    }

    fn write_one(&mut self, packet: &Packet) -> bool {
        let Some(track) = self.track(packet.kind) else { return false };
        let Some(pt) = track.pt(packet.codec) else { return false };
        let Some(numbers) = track.rebase.route(packet) else { return false };
        let mid = track.mid;
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(mid, None) else { return false };
        stream.write_rtp(outgoing(packet, numbers, pt));
        true
    }
}

fn read(now: Instant, from: Remote, to: SocketAddr, body: &[u8]) -> Option<Input<'_>> {
    let contents = body.try_into().ok()?;
    Some(Input::Receive(now, Receive { proto: from.protocol, source: from.at, destination: to, contents }))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
