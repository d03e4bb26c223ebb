//! A strict reader: its own parsers of chunks and events reject what browsers would tolerate.

use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

pub const SOON: Duration = Duration::from_secs(20);

/// One event as a page receives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub name: String,
    pub id: Option<u64>,
    pub retry: Option<u64>,
    pub data: String,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    Event(Seen),
    /// The last chunk, then the end of the connection.
    End,
    /// The connection ended inside the answer.
    Broken,
}

pub struct Client {
    stream: TcpStream,
    raw: Vec<u8>,
    body: Vec<u8>,
    pub head: String,
    ended: bool,
    /// Bytes read from the socket at a time.
    pub bite: usize,
}

/// How a client connects.
#[derive(Clone, Copy, Default)]
pub struct Dial {
    pub receive_buffer: Option<u32>,
}

impl Client {
    pub async fn get(addr: SocketAddr, path: &str) -> Self {
        Self::dial(addr, path, Dial::default()).await
    }

    pub async fn dial(addr: SocketAddr, path: &str, dial: Dial) -> Self {
        let mut client = Self::connect(addr, dial).await;
        client.ask(&format!("GET {path} HTTP/1.1\r\nhost: test\r\naccept: text/event-stream\r\n\r\n")).await;
        client
    }

    pub async fn connect(addr: SocketAddr, dial: Dial) -> Self {
        let socket = TcpSocket::new_v4().expect("socket");
        if let Some(bytes) = dial.receive_buffer {
            socket.set_recv_buffer_size(bytes).expect("SO_RCVBUF");
        }
        let stream = timeout(SOON, socket.connect(addr)).await.expect("connect in time").expect("connect");
        Self { stream, raw: Vec::new(), body: Vec::new(), head: String::new(), ended: false, bite: 16 << 10 }
    }

    /// Sends a request and reads the response head.
    pub async fn ask(&mut self, request: &str) {
        self.stream.write_all(request.as_bytes()).await.expect("request");
        let end = loop {
            if let Some(at) = find(&self.raw, b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.fill().await, "an answer");
        };
        let head: Vec<u8> = self.raw.drain(..end).collect();
        self.head = String::from_utf8(head).expect("ASCII").to_lowercase();
    }

    /// Reads a body of known length.
    pub async fn take(&mut self, len: usize) -> Vec<u8> {
        while self.raw.len() < len {
            assert!(self.fill().await, "a whole body");
        }
        self.raw.drain(..len).collect()
    }

    /// Reads to the end, and returns how much that was.
    pub async fn rest(&mut self) -> usize {
        while self.fill().await {}
        self.raw.len()
    }

    async fn fill(&mut self) -> bool {
        let start = self.raw.len();
        self.raw.resize(start + self.bite, 0);
        let read = timeout(SOON, self.stream.read(&mut self.raw[start..])).await.expect("bytes in time");
        // A reset counts as an end.
        let n = read.unwrap_or(0);
        self.raw.truncate(start + n);
        n > 0
    }

    pub async fn next(&mut self) -> Next {
        loop {
            if let Some(end) = find(&self.body, b"\n\n") {
                let event: Vec<u8> = self.body.drain(..end + 2).collect();
                return Next::Event(parse(&event));
            }
            if self.ended {
                let more = self.fill().await;
                assert!(!more && self.raw.is_empty(), "nothing follows the last chunk");
                assert!(self.body.is_empty(), "no event is cut");
                return Next::End;
            }
            if !self.unchunk() && !self.fill().await {
                return Next::Broken;
            }
        }
    }

    pub async fn event(&mut self) -> Seen {
        match self.next().await {
            Next::Event(seen) => seen,
            other => panic!("expected an event, got {other:?}"),
        }
    }

    /// Decodes one whole chunk into the body.
    fn unchunk(&mut self) -> bool {
        let Some(line) = find(&self.raw, b"\r\n") else { return false };
        let size = std::str::from_utf8(&self.raw[..line]).expect("a chunk's size");
        assert!(
            !size.is_empty() && size.bytes().all(|b| b.is_ascii_hexdigit()),
            "expected a chunk size, got {size:?}"
        );
        let size = usize::from_str_radix(size, 16).expect("hexadecimal");
        let end = line + 2 + size;
        if self.raw.len() < end + 2 {
            return false;
        }
        assert_eq!(&self.raw[end..end + 2], b"\r\n", "a chunk ends with a line break");
        self.body.extend_from_slice(&self.raw[line + 2..end]);
        self.raw.drain(..end + 2);
        self.ended = size == 0;
        true
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Parses one event with its blank line, as strictly as the standard allows for servers.
pub fn parse(block: &[u8]) -> Seen {
    let text =
        std::str::from_utf8(block).expect("UTF-8").strip_suffix("\n\n").expect("a blank line at the end");
    let mut seen = Seen::default();
    let mut data = Vec::new();
    for line in text.split('\n') {
        assert!(!line.contains('\r'), "one kind of line break");
        let (field, value) =
            line.split_once(": ").unwrap_or_else(|| panic!("expected a field, got {line:?}"));
        match field {
            "event" => seen.name = value.to_owned(),
            "id" => seen.id = Some(value.parse().expect("a number")),
            "retry" => seen.retry = Some(value.parse().expect("milliseconds")),
            "data" => data.push(value),
            other => panic!("expected a known field, got {other:?}"),
        }
    }
    assert!(!data.is_empty(), "without data nothing is dispatched");
    seen.data = data.join("\n");
    seen
}
