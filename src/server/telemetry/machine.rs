//! What the process uses of its machine, for operators and `/metrics`. It is read on a thread where reading may block: of ten
//! thousand open files, counting them takes milliseconds.

use crate::{config::open_files, data::free_bytes};
use rustix::time::{ClockId, clock_gettime};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::Mutex;

/// A reading is shared by all who look within this time.
const FRESH: Duration = Duration::from_millis(900);

/// One reading. What the system does not tell is `None`; it tells all on Linux.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time since the start.
    pub busy: Duration,
    /// Percent of all processors since the reading before.
    pub processor: u64,
    /// Resident bytes.
    pub memory: Option<u64>,
    pub threads: Option<u64>,
    /// Open files, sockets included.
    pub files: Option<u64>,
    /// Free bytes where the data folder is.
    pub disk_free: Option<u64>,
}

pub struct ProcessMeter {
    started: Instant,
    data: PathBuf,
    /// How many files may be open; `None` if there is no limit.
    pub most_files: Option<u64>,
    kept: Mutex<Option<(Instant, Usage)>>,
}

impl ProcessMeter {
    pub fn new(data: &Path) -> Self {
        let most = open_files();
        let most_files = (most != usize::MAX).then_some(most as u64);
        Self { started: Instant::now(), data: data.into(), most_files, kept: Mutex::default() }
    }

    pub fn up(&self) -> Duration {
        self.started.elapsed()
    }

    pub async fn look(&self) -> Usage {
        let mut kept = self.kept.lock().await;
        if let Some((at, usage)) = *kept
            && at.elapsed() < FRESH
        {
            return usage;
        }
        let data = self.data.clone();
        let read = tokio::task::spawn_blocking(move || read(&data)).await.unwrap_or_default();
        let (since, before) = kept.map_or((self.started, Duration::ZERO), |(at, usage)| (at, usage.busy));
        let (now, processors) = (Instant::now(), thread::available_parallelism().map_or(1, usize::from));
        let processor = share(read.busy.saturating_sub(before), now - since, processors);
        let usage = Usage { processor, ..read };
        *kept = Some((now, usage));
        usage
    }

    /// Sets the figures of `/metrics`, by the names that Prometheus' own libraries use.
    pub async fn measure(&self) {
        let usage = self.look().await;
        metrics::counter!("process_cpu_seconds").absolute(usage.busy.as_secs());
        let since =
            SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(self.up());
        for (name, value) in [
            ("process_resident_memory_bytes", usage.memory),
            ("process_threads", usage.threads),
            ("process_open_fds", usage.files),
            ("process_max_fds", self.most_files),
            ("process_start_time_seconds", Some(since.as_secs())),
            ("backstage_data_free_bytes", usage.disk_free),
        ] {
            if let Some(value) = value {
                metrics::gauge!(name).set(value as f64);
            }
        }
    }
}

fn read(data: &Path) -> Usage {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let busy = clock_gettime(ClockId::ProcessCPUTime);
    Usage {
        busy: Duration::new(busy.tv_sec.unsigned_abs(), u32::try_from(busy.tv_nsec).unwrap_or(0)),
        processor: 0,
        memory: field(&status, "VmRSS:").map(|kib| kib * 1024),
        threads: field(&status, "Threads:"),
        // The listing itself is one.
        files: fs::read_dir("/proc/self/fd").ok().map(|files| (files.count() as u64).saturating_sub(1)),
        disk_free: free_bytes(data).ok(),
    }
}

/// The first number after a name in `/proc/self/status`.
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Percent of what so many processors could do.
fn share(busy: Duration, elapsed: Duration, processors: usize) -> u64 {
    let whole = elapsed.as_secs_f64() * processors as f64;
    if whole > 0.0 { (busy.as_secs_f64() * 100.0 / whole).round().min(100.0) as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_all_processors() {
        let ms = Duration::from_millis;
        for (busy, elapsed, processors, percent) in
            [(0, 1000, 2, 0), (1000, 1000, 2, 50), (500, 1000, 1, 50), (3000, 1000, 2, 100), (5, 0, 2, 0)]
        {
            assert_eq!(share(ms(busy), ms(elapsed), processors), percent, "{busy} of {elapsed}");
        }
    }

    #[tokio::test]
    async fn the_process_tells_what_it_uses() {
        let status = "Name:\tbackstage\nVmRSS:\t   41236 kB\nThreads:\t9\n";
        assert_eq!((field(status, "VmRSS:"), field(status, "Threads:")), (Some(41_236), Some(9)));
        assert_eq!((field(status, "VmSwap:"), field("VmRSS:\tmuch", "VmRSS:")), (None, None));
        let folder = tempfile::tempdir().unwrap();
        let machine = ProcessMeter::new(folder.path());
        let before = machine.look().await;
        let held: Vec<_> = (0..8).map(|_| tempfile::tempfile().unwrap()).collect();
        assert_eq!(machine.look().await, before, "a reading is shared");
        let now = read(folder.path());
        assert!(now.busy >= before.busy && now.memory.unwrap() > 1_000_000 && now.threads.unwrap() > 0);
        assert!(now.files.unwrap() >= held.len() as u64 && now.disk_free.is_some());
        assert_eq!(read(Path::new("/no/such/folder")).disk_free, None);
    }
}
