//! Which layers a publisher pauses, because nobody gets them. Each return costs everybody's picture a keyframe, so a layer that
//! was wanted again after a pause is left alone for longer the next time.

use super::layers::MOST_LAYERS;
use domain::live::media::LayerSet;
use std::time::{Duration, Instant};

/// How long nobody gets a layer before it is paused: a page that is loaded again is back by then.
const UNUSED: Duration = Duration::from_secs(10);
/// How often that doubles: up to 160 s.
const DOUBLINGS: u32 = 4;

#[derive(Clone, Copy, Default)]
struct LayerUse {
    unused_since: Option<Instant>,
    paused: bool,
    /// How often it was wanted again.
    returns: u32,
}

#[derive(Default)]
pub struct Pauses {
    /// Whether the publisher does what it is told.
    pub heeded: bool,
    layers: [LayerUse; MOST_LAYERS],
}

impl Pauses {
    /// Takes which layers nobody gets now. Returns those to be paused if they are others than before.
    pub fn decide(&mut self, unused: LayerSet, now: Instant) -> Option<LayerSet> {
        let mut changed = false;
        for (layer, number) in self.layers.iter_mut().zip(0..) {
            layer.unused_since = unused.has(number).then(|| layer.unused_since.unwrap_or(now));
            let patience = UNUSED * 2_u32.pow(layer.returns.min(DOUBLINGS));
            let paused =
                layer.unused_since.is_some_and(|since| now.saturating_duration_since(since) >= patience);
            layer.returns += u32::from(layer.paused && !paused);
            changed |= std::mem::replace(&mut layer.paused, paused) != paused;
        }
        changed.then(|| {
            (0..).zip(self.layers).filter(|(_, layer)| layer.paused).map(|(number, _)| number).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells each second which layers nobody gets. Returns when something was decided, and the layers that were paused.
    fn play(seconds: u64, unused: impl Fn(u64) -> &'static [u8]) -> Vec<(u64, Vec<u8>)> {
        let (start, mut pauses, mut decided) = (Instant::now(), Pauses::default(), vec![]);
        for second in 0..seconds {
            let set = unused(second).iter().copied().collect();
            if let Some(paused) = pauses.decide(set, start + Duration::from_secs(second)) {
                decided.push((second, paused.iter().collect()));
            }
        }
        decided
    }

    #[test]
    fn what_nobody_gets_is_paused_after_a_while_and_comes_back_at_once() {
        type Case = (&'static str, fn(u64) -> &'static [u8], Vec<(u64, Vec<u8>)>);
        let cases: [Case; 7] = [
            ("all are used", |_| &[], vec![]),
            ("the largest", |_| &[2], vec![(10, vec![2])]),
            (
                "two, one after the other",
                |at| if at < 5 { &[2] } else { &[1, 2] },
                vec![(10, vec![2]), (15, vec![1, 2])],
            ),
            ("it is wanted", |at| if at < 30 { &[2] } else { &[] }, vec![(10, vec![2]), (30, vec![])]),
            (
                "of two the smaller one",
                |at| if at < 30 { &[1, 2] } else { &[2] },
                vec![(10, vec![1, 2]), (30, vec![2])],
            ),
            ("somebody looks in just before", |at| if at == 9 { &[] } else { &[2] }, vec![(20, vec![2])]),
            ("somebody looks in each nine seconds", |at| if at % 9 == 0 { &[] } else { &[2] }, vec![]),
        ];
        for (name, unused, expected) in cases {
            assert_eq!(play(60, unused), expected, "{name}");
        }
    }

    #[test]
    fn people_who_come_and_go_do_not_make_it_flap() {
        let decided = play(3_600, |at| if at % 60 < 5 { &[] } else { &[2] });
        let pauses: Vec<u64> =
            decided.iter().filter(|(_, paused)| !paused.is_empty()).map(|(at, _)| *at).collect();
        assert_eq!(pauses, [15, 85, 165], "each time twice as long, until nobody stays away for so long");
        assert_eq!(decided.len(), 6);
        let rare = play(3_600, |at| if at % 600 < 5 { &[] } else { &[2] });
        let waits: Vec<u64> =
            rare.iter().filter(|(_, paused)| !paused.is_empty()).map(|(at, _)| at % 600 - 5).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 160], "at most so long");
    }
}
