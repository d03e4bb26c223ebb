//! Ways to open orders beside a fixed price, and the steps of orders.

pub(crate) mod billed;
mod chosen;
pub(crate) mod gifts;
mod guests;
mod saved_cards;
mod steps;

pub use guests::Guests;
pub use saved_cards::SavedCards;

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [
        billed::STATEMENTS,
        saved_cards::STATEMENTS,
        chosen::STATEMENTS,
        gifts::STATEMENTS,
        guests::STATEMENTS,
        steps::STATEMENTS,
    ]
    .concat()
}
