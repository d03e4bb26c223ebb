//! A WHIP or WHEP client built on str0m, with a real socket and its own thread.

mod link;

use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaAnswer, MediaError, MediaPlane, Transport},
};
use link::Link;
use media::EmbeddedSfu;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant, SystemTime},
};
use str0m::{
    Candidate, Event, Input, Output, Rtc, RtcConfig,
    change::{SdpAnswer, SdpPendingOffer},
    format::Codec,
    media::{Direction, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer},
    net::Receive,
    rtp::RtpWrite,
};

/// What the client received, for assertions.
#[derive(Default)]
pub struct Seen {
    pub connected: Option<Instant>,
    /// Video: arrival time, sequence number, and whether a keyframe begins with the packet.
    pub video: Vec<(Instant, u64, bool)>,
    /// The layer of each of these packets.
    pub layers: Vec<u8>,
    pub audio: usize,
    /// Audio packets that are more than the SFU's silence.
    pub sound: usize,
    /// When the sender's clock was zero for video and for audio, according to its last reports.
    pub zero: [Option<SystemTime>; 2],
    pub keyframe_requests: usize,
    pub closed: bool,
    /// Its own last STUN request, with name and signature.
    pub request: Option<Vec<u8>>,
    video_ssrc: Option<str0m::rtp::Ssrc>,
}

/// What the test can change while the client runs.
#[derive(Default)]
pub struct Switches {
    stop: AtomicBool,
    /// The publisher pauses.
    pub silent: AtomicBool,
    /// The link drops every thirtieth media packet in both directions.
    pub lossy: AtomicBool,
    /// The link drops every fourth media packet in both directions.
    pub narrow: AtomicBool,
    /// The publisher pauses its largest layer.
    pub short: AtomicBool,
    /// Packets that the link dropped.
    pub lost: AtomicU32,
    /// A NAT on the link gives the client another port.
    pub rebind: AtomicBool,
    /// The client reads nothing that comes.
    pub deaf: AtomicBool,
    /// The viewer requests a keyframe a thousand times a second.
    pub insatiable: AtomicBool,
    /// Datagrams to send from the client's own address, as a forger would.
    pub forged: Mutex<Vec<Vec<u8>>>,
}

pub struct Client {
    pub session: MediaSessionId,
    pub seen: Arc<Mutex<Seen>>,
    pub switches: Arc<Switches>,
    thread: Option<JoinHandle<()>>,
}

/// What a client takes or sends.
#[derive(Clone, Copy)]
pub struct Kit {
    pub codecs: fn(RtcConfig) -> RtcConfig,
    /// Without, it asks for sound only.
    pub video: bool,
    /// It sends its picture in three layers.
    pub layered: bool,
    /// Frames from one keyframe to the next of an encoder, which sends none when it is asked.
    pub every: Option<u32>,
    /// It reaches the SFU by TCP alone.
    pub by_tcp: bool,
}

pub const VP8: Kit =
    Kit { codecs: |config| config.enable_vp8(true), video: true, layered: false, every: None, by_tcp: false };
pub const BY_TCP: Kit = Kit { by_tcp: true, ..VP8 };
pub const LAYERED: Kit = Kit { layered: true, ..VP8 };
/// As OBS sends it, with a keyframe every ten seconds.
pub const ENCODER: Kit = Kit { codecs: with_h264, every: Some(250), ..VP8 };
pub const BROWSER: Kit = Kit { codecs: |config| with_h264(config.enable_vp8(true)), ..VP8 };
pub const RADIO: Kit = Kit { video: false, ..VP8 };

fn with_h264(mut config: RtcConfig) -> RtcConfig {
    config.codec_config().add_h264(108.into(), Some(109.into()), true, 0x42_e01f);
    config
}

/// The layers of a picture: their names and heights.
const LAYERS: [(&str, u16); 3] = [("q", 180), ("h", 360), ("f", 720)];

/// 25 frames of three packets per second and layer; a keyframe first and on request, or by the clock.
struct Camera {
    mid: Mid,
    pt: Pt,
    codec: Codec,
    every: Option<u32>,
    next: Instant,
    frame: u32,
    /// One for each layer, or a single one without a name.
    layers: Vec<CameraLayer>,
}

struct CameraLayer {
    rid: Option<Rid>,
    seq: u64,
    wants_key: bool,
}

