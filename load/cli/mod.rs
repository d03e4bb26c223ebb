pub mod args;
pub mod setup;
