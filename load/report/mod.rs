//! The findings of a run, as text and as JSON.

pub mod chart;
pub mod compare;

use crate::{
    chaos::{KillSummary, survival::GuaranteeChecks},
    measure::facts::{Hardware, OTHERS},
    report::compare::RunPair,
    truth::{
        Verdict,
        census::Places,
        headcount::Checks,
        latency::{Percentiles, SecondStats},
    },
    wire::page::PageCheck,
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Write};

#[derive(Clone, Debug, Default, Serialize)]
pub struct Audience {
    pub readers: usize,
    pub people: usize,
    pub rooms: usize,
    /// Seconds until the last reader that arrived before the posters was connected.
    pub connect_s: f64,
    pub disconnects: u64,
    /// Refused connects by status.
    pub refusals: BTreeMap<u16, u64>,
    /// Feeds that the server ended for good, by the reason it gave.
    pub ended: BTreeMap<String, u64>,
    /// From losing a connection to the next one, in milliseconds.
    pub resumed_ms: Percentiles,
    /// From the start of a new process until a page that lost the old one was back, in milliseconds.
    pub resumed_after_restart_ms: Percentiles,
    pub stalled: usize,
    /// How often a stalled reader noticed that it was closed.
    pub stalled_cut: u64,
    /// Readers that vanished without closing.
    pub died: u64,
    pub events: u64,
    pub bytes: u64,
    pub beats: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Speech {
    pub seconds: f64,
    pub accepted_per_s: f64,
    pub statuses: BTreeMap<u16, u64>,
    pub retries: u64,
    /// The largest delay of a request behind its schedule, in milliseconds. Large values mean that the rate was not
    /// reached.
    pub late_ms: f64,
    /// From the request to its answer, in milliseconds.
    pub ack_ms: Percentiles,
}

/// Over the time in which lines were posted.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Cost {
    pub server_cpu_s: f64,
    pub own_cpu_s: f64,
    /// Used by neither the server nor this tool.
    pub other_cpu_s: f64,
    /// The same as a share of all cores.
    pub other_share: f64,
    pub server_cpu_us_per_delivery: f64,
    pub server_bytes_per_reader: f64,
}

/// The server's memory in bytes during the run, and what it did with blocked readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Memory {
    pub least: u64,
    pub most: u64,
    /// The difference as a fraction of the smallest value.
    pub moved: f64,
    /// `None` if the process is unknown or the time was too short.
    pub thirds: Option<MemoryGrowth>,
    /// Bytes sent to each active reader.
    pub published: u64,
    /// `None` if the server does not report it.
    pub most_blocked: Option<u64>,
    pub closed_slow: Option<u64>,
    pub resyncs: Option<u64>,
}

/// Resident memory in bytes: the medians of the first and the last third of the measured time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MemoryGrowth {
    pub first: u64,
    pub last: u64,
    /// The difference as a fraction of the first.
    pub grown: f64,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub ok: bool,
    /// All reasons why it failed.
    pub differences: Vec<String>,
    pub hardware: Hardware,
    pub audience: Audience,
    pub speech: Speech,
    pub truth: Verdict,
    /// From the post to a reader, in milliseconds.
    pub delivery_ms: Percentiles,
    /// The same in all rooms but the first.
    pub elsewhere_ms: Percentiles,
    /// Head counts by room, where the room shows one.
    pub people: Vec<Checks>,
    /// Head counts shown elsewhere.
    pub places: Places,
    pub pages: Vec<PageCheck>,
    pub kills: Vec<KillSummary>,
    /// What must survive every kill; `None` without chaos.
    pub kept: Option<GuaranteeChecks>,
    pub memory: Memory,
    /// `None` if the server's process is unknown.
    pub cost: Option<Cost>,
    /// Each run with its undisturbed counterpart, if requested.
    pub pairs: Vec<RunPair>,
    pub first_error: Option<String>,
    pub seconds: Vec<SecondStats>,
    /// Quantiles of the delivery latency for a chart: `(quantile, milliseconds)`.
    pub curve: Vec<(f64, f64)>,
}

impl Report {
    /// Whether other processes left the processor to the run, as far as is known.
    pub fn quiet(&self) -> bool {
        self.cost.as_ref().is_none_or(|cost| cost.other_share <= OTHERS)
    }

