//! Accounts, sessions, sign-in codes, teams and invitations.

pub(crate) mod accounts;
pub(crate) mod invitations;
pub(crate) mod name_keys;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod teams;

pub use accounts::{Accounts, Profile};
pub use invitations::{Invitations, NewInvitation};
pub use sessions::{NewSession, SESSION_LASTS, SessionInfo, Sessions};
pub use sign_in::{Asked, Asker, Checked, SignIn};
pub use teams::{Member, Teams};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        accounts::STATEMENTS,
        invitations::STATEMENTS,
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
