//! The findings of a run with media, as text and as JSON.

use super::{Film, crew::CrewRecord, ledger::FrameCounts, viewer::ViewerRecord};
use crate::{
    measure::facts::{Hardware, OTHERS, Usage},
    truth::latency::{Latency, Percentiles},
};
use serde::Serialize;
use std::fmt::Write as _;

/// The longest delay of a frame behind its moment that counts as in time, in milliseconds.
const LATE_MS: f64 = 500.0;
/// Rooms that are shown in words; JSON has all.
const SHOWN: usize = 10;

/// One room, or all.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RoomFrames {
    pub viewers: u64,
    /// Viewers who got each frame once, whole and in order.
    pub exact: u64,
    /// Viewers who never saw a key frame.
    pub blind: u64,
    /// Viewers whom the server ended.
    pub ended: u64,
    pub pictures: FrameCounts,
    pub sounds: FrameCounts,
    /// From sending to receiving a whole frame, in milliseconds.
    pub latency_ms: Percentiles,
    /// From right before the offer was written until the first key frame was whole, in milliseconds: of those who came before the
    /// measured time, several at once, and of those who came in it.
    pub first_key_ms: Percentiles,
    pub late_first_key_ms: Percentiles,
}

/// Over the measured time.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct MediaCost {
    pub server_cpu_s: f64,
    /// Microseconds of the server's processor time for each packet that came to a viewer.
    pub cpu_us_per_packet: f64,
    /// What the server's resident memory grew by for each viewer, in bytes.
    pub bytes_per_viewer: f64,
    pub server_rss: u64,
    pub own_cpu_s: f64,
    pub other_share: f64,
}

/// What the run measured beside frames.
pub struct Measured {
    /// Without viewers, before the measured time, and after it.
    pub usage: [Usage; 3],
    pub packets: u64,
    pub dropped: u64,
    pub has_server: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct MediaReport {
    pub ok: bool,
    pub differences: Vec<String>,
    pub hardware: Hardware,
    pub film: Film,
    pub all: RoomFrames,
    pub rooms: Vec<RoomFrames>,
    /// Packets that came to viewers in the measured time, and of all times those that the tool dropped on purpose.
    pub packets: u64,
    pub dropped: u64,
    /// Key frames that the server asked for.
    pub key_frames_asked: u64,
    /// The longest delay of a frame behind its moment, in milliseconds.
    pub late_ms: f64,
    /// Datagrams that the tool's own sockets had no room for.
    pub overflowed: u64,
    /// `None` if the server's process is unknown.
    pub cost: Option<MediaCost>,
    pub other_share: f64,
}

/// The viewers of one room, or of all.
fn frames<'a>(viewers: impl Iterator<Item = &'a ViewerRecord>, latency: &Latency) -> RoomFrames {
    let (mut found, mut keys) = (RoomFrames::default(), [Latency::default(), Latency::default()]);
    for viewer in viewers {
        found.viewers += 1;
        found.pictures.add(&viewer.pictures);
        found.sounds.add(&viewer.sounds);
        found.ended += u64::from(viewer.ended);
        let exact = viewer.pictures.exact() && viewer.sounds.exact();
        match viewer.first_key_us {
            Some(us) => {
                keys[usize::from(viewer.ticket.late)].record(us);
                found.exact += u64::from(exact && !viewer.ended);
            }
            None => found.blind += 1,
        }
    }
    found.latency_ms = latency.percentiles();
    [found.first_key_ms, found.late_first_key_ms] = keys.map(|keys| keys.percentiles());
    found
}

impl MediaReport {
    pub fn new(film: Film, crew: &CrewRecord, measured: &Measured) -> Self {
        let mut latency = Latency::default();
        crew.latency.iter().for_each(|room| latency.add(room));
        let of = |room: usize| crew.viewers.iter().filter(move |v| usize::from(v.ticket.room) == room);
        let rooms =
            crew.latency.iter().enumerate().map(|(room, latency)| frames(of(room), latency)).collect();
        let [empty, before, after] = &measured.usage;
        let server_cpu_s = after.server.total_s() - before.server.total_s();
        let grown = after.held.rss.saturating_sub(empty.held.rss);
        let other_share = after.other_share(before);
        let cost = MediaCost {
            server_cpu_s,
            cpu_us_per_packet: server_cpu_s * 1e6 / measured.packets.max(1) as f64,
            bytes_per_viewer: grown as f64 / film.viewers.max(1) as f64,
            server_rss: after.held.rss,
            own_cpu_s: after.own - before.own,
            other_share,
        };
        let mut report = Self {
            hardware: Hardware::read(),
            all: frames(crew.viewers.iter(), &latency),
            rooms,
            packets: measured.packets,
            dropped: measured.dropped,
            key_frames_asked: crew.asked,
            late_ms: crew.late_us as f64 / 1e3,
            overflowed: crew.overflowed,
            cost: measured.has_server.then_some(cost),
            other_share,
            film,
            ..Self::default()
        };
        report.judge(crew.cameras_ended);
        report
    }

