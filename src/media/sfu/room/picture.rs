//! Measures the publisher's picture, for the host.

use crate::{
    codec::{self, Size},
    sfu::packet::{Kind, Packet},
};
use domain::live::media::{Codec, PictureHealth};
use std::time::{Duration, Instant};

#[derive(Default)]
pub struct Picture {
    /// Frames since the last measurement.
    frames: u32,
    per_second: u32,
    codec: Option<Codec>,
    size: Option<Size>,
    keyframe: Option<Instant>,
    between: Option<Duration>,
}

impl Picture {
    pub fn push(&mut self, packet: &Packet) {
        if packet.kind != Kind::Video {
            return;
        }
        self.codec = Some(packet.codec);
        self.frames += u32::from(packet.marker);
        if packet.key {
            self.size = codec::size(packet.codec, &packet.payload).or(self.size);
            self.between = self.keyframe.map(|before| packet.at.saturating_duration_since(before));
            self.keyframe = Some(packet.at);
        }
    }

    /// Ends the measuring interval.
    pub fn measure(&mut self, seconds: f64) {
        self.per_second = (f64::from(std::mem::take(&mut self.frames)) / seconds).round() as u32;
    }

    /// `asked`: keyframes come when they are asked for, so the time between them says nothing.
    pub fn health(&self, asked: bool, now: Instant) -> Option<PictureHealth> {
        let since = self.keyframe.map(|at| now.saturating_duration_since(at));
        let between = self.between.max(since).filter(|_| !asked);
        Some(PictureHealth {
            codec: self.codec?,
            size: self.size,
            frames_per_second: self.per_second,
            keyframe_ms: between.map(|between| between.as_millis() as u32),
        })
    }

    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_measured_by_its_frames_and_keyframes() {
        let (mut picture, start) = (Picture::default(), Instant::now());
        assert_eq!(picture.health(false, start), None, "no picture yet");
        let key = [0x10, 0x02, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02];
        for frame in 0..100u32 {
            let at = start + Duration::from_millis(u64::from(frame) * 40);
            let body: &[u8] = if frame % 50 == 0 { &key } else { &[0x10, 1, 0] };
            for (seq, marker) in [(0, false), (1, true)] {
                let payload = if seq == 0 { body } else { &[0x00, 1, 0] };
                picture.push(&Packet::new(1, Codec::Vp8, seq, frame, marker, at, payload.into()));
            }
            picture.push(&Packet::new(1, Codec::Opus, 0, frame, true, at, [1, 2].as_slice().into()));
        }
        picture.measure(4.0);
        let expected = PictureHealth {
            codec: Codec::Vp8,
            size: Some((1280, 720)),
            frames_per_second: 25,
            keyframe_ms: Some(2_000),
        };
        let now = start + Duration::from_secs(3);
        assert_eq!(picture.health(false, now), Some(expected));
        assert_eq!(picture.health(true, now), Some(PictureHealth { keyframe_ms: None, ..expected }));
        let late = picture.health(false, start + Duration::from_secs(11));
        assert_eq!(late.and_then(|health| health.keyframe_ms), Some(9_000), "the next one is missing");
    }
}
