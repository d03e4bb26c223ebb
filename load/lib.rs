//! The load tool: thousands of readers and speakers against a running service, over the wire alone, with a truth of its own.
//!
//! `setup` makes rooms and people, `scenario` says who comes, speaks and leaves. `readers` (sockets), `link` (one connection)
//! and `hearing` (what came) are the audience, `posters` and `storm` the speakers, `replay` reads the journal again, `lookout`
//! what the service says of itself, `chaos` kills, and `ward` sees what survives that. `judgement` puts it together: lines by
//! `truth` from `witness`es, people by `census`; `report`, `compare` and `chart` tell it.

pub mod agenda;
pub mod args;
pub mod census;
pub mod chaos;
pub mod chart;
pub mod clock;
pub mod compare;
pub mod connects;
pub mod doors;
pub mod facts;
pub mod headcount;
pub mod hearing;
pub mod http;
pub mod judgement;
pub mod latency;
pub mod link;
pub mod lookout;
pub mod mark;
pub mod modes;
pub mod ops;
pub mod page;
pub mod posters;
pub mod probe;
pub mod process;
pub mod processes;
pub mod progress;
pub mod readers;
pub mod replay;
pub mod report;
pub mod rooms;
pub mod run;
pub mod scenario;
pub mod setup;
pub mod source;
pub mod sse;
pub mod storm;
pub mod truth;
#[cfg(test)]
mod truth_tests;
pub mod ward;
pub mod wire;
pub mod witness;
