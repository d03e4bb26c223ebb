//! What operators decide about others: reports, and suspensions of spaces and accounts.

pub mod jobs;
pub mod reports;
pub mod suspension;
