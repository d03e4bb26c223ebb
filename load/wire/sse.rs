//! Parses server-sent events from bytes that may be cut anywhere. An event is complete at its empty line.

use anyhow::{Result, bail};

/// Longer events are refused: no page of ours sends one.
const LONGEST: usize = 4 << 20;

/// Borrowed from the received bytes, so that thousands of readers copy nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// Empty for an event without a name.
    pub name: &'a str,
    /// Only journal frames have one.
    pub id: Option<u64>,
    /// The reconnect delay in milliseconds, from `retry:`.
    pub retry: Option<u64>,
    /// All lines of the event, including the data lines with their `data:` prefix.
    pub lines: &'a [u8],
}

impl<'a> Event<'a> {
    fn of(lines: &'a [u8]) -> Self {
        let mut event = Self { name: "", id: None, retry: None, lines };
        for line in lines.split(|b| *b == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            match field(line) {
                (b"event", value) => event.name = value,
                (b"id", value) => event.id = value.parse().ok().or(event.id),
                (b"retry", value) => event.retry = value.parse().ok(),
                _ => {}
            }
        }
        event
    }

    /// The first data line.
    pub fn data(&self) -> &'a str {
        let lines = self.lines.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        lines.map(field).find(|(name, _)| *name == b"data").map_or("", |(_, value)| value)
    }
}

fn field(line: &[u8]) -> (&[u8], &str) {
    // Data lines are long, and only the first line of them is ever needed.
    let Some(colon) = memchr::memchr(b':', line) else { return (line, "") };
    let value = &line[colon + 1..];
    let value = value.strip_prefix(b" ").unwrap_or(value);
    (&line[..colon], std::str::from_utf8(value).unwrap_or(""))
}

/// The unfinished event. Nearly always empty: an idle reader holds no buffer.
#[derive(Debug, Default)]
pub struct Parser {
    rest: Vec<u8>,
}

impl Parser {
    pub fn feed(&mut self, piece: &[u8], mut each: impl FnMut(Event<'_>)) -> Result<()> {
        if self.rest.is_empty() {
            let used = whole(piece, &mut each);
            self.rest.extend_from_slice(&piece[used..]);
        } else {
            let mut rest = std::mem::take(&mut self.rest);
            rest.extend_from_slice(piece);
            let used = whole(&rest, &mut each);
            if used < rest.len() {
                rest.drain(..used);
                self.rest = rest;
            }
        }
        if self.rest.len() > LONGEST {
            bail!("an event is longer than {LONGEST} bytes");
        }
        Ok(())
    }

    /// A new connection begins with a new event.
    pub fn clear(&mut self) {
        self.rest = Vec::new();
    }
}

/// Passes every complete event in `bytes` to `each`; returns how many bytes they used.
fn whole(bytes: &[u8], each: &mut impl FnMut(Event<'_>)) -> usize {
    let mut begin = 0;
    for at in memchr::memchr_iter(b'\n', bytes) {
        let line_is_empty = match at - begin {
            0 => true,
            1 => bytes[begin] == b'\r',
            len => bytes[at - 1] == b'\n' || (bytes[at - 1] == b'\r' && len > 1 && bytes[at - 2] == b'\n'),
        };
        if line_is_empty {
            if !bytes[begin..at].iter().all(|b| *b == b'\r') {
                each(Event::of(&bytes[begin..at]));
            }
            begin = at + 1;
        }
    }
    begin
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: &[u8] = b": hello\n\nid: 7\ndata: <li>one</li>\ndata: two\n\nevent: beat\r\nretry: 900\r\ndata: \r\n\r\nid:8\ndata:x\n\n";

    fn read(pieces: &[&[u8]]) -> Vec<(String, Option<u64>, String)> {
        let (mut parser, mut events) = (Parser::default(), Vec::new());
        for piece in pieces {
            let each = |event: Event<'_>| events.push((event.name.into(), event.id, event.data().into()));
            parser.feed(piece, each).expect("short events");
        }
        events
    }

    #[test]
    fn events_are_the_same_whatever_the_cuts() {
        let event = |name: &str, id, data: &str| (name.to_string(), id, data.to_string());
        let wanted = vec![
            event("", None, ""),
            event("", Some(7), "<li>one</li>"),
            event("beat", None, ""),
            event("", Some(8), "x"),
        ];
        for first in 0..=FEED.len() {
            for second in first..=FEED.len() {
                assert_eq!(read(&[&FEED[..first], &FEED[first..second], &FEED[second..]]), wanted);
            }
        }
        assert_eq!(read(&FEED.chunks(1).collect::<Vec<_>>()), wanted);
    }

    #[test]
    fn an_unfinished_event_is_kept_back_and_forgotten_with_its_connection() {
        let mut parser = Parser::default();
        parser.feed(b"id: 1\ndata: x\n", |_| panic!("not finished")).expect("short");
        parser.clear();
        let mut ids = Vec::new();
        parser.feed(b"id: 2\ndata: y\n\n", |event| ids.push(event.id)).expect("short");
        assert_eq!(ids, [Some(2)]);
    }

    #[test]
    fn retry_is_read() {
        let mut retry = None;
        Parser::default().feed(b"retry: 1500\ndata: x\n\n", |event| retry = event.retry).expect("short");
        assert_eq!(retry, Some(1500));
    }
}
