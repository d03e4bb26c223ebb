//! Spaces, experiences, passes.

pub mod manage;
pub mod passes;
pub mod spaces;
