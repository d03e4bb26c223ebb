//! `Last-Event-ID` against a log: whatever a reader claims to have seen, it receives each later frame that is kept, or
//! is told that it is behind.

use fanout::{After, Config, Event, Fanout, Log};
use std::sync::LazyLock;

const FRAMES: u64 = 40;

static LOG: LazyLock<(Fanout, Log)> = LazyLock::new(|| {
    let fanout = Fanout::start(Config::default()).expect("threads of fanout");
    let log = fanout.log(0);
    for id in 1..=FRAMES {
        log.append(Event::named("line", "<p>hello</p>").id(id));
    }
    (fanout, log)
});

pub fn run(input: &[u8]) {
    let (header, data) = crate::head_and_body(std::str::from_utf8(input).unwrap_or_default());
    let log = &LOG.1;
    if let Ok(id) = header.trim().parse::<u64>() {
        match log.after(id) {
            After::Covered(cursor) => drop(cursor.skip_to(id)),
            After::Behind { cursor, head_id } => {
                assert!(head_id >= FRAMES, "the head went back");
                drop(cursor);
            }
        }
    }
    // A name or text of ours must never add a second field or event on the wire.
    let lines = data.split(['\r', '\n']).count();
    let frame = fanout::Frame::from(Event::named(header, data).id(1));
    let wire = String::from_utf8(frame.payload().to_vec()).expect("frames are text");
    assert!(wire.matches("\n\n").count() == 1 && wire.ends_with("\n\n"), "more than one event: {wire:?}");
    assert!(wire.matches("\ndata:").count() + usize::from(wire.starts_with("data:")) <= lines, "{wire:?}");
}
