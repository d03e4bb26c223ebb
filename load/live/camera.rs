//! A publisher: sends frames of a fixed size at fixed moments, and a key frame when it is asked for one, as an encoder does.

use super::{
    frame::{self, FrameMark, RATE},
    peer::{LAYERS, Peer},
};
use std::{collections::VecDeque, time::Instant};
use str0m::{
    media::{Mid, Pt, Rid},
    rtp::RtpWrite,
};

/// Frames from one key frame to the next if nobody asks: two seconds.
const GROUP: u32 = 2 * RATE as u32;
/// A key frame has this many times the bytes of another frame.
const KEY: u64 = 6;
/// A layer has this part of the bitrate of the next larger one.
const SMALLER: u64 = 4;
/// 90 kHz.
const TICKS: u32 = 90_000 / RATE as u32;
/// The first sequence number. It is below 2^16, because a receiver assumes zero upper bits in the first packet.
const FIRST: u64 = 1_000;
/// How many sent frames are remembered, for viewers who leave: four seconds.
const REMEMBERED: usize = 4 * RATE as usize;

/// Packets of sound: 20 ms each with 48 kbit/s, in ticks of 48 kHz.
const SOUND_US: u64 = 20_000;
const SOUND_BYTES: usize = 119;
const SOUND_TICKS: u32 = 960;
/// What a packet of Opus begins with: one frame of 20 ms in stereo (RFC 6716, 3.1).
const OPUS_HEAD: u8 = 0xfc;

/// What a camera sends.
#[derive(Clone, Copy, Debug)]
pub struct CameraPlan {
    pub run: u32,
    pub room: u16,
    /// Bits per second of the largest layer.
    pub bitrate: u64,
    pub layers: usize,
    pub sound: bool,
}

/// One layer.
#[derive(Debug)]
struct Lens {
    layer: u8,
    rid: Option<Rid>,
    /// Bytes of a delta frame.
    bytes: usize,
    seq: u64,
    since_key: u32,
    wants_key: bool,
}

#[derive(Debug)]
pub struct Camera {
    plan: CameraPlan,
    lenses: Vec<Lens>,
    /// When it was connected, in microseconds of the tool's clock.
    begun_us: Option<u64>,
    silent: bool,
    number: u32,
    sounds: u32,
    /// The newest frames: their numbers, and when they were sent.
    sent: VecDeque<(u32, u64)>,
    sounds_sent: VecDeque<(u32, u64)>,
    /// The longest delay of a frame behind its moment, in microseconds.
    pub late_us: u64,
    /// Key frames that somebody asked for.
    pub asked: u64,
}

impl CameraPlan {
    fn lenses(&self) -> Vec<Lens> {
        let count = self.layers;
        let lens = |n: usize| {
            let bitrate = self.bitrate / SMALLER.pow((count - 1 - n) as u32);
            Lens {
                layer: n as u8,
                rid: (count > 1).then(|| Rid::from(LAYERS[LAYERS.len() - count + n])),
                bytes: delta_bytes(bitrate),
                seq: FIRST,
                since_key: GROUP,
                wants_key: false,
            }
        };
        (0..count).map(lens).collect()
    }
}

/// Bytes of a delta frame, so that a group with its key frame has this bitrate.
fn delta_bytes(bitrate: u64) -> usize {
    (bitrate / 8 * u64::from(GROUP) / RATE / (u64::from(GROUP) - 1 + KEY)) as usize
}

impl Camera {
    pub fn new(plan: CameraPlan) -> Self {
        let (sent, sounds_sent) = (VecDeque::with_capacity(REMEMBERED), VecDeque::new());
        Self {
            lenses: plan.lenses(),
            plan,
            begun_us: None,
            silent: false,
            number: 0,
            sounds: 0,
            sent,
            sounds_sent,
            late_us: 0,
            asked: 0,
        }
    }

    pub fn begin(&mut self, now_us: u64) {
        self.begun_us = Some(now_us);
    }

    /// Sends nothing any more, but stays connected for those who ask for lost packets.
    pub fn be_silent(&mut self) {
        self.silent = true;
    }

    /// The next picture, or packet of sound, must be sent then.
    pub fn due_us(&self) -> Option<u64> {
        let begun = self.begun_us.filter(|_| !self.silent)?;
        let picture = begun + self.picture_us();
        Some(if self.plan.sound { picture.min(begun + self.sound_us()) } else { picture })
    }

    fn picture_us(&self) -> u64 {
        u64::from(self.number) * 1_000_000 / RATE
    }

    fn sound_us(&self) -> u64 {
        u64::from(self.sounds) * SOUND_US
    }

    /// A viewer asks for a key frame of one layer, or of the only one.
    pub fn ask(&mut self, rid: Option<Rid>) {
        self.asked += 1;
        for lens in self.lenses.iter_mut().filter(|lens| rid.is_none() || lens.rid == rid) {
            lens.wants_key = true;
        }
    }

