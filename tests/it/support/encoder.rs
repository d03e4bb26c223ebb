//! An encoder as OBS is one: it sends H264 by WHIP with its key, a keyframe each two seconds, and answers no request for another.

use crate::support::{Browser, Room};
use anyhow::{Context, Result, ensure};
use reqwest::{Method, header};
use std::{
    net::UdpSocket,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::SdpAnswer,
    media::{Direction, MediaKind, Mid},
    net::{Protocol, Receive},
    rtp::RtpWrite,
};

const FRAME: Duration = Duration::from_millis(40);
const SOUND: Duration = Duration::from_millis(20);
/// 20 ms of silence in Opus.
const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];
const PAYLOAD: usize = 1100;

/// Sends until it is dropped.
pub struct Encoder {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Encoder {
    /// Begins to publish in a room, with the right of this browser or with a key.
    pub async fn start(who: &Browser, room: Room, key: Option<&str>) -> Result<Self> {
        let frames = frames()?;
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        let mut builder = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false);
        builder.codec_config().add_h264(108.into(), Some(109.into()), true, 0x42_e01f);
        let mut rtc = builder.build(Instant::now());
        rtc.add_local_candidate(Candidate::host(socket.local_addr()?, "udp")?);
        let mut change = rtc.sdp_api();
        let audio = change.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        let video = change.add_media(MediaKind::Video, Direction::SendOnly, None, None, None);
        let (offer, pending) = change.apply().context("an offer")?;
        let request = who.request(Method::POST, &room.path("whip?takeover=true"));
        let request = request.header(header::CONTENT_TYPE, "application/sdp").body(offer.to_sdp_string());
        let request = if let Some(key) = key { request.bearer_auth(key) } else { request };
        let answer = request.send().await?;
        let (status, answer) = (answer.status(), answer.text().await?);
        ensure!(status == 201, "{status}: {answer}");
        rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer)?)?;
        let stop = Arc::<AtomicBool>::default();
        let theirs = stop.clone();
        let sender =
            Sender { rtc, socket, tracks: (audio, video), frames, begun: None, sent: (0, 0), seq: 0 };
        let thread = std::thread::spawn(move || {
            if let Err(error) = sender.run(&theirs) {
                eprintln!("the encoder fails: {error:#}");
            }
        });
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

struct Sender {
    rtc: Rtc,
    socket: UdpSocket,
    /// Sound and picture.
    tracks: (Mid, Mid),
    frames: Vec<Vec<Vec<u8>>>,
    begun: Option<Instant>,
    /// Packets of sound and frames that were sent.
    sent: (u32, u32),
    seq: u64,
}

impl Sender {
    fn run(mut self, stop: &AtomicBool) -> Result<()> {
        let (local, mut buffer) = (self.socket.local_addr()?, [0; 2048]);
        while !stop.load(Ordering::Relaxed) && self.rtc.is_alive() {
            let due = loop {
                match self.rtc.poll_output()? {
                    Output::Timeout(due) => break due,
                    Output::Transmit(sent) => drop(self.socket.send_to(&sent.contents, sent.destination)),
                    Output::Event(Event::Connected) => self.begun = Some(Instant::now()),
                    Output::Event(_) => {}
                }
            };
            let pause = due.saturating_duration_since(Instant::now());
            let pause = pause.clamp(Duration::from_millis(1), Duration::from_millis(10));
            self.socket.set_read_timeout(Some(pause))?;
            if let Ok((length, source)) = self.socket.recv_from(&mut buffer) {
                let contents = buffer[..length].try_into()?;
                let receive = Receive { proto: Protocol::Udp, source, destination: local, contents };
                self.rtc.handle_input(Input::Receive(Instant::now(), receive))?;
            }
            self.send_due()?;
            self.rtc.handle_input(Input::Timeout(Instant::now()))?;
        }
        Ok(())
    }

    fn send_due(&mut self) -> Result<()> {
        let Some(begun) = self.begun else { return Ok(()) };
        let now = Instant::now();
        while begun + SOUND * self.sent.0 <= now {
            let nth = self.sent.0;
            self.sent.0 += 1;
            self.write(self.tracks.0, u64::from(nth), nth * 960, true, SILENCE.to_vec())?;
        }
        while begun + FRAME * self.sent.1 <= now {
            let nth = self.sent.1;
            self.sent.1 += 1;
            let payloads = self.frames[nth as usize % self.frames.len()].clone();
            let last = payloads.len() - 1;
            for (at, payload) in payloads.into_iter().enumerate() {
                self.write(self.tracks.1, self.seq, nth * 3600, at == last, payload)?;
                self.seq += 1;
            }
        }
        Ok(())
    }

    fn write(&mut self, track: Mid, seq: u64, ts: u32, marker: bool, payload: Vec<u8>) -> Result<()> {
        let kind = self.rtc.media(track).context("a track")?.kind();
        let is_video = kind == MediaKind::Video;
        let mut configs = self.rtc.codec_config().params().iter();
        let pt = configs.find(|params| params.spec().codec.is_video() == is_video).context("a codec")?.pt();
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(track, None).context("a stream")?;
        let write = RtpWrite::new(pt, seq.into(), ts, Instant::now(), payload);
        stream.write_rtp(write.marker(marker).nackable(is_video));
        Ok(())
    }
}

/// Four seconds of pictures with two keyframes, as a stream of units. They are sent again and again.
pub fn clip() -> Result<Vec<u8>> {
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc=s=640x360:r=25:d=4", "-pix_fmt", "yuv420p"])
        .args(["-c:v", "libx264", "-profile:v", "baseline", "-g", "50", "-b:v", "500k"])
        .args(["-bsf:v", "h264_metadata=aud=insert", "-f", "h264", "-"])
        .output()?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Ok(made.stdout)
}

/// The same in packets.
fn frames() -> Result<Vec<Vec<Vec<u8>>>> {
    let clip = clip()?;
    let codes = clip.windows(3).enumerate().filter(|(_, code)| *code == [0, 0, 1]);
    let mut starts: Vec<usize> = codes.map(|(at, _)| at + 3).collect();
    starts.push(clip.len() + 3);
    let mut frames: Vec<Vec<Vec<u8>>> = Vec::new();
    for pair in starts.windows(2) {
        let unit = &clip[pair[0]..pair[1] - 3];
        let unit = unit.strip_suffix(&[0]).unwrap_or(unit);
        // A delimiter begins each frame. It is not sent.
        if unit[0] & 0x1f == 9 {
            frames.push(Vec::new());
        } else {
            frames.last_mut().context("a delimiter")?.extend(packets(unit));
        }
    }
    Ok(frames)
}

/// A unit alone, or in fragments (RFC 6184, 5.8).
fn packets(unit: &[u8]) -> Vec<Vec<u8>> {
    if unit.len() <= PAYLOAD {
        return vec![unit.to_vec()];
    }
    let (head, parts) = (unit[0], unit[1..].chunks(PAYLOAD));
    let last = parts.len() - 1;
    let part = |(nth, part): (usize, &[u8])| {
        let edges = u8::from(nth == 0) << 7 | u8::from(nth == last) << 6;
        [&[head & 0xe0 | 28, edges | head & 0x1f], part].concat()
    };
    parts.enumerate().map(part).collect()
}
