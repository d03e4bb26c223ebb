//! The stream actor.

pub mod publishers;
mod stage;
pub mod stream;
