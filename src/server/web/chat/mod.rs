//! Lines and moderation.

pub mod messages;
