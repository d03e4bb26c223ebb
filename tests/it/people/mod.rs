mod codes;
mod limits;
mod names;
mod sign_in;
