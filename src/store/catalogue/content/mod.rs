//! What experiences hold beside shows.

pub(crate) mod files;

pub use files::Files;
