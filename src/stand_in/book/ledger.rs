//! The book and its file: a change is made, written and fsynced under one lock, or it is undone.

use crate::book::{Book, journal::Journal};
use std::{io, path::Path};

pub struct Ledger {
    book: Book,
    journal: Journal,
}

impl Ledger {
    /// Loads the directory's file and rewrites it without expired records. `now` in seconds.
    pub fn open(dir: &Path, site: &str, now: i64) -> io::Result<Self> {
        let mut journal = Journal::open(dir)?;
        let kept = Book::load(site, journal.read()?).snapshot(now);
        journal.rewrite(&kept)?;
        Ok(Self { book: Book::load(site, kept), journal })
    }

    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Runs `decide` as one transaction; the flag tells whether it changed anything. On an error nothing of it is kept,
    /// neither in memory nor on disk.
    pub fn change<T>(&mut self, decide: impl FnOnce(&mut Book) -> T) -> io::Result<(T, bool)> {
        let result = decide(&mut self.book);
        let changes = self.book.take_unsaved();
        if changes.is_empty() {
            return Ok((result, false));
        }
        if let Err(error) = self.journal.append(&changes) {
            self.book = Book::load(&self.book.site, self.journal.read()?);
            return Err(error);
        }
        Ok((result, true))
    }
}
