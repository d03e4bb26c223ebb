//! The machine that a run was measured on, and the resources it used.

use crate::measure::processes::{self, Cpu, MemoryUse, Processes};
use serde::Serialize;
use std::{fs::read_to_string, time::Instant};

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

/// No time counts of a run in which other processes used a larger share of the processor.
pub const OTHERS: f64 = 0.05;

/// Resources used so far. Times are seconds of processor time, over all cores.
#[derive(Clone, Debug)]
pub struct Usage {
    at: Instant,
    all: Processes,
    /// The server's processes, the kernel's packet threads, and this tool.
    ours: Vec<u32>,
    stolen: f64,
    /// The server's processor time, including processes that this tool started and killed.
    pub server: Cpu,
    pub own: f64,
    pub held: MemoryUse,
}

impl Usage {
    /// `server` is its first process; processes that this tool starts are known.
    pub fn read(server: Option<u32>) -> Self {
        let (all, own) = (Processes::read(), std::process::id());
        let mut servers: Vec<u32> = all.tree(own).into_iter().skip(1).collect();
        let tree = server.map(|pid| all.tree(pid)).unwrap_or_default();
        servers.extend(tree.into_iter().filter(|pid| !servers.contains(pid)).collect::<Vec<_>>());
        let served = [servers.clone(), all.packet_threads()].concat();
        let mut cpu = all.cpu(&served);
        // Servers that this tool killed; how much of it was system time is no longer known.
        cpu.user_s += all.reaped_s(own);
        Self {
            at: Instant::now(),
            server: cpu,
            own: all.cpu(&[own]).total_s(),
            held: processes::held(&servers),
            stolen: processes::stolen_s(),
            ours: [served, vec![own]].concat(),
            all,
        }
    }

    /// Seconds of processor time that all others have used since `before`, including time stolen from this machine.
    pub fn others_since(&self, before: &Self) -> f64 {
        let ours = [self.ours.as_slice(), &before.ours].concat();
        self.all.others_since_s(&before.all, &ours) + self.stolen - before.stolen
    }

    /// The same as a share of all cores.
    pub fn other_share(&self, before: &Self) -> f64 {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
        self.others_since(before) / (self.seconds_since(before) * cores)
    }

    pub fn seconds_since(&self, before: &Self) -> f64 {
        (self.at - before.at).as_secs_f64()
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

/// Raises the limit of open files to what the run needs.
///
/// # Errors
/// When the system's hard limit is lower.
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
    fn this_machine_is_known() {
        let hardware = Hardware::read();
        assert!(hardware.cores > 0 && hardware.memory_mib > 0 && !hardware.kernel.is_empty());
    }

    #[test]
    fn what_a_killed_server_used_stays_counted() {
        let before = Usage::read(None);
        let mut server =
            std::process::Command::new("sh").args(["-c", "while :; do :; done"]).spawn().expect("a shell");
        std::thread::sleep(std::time::Duration::from_millis(200));
        let alive = Usage::read(Some(server.id()));
        server.kill().and_then(|()| server.wait()).expect("it ends");
        let dead = Usage::read(Some(server.id()));
        // No other test may start a process: one that ends between two samples would be in neither.
        let used = [&before, &alive, &dead].map(|usage| usage.server.total_s());
        assert!(used[0] < used[1] && used[2] > used[1] - 0.001, "{used:?}");
        assert!(alive.held.pss > 0 && alive.other_share(&before) < 1.0);
    }
}
