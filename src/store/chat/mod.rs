//! The journals of all rooms.

pub(crate) mod committer;
pub(crate) mod journal;

pub use journal::Journal;

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [journal::STATEMENTS].concat().into_iter().chain(journal::ENTRIES.all()).collect()
}
