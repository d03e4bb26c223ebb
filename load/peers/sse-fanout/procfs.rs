//! Processor time and memory of a process and all its descendants, from /proc.

use std::fs;

#[derive(Clone, Copy, Default)]
pub struct Usage {
    pub user_s: f64,
    pub system_s: f64,
    /// Bytes; shared pages count in each process.
    pub rss: u64,
    /// Bytes; shared pages counted once.
    pub pss: u64,
}

impl Usage {
    pub fn cpu_s(&self) -> f64 {
        self.user_s + self.system_s
    }
}

fn fields(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold blanks and parentheses; what follows it does not.
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').map(str::to_string).collect())
}

fn pids() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// `root` and its descendants, as they are now.
pub fn tree(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> =
        pids().filter_map(|pid| Some((pid, fields(pid)?.get(1)?.parse().ok()?))).collect();
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    found
}

/// The kernel's threads that carry packets on where the cores are busy. The bench speaks over loopback only, so the packets are
/// the server's own, and what they cost belongs to it: in a quieter run the same work is done, and counted, in its own calls.
pub fn packet_threads() -> Vec<u32> {
    let named = |pid: &u32| {
        fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.starts_with("ksoftirqd/"))
    };
    pids().filter(named).collect()
}

/// Bytes behind `key` in a file of the kind `Key:  12 kB`.
fn bytes(path: &str, key: &str) -> u64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(key));
    value.and_then(|v| v.trim().trim_end_matches("kB").trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}

fn tick() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

/// Processor time of whole processes, threads that have ended included.
pub fn cpu(pids: &[u32]) -> Usage {
    let mut usage = Usage::default();
    for fields in pids.iter().filter_map(|&pid| fields(pid)) {
        let seconds = |at: usize| fields.get(at).and_then(|v| v.parse::<f64>().ok()).unwrap_or(0.0) / tick();
        usage.user_s += seconds(11);
        usage.system_s += seconds(12);
    }
    usage
}

pub fn usage(pids: &[u32]) -> Usage {
    let mut usage = cpu(pids);
    for pid in pids {
        usage.rss += bytes(&format!("/proc/{pid}/status"), "VmRSS:");
        usage.pss += bytes(&format!("/proc/{pid}/smaps_rollup"), "Pss:");
    }
    usage
}

/// Busy and stolen processor seconds of the whole machine, all cores.
pub fn machine() -> (f64, f64) {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let spent: Vec<f64> =
        first.split_whitespace().skip(1).filter_map(|v| v.parse::<f64>().ok()).map(|v| v / tick()).collect();
    match spent[..] {
        [user, nice, system, _, _, irq, softirq, steal, ..] => (user + nice + system + irq + softirq, steal),
        _ => (0.0, 0.0),
    }
}
