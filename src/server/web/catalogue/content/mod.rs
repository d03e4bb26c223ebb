//! What experiences hold beside shows.

pub mod downloads;
pub mod files;
pub mod uploads;
