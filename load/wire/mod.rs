//! The parts of HTTP/1.1 that this tool needs: response heads, and chunked bodies cut anywhere.

pub mod rooms;

pub mod doors;
pub mod http;
pub mod link;
pub mod page;
pub mod sse;

use anyhow::{Result, bail};

/// Longer heads are refused.
const LONGEST_HEAD: usize = 16 << 10;

/// How the end of a body is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Chunked,
    Length(u64),
    UntilClose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    pub framing: Framing,
    /// Whether the connection can be used for another request.
    pub keep: bool,
    /// Seconds, from `Retry-After`.
    pub retry_after: Option<u64>,
}

/// Parses a response head and its length in bytes; `None` while it is incomplete.
pub fn head(bytes: &[u8]) -> Result<Option<(Head, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut answer = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(len) = answer.parse(bytes)? else {
        if bytes.len() > LONGEST_HEAD {
            bail!("the head of an answer is longer than {LONGEST_HEAD} bytes");
        }
        return Ok(None);
    };
    let status = answer.code.unwrap_or(0);
    let mut head =
        Head { status, framing: Framing::UntilClose, keep: answer.version == Some(1), retry_after: None };
    for field in answer.headers.iter() {
        let value = std::str::from_utf8(field.value).unwrap_or("").trim();
        match field.name.to_ascii_lowercase().as_str() {
            "transfer-encoding" if value.eq_ignore_ascii_case("chunked") => head.framing = Framing::Chunked,
            "content-length" if head.framing == Framing::UntilClose => {
                head.framing = Framing::Length(value.parse()?);
            }
            "connection" if value.eq_ignore_ascii_case("close") => head.keep = false,
            "retry-after" => head.retry_after = value.parse().ok(),
            _ => {}
        }
    }
    if matches!(status, 204 | 304) {
        head.framing = Framing::Length(0);
    }
    Ok(Some((head, len)))
}

/// The value of a header in a complete head.
pub fn field(head: &[u8], name: &str) -> Option<String> {
    let lines = head.split(|b| *b == b'\n').skip(1).filter_map(|line| std::str::from_utf8(line).ok());
    let mut pairs = lines.filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_string())
}

/// Decodes `Transfer-Encoding: chunked`.
#[derive(Debug, Default)]
pub struct Chunks {
    /// Bytes left of the current chunk.
    left: u64,
    /// Bytes received so far of a chunk head, or of the line break after a chunk.
    head: Vec<u8>,
    ended: bool,
}

impl Chunks {
    /// True once the last chunk has arrived; what follows it is ignored.
    pub const fn ended(&self) -> bool {
        self.ended
    }

    pub fn feed<'a>(&mut self, mut bytes: &'a [u8], mut sink: impl FnMut(&'a [u8])) -> Result<()> {
        while !bytes.is_empty() && !self.ended {
            if self.left > 0 {
                let len = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
                sink(&bytes[..len]);
                bytes = &bytes[len..];
                self.left -= len as u64;
                continue;
            }
            let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
            self.head.extend_from_slice(&bytes[..end]);
            bytes = &bytes[end..];
            if self.head.ends_with(b"\n") {
                self.begin()?;
            } else if self.head.len() > 64 {
                bail!("not chunked encoding");
            }
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        let line = std::mem::take(&mut self.head);
        // The line break after the previous chunk's data.
        if line == b"\r\n" {
            return Ok(());
        }
        let text = std::str::from_utf8(&line)?.trim_end();
        let size = text.split(';').next().unwrap_or("").trim();
        self.left = u64::from_str_radix(size, 16)?;
        self.ended = self.left == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together_whatever_the_cuts() {
        let body = b"5\r\nhello\r\nA;x=1\r\n, my world\r\n1\r\n!\r\n0\r\n\r\n";
        for first in 0..=body.len() {
            for second in first..=body.len() {
                let (mut chunks, mut text) = (Chunks::default(), Vec::new());
                for piece in [&body[..first], &body[first..second], &body[second..]] {
                    chunks.feed(piece, |part| text.extend_from_slice(part)).expect("good chunks");
                }
                assert_eq!(text, b"hello, my world!");
                assert!(chunks.ended());
            }
        }
    }

    #[test]
    fn what_is_not_chunked_is_refused() {
        assert!(Chunks::default().feed(b"hello\r\n", |_| {}).is_err());
        assert!(Chunks::default().feed(&[b'a'; 100], |_| {}).is_err());
    }

    #[test]
    fn heads_say_how_the_body_ends() {
        let read = |text: &str| head(text.as_bytes()).expect("a good head").map(|(head, _)| head);
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Le"), None);
        let chunked = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nabc").expect("complete");
        assert_eq!((chunked.status, chunked.framing, chunked.keep), (200, Framing::Chunked, true));
        let busy = "HTTP/1.1 503 Busy\r\nretry-after: 3\r\ncontent-length: 12\r\nconnection: close\r\n\r\n";
        let busy = read(busy).expect("complete");
        assert_eq!((busy.framing, busy.keep, busy.retry_after), (Framing::Length(12), false, Some(3)));
        assert_eq!(read("HTTP/1.1 204 No\r\n\r\n").expect("complete").framing, Framing::Length(0));
        let away = b"HTTP/1.1 303 See Other\r\nLocation: /a:b\r\n\r\n";
        assert_eq!((field(away, "location").as_deref(), field(away, "vary")), (Some("/a:b"), None));
        assert!(head(b"SSH-2.0-x\r\n\r\n").is_err());
    }
}
