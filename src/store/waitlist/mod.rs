//! Who waits for a pass: the entries, what the team sees of them, and the offers of seats.

pub(crate) mod charges;
pub(crate) mod desk;
pub(crate) mod entries;
pub(crate) mod offers;

pub use charges::LeftCard;
pub use desk::{Happened, Listed};
pub use entries::{Joined, NewEntry, Waitlists};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    let few = [charges::STATEMENTS, desk::STATEMENTS, entries::STATEMENTS, offers::STATEMENTS];
    few.concat().into_iter().chain(desk::HISTORY.all()).collect()
}
