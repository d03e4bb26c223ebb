//! One reader's connection: a socket that asks for a feed, and the bytes that come out of it.

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

/// A socket filter of one instruction: of every segment that comes, keep 0 bytes.
const DROP_ALL: [SockFilter; 1] = [SockFilter::new(0x06, 0, 0, 0)];
/// The receive buffer of a reader that is to stall: bytes.
const STALLED_BUFFER: usize = 4096;

pub enum Stage {
    /// To be opened at this microsecond.
    Waiting(u64),
    Connecting(TcpStream),
    /// The head of the answer has begun.
    Asked(TcpStream, Vec<u8>),
    Open(TcpStream),
    /// Left, refused or ended for good.
    Over,
}

pub struct Link {
    pub seat: Seat,
    pub witness: Witness,
    pub stage: Stage,
    parser: Parser,
    chunks: Option<Chunks>,
    /// The journal number that was asked for.
    asked: u64,
    /// When it lost its connection, while it is trying to come back.
    pub down_us: Option<u64>,
    /// Milliseconds until it may come back, as the server asked.
    pub retry_ms: Option<u64>,
    /// Connects in a row that failed.
    pub failures: u32,
}

impl Link {
    pub fn new(seat: Seat) -> Self {
        Self {
            witness: Witness::new(seat.room),
            stage: Stage::Waiting(seat.opens_us),
            parser: Parser::default(),
            chunks: None,
            asked: 0,
            down_us: None,
            retry_ms: None,
            failures: 0,
            seat,
        }
    }

    /// It was not inside yet, and may still come in.
    pub const fn is_on_its_first_way_in(&self) -> bool {
        self.witness.since.is_none() && !matches!(self.stage, Stage::Over)
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
        self.stage = Stage::Connecting(TcpStream::from_std(socket.into()));
        match &mut self.stage {
            Stage::Connecting(stream) => Ok(stream),
            _ => Err(io::Error::other("a stage that was just set")),
        }
    }

    /// The connection stands: ask for the feed behind `top`, or behind what was seen already.
    pub fn ask(&mut self, path: &str, host: SocketAddr, cookie: &str, top: u64) -> io::Result<()> {
        let Stage::Connecting(mut stream) = std::mem::replace(&mut self.stage, Stage::Over) else {
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
        // A new socket's buffer takes these few bytes whole.
        stream.write_all(request.as_bytes())?;
        self.stage = Stage::Asked(stream, Vec::new());
        Ok(())
    }

    /// Takes bytes while the head is awaited. `Some` once it is complete, with what came behind it.
    pub fn head(&mut self, bytes: &[u8]) -> Result<Option<(Head, Vec<u8>)>> {
        let Stage::Asked(_, got) = &mut self.stage else { return Ok(None) };
        got.extend_from_slice(bytes);
        let Some((head, len)) = wire::head(got)? else { return Ok(None) };
        let rest = got.split_off(len);
        if head.status == 200 {
            self.chunks = (head.framing == Framing::Chunked).then(Chunks::default);
            self.witness.enter(self.asked);
            self.failures = 0;
            if let Stage::Asked(stream, _) = std::mem::replace(&mut self.stage, Stage::Over) {
                self.stage = Stage::Open(stream);
            }
        }
        Ok(Some((head, rest)))
    }

    /// Takes bytes of the body. False once the body has ended.
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

    /// Stops to answer without closing, like a phone in a tunnel: the kernel drops what comes before TCP sees it, so that
    /// nothing is acknowledged, finished or reset any more. The socket is to be kept, or the kernel would say goodbye.
    ///
    /// # Errors
    /// When the filter is not taken, or when it is not connected.
    pub fn die(&mut self) -> io::Result<TcpStream> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Open(stream) => {
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
            Stage::Connecting(stream) | Stage::Asked(stream, _) | Stage::Open(stream) => Some(stream),
            Stage::Waiting(_) | Stage::Over => None,
        }
    }
}
