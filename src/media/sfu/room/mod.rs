//! A room: at most one publisher and any number of viewers.

mod flow;
mod gop;
mod layers;
mod pauses;
mod picture;
mod pli;
mod still;

use super::{
    packet::{Kind, Packet},
    timers::Alarm,
};
use crate::{recording::TappedPacket, test_card::Card};
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{Codec, LayerSet, MediaEnd, MediaEvent, MediaHealth},
};
use flow::Flows;
use gop::Gop;
pub use layers::{Layers, MOST_LAYERS};
use pauses::Pauses;
use picture::Picture;
use pli::Pli;
use std::time::{Duration, Instant};
use still::Still;

/// A publisher without a packet for this long counts as silent.
const SILENCE: Duration = Duration::from_secs(2);
/// After its first packet, a publisher is asked for a keyframe once: then we know whether it answers such requests, before
/// most viewers come.
const PROBE: Duration = Duration::from_secs(1);
/// How long the start of a frame waits for its end: together they cost one system call per viewer.
const HOLD: Duration = Duration::from_micros(500);
/// Packets whose memory is kept from one frame to the next: a frame of 8 Mbit/s at 30 a second has 28.
const USUAL: usize = 32;

/// How far the test card may fall behind in a room without viewers; it then plays what it missed at once. Sending each
/// packet on time would wake the thread sixty times a second. Far less than [`SILENCE`], and than a viewer takes to
/// connect. The first packet is not delayed, because a show goes on air with it.
const REST: Duration = Duration::from_millis(200);

/// Where a publisher's packets come from.
pub enum Source {
    /// The connection of the publisher's session, with the codec of its picture; `None` if it sends only sound.
    Remote(Option<Codec>),
    /// A film built into the binary.
    Card(Box<Card>),
}

pub struct Publisher {
    pub session: MediaSessionId,
    pub source: Source,
    /// Whether its packets flow.
    up: bool,
    heard: Option<Instant>,
    loss: f32,
    rtt: Option<Duration>,
}

/// The layer that is kept for newcomers and stills, measured and recorded: the best that arrives. It changes at a keyframe.
#[derive(Clone, Copy)]
struct MainLayer {
    layer: u8,
    run: u32,
    /// The run of a recording: it also grows when a layer comes back that was the main one before.
    tap_run: u32,
}

pub struct Room {
    pub publisher: Option<Publisher>,
    /// Connected viewers.
    pub viewers: Vec<MediaSessionId>,
    /// Viewers still connecting, the oldest first.
    pub connecting: Vec<MediaSessionId>,
    pub flows: Flows,
    pub layers: Layers,
    pub pauses: Pauses,
    main: Option<MainLayer>,
    /// By layer.
    pub plis: [Pli; MOST_LAYERS],
    pub gop: Gop,
    pub still: Still,
    seen: Picture,
    pub alarm: Alarm,
    pending: Vec<Packet>,
    held_since: Option<Instant>,
    /// By layer, the run of its last packet.
    video_runs: [u32; MOST_LAYERS],
    bytes: u64,
    bits_per_second: u64,
    measured: Instant,
}

