//! Bans, grants, and the input of admission decisions.

pub(crate) mod bans;
pub(crate) mod comps;
pub(crate) mod devices;
pub(crate) mod entry;
pub(crate) mod facts;
pub(crate) mod grants;
pub(crate) mod holders;
pub(crate) mod hosts;
pub(crate) mod standings;
pub(crate) mod stock;
pub(crate) mod visits;

pub use bans::Bans;
pub use comps::Comps;
pub use devices::Devices;
pub use entry::{Entries, HashedLock, InviteTaken, NewInvite};
pub use facts::{Access, AccessFacts, Entrant, Place};
pub use grants::{Grants, SOLD_OUT, Taken};
pub use holders::Holder;
pub use hosts::NewHost;
pub use standings::{Newcomer, Standing};
pub use visits::{Closure, HeldExperience, Holding, Visit};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    let nouns = [
        bans::STATEMENTS,
        comps::STATEMENTS,
        devices::STATEMENTS,
        entry::STATEMENTS,
        facts::STATEMENTS,
        grants::STATEMENTS,
        holders::STATEMENTS,
        stock::STATEMENTS,
        visits::STATEMENTS,
    ];
    nouns
        .concat()
        .into_iter()
        .chain(bans::AMONG.all())
        .chain(holders::ACCOUNTS.all())
        .chain(holders::SESSIONS.all())
        .chain(holders::GRANTS.all())
        .chain(standings::BY_ACCOUNT.all())
        .chain(standings::BY_TOKEN.all())
        .collect()
}
