//! The rules of Backstage Pass: pure and synchronous, without a runtime or I/O. Time is an argument ([`time::Millis`]).
//!
//! All other crates depend on this one. Its manifest names no runtime, database or web framework, which enforces the
//! rule.

pub mod access;
pub mod amount;
pub mod audience;
pub mod catalogue;
pub mod change;
pub mod chat;
pub mod clock;
pub mod error;
pub mod id;
pub mod live;
pub mod mail;
pub mod money;
pub mod objects;
pub mod ops;
pub mod people;
pub mod picture;
pub mod secret;
pub mod text;
pub mod time;
pub mod waitlist;
pub mod work;
