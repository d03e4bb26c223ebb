mod media_doors;
mod queue;
mod reminders;
mod slow_body;
mod stills;
mod stream;
mod viewers;
