//! What all readers received together: latencies, journal numbers, displayed head counts.

use crate::{
    plan::scenario::Seat,
    truth::{
        Ids,
        census::{Census, Strangers},
        latency::{Latency, Timeline},
        mark::{self, RunTag, Scanner},
        witness::Witness,
    },
    wire::sse::Event,
};
use std::collections::BTreeMap;

/// What an event means for the connection that it arrived on.
#[derive(Debug, PartialEq, Eq)]
pub enum AfterEvent {
    Stay,
    /// The server ended the connection for good.
    Over,
}

pub struct Hearing {
    scanner: Scanner,
    /// Journal numbers by line; 0 for a line that nobody has seen.
    ids: Vec<u64>,
    pub renumbered: u64,
    pub census: Census,
    /// The highest journal number seen in each room.
    pub top: Vec<u64>,
    pub latency: Latency,
    /// The same in all rooms but the first, which is the one that chaos hits.
    pub elsewhere: Latency,
    pub timeline: Timeline,
    pub deliveries: u64,
    pub events: u64,
    pub beats: u64,
    /// Connections that the server ended for good, by the reason it gave.
    pub ended: BTreeMap<String, u64>,
}

impl Hearing {
    /// `tops` and `strangers`: each room's journal position and people before the run.
    pub fn new(run: &RunTag, tops: Vec<u64>, strangers: &Strangers) -> Self {
        Self {
            scanner: run.scanner(),
            ids: Vec::new(),
            renumbered: 0,
            census: Census::new(strangers),
            top: tops,
            latency: Latency::default(),
            elsewhere: Latency::default(),
            timeline: Timeline::default(),
            deliveries: 0,
            events: 0,
            beats: 0,
            ended: BTreeMap::new(),
        }
    }

    pub fn hear(&mut self, seat: &Seat, witness: &mut Witness, event: &Event<'_>, now: u64) -> AfterEvent {
        self.events += 1;
        if let Some(id) = event.id {
            self.top[seat.room] = self.top[seat.room].max(id);
        }
        match event.name {
            "beat" => self.beats += 1,
            "end" => {
                *self.ended.entry(event.data().to_string()).or_default() += 1;
                return AfterEvent::Over;
            }
            "resync" => {
                let id = event.id.or_else(|| event.data().parse().ok());
                witness.resync(id.unwrap_or(witness.last));
            }
            _ => self.fragment(seat, witness, event, now),
        }
        AfterEvent::Stay
    }

    fn fragment(&mut self, seat: &Seat, witness: &mut Witness, event: &Event<'_>, now: u64) {
        // A fragment may repeat a line's text, for instance in a label: that is one delivery.
        let mut last = None;
        let Self { scanner, ids, renumbered, latency, elsewhere, timeline, deliveries, .. } = self;
        scanner.each(event.lines, event.id, |mark| {
            if last.replace(mark) == Some(mark) {
                return;
            }
            if witness.line(mark.number, event.id) {
                let took = now.saturating_sub(mark.sent_us);
                latency.record(took);
                if seat.room > 0 {
                    elsewhere.record(took);
                }
                timeline.record(now, took);
                *deliveries += 1;
            }
            *renumbered += u64::from(!agrees(ids, mark.number, event.id));
        });
        match (last, event.id) {
            (None, Some(id)) => witness.entry(id),
            (None, None) => {
                if let Some(people) = mark::people(event.lines) {
                    self.census.rooms[seat.room].shown(people, now);
                }
            }
            _ => {}
        }
    }

    pub fn ids(&self) -> Ids {
        self.ids
            .iter()
            .enumerate()
            .filter(|(_, id)| **id > 0)
            .map(|(number, id)| (number as u32, *id))
            .collect()
    }
}

/// Records the journal number of a line. False if another reader saw it with a different one.
fn agrees(ids: &mut Vec<u64>, number: u32, id: Option<u64>) -> bool {
    let Some(id) = id else { return true };
    let number = number as usize;
    if ids.len() <= number {
        ids.resize(number + 1, 0);
    }
    if ids[number] == 0 {
        ids[number] = id;
    }
    ids[number] == id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{truth::mark::Mark, wire::sse::Parser};

    fn alone() -> Strangers {
        Strangers { rooms: vec![0], ..Strangers::default() }
    }

    fn hear(hearing: &mut Hearing, witness: &mut Witness, text: &str) -> Vec<AfterEvent> {
        let seat = Seat { room: 0, identity: 0, opens_us: 0, closes_us: None, dies_us: None, stalled: false };
        let mut then = Vec::new();
        let each = |event: Event<'_>| then.push(hearing.hear(&seat, witness, &event, 5000));
        Parser::default().feed(text.as_bytes(), each).expect("short");
        then
    }

    #[test]
    fn lines_are_noted_with_their_number_and_latency() {
        let run = RunTag::new(1);
        let (mut hearing, mut witness) = (Hearing::new(&run, vec![10], &alone()), Witness::new(0));
        witness.enter(10);
        let line = run.line(Mark { number: 3, sent_us: 1000 }, 0);
        hear(&mut hearing, &mut witness, &format!("id: 11\ndata: <li title='{line}'>{line}</li>\n\n"));
        assert_eq!((hearing.deliveries, witness.doubled, hearing.top[0]), (1, 0, 11));
        assert_eq!(hearing.ids(), Ids::from([(3, 11)]));
        assert!((hearing.latency.at(1.0) - 4.0).abs() < 0.1);
        hear(&mut hearing, &mut witness, &format!("id: 12\ndata: {line}\n\n"));
        assert_eq!((hearing.deliveries, witness.doubled, hearing.renumbered), (1, 1, 1));
    }

    #[test]
    fn an_end_is_for_good_and_a_resync_moves_on() {
        let (mut hearing, mut witness) = (Hearing::new(&RunTag::new(1), vec![0], &alone()), Witness::new(0));
        witness.enter(0);
        let then =
            hear(&mut hearing, &mut witness, "event: resync\nid: 40\ndata: 40\n\nevent: end\ndata: Bye.\n\n");
        assert_eq!(then, [AfterEvent::Stay, AfterEvent::Over]);
        assert_eq!((witness.last, hearing.ended["Bye."]), (40, 1));
    }

    #[test]
    fn head_counts_are_compared() {
        let (mut hearing, mut witness) = (Hearing::new(&RunTag::new(1), vec![0], &alone()), Witness::new(0));
        hear(&mut hearing, &mut witness, "data: <output id=\"people\">4</output>\n\n");
        let checks = hearing.census.rooms[0].checks;
        assert_eq!((checks.made, checks.wrong), (1, 1));
    }
}
