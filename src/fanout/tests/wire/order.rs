//! What arrives, in which order, and at which reader.

use crate::{
    client::{Client, Dial, Next, Seen},
    over_both,
    world::{Settings, Transport, World},
};
use fanout::{Config, Event, Frame};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

over_both!(
    the_private_greeting_comes_first,
    a_returning_reader_gets_the_rest_once,
    reconnects_under_load_leave_no_gap,
    private_frames_reach_one_reader_whole,
    a_quiet_log_beats,
    an_idle_log_is_flushed_at_once,
    what_is_appended_together_goes_out_together,
    frames_of_all_sizes_survive_small_buffers,
);

fn line(seen: &Seen) -> Option<u64> {
    (seen.name == "line").then(|| seen.id.expect("lines are numbered"))
}

async fn the_private_greeting_comes_first(transport: Transport) {
    let mut world = World::new(transport).await;
    world.room.publish("before");
    let (mut client, _link) = world.open("/events").await;
    assert!(client.head.contains("content-type: text/event-stream\r\n"), "{}", client.head);
    assert!(client.head.contains("transfer-encoding: chunked\r\n"), "{}", client.head);
    let id = world.room.publish("two\nlines");
    assert_eq!(client.event().await, Seen { name: "hello".into(), data: "you".into(), ..Seen::default() });
    let next = Seen { name: "line".into(), id: Some(id), data: "two\nlines".into(), ..Seen::default() };
    assert_eq!(client.event().await, next);
    let counters = world.fanout.counters();
    assert_eq!(counters.takeovers, u64::from(transport == Transport::Takeover));
    assert_eq!((counters.connections, counters.frames_appended), (1, 2));
    world.until("both are counted", |_, counters| counters.deliveries == 2).await;
}

async fn a_returning_reader_gets_the_rest_once(transport: Transport) {
    let config = Config { log_frames: 10, ..Settings::default().config };
    let mut world = World::with(transport, Settings { config, ..Settings::default() }).await;
    for n in 1..=30 {
        world.room.publish(&format!("line {n}"));
    }
    // 3 was trimmed, 25 is in the log, 30 is its head, 32 is published after this.
    for since in [3, 25, 30, 32] {
        let (mut client, _link) = world.open(&format!("/events?since={since}")).await;
        let first = world.room.publish("one more");
        world.room.publish("and another");
        for expected in since + 1..=first + 1 {
            assert_eq!(line(&client.event().await), Some(expected), "since {since}");
        }
    }
}

/// A reader that keeps track of ids, disconnects and reconnects as pages do: by itself, or because it fell behind.
async fn wanderer(world: Arc<World>, last: u64, stay: u64) {
    let mut seen = 0;
    while seen < last {
        let mut client = Client::get(world.addr, &format!("/events?since={seen}")).await;
        client.bite = 97 + seen as usize % 1000;
        for _ in 0..stay.min(last - seen) {
            match client.next().await {
                Next::Event(event) if event.name == "resync" => break,
                Next::Broken => break,
                Next::End => panic!("nobody ended it"),
                Next::Event(event) => {
                    seen += 1;
                    assert_eq!((line(&event), event.data), (Some(seen), format!("number {seen}")));
                }
            }
        }
    }
}

async fn reconnects_under_load_leave_no_gap(transport: Transport) {
    const LAST: u64 = 1500;
    let config = Config { log_frames: 100, beat: Duration::from_secs(600), ..Settings::default().config };
    let world = Arc::new(World::with(transport, Settings { config, ..Settings::default() }).await);
    let room = world.room.clone();
    let pump = std::thread::spawn(move || {
        for n in 1..=LAST {
            assert_eq!(room.publish(&format!("number {n}")), n);
            // The log is much shorter than the test: some readers resume from the log, some from the journal.
            std::thread::sleep(Duration::from_micros(500));
        }
    });
    let readers: Vec<_> = (1..=20).map(|n| tokio::spawn(wanderer(world.clone(), LAST, n * 17))).collect();
    for reader in readers {
        reader.await.expect("no gaps, no duplicates");
    }
    pump.join().expect("the pump");
}

