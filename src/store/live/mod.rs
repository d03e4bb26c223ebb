//! Streams and their viewers.

pub(crate) mod captions;
pub(crate) mod choices;
pub(crate) mod clips;
pub(crate) mod notices;
pub(crate) mod participants;
pub(crate) mod recordings;
pub(crate) mod reminders;
pub(crate) mod restreams;
pub(crate) mod series;
pub(crate) mod streams;
pub(crate) mod viewings;

pub use captions::{Captions, KeyVersions};
pub use clips::Clips;
pub use notices::{NAMED, Notices, Posted};
pub use recordings::Recordings;
pub use reminders::{MOST_REMINDERS, Reminders};
pub use restreams::Restreams;
pub use streams::{NewStreams, Streams};
pub use viewings::Viewings;

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        captions::STATEMENTS,
        choices::STATEMENTS,
        clips::STATEMENTS,
        notices::STATEMENTS,
        recordings::STATEMENTS,
        participants::STATEMENTS,
        reminders::STATEMENTS,
        restreams::STATEMENTS,
        series::STATEMENTS,
        streams::STATEMENTS,
        viewings::STATEMENTS,
    ]
    .concat()
    .into_iter()
    .chain(captions::CAPTIONS.all())
    .chain(viewings::VIEWINGS.all())
    .collect()
}
