//! What runs beside shows on air, outside of this process or for others.

pub mod ingests;
pub mod restreams;