    /// With packets dropped on purpose, as many frames as packets may be lost: they can be asked for again.
    fn judge(&mut self, cameras_ended: usize) {
        let RoomFrames { viewers, blind, ended, pictures, sounds, .. } = &self.all;
        let mut found = Vec::new();
        let mut fault = |count: u64, what: &str| {
            if count > 0 {
                found.push(format!("{count} {what}"));
            }
        };
        fault(u64::from(*viewers == 0 || pictures.came == 0), "run in which nobody saw anything");
        fault(*blind, "viewers never saw a key frame");
        fault(*ended, "viewers were ended by the server");
        fault(cameras_ended as u64, "publishers were ended by the server");
        for (name, counts) in [("frames", pictures), ("packets of sound", sounds)] {
            let allowed = counts.due() as f64 * self.film.loss;
            if counts.lost as f64 > allowed {
                fault(counts.lost, &format!("{name} lost, {allowed:.0} allowed"));
            }
            fault(counts.twice, &format!("{name} twice"));
            fault(counts.disordered, &format!("{name} out of order"));
            fault(counts.damaged, &format!("{name} damaged"));
            fault(counts.stalls, &format!("times without {name} for more than two seconds"));
        }
        fault(self.overflowed, "datagrams that this tool was too slow to read");
        fault(u64::from(self.late_ms > LATE_MS), "run in which this tool was too slow to send");
        self.ok = found.is_empty();
        self.differences = found;
    }

    pub fn good(&self) -> bool {
        self.ok
    }

    pub fn words(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).expect("writing into a string");
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let Self { hardware: h, film, all, .. } = self;
        let (cores, memory, kernel) = (h.cores, h.memory_mib, &h.kernel);
        writeln!(out, "machine     {}, {cores} cores, {memory} MiB, Linux {kernel}", h.processor)?;
        let Film { rooms, viewers, seconds, bitrate, layers, .. } = film;
        let sound = if film.sound { " with sound" } else { "" };
        writeln!(
            out,
            "media       {rooms} rooms, {viewers} viewers, {} kbit/s in {layers} layers{sound} for {seconds:.0} s; {:.1} leave and join a second, {:.1} % of packets dropped",
            bitrate / 1000,
            film.joins,
            film.loss * 100.0
        )?;
        counts(out, "frames", &all.pictures)?;
        if film.sound {
            counts(out, "sound", &all.sounds)?;
        }
        let share = all.exact as f64 * 100.0 / all.viewers.max(1) as f64;
        writeln!(
            out,
            "truth       {} of {} viewers got each once and in order ({share:.2} %); {} never saw a picture, {} were ended",
            all.exact, all.viewers, all.blind, all.ended
        )?;
        percentiles(out, "latency", &all.latency_ms)?;
        percentiles(out, "first key", &all.first_key_ms)?;
        if all.late_first_key_ms.count > 0 {
            percentiles(out, "in the run", &all.late_first_key_ms)?;
        }
        self.write_rooms(out)?;
        self.write_cost(out)?;
        for difference in &self.differences {
            writeln!(out, "DIFFERENT   {difference}")?;
        }
        writeln!(out, "{}", if self.ok { "passed" } else { "failed" })
    }

    /// The rooms in which something is missing or wrong, else none: their figures are those of all.
    fn write_rooms(&self, out: &mut String) -> std::fmt::Result {
        let faulty = self.rooms.iter().enumerate().filter(|(_, room)| room.exact < room.viewers);
        let faulty: Vec<_> = faulty.collect();
        for (n, room) in faulty.iter().take(SHOWN) {
            let RoomFrames { viewers, exact, pictures: p, latency_ms: ms, .. } = room;
            writeln!(
                out,
                "room {n:<6} {exact} of {viewers} viewers; {} lost, {} twice, {} out of order, {} damaged, {} stalls; p99 {:.1} ms",
                p.lost, p.twice, p.disordered, p.damaged, p.stalls, ms.p99
            )?;
        }
        if faulty.len() > SHOWN {
            writeln!(out, "            and {} more rooms", faulty.len() - SHOWN)?;
        }
        Ok(())
    }

    fn write_cost(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "packets     {} came in the measured time, {} dropped on purpose; {} key frames were asked for",
            self.packets, self.dropped, self.key_frames_asked
        )?;
        writeln!(
            out,
            "tool        sent at most {:.1} ms late; its sockets overflowed {} times",
            self.late_ms, self.overflowed
        )?;
        if let Some(cost) = &self.cost {
            writeln!(
                out,
                "cost        server {:.2} s of processor ({:.2} µs a packet), {:.0} bytes a viewer, {:.1} MiB in all; this tool {:.2} s, others {:.1} %",
                cost.server_cpu_s,
                cost.cpu_us_per_packet,
                cost.bytes_per_viewer,
                cost.server_rss as f64 / f64::from(1 << 20),
                cost.own_cpu_s,
                cost.other_share * 100.0
            )?;
        }
        if self.cost.is_some() && self.other_share > OTHERS {
            writeln!(
                out,
                "DISTURBED   others took more than {:.0} % of the processor: no time of this run counts",
                OTHERS * 100.0
            )?;
        }
        Ok(())
    }
}

