//! The creators of the town beside Maya.

mod hands;
mod kitchen;
mod minds;
mod night;
mod quiet;

use super::seeds::Creator;
pub use hands::{CLAY, LINE};

/// All of them, the first to come first.
pub const ALL: [&Creator; 9] = [
    &minds::QUESTION,
    &CLAY,
    &kitchen::TABLE,
    &night::BUILD,
    &LINE,
    &kitchen::SEVEN,
    &minds::CORNER,
    &night::STARS,
    &quiet::DAWN,
];
