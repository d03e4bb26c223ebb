mod codes;
mod handover;
mod limits;
mod names;
mod open_pages;
mod sightings;
mod sign_in;
mod teams;
