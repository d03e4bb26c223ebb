pub mod args;
pub mod media;
pub mod setup;
