//! One persistent connection for short requests: posts, operators' routes, pages.

use crate::{
    plan::source,
    wire::{self, Chunks, Framing, Head, doors},
};
use anyhow::{Context, Result, bail};
use socket2::{Domain, Socket, Type};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// A request that takes longer counts as unanswered.
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Seconds, from `Retry-After`.
    pub retry_after: Option<u64>,
    /// The target of a redirect.
    pub location: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    /// A form post is answered with 204 to a script and with 303 to a plain client.
    pub const fn success(&self) -> bool {
        matches!(self.status, 200..=399)
    }
}

#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// The whole value of the `Cookie` header; empty for an anonymous visitor.
    pub cookie: &'a str,
    /// Its type, and the body itself.
    pub body: Option<(&'a str, &'a str)>,
    /// The token of the `Authorization` header; empty without one.
    pub bearer: &'a str,
}

impl<'a> Request<'a> {
    pub const fn get(path: &'a str, cookie: &'a str) -> Self {
        Self { method: "GET", path, cookie, body: None, bearer: "" }
    }

    /// `form`: already form-encoded.
    pub const fn post(path: &'a str, cookie: &'a str, form: &'a str) -> Self {
        let body = Some(("application/x-www-form-urlencoded", form));
        Self { method: "POST", path, cookie, body, bearer: "" }
    }

    /// A WebRTC offer, by WHIP or WHEP.
    pub const fn offer(path: &'a str, cookie: &'a str, sdp: &'a str) -> Self {
        Self { method: "POST", path, cookie, body: Some(("application/sdp", sdp)), bearer: "" }
    }

    pub const fn delete(path: &'a str, cookie: &'a str) -> Self {
        Self { method: "DELETE", path, cookie, body: None, bearer: "" }
    }

    pub const fn with_bearer(self, bearer: &'a str) -> Self {
        Self { bearer, ..self }
    }

    fn write(&self, host: SocketAddr) -> String {
        let Self { method, path, cookie, body, bearer } = self;
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
        if !cookie.is_empty() {
            text += &format!("Cookie: {cookie}\r\n");
        }
        if !bearer.is_empty() {
            text += &format!("Authorization: Bearer {bearer}\r\n");
        }
        match body {
            Some((kind, body)) => {
                let len = body.len();
                text += &format!("Content-Type: {kind}\r\nContent-Length: {len}\r\n\r\n{body}");
            }
            None => text += "\r\n",
        }
        text
    }
}

pub struct Client {
    host: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Client {
    pub const fn new(host: SocketAddr) -> Self {
        Self { host, stream: None, buffer: Vec::new() }
    }

    /// # Errors
    /// When the connection cannot be made or breaks, or no answer comes in time. Whether the request was accepted is
    /// then unknown.
    pub async fn send(&mut self, request: Request<'_>) -> Result<Answer> {
        let answer = timeout(PATIENCE, self.exchange(request)).await.context("no answer in time")?;
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    async fn exchange(&mut self, request: Request<'_>) -> Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = connect(self.host).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(request.write(self.host).as_bytes()).await?;
        self.buffer.clear();
        let (head, len) = loop {
            if let Some(found) = wire::head(&self.buffer)? {
                break found;
            }
            if stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the connection was closed before an answer");
            }
        };
        let location = wire::field(&self.buffer[..len], "location");
        self.buffer.drain(..len);
        let body = self.body(&mut stream, head).await?;
        if head.keep && head.framing != Framing::UntilClose {
            self.stream = Some(stream);
        }
        Ok(Answer { status: head.status, retry_after: head.retry_after, location, body })
    }

    async fn body(&mut self, stream: &mut TcpStream, head: Head) -> Result<Vec<u8>> {
        let (mut chunks, mut body) = (Chunks::default(), Vec::new());
        loop {
            match head.framing {
                Framing::Chunked => {
                    chunks.feed(&self.buffer, |part| body.extend_from_slice(part))?;
                    // If the empty line after the last chunk arrives later, the next head's parser skips it.
                    if chunks.ended() {
                        return Ok(body);
                    }
                }
                Framing::Length(_) | Framing::UntilClose => body.extend_from_slice(&self.buffer),
            }
            self.buffer.clear();
            if matches!(head.framing, Framing::Length(len) if body.len() as u64 >= len) {
                return Ok(body);
            }
            if stream.read_buf(&mut self.buffer).await? == 0 {
                if head.framing == Framing::UntilClose {
                    return Ok(body);
                }
                bail!("the connection was closed inside an answer");
            }
        }
    }
}

/// Uses one source address after another: the service limits how many connections one address may hold.
async fn connect(host: SocketAddr) -> Result<TcpStream> {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    connect_from(host, TURN.fetch_add(1, Relaxed)).await
}

/// Connects as the client with this number, from its source address.
pub async fn connect_from(host: SocketAddr, client: usize) -> Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(host), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    if let Some(source) = doors::source(host, client) {
        source::bind(&socket, source)?;
    }
    Ok(TcpSocket::from_std_stream(socket.into()).connect(host).await?)
}

/// Form-encodes a value.
pub fn encode(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => text.push(byte as char),
            b' ' => text.push('+'),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}
