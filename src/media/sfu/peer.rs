//! One connection: a publisher's or a viewer's.

use super::{
    command::Role,
    outbox::{Outbox, Wire},
    packet::{Kind, Packet},
    rebase::{Numbers, Rebase},
    timers::Alarm,
};
use domain::{id::RoomId, live::media::MediaEnd};
use std::{
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcError,
    format::Codec,
    media::{KeyframeRequestKind, MediaKind, Mid, Pt},
    net::{Protocol, Receive},
    rtp::{ExtensionValues, RtpPacket, RtpWrite, Vp8Patch},
    stats::PeerStats,
};

/// Who has not connected by then never will.
const CONNECT: Duration = Duration::from_secs(15);
/// Players report and check at least every 5 s, so two of those are lost; str0m itself would wait for 15 s and more.
const QUIET: Duration = Duration::from_secs(12);
/// Packets kept to be sent again, for a second, and at most 15 % of what was sent: the numbers that were proven to fill holes.
const RESEND: (usize, Duration, Option<f32>) = (512, Duration::from_secs(1), Some(0.15));

/// An outgoing source of a viewer.
struct Track {
    mid: Mid,
    pt: Pt,
    rebase: Rebase,
}

/// What a connection reported while it was drained.
#[derive(Default)]
pub struct Said {
    pub packets: Vec<RtpPacket>,
    pub connected: bool,
    /// Its video can be written to from now on.
    pub playable: bool,
    pub wants_keyframe: bool,
    pub stats: Option<PeerStats>,
    pub over: Option<MediaEnd>,
}

pub struct Peer {
    pub room: RoomId,
    pub role: Role,
    pub ufrag: String,
    /// Addresses from which it proved to be itself.
    pub sources: Vec<SocketAddr>,
    pub alarm: Alarm,
    rtc: Box<Rtc>,
    connected: bool,
    video: Option<Track>,
    audio: Option<Track>,
    joined: Instant,
    heard: Instant,
    over: Option<MediaEnd>,
}

impl Peer {
    pub fn new(room: RoomId, role: Role, rtc: Box<Rtc>, ufrag: String, now: Instant) -> Self {
        Self {
            room,
            role,
            ufrag,
            sources: vec![],
            alarm: Alarm::default(),
            rtc,
            connected: false,
            video: None,
            audio: None,
            joined: now,
            heard: now,
            over: None,
        }
    }

    pub fn is_connected(&self) -> bool {
        self.connected
    }

    pub fn is_dead(&self, now: Instant) -> bool {
        let (since, patience) = if self.connected { (self.heard, QUIET) } else { (self.joined, CONNECT) };
        now.saturating_duration_since(since) > patience
    }

    /// A datagram that seems to be for this connection. True when its source has now proved to be this peer's.
    pub fn receive(&mut self, now: Instant, from: SocketAddr, to: SocketAddr, body: &[u8]) -> bool {
        let Ok(contents) = body.try_into() else { return false };
        let input =
            Input::Receive(now, Receive { proto: Protocol::Udp, source: from, destination: to, contents });
        let known = self.sources.contains(&from);
        if !known && !self.rtc.accepts(&input) {
            return false;
        }
        self.heard = now;
        if !known {
            self.sources.push(from);
        }
        self.input(input);
        !known
    }

    pub fn timeout(&mut self, now: Instant) {
        self.input(Input::Timeout(now));
    }

    fn input(&mut self, input: Input) {
        self.guard(|rtc| rtc.handle_input(input));
    }

