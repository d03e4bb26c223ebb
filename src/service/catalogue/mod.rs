//! Spaces, experiences and passes.

pub mod closings;
pub mod content;
pub mod disk;
pub mod embedding;
pub mod experiences;
pub mod passes;
pub mod pictures;
pub mod programme;
pub mod sales;
pub mod sitemap;
pub mod spaces;
pub mod streams;
