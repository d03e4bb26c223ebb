//! Tests every repository on a SQLite file, and also on PostgreSQL if `DATABASE_URL_TEST_PG` names a server, as set up
//! by `tests/postgres`. Each test gets its own database there.

mod access;
mod accounts;
mod audit;
mod catalogue;
mod database;
mod discovery;
mod documents;
mod files;
mod follows;
mod grants;
mod journal;
mod lookups;
mod money;
mod passkeys;
mod pictures;
mod portable;
mod posts;
mod prune;
mod reminders;
mod settlement;
mod sign_in;
mod streams;
mod teams;
mod trust;
mod upgrades;
mod work;
