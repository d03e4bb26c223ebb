//! The stream actor.

pub mod publishers;
pub mod stream;
