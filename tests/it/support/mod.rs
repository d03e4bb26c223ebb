//! A house on loopback for each story, and people who walk through it with browsers of their own.

pub mod browser;
pub mod chaos;
pub mod child;
pub mod house;
pub mod room;
pub mod shop;
pub mod sse;

pub use browser::{Browser, Reply};
pub use house::TestHouse;
pub use room::Room;
pub use sse::{Event, Feed};
