//! Who waits for a pass: for the decision of its team, or for a seat.

pub mod charge;
pub mod entry;
pub mod jobs;
