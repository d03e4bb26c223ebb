//! The engine in front of a world in memory: what is killed comes back, and nothing is lost.

#[path = "../fakes/mod.rs"]
mod fakes;

mod attendances;
mod checkouts;
mod faults;
mod soak;
mod streams;
mod supervision;
mod workers;
