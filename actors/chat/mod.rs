//! The chat room actor.

pub mod decided;
pub mod journal;
pub mod room;
pub mod shown;
