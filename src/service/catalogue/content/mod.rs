//! What experiences hold beside shows.

pub mod files;
