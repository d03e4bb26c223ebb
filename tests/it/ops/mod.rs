mod health;
mod jobs;
mod operators;
mod trace;
