//! The service's own texts.

pub mod documents;
