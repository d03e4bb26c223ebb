//! The layers of a publisher's picture: which of them arrive, how large they are, and which one suits a viewer.

use crate::{codec, sfu::packet::Packet};
use domain::live::media::{LayerSet, LayerWish, Quality};
use std::time::{Duration, Instant};

/// Layers of a picture that are forwarded. Browsers send three.
pub const MOST_LAYERS: usize = 3;
/// A layer without a packet for this long does not arrive any more. It is longer than the pause of a publisher that sends
/// two frames a second.
const STOPPED: Duration = Duration::from_millis(800);
/// How long a publisher has until a layer that it had paused arrives: browsers raise their bit rate step by step.
const RETURN: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Default)]
enum Pause {
    #[default]
    None,
    /// The publisher was told to pause the layer.
    Told,
    /// It was told to send it again, and has until then.
    Over { until: Instant },
}

#[derive(Clone, Copy, Default)]
struct Layer {
    arrives: bool,
    pause: Pause,
    heard: Option<Instant>,
    /// Pixels on the shorter side, from its last keyframe.
    height: Option<u16>,
}

impl Layer {
    /// Whether viewers may ask for it: it arrives, or does once the publisher is told that somebody does.
    fn is_there(&self) -> bool {
        self.arrives || !matches!(self.pause, Pause::None)
    }

    fn has_stopped(&self, now: Instant) -> bool {
        self.heard.is_none_or(|heard| now.saturating_duration_since(heard) > STOPPED)
    }
}

#[derive(Default)]
pub struct Layers {
    all: [Layer; MOST_LAYERS],
    /// Those that are there, the smallest first.
    ranked: Vec<u8>,
    changed: bool,
}

impl Layers {
    /// Records a packet of a picture.
    pub fn push(&mut self, packet: &Packet) {
        let Some(layer) = self.all.get_mut(usize::from(packet.layer)) else { return };
        layer.heard = Some(packet.at);
        let mut changed = !std::mem::replace(&mut layer.arrives, true);
        if packet.key
            && let Some((width, height)) = codec::size(packet.codec, &packet.payload)
        {
            changed |= layer.height.replace(width.min(height)) != Some(width.min(height));
        }
        if changed {
            self.rank();
        }
    }

    /// Drops the layers that have stopped, unless nothing else arrives, and those that do not come back.
    pub fn notice_stopped(&mut self, now: Instant) {
        let others = self.all.iter().any(|layer| layer.arrives && !layer.has_stopped(now));
        let mut changed = false;
        for layer in &mut self.all {
            let before = (layer.arrives, layer.is_there());
            layer.arrives &= !(others && layer.has_stopped(now));
            if matches!(layer.pause, Pause::Over { until } if until <= now) {
                layer.pause = Pause::None;
            }
            changed |= before != (layer.arrives, layer.is_there());
        }
        if changed {
            self.rank();
        }
    }

    /// Notes which layers the publisher was told to pause, and so to send all others.
    pub fn pause(&mut self, paused: LayerSet, now: Instant) {
        for (layer, number) in self.all.iter_mut().zip(0..) {
            layer.pause = match layer.pause {
                _ if paused.has(number) => Pause::Told,
                Pause::Told => Pause::Over { until: now + RETURN },
                other => other,
            };
        }
    }

    /// By their heights if all are known, else in the order in which the publisher names them.
    fn rank(&mut self) {
        let all = &self.all;
        let place = |layer: &u8| &all[usize::from(*layer)];
        self.ranked = (0..MOST_LAYERS as u8).filter(|layer| place(layer).is_there()).collect();
        if self.ranked.iter().all(|layer| place(layer).height.is_some()) {
            self.ranked.sort_by_key(|layer| place(layer).height);
        }
        self.changed = true;
    }

    /// True once after another layer has begun or stopped, or another size.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    pub fn count(&self) -> usize {
        self.ranked.len()
    }

    /// The best that arrives.
    pub fn best(&self) -> Option<u8> {
        self.ranked.iter().rev().copied().find(|layer| self.arrives(*layer))
    }

    fn arrives(&self, layer: u8) -> bool {
        self.all[usize::from(layer)].arrives
    }

    /// Pixels on the shorter side of each layer that is there, the smallest first; 0 if it is not known.
    pub fn heights(&self) -> Vec<u16> {
        self.ranked.iter().map(|layer| self.all[usize::from(*layer)].height.unwrap_or(0)).collect()
    }

    pub fn rank_of(&self, layer: u8) -> Option<usize> {
        self.ranked.iter().position(|ranked| *ranked == layer)
    }

    /// The rank of the layer that a viewer asks for; `None` without layers.
    pub fn rank_wished(&self, wish: LayerWish) -> Option<usize> {
        let top = self.ranked.len().checked_sub(1)?;
        let suits = |layer: &u8| {
            // Enlarged by a quarter it still looks as well.
            let height = self.all[usize::from(*layer)].height.map(|height| u32::from(height) * 5 / 4);
            height.zip(wish.shown).is_some_and(|(height, shown)| height >= u32::from(shown))
        };
        Some(match wish.quality {
            Quality::Low => 0,
            Quality::Medium => top / 2,
            Quality::High => top,
            Quality::Auto => self.ranked.iter().position(suits).unwrap_or(top),
        })
    }

    /// The layers that are larger than all of these.
    pub fn above(&self, used: impl Iterator<Item = u8>) -> LayerSet {
        let largest = used.filter_map(|layer| self.rank_of(layer)).max();
        largest.map_or_else(LayerSet::default, |rank| self.ranked[rank + 1..].iter().copied().collect())
    }

    /// What is sent in place of a layer that was picked, until that arrives: the next smaller one, or else the smallest.
    pub fn sent_for(&self, picked: u8) -> Option<u8> {
        let (to, above) = self.ranked.split_at(self.rank_of(picked)? + 1);
        to.iter().rev().chain(above).copied().find(|layer| self.arrives(*layer))
    }

    /// The layer for a viewer that asks for this, and whose link makes it give up `steps` of them.
    pub fn pick(&self, wish: LayerWish, steps: u8) -> Option<u8> {
        let wished = self.rank_wished(wish)?;
        self.ranked.get(wished.saturating_sub(usize::from(steps))).copied()
    }

    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
