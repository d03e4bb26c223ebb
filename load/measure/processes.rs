//! Processor time and memory of processes, from /proc.
//!
//! The machine's own account (`/proc/stat`) samples at ticks; where work starts at ticks it is off by a tenth of the
//! processor, either way. The time of each process is exact, so the time of others is the sum over them. The time of a
//! process that has ended is found at the parent that waited for it. Processes of other containers are not visible.

use std::{
    collections::{HashMap, HashSet},
    fs,
};

/// All processes at one moment.
#[derive(Clone, Debug)]
pub struct Processes(Vec<Process>);

/// Times are seconds of processor time since the process started.
#[derive(Clone, Debug)]
struct Process {
    pid: u32,
    parent: u32,
    name: String,
    user_s: f64,
    system_s: f64,
    /// Of children that have ended and were waited for.
    reaped_s: f64,
}

/// Seconds of processor time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu {
    pub user_s: f64,
    pub system_s: f64,
}

impl Cpu {
    pub fn total_s(self) -> f64 {
        self.user_s + self.system_s
    }
}

/// Bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryUse {
    /// Shared pages count fully.
    pub rss: u64,
    /// Shared pages are divided among the processes that share them.
    pub pss: u64,
}

impl Processes {
    pub fn read() -> Self {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        Self(pids.filter_map(|pid| Process::parse(&read(&format!("/proc/{pid}/stat")))).collect())
    }

    /// `root` and its descendants; empty if it does not exist.
    pub fn tree(&self, root: u32) -> Vec<u32> {
        let mut found: Vec<u32> = self.0.iter().map(|p| p.pid).filter(|pid| *pid == root).collect();
        let mut next = 0;
        while next < found.len() {
            let parent = found[next];
            found.extend(self.0.iter().filter(|p| p.parent == parent).map(|p| p.pid));
            next += 1;
        }
        found
    }

    /// The kernel threads that process packets when the cores are busy. Measurements use loopback only, so the packets
    /// are the server's own, and their cost belongs to it: on a quieter machine the same work is done, and counted, in
    /// its own system calls.
    pub fn packet_threads(&self) -> Vec<u32> {
        self.0.iter().filter(|p| p.name.starts_with("ksoftirqd/")).map(|p| p.pid).collect()
    }

    pub fn cpu(&self, pids: &[u32]) -> Cpu {
        let named = self.0.iter().filter(|p| pids.contains(&p.pid));
        named.fold(Cpu::default(), |sum, p| Cpu {
            user_s: sum.user_s + p.user_s,
            system_s: sum.system_s + p.system_s,
        })
    }

    /// Of ended children of `pid`, in seconds.
    pub fn reaped_s(&self, pid: u32) -> f64 {
        self.0.iter().filter(|p| p.pid == pid).map(|p| p.reaped_s).sum()
    }

    /// The time that all processes but `ours` have used since `before`, including those that started and ended
    /// meanwhile, in seconds.
    ///
    /// When a process has ended and its parent waits for it, its whole time is added to the parent's; the part from before
    /// `before` is subtracted there. If no parent waits, its time since `before` is lost.
    pub fn others_since_s(&self, before: &Self, ours: &[u32]) -> f64 {
        let ours: HashSet<u32> = ours.iter().copied().collect();
        let then: HashMap<u32, &Process> = before.0.iter().map(|p| (p.pid, p)).collect();
        let now: HashSet<u32> = self.0.iter().map(|p| p.pid).collect();
        let mut known: HashMap<u32, f64> = HashMap::new();
        for gone in before.0.iter().filter(|p| !now.contains(&p.pid)) {
            *known.entry(gone.parent).or_default() += gone.own_s() + gone.reaped_s;
        }
        let grown = |p: &Process| {
            let (own, reaped) = then.get(&p.pid).map_or((0.0, 0.0), |then| (then.own_s(), then.reaped_s));
            let known = known.get(&p.pid).copied().unwrap_or(0.0);
            (p.own_s() - own).max(0.0) + (p.reaped_s - reaped - known).max(0.0)
        };
        self.0.iter().filter(|p| !ours.contains(&p.pid)).map(grown).sum()
    }
}

impl Process {
    fn own_s(&self) -> f64 {
        self.user_s + self.system_s
    }

