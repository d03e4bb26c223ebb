//! The journals of all rooms.

pub(crate) mod committer;
pub(crate) mod forget;
pub(crate) mod journal;
pub(crate) mod passages;

pub use forget::{NamedEntries, Names};
pub use journal::Journal;
pub use passages::{JournalPlace, Passage, Passages};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    let constant = [forget::STATEMENTS, journal::STATEMENTS, passages::STATEMENTS].concat();
    constant.into_iter().chain(journal::ENTRIES.all()).collect()
}
