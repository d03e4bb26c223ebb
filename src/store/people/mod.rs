//! Accounts, sessions, sign-in codes and teams.

pub(crate) mod accounts;
pub(crate) mod name_keys;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod teams;

pub use accounts::{Accounts, Profile};
pub use sessions::{NewSession, SESSION_LASTS, SUSPENDED_ACCOUNT, SessionInfo, Sessions};
pub use sign_in::{Asked, Asker, Checked, SignIn};
pub use teams::Teams;

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        accounts::STATEMENTS,
        name_keys::STATEMENTS,
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
