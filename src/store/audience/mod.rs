//! The people of a space: who holds or held its passes, what its team writes to them, and what is counted of them.

pub(crate) mod counts;
pub(crate) mod holder_messages;
pub(crate) mod members;
pub(crate) mod page_visits;
pub(crate) mod person;
pub(crate) mod shows;
pub(crate) mod space_days;

pub use holder_messages::{HolderMessages, OptedOut};
pub use members::{Facet, HeldPass, MemberActivity, Members, SpaceMember};
pub use page_visits::PageVisits;
pub use person::{KnownPerson, PersonBan, PersonOrder, PersonWait};
pub use shows::{ShowReport, ShownStream};
pub use space_days::{SpaceDays, UncountedSpace};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    let nouns = [
        counts::STATEMENTS,
        holder_messages::STATEMENTS,
        members::STATEMENTS,
        page_visits::STATEMENTS,
        person::STATEMENTS,
        shows::STATEMENTS,
        space_days::STATEMENTS,
    ];
    nouns
        .concat()
        .into_iter()
        .chain(holder_messages::RECIPIENTS.all())
        .chain(members::HELD.all())
        .chain(members::ACTIVITY.all())
        .chain(page_visits::VISITS.all())
        .collect()
}
