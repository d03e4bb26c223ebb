//! The journal of all rooms.

pub mod committer;
pub mod journal;
