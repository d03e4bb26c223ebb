mod health;
mod operators;
mod trace;
