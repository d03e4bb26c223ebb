//! One WebRTC connection of this tool, with a socket of its own: it offers what it publishes or wants to watch, or answers the offers
//! of a server that speaks first.

use anyhow::{Context, Result};
use mio::net::UdpSocket;
use socket2::{Domain, Socket, Type};
use std::{io::ErrorKind, net::SocketAddr, time::Instant};
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::{SdpAnswer, SdpOffer, SdpPendingOffer},
    media::{Direction, MediaKind, Mid, Pt, Simulcast, SimulcastLayer},
    net::{Protocol, Receive},
};

/// Bytes that a socket holds while the tool is busy; the system may allow less.
const SOCKET_BUFFER: usize = 4 << 20;
/// The names of layers in an offer, the smallest first, as browsers have them.
pub const LAYERS: [&str; 3] = ["q", "h", "f"];

/// An offer that waits for its answer.
pub struct PeerOffer {
    pub sdp: String,
    rtc: Rtc,
    socket: std::net::UdpSocket,
    pending: SdpPendingOffer,
    video: Mid,
    sound: Option<Mid>,
    layers: usize,
}

/// The media of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Tracks {
    pub video: (Mid, Pt),
    pub sound: Option<(Mid, Pt)>,
}

pub struct Peer {
    rtc: Box<Rtc>,
    pub socket: UdpSocket,
    pub local: SocketAddr,
    pub tracks: Tracks,
    /// When [`Self::wake`] must be called.
    pub due: Instant,
}

impl PeerOffer {
    /// `server`: an address of the machine that will be sent to. `layers`: 1 offers no layers.
    pub fn to_publish(server: SocketAddr, layers: usize, sound: bool) -> Result<Self> {
        Self::new(server, Direction::SendOnly, layers, sound)
    }

    pub fn to_play(server: SocketAddr, sound: bool) -> Result<Self> {
        Self::new(server, Direction::RecvOnly, 1, sound)
    }

    fn new(server: SocketAddr, direction: Direction, layers: usize, sound: bool) -> Result<Self> {
        let (mut rtc, socket) = open(server, sound)?;
        let mut change = rtc.sdp_api();
        let simulcast = (layers > 1).then(|| {
            let mut simulcast = Simulcast::new();
            for name in &LAYERS[LAYERS.len() - layers..] {
                simulcast.add_send_layer(SimulcastLayer::new(name));
            }
            simulcast
        });
        let sound = sound.then(|| change.add_media(MediaKind::Audio, direction, None, None, None));
        let video = change.add_media(MediaKind::Video, direction, None, None, simulcast);
        let (offer, pending) = change.apply().context("an offer without changes")?;
        Ok(Self { sdp: offer.to_sdp_string(), rtc, socket, pending, video, sound, layers })
    }

    /// # Errors
    /// When the answer is no SDP, or takes not everything that was offered.
    pub fn accept(self, answer: &str) -> Result<Peer> {
        let Self { mut rtc, socket, pending, video, sound, layers, .. } = self;
        anyhow::ensure!(layers == 1 || answer.contains("a=simulcast:"), "the server takes one layer only");
        rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(answer)?)?;
        Peer::new(rtc, socket, video, sound)
    }
}

/// A connection that nothing is agreed on yet. `server`: an address of the machine that it is with.
fn open(server: SocketAddr, sound: bool) -> Result<(Rtc, std::net::UdpSocket)> {
    let socket = Socket::new(Domain::for_address(server), Type::DGRAM, None)?;
    socket.set_nonblocking(true)?;
    socket.set_recv_buffer_size(SOCKET_BUFFER)?;
    socket.bind(&SocketAddr::new(server.ip(), 0).into())?;
    let socket = std::net::UdpSocket::from(socket);
    let config = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(sound, false);
    let mut rtc = config.enable_vp8(true).build(Instant::now());
    rtc.add_local_candidate(Candidate::host(socket.local_addr()?, "udp")?);
    Ok((rtc, socket))
}

/// A viewer whose server offers what there is, in one offer or several.
pub struct PeerAnswer {
    rtc: Rtc,
    socket: std::net::UdpSocket,
    video: Option<Mid>,
    sound: Option<Mid>,
    wants_sound: bool,
}

impl PeerAnswer {
    pub fn new(server: SocketAddr, sound: bool) -> Result<Self> {
        let (rtc, socket) = open(server, sound)?;
        Ok(Self { rtc, socket, video: None, sound: None, wants_sound: sound })
    }

    /// Returns the SDP of the answer.
    pub fn answer(&mut self, offer: &str) -> Result<String> {
        let answer = self.rtc.sdp_api().accept_offer(SdpOffer::from_sdp_string(offer)?)?.to_sdp_string();
        self.rtc.handle_input(Input::Timeout(Instant::now()))?;
        // What it would send before its crew has it is sent again.
        while !matches!(self.rtc.poll_output()?, Output::Timeout(_)) {}
        for (mid, is_video) in received(&answer) {
            *if is_video { &mut self.video } else { &mut self.sound } = Some(mid);
        }
        Ok(answer)
    }

