//! The load tool: thousands of readers and posters against a running service, over the network only, with its own
//! record of the truth.
//!
//! `setup` creates rooms and people; `scenario` plans who arrives, posts and leaves. The readers are `readers`
//! (sockets), `link` (one connection) and `hearing` (what arrived); the posters are `posters` and `storm`. `replay`
//! reads the journal again, `lookout` samples what the service reports, `chaos` kills, and `survival` checks what must
//! survive that. `judgement` combines the evidence: lines with `truth` from the `witness`es, people with `census`.
//! `report`, `compare` and `chart` present it. `catalogue`, `money` and `live` are tools of their own: one asks for the list of
//! spaces, one sells a pass to a stampede, one publishes and watches frames.

pub mod catalogue;
pub mod chaos;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod crowd;
pub mod judge;
pub mod live;
pub mod measure;
pub mod money;
pub mod ops;
pub mod plan;
pub mod report;
pub mod run;
pub mod truth;
pub mod wire;