impl Client {
    pub async fn publish(sfu: &EmbeddedSfu, room: RoomId) -> Result<Self, MediaError> {
        Self::publish_with(sfu, room, VP8).await
    }

    pub async fn publish_with(sfu: &EmbeddedSfu, room: RoomId, kit: Kit) -> Result<Self, MediaError> {
        Self::join(sfu, room, Direction::SendOnly, kit, false).await
    }

    pub async fn take_over(sfu: &EmbeddedSfu, room: RoomId) -> Result<Self, MediaError> {
        Self::join(sfu, room, Direction::SendOnly, VP8, true).await
    }

    pub async fn play(sfu: &EmbeddedSfu, room: RoomId) -> Result<Self, MediaError> {
        Self::play_with(sfu, room, VP8).await
    }

    pub async fn play_with(sfu: &EmbeddedSfu, room: RoomId, kit: Kit) -> Result<Self, MediaError> {
        Self::join(sfu, room, Direction::RecvOnly, kit, false).await
    }

    /// Publishes as an encoder does, in the place of whoever publishes.
    pub async fn encode(sfu: &EmbeddedSfu, room: RoomId) -> Result<Self, MediaError> {
        Self::join(sfu, room, Direction::SendOnly, ENCODER, true).await
    }

    async fn join(
        sfu: &EmbeddedSfu,
        room: RoomId,
        direction: Direction,
        kit: Kit,
        replace: bool,
    ) -> Result<Self, MediaError> {
        Self::meet(sfu, direction, kit, async |offer| match direction {
            Direction::SendOnly => sfu.publish(room, offer, replace).await,
            _ => sfu.play(room, offer).await,
        })
        .await
    }

    /// Finds out whether it reaches the SFU by this transport.
    pub async fn try_out(sfu: &EmbeddedSfu, by: Transport, kit: Kit) -> Result<Self, MediaError> {
        Self::meet(sfu, Direction::RecvOnly, kit, async |offer| sfu.try_out(offer, by).await).await
    }