    /// `None` if `stat` is not in the format of `/proc/<pid>/stat`: the process is gone.
    fn parse(stat: &str) -> Option<Self> {
        // The name may contain spaces and parentheses; what follows cannot.
        let (head, rest) = stat.rsplit_once(") ")?;
        let (pid, name) = head.split_once(" (")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        let seconds = |at: usize| {
            Some(fields.get(at)?.parse::<u64>().ok()? as f64 / rustix::param::clock_ticks_per_second() as f64)
        };
        Some(Self {
            pid: pid.parse().ok()?,
            parent: fields.get(1)?.parse().ok()?,
            name: name.to_string(),
            user_s: seconds(11)?,
            system_s: seconds(12)?,
            reaped_s: seconds(13)? + seconds(14)?,
        })
    }
}

pub fn held(pids: &[u32]) -> MemoryUse {
    pids.iter().fold(MemoryUse::default(), |sum, pid| MemoryUse {
        rss: sum.rss + kib(&read(&format!("/proc/{pid}/status")), "VmRSS:") * 1024,
        pss: sum.pss + kib(&read(&format!("/proc/{pid}/smaps_rollup")), "Pss:") * 1024,
    })
}

/// Time stolen from this machine by its hypervisor, in seconds over all cores.
pub fn stolen_s() -> f64 {
    let text = read("/proc/stat");
    let steal = text.lines().next().and_then(|line| line.split_whitespace().nth(8)?.parse::<u64>().ok());
    steal.unwrap_or(0) as f64 / rustix::param::clock_ticks_per_second() as f64
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The value of `key` in a file with lines like `Key:  12 kB`.
fn kib(text: &str, key: &str) -> u64 {
    let value = text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("");
    value.trim().trim_end_matches("kB").trim().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_behind_the_name() {
        let tick = 1.0 / rustix::param::clock_ticks_per_second() as f64;
        let process = Process::parse("12 (a) (b) S 7 2 3 4 5 6 7 8 9 10 300 200 4 5 0").expect("a process");
        assert_eq!((process.pid, process.parent, process.name.as_str()), (12, 7, "a) (b"));
        let ticks = [process.user_s, process.system_s, process.reaped_s].map(|s| (s / tick).round() as u64);
        assert_eq!(ticks, [300, 200, 9]);
        assert!(Process::parse("").is_none());
    }

    fn process(pid: u32, parent: u32, user_s: f64, reaped_s: f64) -> Process {
        let name = if pid == 9 { "ksoftirqd/1".into() } else { "x".into() };
        Process { pid, parent, name, user_s, system_s: 1.0, reaped_s }
    }

    #[test]
    fn others_are_all_but_ours() {
        let before = Processes(vec![
            process(1, 0, 1.0, 4.0),
            process(2, 1, 10.0, 20.0),
            process(3, 2, 100.0, 0.0),
            process(9, 0, 2.0, 0.0),
        ]);
        let ours = [before.tree(2), before.packet_threads()].concat();
        assert_eq!(ours, [2, 3, 9]);
        assert_eq!((before.reaped_s(2), before.cpu(&ours).total_s()), (20.0, 115.0));
        assert_eq!(before.tree(8), [0; 0]);
        let after = Processes(vec![
            process(1, 0, 2.0, 4.0),
            process(2, 1, 60.0, 80.0),
            process(4, 1, 5.0, 0.0),
            process(9, 0, 7.0, 0.0),
        ]);
        assert_eq!(after.others_since_s(&before, &ours), 1.0 + 6.0);
    }

    #[test]
    fn who_ends_is_counted_once_and_never_takes_anything_away() {
        let before =
            Processes(vec![process(1, 0, 1.0, 4.0), process(5, 1, 50.0, 0.0), process(6, 7, 70.0, 0.0)]);
        // The fifth process had used 51, used two more and was waited for, like another one that used three. Nobody
        // waited for the sixth.
        let after = Processes(vec![process(1, 0, 1.0, 4.0 + 53.0 + 3.0)]);
        assert_eq!(after.others_since_s(&before, &[]), 5.0);
        let lost = Processes(vec![process(1, 0, 1.0, 4.0)]);
        assert_eq!(lost.others_since_s(&before, &[]), 0.0);
    }

    #[test]
    fn this_process_holds_memory() {
        let held = held(&[std::process::id()]);
        assert!(held.rss > 0 && held.pss > 0);
    }
}
