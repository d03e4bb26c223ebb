//! Visitors who ask for the list of spaces. Each request has its moment before the run begins, and its time counts from that
//! moment: if the server stalls, all who would have come meanwhile wait, and none of them is left out.

use crate::{
    catalogue::mix::{Kind, ListPage, PlannedRequest, WALKS, path},
    clock::Clock,
    measure::{
        facts::{self, Hardware, OTHERS, Usage},
        progress::Progress,
    },
    truth::latency::{Latency, Percentiles},
    wire::{
        doors,
        http::{Client, Request},
    },
};
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep_until};

/// What 99 of 100 requests may take at most, in milliseconds.
const PROMISED: f64 = 30.0;
/// A connection that was idle for longer is not used again, because the server closes it some time.
const STALE: Duration = Duration::from_secs(30);
/// What the figures mean.
const MEASURED: &str = "from a request's planned moment until this tool has read the last byte of its answer, over loopback and \
    without compression: the time of the server, of its queue, of the network stack and of this tool";

/// What is made, and asked for.
#[derive(Clone, Copy, Debug)]
pub struct Browse {
    pub spaces: usize,
    pub shows: usize,
    /// Requests per second.
    pub rate: f64,
    pub seconds: f64,
    /// Seconds at the start that are not measured, within `seconds`.
    pub warm: f64,
    pub seed: u64,
}

impl Browse {
    /// Microseconds from the begin to the request with this number.
    fn due_us(&self, n: usize) -> u64 {
        (n as f64 * 1e6 / self.rate) as u64
    }

    /// All requests, and those of them that are not measured.
    fn counts(&self) -> (usize, usize) {
        let count = |seconds: f64| (seconds * self.rate).round() as usize;
        (count(self.seconds), count(self.warm))
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct KindLatency {
    pub kind: Kind,
    pub failed: u64,
    pub ms: Percentiles,
}

#[derive(Clone, Debug, Serialize)]
pub struct ExploreReport {
    /// Created for the run.
    pub spaces: usize,
    pub shows: usize,
    pub filled_s: f64,
    pub database: &'static str,
    pub rate: f64,
    pub seconds: f64,
    /// Requests that are measured.
    pub planned: u64,
    /// Requests that were not answered by a page with spaces.
    pub failed: u64,
    pub ms: Percentiles,
    pub kinds: Vec<KindLatency>,
    /// How long after their moments requests were written; it is part of `ms`.
    pub late_ms: Percentiles,
    pub measured: &'static str,
    pub server_cpu_s: f64,
    /// With PostgreSQL, that is among the others.
    pub other_share: f64,
    pub first_error: Option<String>,
    pub hardware: Hardware,
}

impl ExploreReport {
    pub fn good(&self) -> bool {
        self.planned > 0 && self.ms.count == self.planned && self.failed == 0 && self.ms.p99 <= PROMISED
    }

    pub fn words(&self) -> String {
        let Self { spaces, shows, filled_s, database, rate, seconds, planned, failed, ms, .. } = self;
        let mut words = format!(
            "explore     {spaces} spaces and {shows} shows made in {filled_s:.0} s on {database}; {rate:.0} requests per second for {seconds:.0} s\n\
             all         {planned} measured, {failed} failed, {}; promised {PROMISED:.0} for p99\n",
            times(ms)
        );
        for KindLatency { kind, failed, ms } in &self.kinds {
            let name = format!("{kind:?}").to_lowercase();
            let _ = writeln!(words, "{name:<11} {}, {failed} failed, {}", ms.count, times(ms));
        }
        let Self { late_ms, server_cpu_s, other_share, .. } = self;
        let _ = writeln!(words, "measured    {MEASURED}");
        let _ = writeln!(
            words,
            "late        written p99 {:.1} ms after their moment, the last {:.1}",
            late_ms.p99, late_ms.max
        );
        let _ = writeln!(
            words,
            "cost        server {server_cpu_s:.1} s of processor time, others {:.1} %",
            other_share * 100.0
        );
        if let Some(error) = &self.first_error {
            let _ = writeln!(words, "error       {error}");
        }
        if *other_share > OTHERS && *database == SQLITE {
            words += "DISTURBED   others took more of the processor than counts as quiet\n";
        }
        words + if self.good() { "passed\n" } else { "failed\n" }
    }
}

fn times(ms: &Percentiles) -> String {
    format!("p50 {:.1} ms, p95 {:.1}, p99 {:.1}, the longest {:.1}", ms.p50, ms.p95, ms.p99, ms.max)
}

const SQLITE: &str = "SQLite";

/// The database that the server gets from this tool's environment.
fn database() -> &'static str {
    let is_postgres = std::env::var("DATABASE_URL").is_ok_and(|url| url.starts_with("postgres"));
    if is_postgres { "PostgreSQL" } else { SQLITE }
}

/// One request, when it is over.
struct FinishedRequest {
    ask: PlannedRequest,
    is_measured: bool,
    late_us: u64,
    us: u64,
    shown: Result<ListPage>,
}

#[derive(Default)]
struct RequestTally {
    kinds: BTreeMap<Kind, (Latency, u64)>,
    all: Latency,
    late: Latency,
    failed: u64,
    first_error: Option<String>,
}

impl RequestTally {
    /// A failure counts also before the measured time.
    fn take(&mut self, one: &FinishedRequest) {
        let (latency, failed) = self.kinds.entry(one.ask.kind()).or_default();
        if let Err(error) = &one.shown {
            *failed += 1;
            self.failed += 1;
            self.first_error.get_or_insert_with(|| format!("{error:#}"));
        }
        if one.is_measured {
            latency.record(one.us);
            self.all.record(one.us);
            self.late.record(one.late_us);
        }
    }

