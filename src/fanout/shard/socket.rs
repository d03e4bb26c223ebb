//! A socket that the shard writes to: HTTP/1.1 chunks, after hyper has sent the response head.

use crate::{
    connection::ConnectionPlace,
    frame::Frame,
    link::Closed,
    log::ring::Reach,
    log::span::Span,
    subscriber::{Mail, Reader, Subscriber},
};
use bytes::{Buf, Bytes};
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

/// Bytes of the log offered to a slow reader in one write.
const WRITE: usize = 32 << 10;
/// Bytes read from the peer at a time. They are discarded; more of them waits in the kernel.
const READ: usize = 4 << 10;
/// Unread bytes discarded before the socket is closed.
const UNREAD: usize = 64 << 10;

pub(crate) struct Socket {
    stream: TcpStream,
    reader: Reader,
    /// The rest of a private frame that was partly sent.
    letter: Option<Box<Bytes>>,
    /// Bytes left of a log frame that was partly sent.
    tail: u32,
    /// When the socket last accepted a byte, while it is blocked.
    blocked: Option<Instant>,
    /// Released together with the socket.
    _place: ConnectionPlace,
}

/// What was sent, accumulated by the shard between updates of the shared counters.
#[derive(Default)]
pub(crate) struct Sent {
    pub frames: u64,
    pub bytes: u64,
    pub resyncs: u64,
}

impl Socket {
    pub const fn new(stream: TcpStream, reader: Reader, place: ConnectionPlace) -> Self {
        Self { stream, reader, letter: None, tail: 0, blocked: None, _place: place }
    }

    pub const fn subscriber(&self) -> &Arc<Subscriber> {
        &self.reader.subscriber
    }

    pub const fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    pub fn waiting(&self, now: Instant) -> Option<Duration> {
        self.blocked.map(|since| now.saturating_duration_since(since))
    }

    /// Continues after a flush of its log. `fresh` holds the bytes that most sockets of the log have not been sent.
    pub fn flush(&mut self, fresh: &Span, scratch: &mut Span, sent: &mut Sent) -> Result<(), Closed> {
        let place = self.reader.cursor.place();
        if self.is_blocked() {
            Ok(())
        } else if self.tail == 0 && place.skip == 0 && fresh.holds(place.offset) {
            self.follow(fresh, sent).map(|_| ())
        } else {
            self.pump(scratch, sent)
        }
    }

    /// Writes private frames and the log until everything is sent or the socket is full.
    pub fn pump(&mut self, scratch: &mut Span, sent: &mut Sent) -> Result<(), Closed> {
        loop {
            if self.tail == 0 && !self.post(sent)? {
                return Ok(());
            }
            // A private frame waits only for the end of the log frame that was partly sent.
            let limit = if self.tail > 0 && self.reader.subscriber.has_mail() { 1 } else { WRITE };
            match self.reader.cursor.span(limit, scratch) {
                Reach::Frames if self.follow(scratch, sent)? => {}
                Reach::Frames => return Ok(()),
                Reach::Empty => {
                    self.blocked = None;
                    return Ok(());
                }
                Reach::Behind if self.tail == 0 => {
                    let head_id = self.reader.cursor.jump();
                    self.reader.subscriber.push_front(Frame::resync(head_id));
                    sent.resyncs += 1;
                }
                // The rest of the frame was trimmed, and nothing can follow half a frame.
                Reach::Behind => return Err(Closed::TooSlow),
            }
        }
    }

    /// Sends the private frames; true if all are sent.
    fn post(&mut self, sent: &mut Sent) -> Result<bool, Closed> {
        loop {
            let mut letter = match self.letter.take() {
                Some(letter) => *letter,
                None => match self.reader.subscriber.next() {
                    Mail::Frame(frame) => frame.chunk().clone(),
                    Mail::Empty => return Ok(true),
                    Mail::End(reason) => return Err(reason),
                },
            };
            let taken = self.write(&letter)?;
            sent.bytes += taken as u64;
            if taken < letter.len() {
                letter.advance(taken);
                self.letter = Some(Box::new(letter));
                return Ok(false);
            }
            sent.frames += 1;
        }
    }

    /// Writes what `span` holds after the cursor; true if all of it was sent.
    fn follow(&mut self, span: &Span, sent: &mut Sent) -> Result<bool, Closed> {
        let before = self.reader.cursor.place().offset;
        let rest = span.rest(before);
        let taken = self.write(rest)?;
        let now = before + taken as u64;
        self.reader.cursor.advance(now);
        self.tail = span.left(now);
        sent.bytes += taken as u64;
        sent.frames += span.frames(before, now);
        Ok(taken == rest.len())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Closed> {
        if bytes.is_empty() {
            return Ok(0);
        }
        loop {
            match (&self.stream).write(bytes) {
                Ok(taken) => {
                    self.blocked = (taken < bytes.len()).then(Instant::now);
                    return Ok(taken);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.blocked.get_or_insert_with(Instant::now);
                    return Ok(0);
                }
                Err(error) => return Err(self.reason(&error)),
            }
        }
    }

    /// Reads and discards what the peer sent, or detects that it has closed.
    pub fn hear(&self, hung_up: bool) -> Result<(), Closed> {
        if hung_up {
            let error = self.stream.take_error().ok().flatten();
            return Err(error.map_or(Closed::Peer, |error| self.reason(&error)));
        }
        match (&self.stream).read(&mut [0; READ]) {
            Ok(0) => Err(Closed::Peer),
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                Err(self.reason(&error))
            }
            _ => Ok(()),
        }
    }

    /// The kernel gives up on a peer with a closed window sooner than our own deadline does.
    fn reason(&self, error: &io::Error) -> Closed {
        let slow = self.is_blocked() && error.kind() == ErrorKind::TimedOut;
        if slow { Closed::TooSlow } else { Closed::Peer }
    }

    pub fn close(self, reason: Closed) {
        if matches!(reason, Closed::Ended | Closed::Shutdown) {
            self.say_goodbye();
        }
        self.reader.subscriber.close(reason);
    }

    /// Closing a socket with unread bytes resets the connection, and the last event would be lost.
    fn say_goodbye(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        for _ in 0..UNREAD / READ {
            if !matches!((&self.stream).read(&mut [0; READ]), Ok(read) if read > 0) {
                break;
            }
        }
    }
}
