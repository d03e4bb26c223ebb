//! The service's own texts, and the contact page.

mod contact;
mod document;
mod language;
mod markdown;
pub mod scripts;

pub use contact::{CONTACT, ContactForm, contact, written};
pub use document::{DocumentPage, page};
pub use language::chooser;
pub use markdown::{markdown, of_people};
