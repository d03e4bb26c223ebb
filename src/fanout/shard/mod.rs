//! One thread that serves its share of the connections: flushes, beats, deadlines, shutdown.

mod channel;
mod slab;
mod socket;
pub(crate) mod sys;

use crate::{
    frame::Frame,
    link::Closed,
    log::span::Span,
    mailbox::{Arrival, Mailbox},
    shard::channel::Channels,
    shard::slab::Slab,
    shard::socket::{Sent, Socket},
    shard::sys::{Poller, Ready},
    subscriber::Subscriber,
};
use std::{
    io, mem,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// The minimum time between two reads of the mailbox: under load, arrivals are handled in batches.
const PACE: Duration = Duration::from_millis(5);

struct Conn {
    transport: Transport,
    channel: u32,
    /// The connection's index among its channel's members.
    member: u32,
}

enum Transport {
    Stream(Arc<Subscriber>),
    Socket(Socket),
}

impl Conn {
    fn subscriber(&self) -> &Arc<Subscriber> {
        match &self.transport {
            Transport::Stream(subscriber) => subscriber,
            Transport::Socket(socket) => socket.subscriber(),
        }
    }
}

pub(crate) struct Shard {
    mailbox: Arc<Mailbox>,
    poller: Poller,
    conns: Slab<Conn>,
    channels: Channels,
    next_sweep: Instant,
    beat: Frame,
    fresh: Span,
    scratch: Span,
    sent: Sent,
    blocked: u64,
    /// The bell has rung since the mailbox was last read.
    rung: bool,
    /// The mailbox is not read before this time.
    next_look: Instant,
    /// When the remaining connections are closed; set by the shutdown.
    last_call: Option<Instant>,
}

impl Shard {
    /// Starts the thread, which ends after [`Mailbox::shut_down`].
    pub fn spawn(mailbox: Arc<Mailbox>, index: usize) -> io::Result<()> {
        let mut shard = Self {
            poller: Poller::new(&mailbox.bell)?,
            conns: Slab::new(),
            channels: Channels::new(mailbox.clone()),
            next_sweep: Instant::now(),
            beat: mailbox.config.beat_frame(),
            fresh: Span::default(),
            scratch: Span::default(),
            sent: Sent::default(),
            blocked: 0,
            rung: false,
            next_look: Instant::now(),
            last_call: None,
            mailbox,
        };
        thread::Builder::new().name(format!("fanout-{index}")).spawn(move || shard.run())?;
        Ok(())
    }

    fn run(&mut self) {
        loop {
            let events = self.poller.wait(self.timeout());
            for index in 0..events {
                match self.poller.event(index) {
                    Some((slot, ready)) => self.hear(slot, ready),
                    None => self.rung = true,
                }
            }
            let shutdown = self.rung && Instant::now() >= self.next_look && self.open_mail();
            let now = Instant::now();
            while let Some(key) = self.channels.take_due(now) {
                self.flush(key, now);
            }
            if now >= self.next_sweep {
                self.sweep(now);
            }
            self.report_sent();
            if (shutdown || self.last_call.is_some()) && self.say_goodbye(now) {
                return;
            }
        }
    }

    /// Handles the mailbox; true once the shutdown has begun. Within [`PACE`] afterwards senders need not ring the bell
    /// again.
    fn open_mail(&mut self) -> bool {
        self.rung = false;
        self.next_look = Instant::now() + PACE;
        let inbox = self.mailbox.collect();
        for arrival in inbox.arrivals {
            self.admit(arrival);
        }
        for slot in inbox.slots {
            self.look(slot);
        }
        let now = Instant::now();
        for key in inbox.logs {
            self.channels.schedule(key, now);
        }
        inbox.shutdown
    }

    fn timeout(&self) -> Option<Duration> {
        let sweep = (self.conns.len() > 0).then_some(self.next_sweep);
        let mail = self.rung.then_some(self.next_look);
        let next = [sweep, mail, self.channels.next_due(), self.last_call].into_iter().flatten().min()?;
        Some(next.saturating_duration_since(Instant::now()))
    }

    fn admit(&mut self, arrival: Arrival) {
        let slot = self.conns.next_key();
        let (transport, log) = match arrival {
            Arrival::Stream(subscriber, log) => {
                if !subscriber.settle_stream(slot) {
                    return;
                }
                (Transport::Stream(subscriber), log)
            }
            Arrival::Socket(stream, reader, place) => {
                if self.poller.add_socket(&stream, slot).is_err() {
                    return;
                }
                self.mailbox.tally.takeovers.add(1);
                reader.subscriber.settle_socket(slot);
                let log = reader.cursor.log().clone();
                (Transport::Socket(Socket::new(stream, reader, place)), log)
            }
        };
        let (channel, member) = self.channels.join(&log, slot);
        let conn = Conn { transport, channel, member };
        let subscriber = conn.subscriber().clone();
        self.conns.insert(conn);
        self.mailbox.tally.connections.add(1);
        if self.last_call.is_some() {
            subscriber.end(&self.mailbox.config.bye(slot), Closed::Shutdown);
        }
        // Frames appended before the shard watched the log caused no notification.
        self.look(slot);
    }

    /// Handles a socket event.
    fn hear(&mut self, slot: u32, ready: Ready) {
        let Some(Conn { transport: Transport::Socket(socket), .. }) = self.conns.get_mut(slot) else {
            return;
        };
        let mut outcome = Ok(());
        if ready.readable || ready.hung_up {
            outcome = socket.hear(ready.hung_up);
        }
        if outcome.is_ok() && ready.writable && socket.is_blocked() {
            outcome = socket.pump(&mut self.scratch, &mut self.sent);
        }
        if let Err(reason) = outcome {
            self.close(slot, reason);
        }
    }

    /// Handles a connection that has private frames or may be closed.
    fn look(&mut self, slot: u32) {
        let Some(conn) = self.conns.get_mut(slot) else { return };
        match &mut conn.transport {
            Transport::Stream(subscriber) if subscriber.closed().is_some() => self.remove(slot),
            Transport::Stream(subscriber) => subscriber.wake(),
            // It continues when its socket is writable again.
            Transport::Socket(socket) if socket.is_blocked() => {}
            Transport::Socket(socket) => {
                if let Err(reason) = socket.pump(&mut self.scratch, &mut self.sent) {
                    self.close(slot, reason);
                }
            }
        }
    }

    fn flush(&mut self, key: u32, now: Instant) {
        let Some(channel) = self.channels.get_mut(key) else { return };
        channel.begin(now);
        let mut lost = Vec::new();
        for chunk in 0.. {
            let Some(members) = channel.collect(chunk, &self.mailbox, &mut self.fresh) else { break };
            for &slot in members {
                let Some(conn) = self.conns.get_mut(slot) else { continue };
                match &mut conn.transport {
                    Transport::Stream(subscriber) => subscriber.wake(),
                    Transport::Socket(socket) => {
                        if let Err(reason) = socket.flush(&self.fresh, &mut self.scratch, &mut self.sent) {
                            lost.push((slot, reason));
                        }
                    }
                }
            }
        }
        for (slot, reason) in lost {
            self.close(slot, reason);
        }
    }

    fn close(&mut self, slot: u32, reason: Closed) {
        let Some(conn) = self.take(slot) else { return };
        match conn.transport {
            Transport::Stream(subscriber) => subscriber.close(reason),
            Transport::Socket(socket) => socket.close(reason),
        }
    }

    fn remove(&mut self, slot: u32) {
        self.take(slot);
    }

    fn take(&mut self, slot: u32) -> Option<Conn> {
        let conn = self.conns.remove(slot)?;
        self.mailbox.tally.connections.sub(1);
        if let Some(moved) = self.channels.leave(conn.channel, conn.member)
            && let Some(moved) = self.conns.get_mut(moved)
        {
            moved.member = conn.member;
        }
        Some(conn)
    }

    fn sweep(&mut self, now: Instant) {
        let config = self.mailbox.config.clone();
        self.next_sweep = now + config.sweep();
        // Half a sweep early: a beat that is almost due would otherwise wait for the next sweep.
        self.channels.beat(now, config.beat.saturating_sub(config.sweep() / 2), &self.beat);
        let mut blocked = 0;
        let mut late = Vec::new();
        for (slot, conn) in self.conns.iter() {
            let waiting = match &conn.transport {
                // A stream that was only just woken gets time to poll.
                Transport::Stream(subscriber) => {
                    subscriber.waiting(now).filter(|waiting| *waiting >= config.sweep())
                }
                Transport::Socket(socket) => socket.waiting(now),
            };
            blocked += u64::from(waiting.is_some());
            if waiting.is_some_and(|waiting| waiting >= config.deadline) {
                late.push(slot);
            }
        }
        self.report_blocked(blocked);
        for slot in late {
            self.close(slot, Closed::TooSlow);
        }
    }

    fn report_blocked(&mut self, blocked: u64) {
        let before = mem::replace(&mut self.blocked, blocked);
        self.mailbox.tally.blocked.add(blocked);
        self.mailbox.tally.blocked.sub(before);
    }

    fn report_sent(&mut self) {
        let Sent { frames, bytes, resyncs } = mem::take(&mut self.sent);
        self.mailbox.tally.deliveries.add(frames);
        self.mailbox.tally.bytes.add(bytes);
        self.mailbox.tally.resyncs.add(resyncs);
    }

    /// True when all connections have left or the time for leaving is over.
    fn say_goodbye(&mut self, now: Instant) -> bool {
        let config = self.mailbox.config.clone();
        if self.last_call.is_none() {
            self.last_call = Some(now + config.farewell);
            for (slot, conn) in self.conns.iter() {
                conn.subscriber().end(&config.bye(slot), Closed::Shutdown);
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
        self.mailbox.finish()
    }
}