    /// Sends everything that is due.
    pub fn shoot(&mut self, peer: &mut Peer, now_us: u64) {
        let Some(begun) = self.begun_us.filter(|_| !self.silent) else { return };
        while now_us >= begun + self.picture_us() {
            self.late_us = self.late_us.max(now_us - begun - self.picture_us());
            self.picture(peer, now_us);
        }
        while let Some(track) = peer.tracks.sound
            && now_us >= begun + self.sound_us()
        {
            self.sound(peer, track, now_us);
        }
    }

    fn picture(&mut self, peer: &mut Peer, sent_us: u64) {
        let (number, (mid, pt)) = (self.number, peer.tracks.video);
        let CameraPlan { run, room, .. } = self.plan;
        for lens in &mut self.lenses {
            let key = std::mem::take(&mut lens.wants_key) || lens.since_key >= GROUP;
            lens.since_key = if key { 1 } else { lens.since_key + 1 };
            let size = if key { lens.bytes * KEY as usize } else { lens.bytes };
            let image = FrameMark { run, room, layer: lens.layer, key, number, sent_us }.draw(size);
            let payloads = frame::payloads(&image, number);
            let last = payloads.len() - 1;
            for (n, payload) in payloads.enumerate() {
                let time = number.wrapping_mul(TICKS);
                let write = RtpWrite::new(pt, lens.seq.into(), time, Instant::now(), payload);
                send(peer, mid, lens.rid, write.marker(n == last).nackable(true));
                lens.seq += 1;
            }
        }
        remember(&mut self.sent, (number, sent_us));
        self.number += 1;
    }

    fn sound(&mut self, peer: &mut Peer, (mid, pt): (Mid, Pt), sent_us: u64) {
        let (number, CameraPlan { run, room, .. }) = (self.sounds, self.plan);
        let mark = FrameMark { run, room, layer: 0, key: true, number, sent_us };
        let payload = [&[OPUS_HEAD], &mark.draw(SOUND_BYTES)[..]].concat();
        let seq = FIRST + u64::from(number);
        let write = RtpWrite::new(pt, seq.into(), number.wrapping_mul(SOUND_TICKS), Instant::now(), payload);
        send(peer, mid, None, write);
        remember(&mut self.sounds_sent, (number, sent_us));
        self.sounds += 1;
    }

    /// The newest picture and packet of sound that were sent by then, with their times.
    pub fn sent_by(&self, us: u64) -> [Option<(u32, u64)>; 2] {
        let newest = |sent: &VecDeque<(u32, u64)>| sent.iter().rev().find(|(_, at)| *at <= us).copied();
        [newest(&self.sent), newest(&self.sounds_sent)]
    }
}

fn remember(sent: &mut VecDeque<(u32, u64)>, one: (u32, u64)) {
    if sent.len() >= REMEMBERED {
        sent.pop_front();
    }
    sent.push_back(one);
}

/// The packet leaves with the next [`Peer::wake`].
fn send(peer: &mut Peer, mid: Mid, rid: Option<Rid>, write: RtpWrite) {
    if let Some(stream) = peer.rtc().direct_api().stream_tx_by_mid(mid, rid) {
        stream.write_rtp(write);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_frames_has_the_bitrate() {
        for bitrate in [500_000, 2_000_000, 8_000_000] {
            let delta = delta_bytes(bitrate) as u64;
            let bits = (delta * (u64::from(GROUP) - 1) + delta * KEY) * 8 / 2;
            assert!(bits <= bitrate && bits > bitrate * 99 / 100, "{bits} of {bitrate}");
        }
    }

    #[test]
    fn layers_have_names_and_smaller_bitrates() {
        let plan = CameraPlan { run: 1, room: 0, bitrate: 1_600_000, layers: 3, sound: false };
        let of = |plan: CameraPlan| -> Vec<(Option<String>, usize)> {
            let lenses = plan.lenses();
            lenses.iter().map(|lens| (lens.rid.map(|rid| rid.to_string()), lens.bytes)).collect()
        };
        let [q, h, f] = ["q", "h", "f"].map(|name| Some(name.to_string()));
        let bytes = [100_000, 400_000, 1_600_000].map(delta_bytes);
        assert_eq!(of(plan), [(q, bytes[0]), (h.clone(), bytes[1]), (f.clone(), bytes[2])]);
        assert_eq!(of(CameraPlan { layers: 2, ..plan }), [(h, bytes[1]), (f, bytes[2])]);
        assert_eq!(of(CameraPlan { layers: 1, ..plan }), [(None, bytes[2])]);
    }

    #[test]
    fn it_knows_what_it_had_sent() {
        let plan = CameraPlan { run: 1, room: 0, bitrate: 1_600_000, layers: 1, sound: false };
        let mut camera = Camera::new(plan);
        assert_eq!((camera.due_us(), camera.sent_by(9)), (None, [None, None]));
        camera.begin(500);
        assert_eq!(camera.due_us(), Some(500));
        (0..200).for_each(|n| remember(&mut camera.sent, (n, 1_000 * u64::from(n))));
        assert_eq!(camera.sent_by(150_999)[0], Some((150, 150_000)));
        assert_eq!(camera.sent_by(u64::MAX)[0], Some((199, 199_000)));
        assert_eq!((camera.sent_by(1_000)[0], camera.sent.len()), (None, REMEMBERED));
        camera.be_silent();
        assert_eq!(camera.due_us(), None);
    }
}
