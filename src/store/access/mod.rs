//! Bans, grants, and the input of admission decisions.

pub(crate) mod bans;
pub(crate) mod facts;
pub(crate) mod grants;
pub(crate) mod holders;
pub(crate) mod hosts;
pub(crate) mod roster;
pub(crate) mod standings;
pub(crate) mod visits;

pub use bans::Bans;
pub use facts::{Access, AccessFacts, Entrant, Place};
pub use grants::{Grants, Taken};
pub use holders::Holder;
pub use hosts::NewHost;
pub use roster::PassHolder;
pub use standings::{Newcomer, Standing};
pub use visits::{Closure, HeldExperience, Holding, Visit};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    let nouns = [
        bans::STATEMENTS,
        facts::STATEMENTS,
        grants::STATEMENTS,
        holders::STATEMENTS,
        hosts::STATEMENTS,
        roster::STATEMENTS,
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
