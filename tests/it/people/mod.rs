mod codes;
mod follows;
mod limits;
mod mails;
mod names;
mod open_pages;
mod sightings;
mod sign_in;
