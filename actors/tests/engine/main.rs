//! The engine with an in-memory world: what is killed restarts, and nothing is lost.

#[path = "../fakes/mod.rs"]
mod fakes;

mod attendances;
mod checkouts;
mod faults;
mod restreams;
mod soak;
mod streams;
mod supervision;
mod workers;
