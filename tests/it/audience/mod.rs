//! The people of a space as its team sees them, what is written to them, and what is counted.

mod addresses;
mod figures;
mod letters;
mod people;
