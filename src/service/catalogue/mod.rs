//! Spaces, experiences and passes.

pub mod spaces;
