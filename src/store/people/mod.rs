//! Accounts, the ways into them and back, teams and invitations, and what people follow and get by mail.

pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod deletion;
pub(crate) mod export;
pub(crate) mod follows;
pub(crate) mod invitations;
pub(crate) mod name_keys;
pub(crate) mod passkeys;
pub(crate) mod preferences;
pub(crate) mod recovery;
pub(crate) mod sent_mails;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod teams;

pub use accounts::{Accounts, Profile};
pub use addresses::{Addresses, FORMER_ADDRESS, FormerAddress, TakenBack};
pub use deletion::{Deleted, Deletion, Obstacles, SoldSpace};
pub use export::{
    Bookmark, ColumnKind, Datum, ExportPage, Exports, Part,
    passages::{JournalPlace, Passage, Passages},
};
pub use follows::{Followed, Follows, MOST_FOLLOWED};
pub use invitations::{Invitations, NewInvitation};
pub use passkeys::{Passkeys, StoredPasskey};
pub use preferences::Preferences;
pub use recovery::{CodesLeft, Recovery, UsedCode};
pub use sent_mails::SentMails;
pub use sessions::{NewSession, SESSION_LASTS, SUSPENDED_ACCOUNT, SessionInfo, Sessions};
pub use sign_in::{Asker, Checked, CodeRequest, SignIn};
pub use teams::{Member, Teams};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        accounts::STATEMENTS,
        addresses::STATEMENTS,
        deletion::STATEMENTS,
        export::STATEMENTS,
        export::passages::STATEMENTS,
        invitations::STATEMENTS,
        follows::STATEMENTS,
        name_keys::STATEMENTS,
        passkeys::STATEMENTS,
        preferences::STATEMENTS,
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
