//! A creator's spaces, experiences and passes, and their addresses.

pub mod offer;
pub mod quota;
pub mod schedule;
pub mod slug;