    async fn meet(
        sfu: &EmbeddedSfu,
        direction: Direction,
        kit: Kit,
        send: impl AsyncFnOnce(String) -> Result<MediaAnswer, MediaError>,
    ) -> Result<Self, MediaError> {
        let link = Link::to(sfu.address(), kit.by_tcp);
        let (mut rtc, offer, pending, video) = offer(direction, kit, Some(link.candidate()));
        let answer = send(offer).await?;
        rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer.sdp).unwrap()).unwrap();
        let (seen, switches) = (Arc::<Mutex<Seen>>::default(), Arc::<Switches>::default());
        let publishes = (direction == Direction::SendOnly).then_some((video, kit));
        let thread = std::thread::spawn({
            let (seen, switches) = (seen.clone(), switches.clone());
            move || run(rtc, link, publishes, &seen, &switches)
        });
        Ok(Self { session: answer.session, seen, switches, thread: Some(thread) })
    }

    /// Waits until `check` holds for what was received; false if it does not within `limit`.
    pub fn sees(&self, limit: Duration, check: impl Fn(&Seen) -> bool) -> bool {
        let until = Instant::now() + limit;
        while Instant::now() < until {
            if check(&self.seen.lock().unwrap()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    pub fn last_video(&self) -> Option<Instant> {
        self.seen.lock().unwrap().video.last().map(|(at, ..)| *at)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.switches.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// The offer of a viewer that never connects.
pub fn idle_offer() -> String {
    offer(Direction::RecvOnly, VP8, None).1
}

fn offer(direction: Direction, kit: Kit, own: Option<Candidate>) -> (Rtc, String, SdpPendingOffer, Mid) {
    let config = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false);
    let mut rtc = (kit.codecs)(config).build(Instant::now());
    if let Some(own) = own {
        rtc.add_local_candidate(own);
    }
    let mut change = rtc.sdp_api();
    let audio = change.add_media(MediaKind::Audio, direction, None, None, None);
    let video = match kit.video {
        true => change.add_media(MediaKind::Video, direction, None, None, kit.layered.then(simulcast)),
        false => audio,
    };
    let (offer, pending) = change.apply().unwrap();
    (rtc, offer.to_sdp_string(), pending, video)
}

fn simulcast() -> Simulcast {
    let mut layers = Simulcast::new();
    LAYERS.iter().for_each(|(name, _)| layers.add_send_layer(SimulcastLayer::new(name)));
    layers
}

fn run(mut rtc: Rtc, mut link: Link, publishes: Option<(Mid, Kit)>, seen: &Mutex<Seen>, switches: &Switches) {
    let (local, mut camera, mut buffer) = (link.local(), None::<Camera>, [0; 2048]);
    let mut passed = 0;
    // RTP starts with the bits 10; short packets may be RTCP, which is never dropped.
    let mut arrives = |packet: &[u8]| {
        let is_media = packet[0] >> 6 == 2 && packet.len() > 300;
        passed += u32::from(is_media);
        let each = |nth| is_media && passed.is_multiple_of(nth);
        let is_lost = (each(30) && switches.lossy.load(Ordering::Relaxed))
            || (each(4) && switches.narrow.load(Ordering::Relaxed));
        switches.lost.fetch_add(u32::from(is_lost), Ordering::Relaxed);
        !is_lost
    };
    while !switches.stop.load(Ordering::Relaxed) && rtc.is_alive() {
        if switches.rebind.swap(false, Ordering::Relaxed) {
            link.rebind();
        }
        let ssrc = seen.lock().unwrap().video_ssrc;
        if let (true, Some(ssrc)) = (switches.insatiable.load(Ordering::Relaxed), ssrc)
            && let Some(stream) = rtc.direct_api().stream_rx(&ssrc)
        {
            stream.request_keyframe(str0m::media::KeyframeRequestKind::Pli);
            rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
        }
        let due = loop {
            match rtc.poll_output().unwrap() {
                Output::Timeout(due) => break due,
                Output::Transmit(t) if arrives(&t.contents) => {
                    if t.contents.starts_with(&[0, 1]) {
                        seen.lock().unwrap().request = Some(t.contents.to_vec());
                    }
                    for datagram in switches.forged.lock().unwrap().drain(..) {
                        link.send(&datagram, t.destination);
                    }
                    link.send(&t.contents, t.destination);
                }
                Output::Transmit(_) => {}
                Output::Event(event) => {
                    note(event, &mut rtc, publishes, &mut camera, &mut seen.lock().unwrap())
                }
            }
        };
        let wake = camera.as_ref().map_or(due, |camera| due.min(camera.next));
        let pause = wake
            .saturating_duration_since(Instant::now())
            .clamp(Duration::from_millis(1), Duration::from_millis(20));
        let came = if switches.deaf.load(Ordering::Relaxed) {
            std::thread::sleep(pause);
            None
        } else {
            link.receive(&mut buffer, pause)
        };
        match came {
            Some((length, source)) if arrives(&buffer[..length]) => {
                let contents = buffer[..length].try_into().unwrap();
                let receive = Receive { proto: link.protocol(), source, destination: local, contents };
                rtc.handle_input(Input::Receive(Instant::now(), receive)).unwrap();
            }
            Some(_) => {}
            None => {
                if let Some(camera) = camera.as_mut().filter(|camera| camera.next <= Instant::now()) {
                    camera.shoot(&mut rtc, switches);
                }
                rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
            }
        }
    }
    seen.lock().unwrap().closed = true;
}

fn note(
    event: Event,
    rtc: &mut Rtc,
    video: Option<(Mid, Kit)>,
    camera: &mut Option<Camera>,
    seen: &mut Seen,
) {
    match event {
        Event::Connected => {
            seen.connected = Some(Instant::now());
            *camera = video.map(|(mid, kit)| {
                let sends = rtc.codec_config().find(|params| params.spec().codec.is_video()).unwrap();
                let (pt, codec, every) = (sends.pt(), sends.spec().codec, kit.every);
                let layer = |rid, seq| CameraLayer { rid, seq, wants_key: true };
                let named = LAYERS.iter().zip(3..).map(|((name, _), n)| layer(Some((*name).into()), n * 100));
                let layers = if kit.layered { named.collect() } else { vec![layer(None, 300)] };
                Camera { mid, pt, codec, every, next: Instant::now(), frame: 0, layers }
            });
        }
        Event::KeyframeRequest(request) => {
            seen.keyframe_requests += 1;
            let layers = camera.iter_mut().flat_map(|camera| &mut camera.layers);
            layers.filter(|layer| layer.rid == request.rid).for_each(|layer| layer.wants_key = true);
        }
        Event::RtpPacket(packet) => {
            let media = rtc.direct_api().stream_rx(&packet.header.ssrc).map(|stream| stream.mid());
            let media = media.and_then(|mid| rtc.media(mid));
            let is_audio = media.is_some_and(|media| media.kind() == MediaKind::Audio);
            if let Some(report) = packet.last_sender_info {
                let since = Duration::from_secs_f64(report.rtp_time.as_seconds());
                seen.zero[usize::from(is_audio)] = Some(report.ntp_time - since);
            }
            if is_audio {
                seen.audio += 1;
                seen.sound += usize::from(packet.payload.len() > 3);
            } else {
                let sent = rtc.codec_config().find(|params| params.pt() == packet.header.payload_type);
                let key = match sent.map(|params| params.spec().codec) {
                    // A keyframe begins with its parameters: together in one packet, or each in its own.
                    Some(Codec::H264) => packet.payload[0] == AGGREGATE || packet.payload[0] & 0x1f == 7,
                    _ => packet
                        .payload
                        .get(4)
                        .is_some_and(|byte| packet.payload[0] & 0x10 != 0 && byte & 1 == 0),
                };
                seen.video.push((Instant::now(), *packet.seq_no, key));
                seen.layers.push(packet.payload.last().map_or(0, |last| last >> 4));
                seen.video_ssrc = Some(packet.header.ssrc);
            }
        }
        Event::Closed => seen.closed = true,
        _ => {}
    }
}

impl Camera {
    fn shoot(&mut self, rtc: &mut Rtc, switches: &Switches) {
        self.next += Duration::from_millis(40);
        self.frame += 1;
        if switches.silent.load(Ordering::Relaxed) {
            return;
        }
        let sent = self.layers.len() - usize::from(switches.short.load(Ordering::Relaxed));
        for (layer, n) in self.layers[..sent].iter_mut().zip(0..) {
            let asked = std::mem::take(&mut layer.wants_key);
            let key = self.every.map_or(asked, |every| self.frame % every == 1);
            let mut direct = rtc.direct_api();
            let stream = direct.stream_tx_by_mid(self.mid, layer.rid).unwrap();
            for part in 0..3u8 {
                let payload = match self.codec {
                    Codec::H264 => h264(part, key),
                    _ => vp8(self.frame, part, key, layer.rid.map(|_| n)),
                };
                let write =
                    RtpWrite::new(self.pt, layer.seq.into(), self.frame * 3600, Instant::now(), payload);
                stream.write_rtp(write.marker(part == 2).nackable(true));
                layer.seq += 1;
            }
        }
    }
}

/// One of three packets of a frame. Of a layer, a keyframe says its size, and each packet ends with the layer's number.
fn vp8(frame: u32, part: u8, key: bool, layer: Option<u8>) -> Vec<u8> {
    let [high, low] = (frame as u16 & 0x7fff).to_be_bytes();
    let mut payload = vec![0x80 | if part == 0 { 0x10 } else { 0 }, 0x80, 0x80 | high, low, u8::from(!key)];
    if let Some(layer) = layer.filter(|_| key && part == 0) {
        let (_, height) = LAYERS[usize::from(layer)];
        payload.extend([0, 0, 0x9d, 0x01, 0x2a]);
        payload.extend((height / 9 * 16).to_le_bytes());
        payload.extend(height.to_le_bytes());
    }
    payload.resize(if part == 2 { 400 } else { 1100 }, part | layer.unwrap_or(0) << 4);
    payload
}

/// The head of an H264 packet with several units, here the parameters of 1280 x 720.
const AGGREGATE: u8 = 0x78;
const PARAMETERS: &[u8] = &[
    AGGREGATE, 0, 22, 0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe8, 0x40, 0x00, 0x00, 0x03, 0x00,
    0x40, 0x00, 0x00, 0x0c, 0x83, 0xc6, 0x0c, 0xa8, 0, 4, 0x68, 0xce, 0x0f, 0xc8,
];

/// The same of H264: a keyframe's parameters come first, everything else in fragments.
fn h264(part: u8, key: bool) -> Vec<u8> {
    if key && part == 0 {
        return PARAMETERS.to_vec();
    }
    let (first, last) = (part == u8::from(key), part == 2);
    let kind = if key { 5 } else { 1 };
    let mut payload = vec![0x7c, u8::from(first) << 7 | u8::from(last) << 6 | kind];
    payload.resize(if last { 400 } else { 1100 }, part);
    payload
}
