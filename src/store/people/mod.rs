//! Accounts, sessions, sign-in codes and teams.

pub(crate) mod accounts;
pub(crate) mod follows;
pub(crate) mod name_keys;
pub(crate) mod preferences;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod teams;

pub use accounts::{Accounts, Profile};
pub use follows::{Followed, Follows, MOST_FOLLOWED};
pub use preferences::Preferences;
pub use sessions::{NewSession, SESSION_LASTS, SessionInfo, Sessions};
pub use sign_in::{Asked, Asker, Checked, SignIn};
pub use teams::Teams;

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        accounts::STATEMENTS,
        follows::STATEMENTS,
        name_keys::STATEMENTS,
        preferences::STATEMENTS,
        sessions::STATEMENTS,
        sign_in::STATEMENTS,
        teams::STATEMENTS,
    ]
    .concat()
    .into_iter()
    .chain(accounts::NAMED.all())
    .chain(sessions::BY_TOKEN.all())
    .collect()
}
