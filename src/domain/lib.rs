//! The rules of Backstage Pass: pure, synchronous, without a runtime, without I/O. Time is an argument ([`time::Millis`]).
//!
//! Every other crate points here; this manifest names no runtime, no database and no web framework, and that is the proof.

pub mod access;
pub mod amount;
pub mod catalogue;
pub mod change;
pub mod chat;
pub mod clock;
pub mod error;
pub mod id;
pub mod live;
pub mod mail;
pub mod money;
pub mod people;
pub mod secret;
pub mod text;
pub mod time;
pub mod work;
