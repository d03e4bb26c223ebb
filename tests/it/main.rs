//! The stories, through HTTP and SSE, in one binary.

mod architecture;
mod ban;
mod catalogue;
mod chat;
mod chat_rules;
mod engine;
mod health;
mod kill;
mod operators;
mod outage;
mod plain;
mod purchase;
mod queue;
mod race;
mod refusals;
mod routes;
mod settling;
mod sign_in;
mod stream;
mod support;
mod trace;
mod viewers;