fn counts(out: &mut String, name: &str, of: &FrameCounts) -> std::fmt::Result {
    let FrameCounts { came, lost, twice, disordered, damaged, stalls, longest_gap_us, switches } = of;
    let (due, gap) = (of.due(), *longest_gap_us as f64 / 1e3);
    writeln!(
        out,
        "{name:<11} {due} due, {came} came; {lost} lost, {twice} twice, {disordered} out of order, {damaged} damaged; {stalls} stalls, the longest gap {gap:.0} ms; {switches} changes of layer"
    )
}

fn percentiles(out: &mut String, name: &str, of: &Percentiles) -> std::fmt::Result {
    let Percentiles { count, p50, p90, p95, p99, max, .. } = of;
    writeln!(
        out,
        "{name:<11} p50 {p50:.1} ms, p90 {p90:.1}, p95 {p95:.1}, p99 {p99:.1}, max {max:.1} ({count} measured)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::viewer::Ticket;

    const GOOD: FrameCounts = FrameCounts {
        came: 100,
        lost: 0,
        twice: 0,
        disordered: 0,
        damaged: 0,
        stalls: 0,
        longest_gap_us: 40_000,
        switches: 0,
    };

    fn viewer(room: u16, pictures: FrameCounts) -> ViewerRecord {
        let ticket = Ticket { number: 0, run: 1, room, asked_us: 0, late: room == 1 };
        ViewerRecord { ticket, pictures, sounds: GOOD, first_key_us: Some(60_000), ended: false }
    }

    fn report(film: Film, change: impl Fn(&mut CrewRecord)) -> MediaReport {
        let mut latency = vec![Latency::default(); 2];
        latency[0].record(5_000);
        latency[1].record(9_000);
        let mut crew = CrewRecord {
            viewers: vec![viewer(0, GOOD), viewer(1, GOOD), viewer(1, GOOD)],
            latency,
            late_us: 2_000,
            asked: 2,
            cameras_ended: 0,
            overflowed: 0,
        };
        change(&mut crew);
        let usage = [(); 3].map(|()| Usage::read(None));
        MediaReport::new(film, &crew, &Measured { usage, packets: 900, dropped: 0, has_server: false })
    }

    #[test]
    fn a_right_run_passes_and_rooms_are_counted_apart() {
        let good = report(Film::default(), |_| {});
        assert!(good.good() && good.words().ends_with("passed\n"), "{}", good.words());
        let viewers: Vec<_> = good.rooms.iter().map(|room| (room.viewers, room.exact)).collect();
        assert_eq!((viewers, good.all.pictures.came), (vec![(1, 1), (2, 2)], 300));
        assert_eq!((good.all.first_key_ms.count, good.all.late_first_key_ms.count), (1, 2));
        assert_eq!((good.rooms[0].latency_ms.count, good.all.latency_ms.count), (1, 2));
        assert!(!good.words().contains("room 1") && good.cost.is_none());
    }

    #[test]
    fn every_fault_is_found_and_said() {
        type Change = fn(&mut CrewRecord);
        let changes: [(Change, &str); 11] = [
            (|crew| crew.viewers[1].pictures.lost = 1, "1 frames lost, 0 allowed"),
            (|crew| crew.viewers[1].pictures.twice = 2, "2 frames twice"),
            (|crew| crew.viewers[2].sounds.disordered = 1, "1 packets of sound out of order"),
            (|crew| crew.viewers[0].pictures.damaged = 1, "1 frames damaged"),
            (|crew| crew.viewers[0].pictures.stalls = 1, "1 times without frames for more than two seconds"),
            (|crew| crew.viewers[1].first_key_us = None, "1 viewers never saw a key frame"),
            (|crew| crew.viewers[1].ended = true, "1 viewers were ended by the server"),
            (|crew| crew.cameras_ended = 1, "1 publishers were ended by the server"),
            (|crew| crew.overflowed = 3, "3 datagrams that this tool was too slow to read"),
            (|crew| crew.late_us = 501_000, "1 run in which this tool was too slow to send"),
            (|crew| crew.viewers.clear(), "1 run in which nobody saw anything"),
        ];
        for (change, wanted) in changes {
            let bad = report(Film::default(), change);
            assert_eq!(bad.differences, [wanted]);
            assert!(bad.words().contains(wanted) && bad.words().ends_with("failed\n"), "{}", bad.words());
        }
        let lossy = Film { loss: 0.02, ..Film::default() };
        assert!(report(lossy.clone(), |crew| crew.viewers[1].pictures.lost = 6).good());
        assert!(!report(lossy, |crew| crew.viewers[1].pictures.lost = 7).good());
    }
}
