//! Spaces, experiences, passes and their addresses.

pub(crate) mod embedding;
pub(crate) mod experiences;
pub(crate) mod explore;
pub(crate) mod listings;
pub(crate) mod passes;
pub(crate) mod prices;
pub(crate) mod programme;
pub(crate) mod sitemap;
pub(crate) mod slugs;
pub(crate) mod spaces;

pub use experiences::{ExperienceText, ExperienceUses, Experiences};
pub use explore::{Discovery, Listing, OnAir};
pub use passes::{PassText, Passes};
pub use programme::{MOST_IN_A_CALENDAR, Show};
pub use sitemap::SPACES_IN_A_SITEMAP;
pub use slugs::Resolved;
pub use spaces::{FORMER_SLUGS, Found, OwnSpace, SpaceText, Spaces, Viewer};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        embedding::STATEMENTS,
        experiences::STATEMENTS,
        explore::STATEMENTS,
        listings::STATEMENTS,
        passes::STATEMENTS,
        prices::STATEMENTS,
        programme::STATEMENTS,
        sitemap::STATEMENTS,
        slugs::STATEMENTS,
        spaces::STATEMENTS,
    ]
    .concat()
}
