//! Accounts, sessions, sign-in codes and teams.

pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod deletion;
pub(crate) mod export;
pub(crate) mod name_keys;
pub(crate) mod recovery;
pub(crate) mod sent_mails;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod teams;

pub use accounts::{Accounts, Profile};
pub use deletion::{Deleted, Deletion, Obstacles};
pub use export::{Bookmark, Datum, ExportPage, Exports, Kind, Part};
pub use recovery::{CodesLeft, Recovery};
pub use sent_mails::SentMails;
pub use sessions::{NewSession, SESSION_LASTS, SessionInfo, Sessions};
pub use sign_in::{Asked, Asker, Checked, SignIn};
pub use teams::Teams;

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        accounts::STATEMENTS,
        addresses::STATEMENTS,
        deletion::STATEMENTS,
        export::STATEMENTS,
        name_keys::STATEMENTS,
        recovery::STATEMENTS,
        sent_mails::STATEMENTS,
        sessions::STATEMENTS,
        sign_in::STATEMENTS,
        teams::STATEMENTS,
    ]
    .concat()
    .into_iter()
    .chain(accounts::NAMED.all())
    .chain(recovery::CODES.all())
    .chain(sessions::BY_TOKEN.all())
    .collect()
}
