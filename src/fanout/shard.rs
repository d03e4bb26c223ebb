//! One thread that serves its share of the connections: flushes, beats, deadlines, the end.

use crate::{
    config::Config,
    counters::Tally,
    frame::Frame,
    link::{Closed, Seat},
    lock,
    log::Log,
    slab::Slab,
    sys::{Bell, Poller},
};
use std::{
    collections::{BTreeSet, HashMap},
    io, mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// A connection on its way to its shard.
pub(crate) struct Arrival {
    pub seat: Arc<Seat>,
    pub log: Log,
}

#[derive(Default)]
struct Inbox {
    arrivals: Vec<Arrival>,
    logs: Vec<u32>,
    slots: Vec<u32>,
    shutdown: bool,
    finished: bool,
}

/// The side of a shard that other threads see.
pub(crate) struct Mailbox {
    pub config: Arc<Config>,
    pub tally: Arc<Tally>,
    inbox: Mutex<Inbox>,
    bell: Bell,
    rung: AtomicBool,
    finished: watch::Sender<bool>,
}

impl Mailbox {
    pub fn new(config: Arc<Config>, tally: Arc<Tally>) -> io::Result<Self> {
        let finished = watch::Sender::new(false);
        Ok(Self {
            config,
            tally,
            inbox: Mutex::default(),
            bell: Bell::new()?,
            rung: AtomicBool::new(false),
            finished,
        })
    }

    /// False if the shard has finished and nobody will look after the connection.
    pub fn arrive(&self, arrival: Arrival) -> bool {
        self.post(|inbox| inbox.arrivals.push(arrival))
    }

    pub fn log_grew(&self, key: u32) {
        self.post(|inbox| inbox.logs.push(key));
    }

    pub fn look_at(&self, slot: u32) {
        self.post(|inbox| inbox.slots.push(slot));
    }

    pub fn shut_down(&self) {
        self.post(|inbox| inbox.shutdown = true);
    }

    pub async fn finished(&self) {
        // The sender lives as long as `self`.
        let _ = self.finished.subscribe().wait_for(|finished| *finished).await;
    }

    fn post(&self, put: impl FnOnce(&mut Inbox)) -> bool {
        let mut inbox = lock(&self.inbox);
        if inbox.finished {
            return false;
        }
        put(&mut inbox);
        drop(inbox);
        if !self.rung.swap(true, SeqCst) {
            self.bell.ring();
        }
        true
    }

    fn collect(&self) -> Inbox {
        self.rung.store(false, SeqCst);
        let mut inbox = lock(&self.inbox);
        let shutdown = inbox.shutdown;
        mem::replace(&mut *inbox, Inbox { shutdown, ..Inbox::default() })
    }
}

struct Conn {
    seat: Arc<Seat>,
    channel: u32,
    /// Where the connection stands among its channel's members.
    member: u32,
}

/// A log as one shard follows it.
struct Channel {
    log: Log,
    members: Vec<u32>,
    last_flush: Option<Instant>,
}

pub(crate) struct Shard {
    mailbox: Arc<Mailbox>,
    poller: Poller,
    conns: Slab<Conn>,
    channels: Slab<Channel>,
    by_address: HashMap<usize, u32>,
    due: BTreeSet<(Instant, u32)>,
    next_sweep: Instant,
    beat: Frame,
    blocked: u64,
    /// When those that are left are closed; set by the shutdown.
    last_call: Option<Instant>,
}

impl Shard {
    /// Starts the thread, which ends after [`Mailbox::shut_down`].
    pub fn spawn(mailbox: Arc<Mailbox>, index: usize) -> io::Result<()> {
        let mut shard = Self {
            poller: Poller::new(&mailbox.bell)?,
            conns: Slab::new(),
            channels: Slab::new(),
            by_address: HashMap::new(),
            due: BTreeSet::new(),
            next_sweep: Instant::now(),
            beat: mailbox.config.beat_frame(),
            blocked: 0,
            last_call: None,
            mailbox,
        };
        thread::Builder::new().name(format!("fanout-{index}")).spawn(move || shard.run())?;
        Ok(())
    }

    fn run(&mut self) {
        loop {
            self.poller.wait(self.timeout());
            let inbox = self.mailbox.collect();
            for arrival in inbox.arrivals {
                self.admit(arrival);
            }
            for slot in inbox.slots {
                self.look(slot);
            }
            let now = Instant::now();
            for key in inbox.logs {
                self.schedule(key, now);
            }
            while let Some(&(at, key)) = self.due.first().filter(|(at, _)| *at <= now) {
                self.due.remove(&(at, key));
                self.flush(key, now);
            }
            if now >= self.next_sweep {
                self.sweep(now);
            }
            if inbox.shutdown && self.say_goodbye(now) {
                return;
            }
        }
    }

    fn timeout(&self) -> Option<Duration> {
        let sweep = (self.conns.len() > 0 || self.last_call.is_some()).then_some(self.next_sweep);
        let flush = self.due.first().map(|(at, _)| *at);
        let next = sweep.into_iter().chain(flush).chain(self.last_call).min()?;
        Some(next.saturating_duration_since(Instant::now()))
    }

    fn admit(&mut self, Arrival { seat, log }: Arrival) {
        let slot = self.conns.next_key();
        if !seat.settle(slot) {
            return;
        }
        let channel = self.channel(&log);
        let members = self.channels.get_mut(channel).map(|channel| &mut channel.members);
        let member = members.map_or(0, |members| {
            members.push(slot);
            members.len() as u32 - 1
        });
        self.conns.insert(Conn { seat: seat.clone(), channel, member });
        self.mailbox.tally.connections.add(1);
        if self.last_call.is_some() {
            seat.end(&self.mailbox.config.bye(slot), Closed::Shutdown);
        }
        // What was appended before the shard watched the log has told nobody.
        seat.wake();
    }

    fn channel(&mut self, log: &Log) -> u32 {
        *self.by_address.entry(log.address()).or_insert_with(|| {
            log.watch(self.mailbox.clone(), self.channels.next_key());
            self.channels.insert(Channel { log: log.clone(), members: Vec::new(), last_flush: None })
        })
    }

    fn look(&mut self, slot: u32) {
        if self.conns.get(slot).is_some_and(|conn| conn.seat.closed().is_some()) {
            self.remove(slot);
        }
    }

    fn remove(&mut self, slot: u32) {
        let Some(conn) = self.conns.remove(slot) else { return };
        self.mailbox.tally.connections.sub(1);
        let Some(channel) = self.channels.get_mut(conn.channel) else { return };
        channel.members.swap_remove(conn.member as usize);
        if let Some(&moved) = channel.members.get(conn.member as usize)
            && let Some(moved) = self.conns.get_mut(moved)
        {
            moved.member = conn.member;
        }
        if channel.members.is_empty() {
            self.forget(conn.channel);
        }
    }

    fn forget(&mut self, key: u32) {
        let Some(channel) = self.channels.remove(key) else { return };
        channel.log.unwatch(&self.mailbox);
        self.by_address.remove(&channel.log.address());
        self.due.retain(|(_, due)| *due != key);
    }

    /// An idle log is flushed now, a busy one when its tick is over.
    fn schedule(&mut self, key: u32, now: Instant) {
        let Some(channel) = self.channels.get(key) else { return };
        let at = channel.last_flush.map_or(now, |last| now.max(last + self.mailbox.config.tick));
        self.due.insert((at, key));
    }

    fn flush(&mut self, key: u32, now: Instant) {
        let Some(channel) = self.channels.get_mut(key) else { return };
        channel.last_flush = Some(now);
        channel.log.seen(&self.mailbox);
        for slot in &channel.members {
            if let Some(conn) = self.conns.get(*slot) {
                conn.seat.wake();
            }
        }
    }

    fn sweep(&mut self, now: Instant) {
        let config = self.mailbox.config.clone();
        self.next_sweep = now + config.sweep();
        for (_, channel) in self.channels.iter() {
            // Half a sweep early, else a beat that is due in a moment waits for the next sweep.
            channel.log.beat(now, config.beat.saturating_sub(config.sweep() / 2), &self.beat);
        }
        let mut blocked = 0;
        let mut late = Vec::new();
        for (slot, conn) in self.conns.iter() {
            let Some(waiting) = conn.seat.waiting(now) else { continue };
            blocked += u64::from(waiting >= config.sweep());
            if waiting >= config.deadline {
                late.push(slot);
            }
        }
        self.report_blocked(blocked);
        for slot in late {
            self.close(slot, Closed::TooSlow);
        }
    }

    fn report_blocked(&mut self, blocked: u64) {
        self.mailbox.tally.blocked.add(blocked);
        self.mailbox.tally.blocked.sub(self.blocked);
        self.blocked = blocked;
    }

    fn close(&mut self, slot: u32, reason: Closed) {
        if let Some(conn) = self.conns.get(slot) {
            conn.seat.close(reason);
        }
        self.remove(slot);
    }

    /// True when all have left or the time for it is over.
    fn say_goodbye(&mut self, now: Instant) -> bool {
        let config = self.mailbox.config.clone();
        if self.last_call.is_none() {
            self.last_call = Some(now + config.farewell);
            for (slot, conn) in self.conns.iter() {
                conn.seat.end(&config.bye(slot), Closed::Shutdown);
            }
        }
        let over = self.last_call.is_some_and(|last_call| now >= last_call);
        if self.conns.len() > 0 && !over {
            return false;
        }
        let left: Vec<u32> = self.conns.iter().map(|(slot, _)| slot).collect();
        for slot in left {
            self.close(slot, Closed::Shutdown);
        }
        self.report_blocked(0);
        self.finish()
    }

    /// False if somebody arrived in the last moment: then the goodbye goes on with them.
    fn finish(&mut self) -> bool {
        let mut inbox = lock(&self.mailbox.inbox);
        if !inbox.arrivals.is_empty() {
            drop(inbox);
            self.mailbox.bell.ring();
            return false;
        }
        inbox.finished = true;
        drop(inbox);
        self.mailbox.finished.send_replace(true);
        true
    }
}
