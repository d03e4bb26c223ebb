//! The stream actor, and that of a restream.

pub mod publishers;
pub mod restream;
mod stage;
pub mod stream;
