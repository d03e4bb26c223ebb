//! A server on loopback for each story, and people with their own browsers.

pub mod authenticator;
pub mod browser;
pub mod chaos;
pub mod child;
pub mod content;
pub mod database;
pub mod proxy;
pub mod raw;
pub mod room;
pub mod server;
pub mod shop;
pub mod smtp;
pub mod sse;
pub mod tus;

pub use browser::{Browser, Reply};
pub use database::Database;
pub(crate) use database::on_both;
pub use room::Room;
pub use server::TestServer;
pub use sse::{Event, Feed};
