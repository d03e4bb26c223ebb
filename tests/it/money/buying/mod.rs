//! Ways of buying beside a fixed price on the provider's page.

mod cards;
mod chosen;
mod consent;
mod gifts;
mod guests;
pub mod own_page;
