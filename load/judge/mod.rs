pub mod census;
pub mod judgement;
pub mod latency;
pub mod replay;
pub mod truth;
#[cfg(test)]
mod truth_tests;
