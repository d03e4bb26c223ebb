//! Spaces, experiences and passes.

pub mod experiences;
pub mod passes;
pub mod pictures;
pub mod spaces;
pub mod streams;
