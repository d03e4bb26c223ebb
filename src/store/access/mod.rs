//! Bans, grants, and what admission is decided on.

pub mod bans;
pub mod facts;
pub mod grants;
pub mod holders;
pub mod standings;
