mod media_doors;
mod notices;
mod now;
mod queue;
mod reminders;
mod slow_body;
mod stream;
mod viewers;
