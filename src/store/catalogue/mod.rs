//! Spaces, experiences, passes and their addresses.

pub(crate) mod closings;
pub(crate) mod experiences;
pub(crate) mod explore;
pub(crate) mod listings;
pub(crate) mod passes;
pub(crate) mod prices;
pub(crate) mod sales;
pub(crate) mod slugs;
pub(crate) mod spaces;

pub use closings::{Closings, Stakes};
pub use experiences::{ExperienceText, ExperienceUses, Experiences};
pub use explore::{Discovery, Listing, OnAir};
pub use passes::{PassText, Passes};
pub use sales::Sales;
pub use slugs::Resolved;
pub use spaces::{FORMER_SLUGS, Found, OwnSpace, SpaceText, Spaces, Viewer};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        closings::STATEMENTS,
        experiences::STATEMENTS,
        explore::STATEMENTS,
        listings::STATEMENTS,
        passes::STATEMENTS,
        prices::STATEMENTS,
        sales::STATEMENTS,
        slugs::STATEMENTS,
        spaces::STATEMENTS,
    ]
    .concat()
}
