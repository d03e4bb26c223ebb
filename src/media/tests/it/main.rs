//! The media plane over loopback, with str0m on the other side, too.

mod client;
mod limits;
mod plane;
