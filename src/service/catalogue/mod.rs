//! Spaces, experiences and passes.

pub mod embedding;
pub mod experiences;
pub mod passes;
pub mod sitemap;
pub mod spaces;
pub mod streams;
