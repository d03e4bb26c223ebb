mod addresses;
mod documents;
mod letters;
