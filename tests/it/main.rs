//! The stories, through HTTP and SSE, in one binary.

mod architecture;
mod ban;
mod chat;
mod chat_rules;
mod engine;
mod health;
mod purchase;
mod routes;
mod settling;
mod support;
