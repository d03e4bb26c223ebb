//! One TCP connection that carries datagrams.

use super::framing::{HEAD, LONGEST, NotFramed, append, first_datagram};
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{IpAddr, SocketAddr, TcpStream},
    time::Instant,
};
use str0m::net::DatagramSend;

/// Bytes that wait for a reader: half a second of 2 Mbit/s, or one keyframe. What comes on top is dropped, as on a full link.
pub const QUEUE: usize = 128 << 10;
/// Bytes that are read at a time.
pub const READ: usize = 16 << 10;

/// The space into which a datagram is copied, so that it can be answered while the connection is in use.
pub type Frame = [u8; LONGEST];

pub struct TcpLine {
    pub stream: TcpStream,
    pub remote: SocketAddr,
    /// Our address as the peer knows it.
    pub local: SocketAddr,
    /// With whose connections it is counted.
    pub network: IpAddr,
    /// A datagram of it was taken.
    pub proven: bool,
    /// When it is closed unless a datagram of it is taken before.
    pub until: Instant,
    /// Datagrams that nobody took since the last sweep.
    pub strays: u32,
    /// Since when some bytes have waited for the reader; `None` if none do.
    pub behind: Option<Instant>,
    /// What was read and not yet handed out. It has no memory while it is empty, as in an idle connection.
    unread: Vec<u8>,
    /// The bytes of `unread` that were handed out.
    handed: usize,
    queue: Vec<u8>,
}

impl TcpLine {
    pub fn new(
        stream: TcpStream,
        (remote, local): (SocketAddr, SocketAddr),
        network: IpAddr,
        until: Instant,
    ) -> Self {
        Self {
            stream,
            remote,
            local,
            network,
            proven: false,
            until,
            strays: 0,
            behind: None,
            unread: vec![],
            handed: 0,
            queue: vec![],
        }
    }

    /// Reads some of what has arrived. The space is for the time of the call.
    ///
    /// # Errors
    /// The peer has closed the connection, or it failed.
    pub fn read(&mut self, space: &mut [u8; READ]) -> io::Result<()> {
        match self.stream.read(space) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => {
                self.unread.extend_from_slice(&space[..length]);
                Ok(())
            }
            Err(error) if is_later(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Copies the next datagram and returns its length; `None` if no whole one has been read.
    ///
    /// # Errors
    /// What was read holds no datagram, or a stranger's first one is not STUN, which alone can say whose it is.
    pub fn next(&mut self, frame: &mut Frame) -> Result<Option<usize>, NotFramed> {
        let Some(datagram) = first_datagram(&self.unread[self.handed..])? else {
            self.unread.drain(..self.handed);
            self.handed = 0;
            if self.unread.is_empty() {
                self.unread = vec![];
            }
            return Ok(None);
        };
        // STUN by its first byte: RFC 7983.
        if !self.proven && datagram[0] > 3 {
            return Err(NotFramed);
        }
        let length = datagram.len();
        frame[..length].copy_from_slice(datagram);
        self.handed += HEAD + length;
        Ok(Some(length))
    }

    /// Sends datagrams, or keeps them for a slow reader. Returns the number of those for which there was no space.
    ///
    /// # Errors
    /// The connection has failed.
    pub fn send(&mut self, datagrams: &[DatagramSend], space: &mut Vec<u8>) -> io::Result<usize> {
        let (waits, mut dropped) = (!self.queue.is_empty(), 0);
        space.clear();
        for datagram in datagrams {
            if self.queue.len() + space.len() + HEAD + datagram.len() <= QUEUE {
                append(space, datagram);
            } else {
                dropped += 1;
            }
        }
        // Behind what waits already, the order is kept.
        let written = if waits { 0 } else { write(&mut self.stream, space)? };
        self.queue.extend_from_slice(&space[written..]);
        self.note_queue();
        Ok(dropped)
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// The connection has failed.
    pub fn flush(&mut self) -> io::Result<()> {
        let written = write(&mut self.stream, &self.queue)?;
        self.queue.drain(..written);
        if self.queue.is_empty() {
            self.queue = vec![];
        }
        self.note_queue();
        Ok(())
    }

    fn note_queue(&mut self) {
        if self.queue.is_empty() {
            self.behind = None;
        } else {
            self.behind.get_or_insert_with(Instant::now);
        }
    }
}

/// Writes as many bytes as the kernel takes.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let mut written = 0;
    while written < bytes.len() {
        match stream.write(&bytes[written..]) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(length) => written += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}

fn is_later(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
