//! Ways of buying beside a fixed price.

pub mod cards;
pub mod gifts;
pub mod guests;
pub mod own_page;
