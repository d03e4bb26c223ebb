//! What a creator has to offer, and its addresses.

pub mod offer;
pub mod quota;
pub mod schedule;
pub mod slug;
