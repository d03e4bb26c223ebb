mod media_doors;
mod queue;
mod reminders;
mod slow_body;
mod stream;
mod viewers;