    fn kinds(&self) -> Vec<KindLatency> {
        let of = |(kind, (ms, failed)): (&Kind, &(Latency, u64))| KindLatency {
            kind: *kind,
            failed: *failed,
            ms: ms.percentiles(),
        };
        self.kinds.iter().map(of).collect()
    }
}

/// `data`: the data directory of the server, in which spaces are made.
pub async fn run(
    at: SocketAddr,
    pid: Option<u32>,
    data: Option<&Path>,
    browse: &Browse,
    progress: &mut Progress,
) -> Result<ExploreReport> {
    facts::raise_open_files(4096)?;
    let Browse { spaces, shows, rate, seconds, warm, seed } = *browse;
    let (clock, begun) = (Clock::new(), Instant::now());
    if spaces > 0 {
        let data = data.context("no data directory: give --restart-command or --demo-json, or --spaces 0")?;
        progress.stage("fill");
        progress.tell(|| format!("{spaces} spaces and {shows} shows"));
        doors::make_catalogue(data, spaces, shows, seed)?;
    }
    let filled_s = begun.elapsed().as_secs_f64();
    progress.stage("look");
    let mut visitors = Visitors::new(at, clock).await?;
    progress.stage("explore");
    let before = Usage::read(pid);
    visitors.come(browse, progress).await?;
    let after = Usage::read(pid);
    let (all, unmeasured) = browse.counts();
    let tally = visitors.tally;
    Ok(ExploreReport {
        spaces,
        shows,
        filled_s,
        database: database(),
        rate,
        seconds: seconds - warm,
        planned: (all - unmeasured) as u64,
        failed: tally.failed,
        ms: tally.all.percentiles(),
        kinds: tally.kinds(),
        late_ms: tally.late.percentiles(),
        measured: MEASURED,
        server_cpu_s: after.server.total_s() - before.server.total_s(),
        other_share: after.other_share(&before),
        first_error: tally.first_error,
        hardware: Hardware::read(),
    })
}

struct Visitors {
    at: SocketAddr,
    clock: Clock,
    tally: RequestTally,
    /// The second page of each of [`WALKS`], and the page that comes next.
    seconds: Vec<String>,
    next: Vec<String>,
    /// Connections that are free, the last used last.
    idle: Vec<(Client, Instant)>,
    flying: JoinSet<(Client, FinishedRequest)>,
}

impl Visitors {
    /// Reads the first page in each order.
    async fn new(at: SocketAddr, clock: Clock) -> Result<Self> {
        let (mut client, mut seconds) = (Client::new(at), Vec::new());
        for walk in WALKS {
            let first = path(walk);
            let shown = ask(&mut client, &first).await?;
            seconds.push(shown.next.with_context(|| format!("{first} has one page only: make more spaces"))?);
        }
        let idle = vec![(client, Instant::now())];
        let (tally, next, flying) = (RequestTally::default(), seconds.clone(), JoinSet::new());
        Ok(Self { at, clock, tally, seconds, next, idle, flying })
    }

    async fn come(&mut self, browse: &Browse, progress: &mut Progress) -> Result<()> {
        let begin_us = self.clock.us() + 50_000;
        let (all, unmeasured) = browse.counts();
        for n in 0..all {
            let due_us = begin_us + browse.due_us(n);
            loop {
                tokio::select! {
                    biased;
                    () = sleep_until(self.clock.instant(due_us).into()) => break,
                    Some(done) = self.flying.join_next(), if !self.flying.is_empty() => {
                        let (client, answered) = done?;
                        self.take(client, &answered);
                    }
                }
            }
            self.send(PlannedRequest::numbered(n), due_us, n >= unmeasured);
            let (waiting, ms) = (self.flying.len(), &self.tally.all);
            progress.tell(|| format!("{n} of {all} sent, {waiting} wait, p99 {:.1} ms", ms.at(0.99)));
        }
        while let Some(done) = self.flying.join_next().await {
            let (client, answered) = done?;
            self.take(client, &answered);
        }
        ensure!(self.tally.all.count() > 0, "nothing was measured");
        Ok(())
    }

