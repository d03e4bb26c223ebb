pub mod agenda;
pub mod args;
pub mod rooms;
pub mod scenario;
pub mod setup;
pub mod source;
