mod codes;
mod limits;
mod names;
mod open_pages;
mod sign_in;
