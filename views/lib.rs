//! The pages: functions from domain values to markup. No runtime, no I/O, no clock; whatever they show is handed in.
//!
//! A *page* takes a [`layout::Shell`] and a model and is a whole document. A *frame* is one SSE message: `<hx-partial>`s that
//! name the elements they replace. Pages and frames call the same functions for the same part, and every element id stands
//! in [`dom`] once. Frames are rendered once per [`chat::Audience`], so they hold nothing personal: what is "mine" is a class
//! that the browser sets by the author's id.

pub mod catalogue;
pub mod chat;
pub mod dom;
pub mod errors;
pub mod form;
mod icons;
pub mod layout;
pub mod live;
pub mod mail;
pub mod money;
pub mod ops;
mod parts;
pub mod people;

pub use chat::Audience;
