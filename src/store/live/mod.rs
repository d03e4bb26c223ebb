//! Streams and who watched them.

pub mod streams;
pub mod viewings;
