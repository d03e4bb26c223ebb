//! Ways of buying beside a fixed price.

pub mod billed;
pub mod cards;
pub mod chosen;
pub mod consent;
pub mod guests;
