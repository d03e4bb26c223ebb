//! A creator's spaces, experiences and passes, and their addresses; how the public finds them.

pub mod colour;
pub mod content;
pub mod cover;
pub mod embed;
pub mod explore;
pub mod look;
pub mod offer;
pub mod places;
pub mod quota;
pub mod schedule;
pub mod search;
pub mod slug;
pub mod topics;
pub mod zone;