    /// Lets the connection work. When it fails, and be it by a panic, it ends, and its neighbours go on.
    fn guard<T>(&mut self, work: impl FnOnce(&mut Rtc) -> Result<T, RtcError>) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(|| work(&mut self.rtc))) {
            Ok(Ok(done)) => return Some(done),
            Ok(Err(error)) => tracing::debug!(%error, room = %self.room, "a media connection failed"),
            Err(_) => tracing::error!(room = %self.room, "a media connection panicked"),
        }
        self.over.get_or_insert(MediaEnd::Lost);
        self.rtc.disconnect();
        None
    }

    pub fn add_candidate(&mut self, candidate: Candidate) {
        self.rtc.add_remote_candidate(candidate);
    }

    /// Says goodbye, in what the next [`Self::poll`] sends.
    pub fn close(&mut self, now: Instant) {
        self.guard(Rtc::close);
        self.timeout(now);
    }

    /// The kind of an incoming source.
    pub fn kind_of(&mut self, ssrc: u32) -> Option<Kind> {
        let mid = self.rtc.direct_api().stream_rx(&ssrc.into())?.mid();
        Some(kind(self.rtc.media(mid)?.kind()))
    }

    pub fn request_keyframe(&mut self, ssrc: u32, now: Instant) {
        if let Some(stream) = self.rtc.direct_api().stream_rx(&ssrc.into()) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
            self.timeout(now);
        }
    }

    /// Sends all it has to say, until it only wants to be woken.
    pub fn poll(&mut self, outbox: &mut Outbox, wire: &mut dyn Wire) -> Said {
        let mut said = Said::default();
        loop {
            match self.guard(Rtc::poll_output) {
                // One that is over need not be woken.
                Some(Output::Timeout(at)) => break self.alarm.deadline = self.over.is_none().then_some(at),
                Some(Output::Transmit(transmit)) => outbox.push(transmit, wire),
                Some(Output::Event(event)) => self.note(event, &mut said),
                None => {}
            }
        }
        outbox.flush(wire);
        said.over = self.over;
        said
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
            // Comes after `Connected`, never before.
            Event::MediaAdded(media) if self.role == Role::Viewer => {
                let kind = kind(media.kind);
                self.add_track(kind, media.mid);
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
        let codec = if kind == Kind::Audio { Codec::Opus } else { Codec::Vp8 };
        let theirs = self.rtc.media(mid).map(|media| media.remote_pts().to_vec()).unwrap_or_default();
        let mut ours = self.rtc.codec_config().params().iter();
        let Some(pt) = ours.find(|p| p.spec().codec == codec && theirs.contains(&p.pt())).map(|p| p.pt())
        else {
            return;
        };
        if let (Kind::Video, Some(stream)) = (kind, self.rtc.direct_api().stream_tx_by_mid(mid, None)) {
            stream.set_rtx_cache(RESEND.0, RESEND.1, RESEND.2);
        }
        *self.track(kind) = Some(Track { mid, pt, rebase: Rebase::new(kind) });
    }

    fn track(&mut self, kind: Kind) -> &mut Option<Track> {
        match kind {
            Kind::Audio => &mut self.audio,
            Kind::Video => &mut self.video,
        }
    }

    /// True while it has seen no picture yet.
    pub fn waits_for_picture(&self) -> bool {
        self.video.as_ref().is_some_and(|track| track.rebase.waits())
    }

    /// Writes packets of the room's publisher. True if there is something to drain.
    pub fn write(&mut self, packets: &[Packet], now: Instant) -> bool {
        let mut wrote = false;
        for packet in packets {
            let Some(track) = self.track(packet.kind) else { continue };
            let Some(numbers) = track.rebase.route(packet) else { continue };
            let (mid, pt) = (track.mid, track.pt);
            let mut direct = self.rtc.direct_api();
            let Some(stream) = direct.stream_tx_by_mid(mid, None) else { continue };
            stream.write_rtp(outgoing(packet, numbers, pt));
            wrote = true;
        }
        // One time-out stamps all that was written.
        if wrote {
            self.timeout(now);
        }
        wrote
    }
}

fn kind(kind: MediaKind) -> Kind {
    match kind {
        MediaKind::Audio => Kind::Audio,
        MediaKind::Video => Kind::Video,
    }
}

fn outgoing(packet: &Packet, numbers: Numbers, pt: Pt) -> RtpWrite {
    let video = packet.kind == Kind::Video;
    let mut write = RtpWrite::new(pt, numbers.seq.into(), numbers.ts, packet.at, packet.payload.clone())
        .marker(packet.marker)
        .nackable(video);
    if packet.orientation.is_some() {
        write = write.ext_vals(ExtensionValues {
            video_orientation: packet.orientation,
            ..ExtensionValues::default()
        });
    }
    match patch(packet, numbers) {
        Some(patch) => write.vp8_patch(patch),
        None => write,
    }
}

/// None where the packet's own picture numbers are right already, or where it has none.
fn patch(packet: &Packet, numbers: Numbers) -> Option<Vp8Patch> {
    let descriptor = packet.vp8?;
    if numbers.picture == descriptor.picture_id() && numbers.tl0 == descriptor.tl0_pic_idx() {
        return None;
    }
    let build = |mask: u16| {
        let mut patch = descriptor.patch();
        if let Some(picture) = numbers.picture {
            patch = patch.picture_id(picture & mask);
        }
        if let Some(tl0) = numbers.tl0 {
            patch = patch.tl0_pic_idx(tl0);
        }
        patch.build()
    };
    // Some senders use the short form of seven bits.
    build(0x7fff).or_else(|_| build(0x7f)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use str0m::net::DatagramSend;

    struct Nowhere;
    impl Wire for Nowhere {
        fn send(&mut self, _: SocketAddr, _: SocketAddr, _: &[DatagramSend]) {}
    }

    #[test]
    fn a_connection_that_panics_is_over_and_stays_quiet() {
        let now = Instant::now();
        let rtc = Box::new(Rtc::new(now));
        let mut peer = Peer::new(RoomId::new(), Role::Viewer, rtc, "ours".into(), now);
        let poll = |peer: &mut Peer| peer.poll(&mut Outbox::default(), &mut Nowhere).over;
        assert_eq!(poll(&mut peer), None);
        assert_eq!(peer.guard(|_| Ok(7)), Some(7));
        assert_eq!(peer.guard::<()>(|_| panic!("this test makes a connection fail")), None);
        assert_eq!(poll(&mut peer), Some(MediaEnd::Lost));
        peer.timeout(now);
        peer.close(now);
        assert_eq!(poll(&mut peer), Some(MediaEnd::Lost));
        assert_eq!(peer.alarm.deadline, None);
    }

    #[test]
    fn who_does_not_connect_or_falls_quiet_is_dead() {
        let now = Instant::now();
        let mut peer = Peer::new(RoomId::new(), Role::Viewer, Box::new(Rtc::new(now)), "ours".into(), now);
        assert!(!peer.is_dead(now + CONNECT));
        assert!(peer.is_dead(now + CONNECT + Duration::from_millis(1)));
        peer.connected = true;
        peer.heard = now + CONNECT;
        assert!(!peer.is_dead(now + CONNECT + QUIET));
        assert!(peer.is_dead(now + CONNECT + QUIET + Duration::from_millis(1)));
    }
}
