//! A datagram to the media socket: the raw input, and the input as attributes of a request that names an existing peer.

use domain::{id::RoomId, live::media::MediaPlane};
use media::{Config, EmbeddedSfu};
use std::{
    net::UdpSocket,
    sync::{LazyLock, Mutex},
    time::{Duration, Instant},
};
use uuid::Uuid;

const OFFER: &str = include_str!("corpus/sdp/viewer");
const ROOM: RoomId = RoomId(Uuid::from_u128(2));
/// In bytes; longer datagrams do not arrive over the internet.
const LONGEST: usize = 1400;
/// Less than the time after which an unconnected peer is dropped.
const PEER_LASTS: Duration = Duration::from_secs(10);

struct Target {
    runtime: tokio::runtime::Runtime,
    plane: EmbeddedSfu,
    socket: UdpSocket,
    /// A peer that waits for its first request: its creation time, and our half of its USERNAME.
    peer: Mutex<Option<(Instant, String)>>,
}

static TARGET: LazyLock<Target> = LazyLock::new(|| Target {
    runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"),
    plane: EmbeddedSfu::start(Config::default()).expect("a media thread"),
    socket: UdpSocket::bind("127.0.0.1:0").expect("a socket"),
    peer: Mutex::default(),
});

pub fn run(input: &[u8]) {
    let input = &input[..input.len().min(LONGEST)];
    TARGET.send(input);
    TARGET.send(&request(&TARGET.ufrag(), input));
    // The thread handles commands between datagrams: after two commands it has handled both datagrams.
    for _ in 0..2 {
        let _ = TARGET.runtime.block_on(TARGET.plane.play_test_card(ROOM));
    }
}

impl Target {
    fn send(&self, datagram: &[u8]) {
        self.socket.send_to(datagram, self.plane.address()).expect("loopback accepts it");
    }

    /// Returns the ufrag of a waiting peer; creates a new peer when the last one is about to be dropped.
    fn ufrag(&self) -> String {
        let mut peer = self.peer.lock().expect("one thread");
        match &*peer {
            Some((since, ufrag)) if since.elapsed() < PEER_LASTS => ufrag.clone(),
            _ => {
                let answer =
                    self.runtime.block_on(self.plane.play(ROOM, OFFER.into())).expect("a good offer");
                let named = answer.sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"));
                let ufrag = named.expect("an answer names us").trim().to_string();
                peer.insert((Instant::now(), ufrag)).1.clone()
            }
        }
    }
}

/// A binding request (RFC 8489) to the peer with these attributes.
fn request(ufrag: &str, attributes: &[u8]) -> Vec<u8> {
    let name = format!("{ufrag}:Vq3J");
    let padded = name.len().next_multiple_of(4);
    let length = u16::try_from(4 + padded + attributes.len()).expect("short");
    let mut message = vec![0, 1];
    message.extend(length.to_be_bytes());
    message.extend([0x21, 0x12, 0xa4, 0x42]);
    message.extend([7; 12]);
    message.extend([0, 6]);
    message.extend(u16::try_from(name.len()).expect("short").to_be_bytes());
    message.extend(name.as_bytes());
    message.resize(20 + 4 + padded, 0);
    message.extend(attributes);
    message
}
