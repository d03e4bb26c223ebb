//! The rules of Backstage Pass: pure, synchronous, without a runtime, without I/O. Time is an argument ([`time::Millis`]).
//!
//! Every other crate points here; this manifest names no runtime, no database and no web framework, and that is the proof.

pub mod access;
pub mod account;
pub mod catalog;
pub mod chat_history;
pub mod chat_pace;
pub mod chat_room;
pub mod chat_rules;
pub mod chat_text;
pub mod checkout;
pub mod feed;
pub mod id;
pub mod moderation;
pub mod money;
pub mod ports;
pub mod presence;
pub mod queue;
pub mod queue_pace;
pub mod slug;
pub mod stream;
pub mod time;
pub mod viewership;
