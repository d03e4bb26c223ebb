mod media_doors;
mod queue;
mod slow_body;
mod stream;
mod viewers;
