mod addresses;
mod documents;
mod language;
mod letters;
