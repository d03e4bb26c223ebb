//! The load tool: thousands of readers and speakers against a running service, over the wire alone, with a truth of its own.
//!
//! `setup` makes rooms and people, `scenario` says who comes, speaks and leaves. `readers` (sockets), `link` (one connection)
//! and `hearing` (what came) are the audience, `posters` and `storm` the speakers, `replay` reads the journal again, `lookout`
//! what the service says of itself, `chaos` kills, and `ward` sees what survives that. `judgement` puts it together: lines by
//! `truth` from `witness`es, people by `census`; `report`, `compare` and `chart` tell it.

pub mod chaos;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod crowd;
pub mod judge;
pub mod measure;
pub mod ops;
pub mod plan;
pub mod report;
pub mod run;
pub mod truth;
pub mod wire;
