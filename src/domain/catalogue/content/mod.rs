//! What experiences hold beside shows.

pub mod files;
pub mod posts;
pub mod ranges;
pub mod videos;
