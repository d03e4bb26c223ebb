//! The program that encodes and sends, as a child process. It reads its input until that ends, so it ends with us even if we are killed.

use domain::live::restream::StreamKey;
use rustix::process::{Pid, Resource, Rlimit, prlimit, setpriority_process};
use std::{
    collections::VecDeque,
    env,
    io::{self, PipeReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// What it may take of the machine. It decodes what strangers send.
const LIMITS: [(Resource, u64); 4] = [
    // Bytes of its memory. It took 0.2 GB for 720p and 0.3 GB for 4K on two cores; of more cores each adds some threads of 8 MB.
    (Resource::Data, 2 << 30),
    // Its pipes, its connection, and what its libraries read when they start.
    (Resource::Nofile, 64),
    // Bytes of a file that it writes, or that is written of its memory when it fails.
    (Resource::Fsize, 0),
    (Resource::Core, 0),
];
/// How far it stands behind others who want the processor: a picture that is late elsewhere costs less than one that is late here.
const NICENESS: i32 = 10;
/// Bytes of its last words that are kept.
const LAST_WORDS: usize = 400;
/// Characters of a key that tell something of it.
const PART_OF_A_KEY: usize = 8;

/// Finds a program by its path, or by its name in `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let there = |path: &PathBuf| path.is_file();
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(there);
    }
    let folders = env::var_os("PATH").filter(|_| !name.is_empty())?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(there)
}

/// It is killed when this is dropped.
pub struct Program {
    child: Child,
    said: Arc<Mutex<VecDeque<u8>>>,
}

impl Program {
    /// Starts it without anything of our environment, which holds secrets.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(program: &Path, arguments: &[String], input: PipeReader) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).env_clear();
        command.stdin(Stdio::from(input)).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut program = Self { child: command.spawn()?, said: Arc::default() };
        limit(Pid::from_child(&program.child))?;
        if let Some(mut words) = program.child.stderr.take() {
            let said = program.said.clone();
            // It ends with the child.
            thread::Builder::new().name("restream-words".into()).spawn(move || {
                let mut bytes = [0; 1024];
                while let Ok(count @ 1..) = words.read(&mut bytes) {
                    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                    said.extend(&bytes[..count]);
                    let more = said.len().saturating_sub(LAST_WORDS);
                    said.drain(..more);
                }
            })?;
        }
        Ok(program)
    }

    pub fn is_over(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// What it said last.
    pub fn last_words(&self, key: &StreamKey) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = said.iter().copied().collect();
        drop(said);
        without_key(&bytes, key)
    }
}

/// Says what a program may take that was started a moment ago, and has hardly begun.
fn limit(program: Pid) -> io::Result<()> {
    for (what, most) in LIMITS {
        prlimit(Some(program), what, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(setpriority_process(Some(program), NICENESS)?)
}

/// A program may repeat what a destination said. Of lines that hold the key only a sign is left: the program cuts long ones, and we cut
/// what it said, so there may be a part of the key alone.
fn without_key(said: &[u8], key: &StreamKey) -> String {
    let (said, key) = (String::from_utf8_lossy(said), key.expose().as_bytes());
    let holds_a_part = |line: &str| {
        let length = PART_OF_A_KEY.min(key.len());
        line.as_bytes().windows(length).any(|there| key.windows(length).any(|part| part == there))
    };
    let lines = said.trim().lines().map(|line| if holds_a_part(line) { "…" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails only if it is over.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_program_is_found_by_its_path_or_in_the_folders_of_programs() {
        let shell = find_program("sh").unwrap();
        assert!(shell.is_absolute());
        assert_eq!(find_program(shell.to_str().unwrap()), Some(shell));
        for nothing in ["", "no-such-program-here", "/no/such/program", "./"] {
            assert_eq!(find_program(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_program_that_was_started_has_little_of_the_machine() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        limit(Pid::from_child(&child)).unwrap();
        let of_child = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap();
        let (limits, stat) = (of_child("limits"), of_child("stat"));
        child.kill().unwrap();
        child.wait().unwrap();
        for (name, most) in [
            ("Max data size", "2147483648"),
            ("Max open files", "64"),
            ("Max file size", "0"),
            ("Max core file size", "0"),
        ] {
            let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            let words: Vec<&str> = line.split_whitespace().take(2).collect();
            assert_eq!(words, [most, most], "{name}");
        }
        // The 19th field; the second one is the name in parentheses.
        let fields = stat.rsplit(')').next().unwrap().split_whitespace();
        assert_eq!(fields.clone().nth(16).unwrap(), NICENESS.to_string());
    }

    #[test]
    fn of_a_key_nothing_is_left_even_where_it_is_cut() {
        let told = |key: &str, said: &str| without_key(said.as_bytes(), &StreamKey::parse(key).unwrap());
        for (said, left) in [
            ("refused\nno stream live_0123456789_abcd here\n", "refused\n…"),
            ("456789_abcd was not found\nrefused", "…\nrefused"),
            ("no stream live_012345", "…"),
            ("no stream live", "no stream live"),
            ("", ""),
        ] {
            assert_eq!(told("live_0123456789_abcd", said), left);
        }
        assert_eq!(told("k1", "no stream k1\nrefused"), "…\nrefused");
    }
}
