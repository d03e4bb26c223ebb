//! Processor time and memory of processes, from /proc.
//!
//! The machine's own account (`/proc/stat`) samples at ticks and is off by a tenth of the processor, either way, where work begins
//! at them. What each process used is counted exactly, so what others used is the sum over them; what those had used that have
//! ended is found with the parent that waited for them.

use std::{collections::HashSet, fs};

/// All processes at one moment.
pub struct Processes(Vec<Process>);

/// Times are seconds of processor since it began.
struct Process {
    pid: u32,
    parent: u32,
    name: String,
    user_s: f64,
    system_s: f64,
    /// Of children that have ended.
    reaped_s: f64,
}

/// Seconds of processor.
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
pub struct Held {
    /// Shared pages count in each process.
    pub rss: u64,
    /// Shared pages are divided among their holders.
    pub pss: u64,
}

impl Processes {
    pub fn read() -> Self {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        Self(pids.filter_map(|pid| Process::parse(&read(&format!("/proc/{pid}/stat")))).collect())
    }

    /// `root` and its descendants; nothing when it is not there.
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

    /// The kernel's threads that carry packets on where the cores are busy. Who measures here speaks over loopback only, so the
    /// packets are the server's own, and what they cost belongs to it: in a quieter run the same work is done, and counted, in its
    /// own calls.
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

    /// Of children of `pid` that have ended: seconds.
    pub fn reaped_s(&self, pid: u32) -> f64 {
        self.0.iter().filter(|p| p.pid == pid).map(|p| p.reaped_s).sum()
    }

    /// Of all processes but `ours`, those of theirs included that have ended: seconds.
    pub fn others_s(&self, ours: &[u32]) -> f64 {
        let ours: HashSet<&u32> = ours.iter().collect();
        let others = self.0.iter().filter(|p| !ours.contains(&p.pid));
        others.map(|p| p.user_s + p.system_s + p.reaped_s).sum()
    }
}

impl Process {
    /// `None` when it is not what `/proc/<pid>/stat` says: the process is gone.
    fn parse(stat: &str) -> Option<Self> {
        // The name may hold blanks and parentheses; what follows it does not.
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

pub fn held(pids: &[u32]) -> Held {
    pids.iter().fold(Held::default(), |sum, pid| Held {
        rss: sum.rss + kib(&read(&format!("/proc/{pid}/status")), "VmRSS:") * 1024,
        pss: sum.pss + kib(&read(&format!("/proc/{pid}/smaps_rollup")), "Pss:") * 1024,
    })
}

/// Taken from this machine by the one that runs it: seconds of all cores.
pub fn stolen_s() -> f64 {
    let text = read("/proc/stat");
    let steal = text.lines().next().and_then(|line| line.split_whitespace().nth(8)?.parse::<u64>().ok());
    steal.unwrap_or(0) as f64 / rustix::param::clock_ticks_per_second() as f64
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The number behind `key` in a file of the kind `Key:  12 kB`.
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

    #[test]
    fn others_are_all_but_ours_with_those_that_ended() {
        let process = |pid, parent, user_s, reaped_s| Process {
            pid,
            parent,
            name: if pid == 9 { "ksoftirqd/1".into() } else { "x".into() },
            user_s,
            system_s: 1.0,
            reaped_s,
        };
        let all = Processes(vec![
            process(1, 0, 1.0, 4.0),
            process(2, 1, 10.0, 20.0),
            process(3, 2, 100.0, 0.0),
            process(9, 0, 2.0, 0.0),
        ]);
        let ours = [all.tree(2), all.packet_threads()].concat();
        assert_eq!(ours, [2, 3, 9]);
        assert_eq!((all.others_s(&ours), all.reaped_s(2), all.cpu(&ours).total_s()), (6.0, 20.0, 115.0));
        assert_eq!(all.tree(8), [0; 0]);
    }
}
