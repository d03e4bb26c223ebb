pub mod explore;
pub mod mix;
