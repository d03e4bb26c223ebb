//! Spaces, experiences and passes.

pub mod closings;
pub mod experiences;
pub mod passes;
pub mod sales;
pub mod spaces;
pub mod streams;
