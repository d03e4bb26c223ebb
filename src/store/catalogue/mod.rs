//! Spaces, experiences, passes and their addresses.

pub(crate) mod closings;
pub(crate) mod content;
pub(crate) mod embedding;
pub(crate) mod experiences;
pub(crate) mod explore;
pub(crate) mod listings;
pub(crate) mod passes;
pub(crate) mod pictures;
pub(crate) mod prices;
pub(crate) mod programme;
pub(crate) mod sales;
pub(crate) mod sitemap;
pub(crate) mod slugs;
pub(crate) mod spaces;

pub use closings::{Closings, Stakes};
pub use content::*;
pub use experiences::{ExperienceText, ExperienceUses, Experiences};
pub use explore::{Discovery, Listing, OnAir};
pub use listings::Listings;
pub use passes::{PassText, Passes};
pub use pictures::{PictureOwner, Pictures, ShownPicture};
pub use programme::{MOST_IN_A_CALENDAR, Show};
pub use sales::Sales;
pub use sitemap::SPACES_IN_A_SITEMAP;
pub use slugs::Resolved;
pub use spaces::{FORMER_SLUGS, Found, Membership, OwnSpace, SUSPENDED_SPACE, SpaceText, Spaces, Viewer};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        closings::STATEMENTS,
        content::files::STATEMENTS,
        content::posts::STATEMENTS,
        embedding::STATEMENTS,
        experiences::STATEMENTS,
        explore::STATEMENTS,
        listings::STATEMENTS,
        passes::STATEMENTS,
        pictures::STATEMENTS,
        prices::STATEMENTS,
        sales::STATEMENTS,
        programme::STATEMENTS,
        sitemap::STATEMENTS,
        slugs::STATEMENTS,
        spaces::STATEMENTS,
    ]
    .concat()
}
