//! Ways of buying beside a fixed price.

pub mod cards;
pub mod chosen;
pub mod gifts;
pub mod guests;
