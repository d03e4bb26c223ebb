//! The journal of all rooms.

pub mod journal;
