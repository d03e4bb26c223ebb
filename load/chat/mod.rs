pub mod modes;
pub mod posters;
pub mod storm;
