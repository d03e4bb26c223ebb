mod media_doors;
mod queue;
mod stream;
mod viewers;