async fn private_frames_reach_one_reader_whole(transport: Transport) {
    const READERS: usize = 12;
    const LINES: u64 = 300;
    let mut world = World::new(transport).await;
    let mut readers = Vec::new();
    let mut links = Vec::new();
    for number in 0..READERS {
        let (mut client, link) = world.open("/events?since=0").await;
        links.push(link);
        readers.push(tokio::spawn(async move {
            let (mut lines, mut letters) = (0, 0);
            while lines < LINES || letters < LINES / 10 {
                let event = client.event().await;
                match line(&event) {
                    Some(id) => {
                        assert_eq!(id, lines + 1);
                        lines = id;
                    }
                    None if event.name == "beat" => {}
                    None => {
                        assert_eq!(event.data, format!("letter {letters} for {number}"));
                        letters += 1;
                    }
                }
            }
        }));
    }
    for n in 0..LINES {
        world.room.publish("to all");
        if n % 10 == 0 {
            for (number, link) in links.iter().enumerate() {
                link.send(Event::named("letter", &format!("letter {} for {number}", n / 10))).expect("room");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    for reader in readers {
        reader.await.expect("its own private frames, and all lines");
    }
}

async fn a_quiet_log_beats(transport: Transport) {
    let config = Config { beat: Duration::from_millis(50), ..Settings::default().config };
    let mut world = World::with(transport, Settings { config, ..Settings::default() }).await;
    let (mut client, _link) = world.open("/events?since=0").await;
    for _ in 0..3 {
        let beat = Seen { name: "beat".into(), data: "50".into(), ..Seen::default() };
        assert_eq!(client.event().await, beat);
    }
}

async fn an_idle_log_is_flushed_at_once(transport: Transport) {
    let config = Config { tick: Duration::from_secs(3600), ..Settings::default().config };
    let mut world = World::with(transport, Settings { config, ..Settings::default() }).await;
    let (mut client, _link) = world.open("/events?since=0").await;
    world.room.publish("does not wait for its tick");
    assert_eq!(line(&client.event().await), Some(1));
}

async fn what_is_appended_together_goes_out_together(transport: Transport) {
    let config = Config { tick: Duration::from_secs(3600), ..Settings::default().config };
    let mut world = World::with(transport, Settings { config, ..Settings::default() }).await;
    let (mut client, _link) = world.open("/events?since=0").await;
    let frame = |id| Frame::from(Event::named("line", "one of four").id(id));
    assert_eq!(world.room.log.extend(&[1, 2, 3, 3, 4].map(frame)), 4);
    for id in 1..=4 {
        assert_eq!(line(&client.event().await), Some(id));
    }
}

#[tokio::test]
async fn a_busy_log_joins_its_frames() {
    let tick = Duration::from_millis(300);
    let config = Config { tick, ..Settings::default().config };
    let mut world = World::with(Transport::Takeover, Settings { config, ..Settings::default() }).await;
    let (mut client, _link) = world.open("/events?since=0").await;
    // From before the first line: this thread may have to wait longer than a tick for its event.
    let begin = Instant::now();
    world.room.publish("may go out with the arrival");
    assert_eq!(line(&client.event().await), Some(1));
    world.room.publish("goes out in a flush");
    assert_eq!(line(&client.event().await), Some(2));
    for _ in 0..10 {
        world.room.publish("joined in the next");
    }
    for id in 3..=12 {
        assert_eq!(line(&client.event().await), Some(id));
    }
    assert!(begin.elapsed() >= tick);
}

async fn frames_of_all_sizes_survive_small_buffers(transport: Transport) {
    let settings = Settings { send_buffer: 4096, ..Settings::default() };
    let mut world = World::with(transport, settings).await;
    let dial = Dial { receive_buffer: Some(4096) };
    let (mut client, link) = world.open_with("/events?since=0", dial).await;
    let sizes: Vec<usize> = (0..120).map(|n| (n * n * 7) % 30_000).collect();
    let room = world.room.clone();
    let all = sizes.clone();
    let pump = std::thread::spawn(move || {
        for (n, size) in all.into_iter().enumerate() {
            room.publish(&"x".repeat(size));
            if n % 4 == 0 {
                link.send(Event::named("letter", &"y".repeat(size))).expect("room");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    client.bite = 1777;
    let (mut lines, mut letters) = (0, 0);
    while lines < sizes.len() || letters < sizes.len() / 4 {
        let Next::Event(event) = client.next().await else {
            panic!("a reader that reads is not left behind")
        };
        match line(&event) {
            Some(id) => {
                assert_eq!((id as usize, event.data.len()), (lines + 1, sizes[lines]));
                lines += 1;
            }
            None if event.name == "letter" => {
                assert_eq!(event.data.len(), sizes[letters * 4]);
                letters += 1;
            }
            None => assert_eq!(event.name, "beat"),
        }
    }
    pump.join().expect("the pump");
}
