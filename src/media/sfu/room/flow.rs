//! Chooses which of a publisher's sources are forwarded: one of sound, and one for each layer of the picture, the first
//! that sends.

use super::layers::MOST_LAYERS;
use crate::sfu::packet::Kind;
use std::time::{Duration, Instant};

/// How long a source must be silent before another one in the same place replaces it. Until then the other is ignored,
/// so that two pictures never mix.
const TAKE_OVER: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
struct Flow {
    ssrc: u32,
    run: u32,
    last: Instant,
}

#[derive(Default)]
pub struct Flows {
    audio: [Option<Flow>; 1],
    video: [Option<Flow>; MOST_LAYERS],
    runs: u32,
}

impl Flows {
    /// The run and the layer that a packet of this source belongs to, or `None` if the source is not forwarded. `layer` is
    /// asked about a source that is new.
    pub fn take(
        &mut self,
        kind: Kind,
        ssrc: u32,
        layer: impl FnOnce() -> Option<u8>,
        now: Instant,
    ) -> Option<(u32, u8)> {
        let flows = match kind {
            Kind::Audio => &mut self.audio[..],
            Kind::Video => &mut self.video[..],
        };
        for (flow, at) in flows.iter_mut().zip(0..) {
            if let Some(flow) = flow.as_mut().filter(|flow| flow.ssrc == ssrc) {
                flow.last = now;
                return Some((flow.run, at));
            }
        }
        let layer = layer()?;
        let flow = flows.get_mut(usize::from(layer))?;
        if flow.is_some_and(|flow| now.saturating_duration_since(flow.last) < TAKE_OVER) {
            return None;
        }
        self.runs += 1;
        *flow = Some(Flow { ssrc, run: self.runs, last: now });
        Some((self.runs, layer))
    }

    /// A number for another run.
    pub fn next_run(&mut self) -> u32 {
        self.runs += 1;
        self.runs
    }

    /// The source that keyframes of a layer are requested from.
    pub fn video(&self, layer: usize) -> Option<u32> {
        self.video.get(layer)?.map(|flow| flow.ssrc)
    }

    /// A new publisher begins new runs, even with the same sources.
    pub fn forget(&mut self) {
        (self.audio, self.video) = Default::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_in_a_place_flows_until_it_is_silent() {
        let (start, mut flows) = (Instant::now(), Flows::default());
        let at = |ms| start + Duration::from_millis(ms);
        let mut take = |kind, ssrc, ms| flows.take(kind, ssrc, || Some(0), at(ms)).map(|(run, _)| run);
        let first = take(Kind::Video, 7, 0).unwrap();
        assert_eq!(take(Kind::Video, 8, 10), None, "a second picture");
        assert_ne!(take(Kind::Audio, 9, 10), Some(first));
        assert_eq!(take(Kind::Video, 7, 900), Some(first));
        assert_eq!(take(Kind::Video, 8, 1800), None);
        let second = take(Kind::Video, 8, 1900).unwrap();
        assert!(second > first);
        assert_eq!(flows.video(0), Some(8));
        flows.forget();
        let third = flows.take(Kind::Video, 8, || Some(0), at(1901)).unwrap().0;
        assert!(third > second && flows.next_run() > third);
    }

    #[test]
    fn each_layer_has_a_source_and_no_packet_of_another_place_is_taken() {
        let (now, mut flows) = (Instant::now(), Flows::default());
        let mut take = |ssrc, layer: Option<u8>| flows.take(Kind::Video, ssrc, || layer, now);
        let runs = [5, 6, 7].map(|ssrc| take(ssrc, Some(ssrc as u8 - 5)).unwrap());
        assert_eq!(runs, [(1, 0), (2, 1), (3, 2)]);
        assert_eq!(take(6, None), Some((2, 1)), "a known source is not asked about");
        assert_eq!(take(8, Some(1)), None, "a second source of a layer");
        assert_eq!(take(8, Some(3)), None, "a fourth layer");
        assert_eq!(take(8, None), None, "of no layer");
        assert_eq!((flows.video(0), flows.video(2), flows.video(3)), (Some(5), Some(7), None));
        let mut sound = |ssrc, layer| flows.take(Kind::Audio, ssrc, || Some(layer), now);
        assert!(sound(9, 1).is_none() && sound(9, 0).is_some(), "sound has no layers");
    }
}
