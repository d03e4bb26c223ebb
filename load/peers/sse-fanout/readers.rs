//! All subscribers on one thread and one poll, to leave the processor to the server.

use crate::{
    account::{DeliveryRecord, SubscriberCounters},
    args::Args,
    reader::Reader,
};
use anyhow::Result;
use mio::{Events, Interest, Poll, Token};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

struct SubscriberLoop<'a> {
    args: &'a Args,
    poll: Poll,
    readers: Vec<Option<Reader>>,
    handshakes: usize,
    account: DeliveryRecord,
    live: Arc<SubscriberCounters>,
    buffer: Vec<u8>,
}

/// Connects all subscribers and reads until told to stop.
///
/// # Errors
/// Only when the poll cannot be created; failures of connections are recorded in the account.
pub fn run(args: &Args, live: Arc<SubscriberCounters>, stop: &AtomicBool) -> Result<DeliveryRecord> {
    let account = DeliveryRecord::new(args.subscribers, args.total(), live.clone());
    let mut all = SubscriberLoop {
        args,
        poll: Poll::new()?,
        readers: Vec::with_capacity(args.subscribers),
        handshakes: 0,
        account,
        live,
        buffer: vec![0; 65_536],
    };
    let mut events = Events::with_capacity(1024);
    loop {
        all.connect_more();
        match all.poll.poll(&mut events, Some(Duration::from_millis(100))) {
            Err(error) if error.kind() != std::io::ErrorKind::Interrupted => return Err(error.into()),
            _ => {}
        }
        if stop.load(Relaxed) {
            return Ok(all.account);
        }
        for event in &events {
            all.turn(event.token().0, event.is_writable(), event.is_readable() || event.is_read_closed());
        }
    }
}

impl SubscriberLoop<'_> {
    fn connect_more(&mut self) {
        while self.readers.len() < self.args.subscribers && self.handshakes < self.args.connect_concurrency {
            let index = self.readers.len();
            let reader = Reader::connect(self.args, index).and_then(|mut reader| {
                let interest = Interest::READABLE | Interest::WRITABLE;
                self.poll.registry().register(&mut reader.stream, Token(index), interest)?;
                Ok(reader)
            });
            match reader {
                Ok(reader) => {
                    self.handshakes += 1;
                    self.readers.push(Some(reader));
                }
                Err(error) => {
                    self.account.first_error.get_or_insert(format!("{error:#}"));
                    self.live.refused.fetch_add(1, Relaxed);
                    self.readers.push(None);
                }
            }
        }
    }

    fn turn(&mut self, index: usize, writable: bool, readable: bool) {
        let Some(reader) = &mut self.readers[index] else { return };
        self.account.turn_to(index);
        let was_inside = reader.inside();
        let mut done = if writable { reader.write() } else { Ok(()) };
        if done.is_ok() && readable {
            done = reader.read(&mut self.buffer, &mut self.account);
        }
        let inside = reader.inside();
        if inside && !was_inside {
            self.handshakes -= 1;
            self.live.inside.fetch_add(1, Relaxed);
        }
        if let Err(error) = done {
            self.readers[index] = None;
            self.account.first_error.get_or_insert(format!("{error:#}"));
            if inside {
                self.account.disconnects += 1;
            } else {
                self.handshakes -= 1;
                self.live.refused.fetch_add(1, Relaxed);
            }
        }
    }
}