    fn send(&mut self, ask: PlannedRequest, due_us: u64, is_measured: bool) {
        let path = match &ask {
            PlannedRequest::Page { path, .. } => path.clone(),
            PlannedRequest::Next(walk) => self.next[*walk].clone(),
        };
        let idle = self.idle.pop().filter(|(_, since)| since.elapsed() < STALE);
        let mut client = idle.map_or_else(|| Client::new(self.at), |(client, _)| client);
        let clock = self.clock;
        self.flying.spawn(async move {
            let late_us = clock.us().saturating_sub(due_us);
            let answer = client.send(Request::get(&path, "")).await;
            let us = clock.us().saturating_sub(due_us);
            let shown = answer.and_then(|answer| shown(&path, answer.status, &answer.body));
            (client, FinishedRequest { ask, is_measured, late_us, us, shown })
        });
    }

    fn take(&mut self, client: Client, answered: &FinishedRequest) {
        self.idle.push((client, Instant::now()));
        self.tally.take(answered);
        if let (PlannedRequest::Next(walk), Ok(shown)) = (&answered.ask, &answered.shown) {
            // After the last page it begins anew.
            self.next[*walk] = shown.next.as_ref().unwrap_or(&self.seconds[*walk]).clone();
        }
    }
}

async fn ask(client: &mut Client, path: &str) -> Result<ListPage> {
    let answer = client.send(Request::get(path, "")).await?;
    shown(path, answer.status, &answer.body)
}

/// What a page shows; an error if it is none, or shows nothing.
fn shown(path: &str, status: u16, body: &[u8]) -> Result<ListPage> {
    ensure!(status == 200, "{path} answered {status}");
    let shown = ListPage::read(body);
    ensure!(shown.spaces > 0, "{path} found nothing");
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROWSE: Browse = Browse { spaces: 0, shows: 0, rate: 100.0, seconds: 10.0, warm: 2.0, seed: 1 };

    /// The report of a run whose requests take this long, in milliseconds, by their number.
    fn report(ms: impl Fn(usize) -> u64, failing: Option<usize>) -> ExploreReport {
        let (all, unmeasured) = BROWSE.counts();
        let mut tally = RequestTally::default();
        for n in 0..all {
            let page = if failing == Some(n) { &b""[..] } else { b"<a class=\"card tile\">" };
            tally.take(&FinishedRequest {
                ask: PlannedRequest::numbered(n),
                is_measured: n >= unmeasured,
                late_us: 500,
                us: ms(n) * 1000,
                shown: shown("/explore", 200, page),
            });
        }
        ExploreReport {
            spaces: 50,
            shows: 200,
            filled_s: 1.0,
            database: SQLITE,
            rate: BROWSE.rate,
            seconds: 8.0,
            planned: (all - unmeasured) as u64,
            failed: tally.failed,
            ms: tally.all.percentiles(),
            kinds: tally.kinds(),
            late_ms: tally.late.percentiles(),
            measured: MEASURED,
            server_cpu_s: 1.0,
            other_share: 0.0,
            first_error: tally.first_error,
            hardware: Hardware::default(),
        }
    }

    #[test]
    fn requests_have_fixed_moments() {
        assert_eq!(BROWSE.counts(), (1000, 200));
        assert_eq!([0, 1, 250, 999].map(|n| BROWSE.due_us(n)), [0, 10_000, 2_500_000, 9_990_000]);
    }

    #[test]
    fn a_run_passes_when_99_of_100_are_in_time_and_none_failed() {
        let good = report(|_| 8, None);
        assert!(good.good() && good.words().ends_with("passed\n"), "{}", good.words());
        assert_eq!((good.ms.count, good.kinds.len()), (800, 16));
        assert_eq!(good.kinds.iter().map(|kind| kind.ms.count).sum::<u64>(), 800);
        // Eight of 800 may be late; what is not measured may be, too.
        assert!(report(|n| if n % 100 == 7 { 500 } else { 8 }, None).good());
        assert!(report(|n| if n < 200 { 500 } else { 8 }, None).good());
        for (bad, fault) in [
            (report(|n| if n % 50 == 7 { 31 } else { 8 }, None), "two of 100 are late"),
            (
                report(|n| if PlannedRequest::numbered(n).kind() == Kind::Japanese { 31 } else { 8 }, None),
                "one kind is late",
            ),
            (report(|_| 8, Some(900)), "one found nothing"),
            (report(|_| 8, Some(100)), "one found nothing before the measured time"),
            (ExploreReport { planned: 801, ..report(|_| 8, None) }, "one is missing"),
        ] {
            assert!(!bad.good() && bad.words().ends_with("failed\n"), "{fault}: {}", bad.words());
        }
        assert!(report(|_| 8, Some(900)).words().contains("error       /explore found nothing\n"));
    }

    #[test]
    fn what_is_no_page_of_spaces_fails() {
        let page = b"<a class=\"card tile\">";
        assert!(shown("/explore", 200, page).is_ok());
        assert!(shown("/explore", 503, page).is_err() && shown("/explore", 200, b"").is_err());
    }
}
