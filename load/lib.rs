//! The load tool: thousands of readers and speakers against a running service, over the wire alone, with a truth of its own.
//!
//! `scenario` says who comes, speaks and leaves. `readers` (sockets), `link` (one connection) and `hearing` (what came)
//! are the audience, `posters` the speakers, `replay` reads the journal again, `chaos` kills. What they saw is judged by
//! `truth` from `witness`es and by `headcount`; `report` and `chart` tell it.

pub mod args;
pub mod chaos;
pub mod chart;
pub mod clock;
pub mod doors;
pub mod facts;
pub mod headcount;
pub mod hearing;
pub mod http;
pub mod latency;
pub mod link;
pub mod mark;
pub mod ops;
pub mod page;
pub mod posters;
pub mod probe;
pub mod process;
pub mod progress;
pub mod readers;
pub mod replay;
pub mod report;
pub mod run;
pub mod scenario;
pub mod sse;
pub mod truth;
#[cfg(test)]
mod truth_tests;
pub mod wire;
pub mod witness;