    pub fn words(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).expect("writing into a string");
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let Self { audience, speech, truth, hardware, .. } = self;
        writeln!(
            out,
            "machine     {}, {} cores, {} MiB, Linux {}",
            hardware.processor, hardware.cores, hardware.memory_mib, hardware.kernel
        )?;
        writeln!(
            out,
            "readers     {} of {} people in {} rooms, connected in {:.2} s, {} disconnects, {:.1} MB",
            audience.readers,
            audience.people,
            audience.rooms,
            audience.connect_s,
            audience.disconnects,
            audience.bytes as f64 / 1e6
        )?;
        if audience.resumed_ms.count > 0 {
            percentiles(out, "resumed", &audience.resumed_ms)?;
        }
        if audience.resumed_after_restart_ms.count > 0 {
            percentiles(out, "restarted", &audience.resumed_after_restart_ms)?;
        }
        if audience.died > 0 {
            writeln!(out, "died        {} without a word", audience.died)?;
        }
        self.write_memory(out)?;
        writeln!(
            out,
            "lines       {} accepted ({:.1}/s), {} refused, {} unanswered, {} retries, at most {:.1} ms late; answers {:?}",
            truth.accepted,
            speech.accepted_per_s,
            truth.refused,
            truth.unknown,
            speech.retries,
            speech.late_ms,
            speech.statuses
        )?;
        percentiles(out, "answers", &speech.ack_ms)?;
        percentiles(out, "deliveries", &self.delivery_ms)?;
        if self.elsewhere_ms.count > 0 {
            percentiles(out, "other rooms", &self.elsewhere_ms)?;
        }
        self.write_truth(out)?;
        self.write_rooms(out)?;
        if let Some(cost) = &self.cost {
            writeln!(
                out,
                "cost        server {:.2} s of processor ({:.2} µs a delivery), {:.0} bytes a reader; this tool {:.2} s, others {:.2} s ({:.1} %)",
                cost.server_cpu_s,
                cost.server_cpu_us_per_delivery,
                cost.server_bytes_per_reader,
                cost.own_cpu_s,
                cost.other_cpu_s,
                cost.other_share * 100.0
            )?;
        }
        if !self.quiet() {
            writeln!(
                out,
                "DISTURBED   others took more than {:.0} % of the processor: no time of this run counts",
                OTHERS * 100.0
            )?;
        }
        out.write_str(&compare::words(&self.pairs))?;
        self.write_differences(out)?;
        writeln!(out, "{}", if self.ok { "passed" } else { "failed" })
    }

    fn write_truth(&self, out: &mut String) -> std::fmt::Result {
        let Verdict { owed, delivered, readers, exact, .. } = self.truth;
        let share = exact as f64 * 100.0 / readers.max(1) as f64;
        writeln!(
            out,
            "truth       {owed} deliveries due, {delivered} came; {exact} of {readers} readers got each once and in order ({share:.2} %)"
        )
    }

    fn write_memory(&self, out: &mut String) -> std::fmt::Result {
        let Memory { least, most, moved, thirds, published, most_blocked, closed_slow, resyncs } =
            self.memory;
        let said = |count: Option<u64>| count.map_or("?".to_string(), |count| count.to_string());
        if self.audience.stalled > 0 {
            let Audience { stalled, stalled_cut, .. } = self.audience;
            let (blocked, closed, resyncs) = (said(most_blocked), said(closed_slow), said(resyncs));
            writeln!(
                out,
                "stalled     {stalled}; the server reports {blocked} blocked at most, {closed} closed, {resyncs} resyncs; {stalled_cut} noticed"
            )?;
        }
        // A killed process has no figures.
        if least == 0 {
            return Ok(());
        }
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let (least, most, published, moved) = (mib(least), mib(most), mib(published), moved * 100.0);
        writeln!(
            out,
            "memory      {least:.1} to {most:.1} MiB, moved by {moved:.1} %; {published:.1} MiB published to each reader"
        )?;
        if let Some(MemoryGrowth { first, last, grown }) = thirds {
            let (first, last, grown) = (mib(first), mib(last), grown * 100.0);
            writeln!(
                out,
                "resident    {first:.1} MiB in the first third of the time, {last:.1} in the last: {grown:+.1} %"
            )?;
        }
        Ok(())
    }

    fn write_rooms(&self, out: &mut String) -> std::fmt::Result {
        let feeds = Checks::all(&self.people);
        for (place, checks) in std::iter::once(("feeds", feeds)).chain(self.places.each()) {
            let Checks { made, wrong, first_wrong, last_shown, last_true, .. } = checks;
            let shown = last_shown.map_or("nothing".to_string(), |people| people.to_string());
            if made > 0 {
                writeln!(
                    out,
                    "people      {place}: {shown} shown, {last_true} true; {wrong} of {made} comparisons wrong"
                )?;
            }
            if let Some((at_us, shown, low, high)) = first_wrong {
                let at = at_us as f64 / 1e6;
                writeln!(
                    out,
                    "            first at {at:.1} s: {shown} shown, {low} to {high} true in the time before"
                )?;
            }
        }
        if let Some(GuaranteeChecks { asked, unanswered, wrong }) = &self.kept {
            let wrong: u64 = wrong.values().sum();
            writeln!(
                out,
                "kept        ban, slow mode and order asked after {asked} times: {wrong} wrong, {unanswered} without an answer"
            )?;
        }
        for toll in &self.kills {
            let (kills, never) = (toll.kills, toll.never_back);
            percentiles(out, &toll.kind, &toll.back_ms)?;
            writeln!(
                out,
                "            {kills} killed, {never} never back; the times are until it ran again"
            )?;
        }
        Ok(())
    }

    fn write_differences(&self, out: &mut String) -> std::fmt::Result {
        if self.ok {
            return Ok(());
        }
        for difference in &self.differences {
            writeln!(out, "DIFFERENT   {difference}")?;
        }
        for example in &self.truth.examples {
            writeln!(out, "            {example}")?;
        }
        if let Some(error) = &self.first_error {
            writeln!(out, "            first error: {error}")?;
        }
        Ok(())
    }
}

fn percentiles(out: &mut String, name: &str, of: &Percentiles) -> std::fmt::Result {
    let Percentiles { count, p50, p90, p95, p99, p999, max } = of;
    writeln!(
        out,
        "{name:<11} p50 {p50:.2} ms, p90 {p90:.2}, p95 {p95:.2}, p99 {p99:.2}, p99.9 {p999:.2}, max {max:.2} ({count} measured)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_said() {
        let bad = Report { differences: vec!["3 lost".into()], ..Report::default() };
        assert!(bad.words().contains("DIFFERENT   3 lost\n") && bad.words().ends_with("failed\n"));
        let good = Report { ok: true, ..Report::default() };
        assert!(good.words().ends_with("passed\n"));
        let cost = |other_share| Report {
            ok: true,
            cost: Some(Cost { other_share, ..Cost::default() }),
            ..Report::default()
        };
        assert!(cost(0.06).words().contains("DISTURBED") && !cost(0.05).words().contains("DISTURBED"));
    }
}
