mod codes;
mod limits;
mod sign_in;
