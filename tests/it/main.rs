//! The integration stories, over HTTP and SSE, in one binary.

mod access;
mod architecture;
mod audience;
mod catalogue;
mod chat;
mod demo;
mod dependencies;
mod documents;
mod edge;
mod engine;
mod kill;
mod live;
mod mail;
mod money;
mod ops;
mod outage;
mod people;
mod plain;
mod race;
mod refusals;
mod routes;
mod support;
mod text;
mod waitlist;
