//! The journals of all rooms.

pub(crate) mod committer;
pub(crate) mod forget;
pub(crate) mod journal;

pub use forget::{NamedEntries, Names};
pub use journal::Journal;

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    let constant = [forget::STATEMENTS, journal::STATEMENTS].concat();
    constant.into_iter().chain(journal::ENTRIES.all()).collect()
}
