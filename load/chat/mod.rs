pub mod modes;
pub mod mover;
pub mod posters;
pub mod storm;
