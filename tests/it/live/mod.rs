mod queue;
mod stream;
mod viewers;
