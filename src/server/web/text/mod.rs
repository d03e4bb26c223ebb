//! The service's own texts, the contact page, and where operators write the texts.

pub mod contact;
pub mod documents;
pub mod editor;
pub mod former;
