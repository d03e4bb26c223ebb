//! What the figures were taken on, and what the processes cost: read from /proc.

use serde::Serialize;
use std::fs::read_to_string;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Hardware {
    pub processor: String,
    pub cores: usize,
    pub memory_mib: u64,
    pub kernel: String,
}

impl Hardware {
    pub fn read() -> Self {
        let processor =
            value(&read("/proc/cpuinfo"), "model name").trim_start_matches(':').trim().to_string();
        Self {
            processor,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_mib: kib(&read("/proc/meminfo"), "MemTotal:") / 1024,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_string(),
        }
    }
}

/// Processor time so far, in seconds over all cores, and memory now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    pub server_cpu: f64,
    pub own_cpu: f64,
    pub machine_cpu: f64,
    /// Bytes that only the server holds, shared pages divided among their holders.
    pub server_pss: u64,
}

impl Usage {
    pub fn read(server: Option<u32>) -> Self {
        let of = |pid: u32| read(&format!("/proc/{pid}/stat"));
        Self {
            server_cpu: server.map_or(0.0, |pid| process_cpu(&of(pid))),
            own_cpu: process_cpu(&of(std::process::id())),
            machine_cpu: machine_cpu(&read("/proc/stat")),
            server_pss: Self::memory(server),
        }
    }

    /// Bytes that only the server holds, shared pages divided among their holders.
    pub fn memory(server: Option<u32>) -> u64 {
        server.map_or(0, |pid| kib(&read(&format!("/proc/{pid}/smaps_rollup")), "Pss:") * 1024)
    }
}

fn read(path: &str) -> String {
    read_to_string(path).unwrap_or_default()
}

fn value<'a>(text: &'a str, key: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("").trim()
}

fn kib(text: &str, key: &str) -> u64 {
    value(text, key).trim_end_matches("kB").trim().parse().unwrap_or(0)
}

fn ticks(fields: &[&str]) -> f64 {
    let sum: u64 = fields.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    sum as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// User and system time. The name before them may hold spaces and brackets, so they are counted from its end.
fn process_cpu(stat: &str) -> f64 {
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    fields.get(11..13).map_or(0.0, ticks)
}

/// Everything but idle, waiting and what was stolen.
fn machine_cpu(stat: &str) -> f64 {
    let fields: Vec<&str> = stat.lines().next().unwrap_or("").split_whitespace().skip(1).collect();
    let busy: Vec<&str> = [0, 1, 2, 5, 6].iter().filter_map(|i| fields.get(*i).copied()).collect();
    ticks(&busy)
}

/// Allows as many open files as the run needs.
///
/// # Errors
/// When the system's own limit is lower.
pub fn raise_open_files(needed: u64) -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let maximum = limit.maximum.map(|maximum| maximum.max(needed));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum });
    anyhow::ensure!(
        raised.is_ok(),
        "{needed} open files are needed and {} allowed: raise the hard limit (ulimit -Hn)",
        limit.maximum.map_or("unlimited".into(), |maximum| maximum.to_string())
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_counted_behind_the_name() {
        let ticks = rustix::param::clock_ticks_per_second() as f64;
        let stat = "12 (a) b) S 1 2 3 4 5 6 7 8 9 10 300 200 0 0";
        assert!((process_cpu(stat) * ticks - 500.0).abs() < 1e-9);
        assert!((machine_cpu("cpu  1 2 3 100 100 4 5 9 0 0\n") * ticks - 15.0).abs() < 1e-9);
    }

    #[test]
    fn this_machine_is_known() {
        let hardware = Hardware::read();
        assert!(hardware.cores > 0 && hardware.memory_mib > 0 && !hardware.kernel.is_empty());
        assert!(Usage::read(Some(std::process::id())).server_pss > 0);
    }
}
