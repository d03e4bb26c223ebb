//! The people of a space for its team, and how looks at its pages are counted.

pub mod figures;
pub mod letters;
pub mod members;
pub mod visiting;
