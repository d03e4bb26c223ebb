//! Every repository on a SQLite file, and on PostgreSQL too where `DATABASE_URL_TEST_PG` names a server, as `tests/postgres`
//! makes it: each test gets a database of its own there.

mod access;
mod accounts;
mod audit;
mod catalogue;
mod database;
mod grants;
mod journal;
mod money;
mod portable;
mod prune;
mod settlement;
mod sign_in;
mod streams;
mod work;
