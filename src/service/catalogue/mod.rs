//! Spaces, experiences and passes.

pub mod experiences;
pub mod passes;
pub mod spaces;
pub mod streams;
