//! The journal file: one line per transaction, fsynced before the transaction is answered.

use crate::book::records::Change;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

pub struct Journal {
    path: PathBuf,
    file: File,
    /// Bytes known to be complete lines.
    len: u64,
    /// Held while the journal is open: two processes would overwrite each other.
    _lock: File,
}

impl Journal {
    /// Opens the journal of a directory, creating it if needed.
    ///
    /// # Errors
    /// `WouldBlock` when another process has it open; `InvalidData` when a line other than the last cannot be read.
    pub fn open(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let lock = File::create(dir.join("stand-in.lock"))?;
        lock.try_lock().map_err(|_| {
            io::Error::new(io::ErrorKind::WouldBlock, "another stand-in has this directory open")
        })?;
        let path = dir.join("stand-in.jsonl");
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let mut journal = Self { path, file, len: 0, _lock: lock };
        journal.read()?;
        Ok(journal)
    }

    /// All transactions, oldest first. A last line that a crash truncated was never answered, and is dropped.
    pub fn read(&mut self) -> io::Result<Vec<Change>> {
        let text = fs::read(&self.path)?;
        let mut changes = Vec::new();
        let mut len = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let last = len + line.len() == text.len();
            match serde_json::from_slice::<Vec<Change>>(line) {
                Ok(more) if line.ends_with(b"\n") => changes.extend(more),
                Err(error) if !last => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
                _ => break,
            }
            len += line.len();
        }
        self.len = len as u64;
        if len < text.len() {
            self.file.set_len(self.len)?;
        }
        Ok(changes)
    }

    /// Writes one transaction atomically.
    pub fn append(&mut self, changes: &[Change]) -> io::Result<()> {
        let line = line(changes)?;
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => self.len += line.len() as u64,
            Err(_) => self.file.set_len(self.len)?,
        }
        written
    }

    /// Replaces the whole file by one transaction, through a temporary file beside it.
    pub fn rewrite(&mut self, changes: &[Change]) -> io::Result<()> {
        let line = line(changes)?;
        let fresh = self.path.with_extension("new");
        let mut file = File::create(&fresh)?;
        file.write_all(&line)?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        if let Some(dir) = self.path.parent() {
            File::open(dir)?.sync_all()?;
        }
        self.file = OpenOptions::new().append(true).open(&self.path)?;
        self.len = line.len() as u64;
        Ok(())
    }
}

fn line(changes: &[Change]) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(changes)?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::records::Controls;

    fn controls(fail_next: u32) -> Change {
        Change::Controls(Controls { fail_next, ..Controls::default() })
    }

    fn kept(journal: &mut Journal) -> Vec<u32> {
        let changes = journal.read().expect("readable");
        changes.iter().map(|c| if let Change::Controls(c) = c { c.fail_next } else { u32::MAX }).collect()
    }

    #[test]
    fn a_line_cut_short_is_dropped_and_the_rest_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.append(&[controls(1), controls(2)]).unwrap();
        drop(journal);
        let path = dir.path().join("stand-in.jsonl");
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"[{\"controls\":{\"web").unwrap();

        let mut journal = Journal::open(dir.path()).unwrap();
        assert_eq!(kept(&mut journal), [1, 2]);
        journal.append(&[controls(3)]).unwrap();
        assert_eq!(kept(&mut journal), [1, 2, 3]);
    }

    #[test]
    fn a_broken_line_in_the_middle_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("stand-in.jsonl"), "[{\"contr\n[]\n").unwrap();
        let error = Journal::open(dir.path()).err().expect("refused");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_rewrite_replaces_everything_and_appends_go_on() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.append(&[controls(1)]).unwrap();
        journal.rewrite(&[controls(7)]).unwrap();
        journal.append(&[controls(8)]).unwrap();
        assert_eq!(kept(&mut journal), [7, 8]);
    }

    #[test]
    fn one_directory_has_one_owner() {
        let dir = tempfile::tempdir().unwrap();
        let _first = Journal::open(dir.path()).unwrap();
        let second = Journal::open(dir.path()).err().expect("refused");
        assert_eq!(second.kind(), io::ErrorKind::WouldBlock);
    }
}
