//! An SFU whose events a test keeps.

use domain::live::media::{MediaEvent, MediaPlane};
use media::{Config, EmbeddedSfu};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

pub type Events = Arc<Mutex<Vec<MediaEvent>>>;

pub fn start_with(config: Config) -> (EmbeddedSfu, Events) {
    let sfu = EmbeddedSfu::start(config).unwrap();
    let events = Events::default();
    let theirs = events.clone();
    sfu.listen(Box::new(move |event| theirs.lock().unwrap().push(event)));
    (sfu, events)
}

/// Whether such an event has come, or comes within the limit.
pub fn happens(events: &Events, limit: Duration, wanted: impl Fn(&MediaEvent) -> bool) -> bool {
    let until = Instant::now() + limit;
    while Instant::now() < until {
        if events.lock().unwrap().iter().any(&wanted) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}
