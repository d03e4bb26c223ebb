//! The pages: functions from domain values to markup. No runtime, no I/O, no clock; whatever they show is handed in.
//!
//! A *page* takes a [`layout::Shell`] and a model and is a whole document. A *frame* is one SSE message: `<hx-partial>`s that
//! name the elements they replace. Pages and frames call the same functions for the same part, and every element id stands
//! in [`dom`] once. Frames are rendered once per [`chat::Audience`], so they hold nothing personal: what is "mine" is a class
//! that the browser sets by the author's id.

pub mod account;
pub mod chat;
pub mod checkout;
pub mod composer;
pub mod dom;
pub mod errors;
pub mod experiences;
pub mod form;
mod icons;
pub mod layout;
pub mod mail;
pub mod manage;
mod moderation;
pub mod ops;
mod parts;
pub mod pass;
pub mod passes;
pub mod people;
pub mod profile;
pub mod purchases;
pub mod queue;
pub mod sign_in;
pub mod space;
pub mod spaces;
pub mod stream;
pub mod studio;
mod ticket;

pub use chat::Audience;
