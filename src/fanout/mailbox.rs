//! The part of a shard that other threads access.

use crate::{
    config::Config, connection::ConnectionPlace, counters::Tally, link::Closed, lock, log::Log,
    shard::sys::Bell, subscriber::Reader, subscriber::Subscriber,
};
use std::{
    io, mem,
    net::TcpStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};
use tokio::sync::watch;

/// A connection handed to its shard.
pub(crate) enum Arrival {
    /// Its transport polls the body; the shard only wakes it.
    Stream(Arc<Subscriber>, Log),
    /// From now on the shard writes to its socket.
    Socket(TcpStream, Reader, ConnectionPlace),
}

/// What a shard was notified of since it last collected.
#[derive(Default)]
pub(crate) struct Inbox {
    pub arrivals: Vec<Arrival>,
    /// Logs that have grown, as the shard's own keys.
    pub logs: Vec<u32>,
    /// Connections that have private frames or were closed. The slot may since belong to another connection, so this is
    /// only a hint.
    pub slots: Vec<u32>,
    pub shutdown: bool,
    finished: bool,
}

pub(crate) struct Mailbox {
    pub config: Arc<Config>,
    pub tally: Arc<Tally>,
    pub bell: Bell,
    inbox: Mutex<Inbox>,
    rung: AtomicBool,
    finished: watch::Sender<bool>,
}

impl Mailbox {
    pub fn new(config: Arc<Config>, tally: Arc<Tally>) -> io::Result<Self> {
        let finished = watch::Sender::new(false);
        Ok(Self {
            config,
            tally,
            bell: Bell::new()?,
            inbox: Mutex::default(),
            rung: AtomicBool::new(false),
            finished,
        })
    }

    /// Returns false if the shard has finished and will not serve the connection.
    pub fn arrive(&self, arrival: Arrival) -> bool {
        let Err(refused) = self.post(arrival, |inbox, arrival| inbox.arrivals.push(arrival)) else {
            return true;
        };
        if let Arrival::Socket(_, reader, _) = refused {
            reader.subscriber.close(Closed::Shutdown);
        }
        false
    }

    pub fn log_grew(&self, key: u32) {
        let _ = self.post(key, |inbox, key| inbox.logs.push(key));
    }

    pub fn look_at(&self, slot: u32) {
        let _ = self.post(slot, |inbox, slot| inbox.slots.push(slot));
    }

    pub fn shut_down(&self) {
        let _ = self.post((), |inbox, ()| inbox.shutdown = true);
    }

    pub async fn finished(&self) {
        // The sender lives as long as `self`.
        let _ = self.finished.subscribe().wait_for(|finished| *finished).await;
    }

    fn post<T>(&self, item: T, put: impl FnOnce(&mut Inbox, T)) -> Result<(), T> {
        let mut inbox = lock(&self.inbox);
        if inbox.finished {
            return Err(item);
        }
        put(&mut inbox, item);
        drop(inbox);
        if !self.rung.swap(true, SeqCst) {
            self.bell.ring();
        }
        Ok(())
    }

    pub fn collect(&self) -> Inbox {
        self.rung.store(false, SeqCst);
        let mut inbox = lock(&self.inbox);
        let shutdown = inbox.shutdown;
        mem::replace(&mut *inbox, Inbox { shutdown, ..Inbox::default() })
    }

    /// Marks the shard as finished. Returns false if a connection has arrived meanwhile.
    pub fn finish(&self) -> bool {
        let mut inbox = lock(&self.inbox);
        if !inbox.arrivals.is_empty() {
            drop(inbox);
            self.bell.ring();
            return false;
        }
        inbox.finished = true;
        drop(inbox);
        self.finished.send_replace(true);
        true
    }
}