impl Room {
    pub fn new(now: Instant) -> Self {
        Self {
            publisher: None,
            viewers: vec![],
            connecting: vec![],
            flows: Flows::default(),
            layers: Layers::default(),
            pauses: Pauses::default(),
            main: None,
            plis: Default::default(),
            gop: Gop::default(),
            still: Still::default(),
            seen: Picture::default(),
            alarm: Alarm::default(),
            pending: vec![],
            held_since: None,
            video_runs: [0; MOST_LAYERS],
            bytes: 0,
            bits_per_second: 0,
            measured: now,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.publisher.is_none() && !self.is_watched()
    }

    fn is_watched(&self) -> bool {
        !self.viewers.is_empty() || !self.connecting.is_empty()
    }

    /// A connecting viewer has connected.
    pub fn connect(&mut self, viewer: MediaSessionId) {
        if let Some(at) = self.connecting.iter().position(|waits| *waits == viewer) {
            self.connecting.remove(at);
            self.viewers.push(viewer);
        }
    }

    pub fn remove_viewer(&mut self, viewer: MediaSessionId) {
        if let Some(at) = self.viewers.iter().position(|there| *there == viewer) {
            self.viewers.swap_remove(at);
        } else {
            self.connecting.retain(|waits| *waits != viewer);
        }
    }

    pub fn is_published_by(&self, session: MediaSessionId) -> bool {
        self.publisher.as_ref().is_some_and(|publisher| publisher.session == session)
    }

    /// The codec of the publisher's picture.
    pub fn picture(&self) -> Option<Codec> {
        match self.publisher.as_ref()?.source {
            Source::Remote(codec) => codec,
            Source::Card(ref card) => Some(card.codec()),
        }
    }

    /// True while a publisher's packets flow.
    pub fn is_busy(&self) -> bool {
        self.publisher.as_ref().is_some_and(|publisher| publisher.up)
    }

    /// Sets the publisher. Returns the session of the previous one.
    pub fn set_publisher(&mut self, session: MediaSessionId, source: Source) -> Option<MediaSessionId> {
        let before = self.publisher.as_ref().map(|publisher| publisher.session);
        self.forget_media();
        self.publisher = Some(Publisher { session, source, up: false, heard: None, loss: 0.0, rtt: None });
        before
    }

    /// Which layers the publisher is to pause, if that are others than before. `used`: layers that somebody gets or asks for. Those
    /// below them go on: a bad link falls back to them.
    pub fn decide_pauses(&mut self, used: impl Iterator<Item = u8>, now: Instant) -> Option<LayerSet> {
        let paused = self.pauses.decide(self.layers.above(used), now)?;
        self.layers.pause(paused, now);
        // What would be asked of them gets no answer.
        paused.iter().for_each(|layer| self.plis[usize::from(layer)].forget());
        Some(paused)
    }

    pub fn remove_publisher(&mut self) {
        self.forget_media();
        self.publisher = None;
    }

    fn forget_media(&mut self) {
        self.flows.forget();
        self.layers.forget();
        self.pauses = Pauses::default();
        self.main = None;
        self.plis.iter_mut().for_each(Pli::forget);
        self.gop.forget();
        self.still.forget();
        self.seen.forget();
        self.pending.clear();
        self.held_since = None;
    }

    /// Notes which layers arrive. Returns the packet's run in a recording, unless it belongs to a layer that is not recorded.
    pub fn place(&mut self, packet: &Packet) -> Option<u32> {
        if packet.kind == Kind::Audio {
            return Some(packet.run);
        }
        self.layers.push(packet);
        let (layer, run) = (packet.layer, packet.run);
        if let Some(main) = self.main.filter(|main| (main.layer, main.run) == (layer, run)) {
            return Some(main.tap_run);
        }
        let same = self.main.is_none_or(|main| main.layer == layer);
        if !(same || packet.key && self.layers.best() == Some(layer)) {
            return None;
        }
        let tap_run = self.flows.next_run();
        self.main = Some(MainLayer { layer, run, tap_run });
        Some(tap_run)
    }

    fn is_main(&self, packet: &Packet) -> bool {
        self.main.is_none_or(|main| main.layer == packet.layer) || packet.kind == Kind::Audio
    }

    /// The requests for keyframes of the main layer.
    pub fn main_pli(&mut self) -> &mut Pli {
        let main = self.main_layer();
        &mut self.plis[usize::from(main)]
    }

    pub fn main_layer(&self) -> u8 {
        self.main.map_or(0, |main| main.layer)
    }

    /// Whether the publisher leaves requests for a keyframe unanswered; `None` before the first.
    fn is_deaf(&self) -> Option<bool> {
        // A film in H264 plays the part of an encoder.
        let film = self.publisher.as_ref().map(|publisher| &publisher.source);
        if matches!(film, Some(Source::Card(card)) if card.codec() == Codec::H264) {
            return Some(true);
        }
        self.plis[usize::from(self.main_layer())].is_deaf()
    }

    /// Adds a packet of the publisher. True if it is the first one, or the first after silence.
    pub fn push(&mut self, packet: Packet, now: Instant) -> bool {
        if packet.kind == Kind::Video {
            let layer = usize::from(packet.layer);
            let pli = &mut self.plis[layer];
            if packet.key {
                pli.keyframe();
            } else if packet.run != self.video_runs[layer] {
                // Its first keyframe did not reach us, and without one nobody sees anything.
                pli.want(now);
            }
            self.video_runs[layer] = packet.run;
            if self.is_main(&packet) {
                self.still.push(&packet, now);
                self.seen.push(&packet);
            }
        }
        self.bytes += packet.payload.len() as u64;
        self.held_since.get_or_insert(now);
        self.pending.push(packet);
        let Some(publisher) = &mut self.publisher else { return false };
        publisher.heard = Some(now);
        let first = !std::mem::replace(&mut publisher.up, true);
        if first && self.is_deaf().is_none() {
            self.main_pli().want(now + PROBE);
        }
        first
    }

    /// What a viewer that joins gets at once; empty if it is better to ask the publisher.
    pub fn group(&self, now: Instant) -> Vec<Packet> {
        let replays = self.gop.is_small() || self.is_deaf() == Some(true);
        if replays { self.gop.replay(now) } else { vec![] }
    }

    /// What a recorder gets that begins now: the picture since its last keyframe as it came, also what still waits for the rest of its
    /// frame.
    pub fn recorded_group(&self) -> Vec<TappedPacket> {
        let Some(MainLayer { layer, run, tap_run }) = self.main else { return vec![] };
        let packets = self.gop.packets().iter().chain(&self.pending);
        let of_picture = packets.filter(|packet| packet.kind == Kind::Video);
        let of_main = of_picture.filter(|packet| (packet.layer, packet.run) == (layer, run));
        of_main.map(|packet| packet.tapped(tap_run, self.picture())).collect()
    }

    /// Until when packets wait for the rest of their frame; `None` if none wait.
    pub fn held_until(&self) -> Option<Instant> {
        self.held_since.map(|since| since + HOLD)
    }

    /// The packets to send to the viewers now; empty while it is worth waiting for the rest of a frame. They come back by
    /// [`Self::reuse`].
    pub fn take_ready(&mut self, now: Instant) -> Vec<Packet> {
        let whole = self.pending.last().is_some_and(|last| last.marker || last.kind == Kind::Audio);
        if !whole && self.held_until().is_none_or(|until| now < until) {
            return vec![];
        }
        self.held_since = None;
        let answers = self.is_deaf() == Some(false);
        let pending = std::mem::take(&mut self.pending);
        for packet in &pending {
            if self.is_main(packet) {
                self.gop.push(packet, answers);
            }
        }
        pending
    }

    /// Takes back the memory of packets that were sent: the next frame would otherwise allocate its own, and again each time that
    /// it grows. That of a large keyframe is not kept.
    pub fn reuse(&mut self, mut sent: Vec<Packet>) {
        sent.clear();
        if self.pending.capacity() == 0 && sent.capacity() <= USUAL {
            self.pending = sent;
        }
    }

    pub fn notice_silence(&mut self, room: RoomId, now: Instant) -> Option<MediaEvent> {
        let publisher = self.publisher.as_mut().filter(|publisher| publisher.up)?;
        publisher.heard.filter(|heard| now.saturating_duration_since(*heard) >= SILENCE)?;
        publisher.up = false;
        self.gop.forget();
        self.still.forget();
        Some(MediaEvent::PublisherDown { room, session: publisher.session, end: MediaEnd::Silent })
    }

    pub fn note_link(&mut self, loss: f32, rtt: Option<Duration>) {
        if let Some(publisher) = &mut self.publisher {
            (publisher.loss, publisher.rtt) = (loss, rtt);
        }
    }

    /// Ends the measuring interval that [`Self::health`] reports, and begins the next.
    pub fn measure(&mut self, now: Instant) {
        let seconds = now.saturating_duration_since(self.measured).as_secs_f64().max(0.001);
        self.bits_per_second = ((std::mem::take(&mut self.bytes) * 8) as f64 / seconds) as u64;
        self.seen.measure(seconds);
        self.measured = now;
    }

    pub fn health(&self) -> MediaHealth {
        let publisher = self.publisher.as_ref();
        let answers = self.is_deaf() != Some(true);
        MediaHealth {
            bits_per_second: self.bits_per_second,
            loss: publisher.map_or(0.0, |publisher| publisher.loss),
            rtt_ms: publisher.and_then(|publisher| publisher.rtt).map(|rtt| rtt.as_millis() as u32),
            viewers: self.viewers.len(),
            picture: self.seen.health(answers, self.measured).filter(|_| self.is_busy()),
        }
    }

    /// Sets the alarm to the room's next deadline.
    pub fn set_alarm(&mut self) {
        let card = self.publisher.as_ref().and_then(|publisher| match &publisher.source {
            Source::Card(card) if publisher.up && !self.is_watched() => Some(card.due() + REST),
            Source::Card(card) => Some(card.due()),
            Source::Remote(_) => None,
        });
        self.alarm.deadline = card.into_iter().chain(self.plis.iter().filter_map(Pli::due)).min();
    }
}

#[cfg(test)]
#[path = "main_layer_tests.rs"]
mod tests;
