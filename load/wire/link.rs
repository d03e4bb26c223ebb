//! One reader's connection: a socket that requests a feed, and the parser of what arrives.

use crate::{
    plan::scenario::Seat,
    truth::witness::Witness,
    wire::{
        self, Chunks, Framing, Head,
        sse::{Event, Parser},
    },
};
use anyhow::Result;
use mio::net::TcpStream;
use socket2::{Domain, SockFilter, SockRef, Socket, Type};
use std::{
    io::{self, Write},
    net::SocketAddr,
};

/// A socket filter with one instruction: keep 0 bytes of every incoming segment.
const DROP_ALL: [SockFilter; 1] = [SockFilter::new(0x06, 0, 0, 0)];
/// The receive buffer of a stalled reader, in bytes.
const STALLED_BUFFER: usize = 4096;

pub enum LinkStage {
    /// To be opened at this microsecond.
    Waiting(u64),
    Connecting(TcpStream),
    /// The response head is arriving.
    Asked(TcpStream, Vec<u8>),
    Open(TcpStream),
    /// Left, refused or ended for good.
    Over,
}

pub struct Link {
    pub seat: Seat,
    pub witness: Witness,
    pub stage: LinkStage,
    parser: Parser,
    chunks: Option<Chunks>,
    /// The journal number it resumed from.
    asked: u64,
    /// When it lost its connection, while it is reconnecting.
    pub down_us: Option<u64>,
    /// The reconnect delay that the server requested, in milliseconds.
    pub retry_ms: Option<u64>,
    /// Consecutive failed connects.
    pub failures: u32,
}

impl Link {
    pub fn new(seat: Seat) -> Self {
        Self {
            witness: Witness::new(seat.room),
            stage: LinkStage::Waiting(seat.opens_us),
            parser: Parser::default(),
            chunks: None,
            asked: 0,
            down_us: None,
            retry_ms: None,
            failures: 0,
            seat,
        }
    }

    /// It has never been connected, and may still connect.
    pub const fn is_on_its_first_way_in(&self) -> bool {
        self.witness.since.is_none() && !matches!(self.stage, LinkStage::Over)
    }

    /// Begins to connect.
    pub fn open(&mut self, target: SocketAddr, source: Option<SocketAddr>) -> io::Result<&mut TcpStream> {
        let socket = Socket::new(Domain::for_address(target), Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        if self.seat.stalled {
            socket.set_recv_buffer_size(STALLED_BUFFER)?;
        }
        if let Some(source) = source {
            crate::plan::source::bind(&socket, source)?;
        }
        match socket.connect(&target.into()) {
            Err(error) if error.raw_os_error() != Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {
                return Err(error);
            }
            _ => {}
        }
        self.parser.clear();
        self.chunks = None;
        self.stage = LinkStage::Connecting(TcpStream::from_std(socket.into()));
        match &mut self.stage {
            LinkStage::Connecting(stream) => Ok(stream),
            _ => Err(io::Error::other("a stage that was just set")),
        }
    }

    /// The connection is established: requests the feed after `top`, or after what it has already seen.
    pub fn ask(&mut self, path: &str, host: SocketAddr, cookie: &str, top: u64) -> io::Result<()> {
        let LinkStage::Connecting(mut stream) = std::mem::replace(&mut self.stage, LinkStage::Over) else {
            return Err(io::Error::other("asked before it connected"));
        };
        if let Some(error) = stream.take_error()? {
            return Err(error);
        }
        self.asked = self.witness.since.unwrap_or(top);
        let mut request = format!("GET {path}?since={} HTTP/1.1\r\nHost: {host}\r\n", self.asked);
        if !cookie.is_empty() {
            request += &format!("Cookie: {cookie}\r\n");
        }
        request += "Accept: text/event-stream\r\nCache-Control: no-cache\r\n";
        if self.witness.since.is_some() {
            request += &format!("Last-Event-ID: {}\r\n", self.witness.last);
        }
        request += "\r\n";
        // The send buffer of a new socket has room for these few bytes.
        stream.write_all(request.as_bytes())?;
        self.stage = LinkStage::Asked(stream, Vec::new());
        Ok(())
    }

    /// Parses bytes of the response head. `Some` once it is complete, with the bytes after it.
    pub fn head(&mut self, bytes: &[u8]) -> Result<Option<(Head, Vec<u8>)>> {
        let LinkStage::Asked(_, got) = &mut self.stage else { return Ok(None) };
        got.extend_from_slice(bytes);
        let Some((head, len)) = wire::head(got)? else { return Ok(None) };
        let rest = got.split_off(len);
        if head.status == 200 {
            self.chunks = (head.framing == Framing::Chunked).then(Chunks::default);
            self.witness.enter(self.asked);
            self.failures = 0;
            if let LinkStage::Asked(stream, _) = std::mem::replace(&mut self.stage, LinkStage::Over) {
                self.stage = LinkStage::Open(stream);
            }
        }
        Ok(Some((head, rest)))
    }

    /// Parses bytes of the body. False once the body has ended.
    pub fn body(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(&Seat, &mut Witness, &Event<'_>),
    ) -> Result<bool> {
        let Self { seat, witness, parser, chunks, retry_ms, .. } = self;
        let mut event = |event: Event<'_>| {
            *retry_ms = event.retry.or(*retry_ms);
            each(seat, witness, &event);
        };
        match chunks {
            None => parser.feed(bytes, event).map(|()| true),
            Some(chunks) => {
                let mut result = Ok(());
                chunks.feed(bytes, |part| {
                    if result.is_ok() {
                        result = parser.feed(part, &mut event);
                    }
                })?;
                result.map(|()| !chunks.ended())
            }
        }
    }

    /// Stops answering without closing, like a phone in a tunnel: the kernel drops incoming packets before TCP sees
    /// them, so nothing is acknowledged, finished or reset. The caller must keep the socket, because dropping it would
    /// close the connection.
    ///
    /// # Errors
    /// When the filter is refused, or when it is not connected.
    pub fn die(&mut self) -> io::Result<TcpStream> {
        match std::mem::replace(&mut self.stage, LinkStage::Over) {
            LinkStage::Open(stream) => {
                SockRef::from(&stream).attach_filter(&DROP_ALL)?;
                Ok(stream)
            }
            other => {
                self.stage = other;
                Err(io::ErrorKind::NotConnected.into())
            }
        }
    }

    pub const fn stream(&mut self) -> Option<&mut TcpStream> {
        match &mut self.stage {
            LinkStage::Connecting(stream) | LinkStage::Asked(stream, _) | LinkStage::Open(stream) => {
                Some(stream)
            }
            LinkStage::Waiting(_) | LinkStage::Over => None,
        }
    }
}
