//! The pages: functions from domain values to markup. No runtime, no I/O, no clock; callers pass in everything that is
//! shown.
//!
//! A *page* takes a [`layout::Shell`] and a model and is a whole document. A *frame* is one SSE message:
//! `<hx-partial>`s that name the elements they replace. Pages and frames call the same function for the same part, and
//! [`dom`] defines every element id once. A frame is rendered once per [`chat::Audience`] and language, and holds nothing
//! personal: the browser marks what is "mine" with a class, by the author's id.

pub mod access;
pub mod audience;
pub mod catalogue;
pub mod chat;
pub mod dom;
pub mod errors;
pub mod form;
mod icons;
pub mod in_words;
pub mod layout;
pub mod live;
pub mod mail;
mod markdown;
pub mod money;
pub mod names;
pub mod ops;
mod parts;
pub mod people;
mod picture;
pub mod search;
pub mod text;
pub mod waitlist;
pub mod words;

pub use chat::Audience;
pub use parts::Still;
pub use picture::Picture;
