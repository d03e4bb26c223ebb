//! Server-sent events, encoded once and already framed as one HTTP/1.1 chunk.

use bytes::Bytes;
use std::time::Duration;

/// The head of the longest chunk: eight hexadecimal digits and a line break.
const HEAD_ROOM: usize = 10;
const CHUNK_END: &[u8] = b"\r\n";
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// One event before encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Event<'a> {
    name: Option<&'a str>,
    id: Option<u64>,
    retry: Option<Duration>,
    data: &'a str,
}

impl<'a> Event<'a> {
    /// An event without a name; browsers dispatch it as `message`.
    pub const fn new(data: &'a str) -> Self {
        Self { name: None, id: None, retry: None, data }
    }

    /// Cuts the name at its first line break, so that a name never becomes a second field.
    pub const fn named(name: &'a str, data: &'a str) -> Self {
        Self { name: Some(name), id: None, retry: None, data }
    }

    /// The id that a reader sends back as `Last-Event-ID`. Only journal frames have one.
    pub const fn id(mut self, id: u64) -> Self {
        self.id = Some(id);
        self
    }

    /// How long the reader waits before it reconnects; sent in whole milliseconds.
    pub const fn retry(mut self, after: Duration) -> Self {
        self.retry = Some(after);
        self
    }

    fn write(&self, out: &mut Vec<u8>) {
        if let Some(name) =
            self.name.and_then(|name| name.split(['\r', '\n']).next()).filter(|n| !n.is_empty())
        {
            field(out, "event", name);
        }
        if let Some(id) = self.id {
            field(out, "id", &id.to_string());
        }
        if let Some(after) = self.retry {
            field(out, "retry", &after.as_millis().to_string());
        }
        let mut rest = self.data;
        // Browsers never dispatch an event without a data line, so even empty data gets one.
        while let Some(at) = rest.find(['\r', '\n']) {
            field(out, "data", &rest[..at]);
            rest = rest[at..].strip_prefix("\r\n").unwrap_or_else(|| &rest[at + 1..]);
        }
        field(out, "data", rest);
        out.push(b'\n');
    }
}

fn field(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value.as_bytes());
    out.push(b'\n');
}

/// One or more encoded events that stay together: no other event is sent between them. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct Frame {
    chunk: Bytes,
    head_len: u8,
    tail_len: u8,
    id: Option<u64>,
}

impl Frame {
    /// Joins frames into one, for a snapshot or a replay. It has the id of the last frame. `None` if there are no
    /// frames.
    pub fn join(frames: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut frames = frames.into_iter();
        let first = frames.next()?;
        let Some(second) = frames.next() else { return Some(first) };
        let mut id = first.id;
        let mut payload = vec![0; HEAD_ROOM];
        payload.extend_from_slice(first.payload_bytes());
        for frame in std::iter::once(second).chain(frames) {
            payload.extend_from_slice(frame.payload_bytes());
            id = frame.id.or(id);
        }
        Some(Self::wrap(payload, id))
    }

    /// Sent to a reader that fell behind the log. The data is the id up to which it may have missed entries.
    pub(crate) fn resync(head_id: u64) -> Self {
        Event::named("resync", &head_id.to_string()).into()
    }

    pub const fn id(&self) -> Option<u64> {
        self.id
    }

    /// The events without chunk framing, for transports that frame by themselves.
    pub fn payload(&self) -> Bytes {
        self.chunk.slice(self.head_len as usize..self.chunk.len() - self.tail_len as usize)
    }

    /// The events as one HTTP/1.1 chunk.
    pub(crate) const fn chunk(&self) -> &Bytes {
        &self.chunk
    }

    /// A frame with the same length and id in which a comment replaces the events.
    pub(crate) fn blank(&self) -> Self {
        let number = self.id.map_or_else(String::new, |id| format!("id: {id}\n"));
        let (head, tail) = (self.head_len as usize, self.chunk.len() - self.tail_len as usize);
        let mut chunk = self.chunk.to_vec();
        // Every event has a data line, which is longer than the shortest comment.
        chunk[head..tail].fill(b' ');
        chunk[head..head + number.len()].copy_from_slice(number.as_bytes());
        chunk[head + number.len()] = b':';
        chunk[tail - 2..tail].copy_from_slice(b"\n\n");
        Self { chunk: chunk.into(), ..*self }
    }

    /// The frame followed by the final chunk of an HTTP/1.1 body.
    pub(crate) fn closing(&self) -> Self {
        let chunk = [&self.chunk, LAST_CHUNK].concat();
        Self { chunk: chunk.into(), tail_len: self.tail_len + LAST_CHUNK.len() as u8, ..*self }
    }

    fn payload_bytes(&self) -> &[u8] {
        &self.chunk[self.head_len as usize..self.chunk.len() - self.tail_len as usize]
    }

    /// `payload` starts with [`HEAD_ROOM`] spare bytes; the chunk head is written just before the events.
    fn wrap(mut payload: Vec<u8>, id: Option<u64>) -> Self {
        let head = format!("{:x}\r\n", payload.len() - HEAD_ROOM);
        let start = HEAD_ROOM - head.len();
        payload[start..HEAD_ROOM].copy_from_slice(head.as_bytes());
        payload.extend_from_slice(CHUNK_END);
        let chunk = Bytes::from(payload).slice(start..);
        Self { chunk, head_len: head.len() as u8, tail_len: CHUNK_END.len() as u8, id }
    }
}

impl From<Event<'_>> for Frame {
    fn from(event: Event<'_>) -> Self {
        let mut payload = Vec::with_capacity(HEAD_ROOM + event.data.len() + 64);
        payload.resize(HEAD_ROOM, 0);
        event.write(&mut payload);
        Self::wrap(payload, event.id)
    }
}
