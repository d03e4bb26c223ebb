//! The service's own texts, the contact page, where operators write the texts, and the choice of a language.

pub mod contact;
pub mod documents;
pub mod editor;
pub mod former;
pub mod language;
