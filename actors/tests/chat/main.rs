//! Chat rooms with an in-memory journal: what was answered is stored, and what is stored is published, once and in
//! order.

#[path = "../fakes/clock.rs"]
mod clock;
#[path = "../fakes/journal.rs"]
mod journal;
#[expect(dead_code, reason = "shared with the tests of the engine")]
#[path = "../fakes/media.rs"]
mod media;
#[expect(dead_code, reason = "shared with the tests of the engine")]
#[path = "../fakes/restreams.rs"]
mod restreams;
#[expect(dead_code, reason = "shared with the tests of the engine")]
#[path = "../fakes/rows.rs"]
mod rows;

mod bans;
mod chaos;
mod failures;
mod posts;
mod reactions;
mod world;
