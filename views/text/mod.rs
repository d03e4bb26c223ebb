//! The service's own texts, and the contact page.

mod contact;
mod document;
mod markdown;

pub use contact::{CONTACT, ContactForm, contact, written};
pub use document::{DocumentPage, page};
pub use markdown::markdown;