    /// Whether everything that it wants was offered.
    pub fn is_whole(&self) -> bool {
        self.video.is_some() && (self.sound.is_some() || !self.wants_sound)
    }

    pub fn into_peer(self) -> Result<Peer> {
        let video = self.video.context("no picture was offered")?;
        Peer::new(self.rtc, self.socket, video, self.sound.filter(|_| self.wants_sound))
    }
}

/// The media that an answer takes, and whether it is a picture.
fn received(answer: &str) -> Vec<(Mid, bool)> {
    let (mut found, mut kind, mut mid) = (Vec::new(), None, None);
    for line in answer.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            (kind, mid) = (media.split(' ').next().filter(|kind| ["audio", "video"].contains(kind)), None);
        } else if let Some(name) = line.strip_prefix("a=mid:") {
            mid = Some(Mid::from(name));
        }
        if line == "a=recvonly" || line == "a=sendrecv" {
            found.extend(mid.zip(kind).map(|(mid, kind)| (mid, kind == "video")));
        }
    }
    found
}

impl Peer {
    fn new(rtc: Rtc, socket: std::net::UdpSocket, video: Mid, sound: Option<Mid>) -> Result<Self> {
        let number = |is_video: bool| {
            let found = rtc.codec_config().find(|params| params.spec().codec.is_video() == is_video);
            found.map(|params| params.pt()).context("the server takes another codec")
        };
        let sound = sound.map(|mid| anyhow::Ok((mid, number(false)?))).transpose()?;
        let tracks = Tracks { video: (video, number(true)?), sound };
        let local = socket.local_addr()?;
        let socket = UdpSocket::from_std(socket);
        Ok(Self { rtc: Box::new(rtc), socket, local, tracks, due: Instant::now() })
    }

    /// Its connection, for writing packets and requests; [`Self::wake`] sends them.
    pub fn rtc(&mut self) -> &mut Rtc {
        &mut self.rtc
    }

    pub fn is_alive(&self) -> bool {
        self.rtc.is_alive()
    }

    /// Takes a datagram. What is no part of the connection is ignored.
    pub fn receive(&mut self, source: SocketAddr, bytes: &[u8]) {
        let Ok(contents) = bytes.try_into() else { return };
        let receive = Receive { proto: Protocol::Udp, source, destination: self.local, contents };
        self.handle(|now| Input::Receive(now, receive));
    }

    /// Lets time pass.
    pub fn wake(&mut self) {
        self.handle(Input::Timeout);
    }

    fn handle<'a>(&mut self, input: impl FnOnce(Instant) -> Input<'a>) {
        if self.rtc.handle_input(input(Instant::now())).is_err() {
            self.rtc.disconnect();
        }
    }

    /// Sends what is to be sent, until something happened. After `None` there is nothing to do until [`Self::due`].
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(due)) => {
                    self.due = due;
                    return None;
                }
                Ok(Output::Transmit(datagram)) => self.send(datagram.destination, &datagram.contents),
                Ok(Output::Event(event)) => return Some(event),
                Err(_) => self.rtc.disconnect(),
            }
        }
    }

    /// Over loopback a full buffer empties at once.
    fn send(&self, to: SocketAddr, bytes: &[u8]) {
        while let Err(error) = self.socket.send_to(bytes, to) {
            if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) {
                return;
            }
            std::thread::yield_now();
        }
    }
}

/// Whether a datagram is a media packet, and none of the checks, keys and reports that share its socket (RFC 7983, RFC 5761).
pub fn is_media(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| first >> 6 == 2)
        && bytes.get(1).is_some_and(|kind| !(192..224).contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_have_layers_only_if_asked() {
        let at = SocketAddr::from(([127, 0, 0, 1], 9));
        let publish = |layers| PeerOffer::to_publish(at, layers, true).expect("an offer").sdp;
        assert!(!publish(1).contains("simulcast") && publish(1).contains("sendonly"));
        let (two, three) = (publish(2), publish(3));
        assert!(two.contains("a=simulcast:send h;f\r\n"), "{two}");
        assert!(three.contains("a=simulcast:send q;h;f\r\n"), "{three}");
        let play = |sound| PeerOffer::to_play(at, sound).expect("an offer").sdp;
        assert!(play(true).contains("m=audio") && play(true).contains("recvonly"));
        assert!(!play(false).contains("m=audio") && play(false).contains("VP8/90000"));
    }

    #[test]
    fn an_answer_without_layers_is_no_answer_to_an_offer_with_them() {
        let offer = PeerOffer::to_publish(SocketAddr::from(([127, 0, 0, 1], 9)), 3, false).expect("an offer");
        let error = offer.accept("v=0\r\n").err().expect("an error");
        assert_eq!(error.to_string(), "the server takes one layer only");
    }

    #[test]
    fn only_media_is_media() {
        for (bytes, wanted) in [
            (&[0x80, 96][..], true),
            (&[0x90, 0x80 | 111], true),
            (&[0x80, 200], false),
            (&[0x81, 206], false),
            (&[0, 1], false),
            (&[22, 254], false),
            (&[0x80], false),
            (&[], false),
        ] {
            assert_eq!(is_media(bytes), wanted, "{bytes:?}");
        }
    }
}
