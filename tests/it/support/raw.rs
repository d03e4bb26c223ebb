//! HTTP/1 by hand: a story decides which bytes are sent, and when.

use anyhow::{Context, Result, bail, ensure};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

/// A response that takes longer counts as missing.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Raw {
    pub stream: TcpStream,
    seen: Vec<u8>,
}

#[derive(Debug)]
pub struct RawReply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Raw {
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        Self::connect_from("127.0.0.1", address).await
    }

    /// From another local address.
    pub async fn connect_from(source: &str, address: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(source.parse()?, 0))?;
        let stream = timeout(PATIENCE, socket.connect(address)).await??;
        stream.set_nodelay(true)?;
        Ok(Self { stream, seen: Vec::new() })
    }

    pub async fn send(&mut self, words: impl AsRef<[u8]>) -> Result<()> {
        Ok(self.stream.write_all(words.as_ref()).await?)
    }

    /// A GET on this connection, and its whole response.
    pub async fn get(&mut self, path: &str) -> Result<RawReply> {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await?;
        self.reply().await
    }

    /// Sends the head now and the body later, even if a response arrives meanwhile.
    pub async fn exchange(&mut self, head: &str, body: &[u8], late: Duration) -> Result<RawReply> {
        self.send(head).await?;
        if !body.is_empty() {
            sleep(late).await;
            // The response counts, even if the server no longer reads the body.
            let _ = self.send(body).await;
        }
        self.reply().await
    }

    /// One whole response; interim responses are skipped.
    pub async fn reply(&mut self) -> Result<RawReply> {
        timeout(PATIENCE, self.whole_reply()).await.context("no answer in time")?
    }

    async fn whole_reply(&mut self) -> Result<RawReply> {
        let (status, head) = loop {
            let end = loop {
                if let Some(at) = self.seen.windows(4).position(|w| w == b"\r\n\r\n") {
                    break at + 4;
                }
                ensure!(
                    self.more().await?,
                    "an empty reply; seen: {:?}",
                    String::from_utf8_lossy(&self.seen)
                );
            };
            let head = String::from_utf8(self.seen.drain(..end).collect())?.to_ascii_lowercase();
            let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("a status")?;
            if status != 100 {
                break (status, head);
            }
        };
        let field = |name: &str| {
            let mut fields = head.lines().filter_map(|line| line.split_once(':'));
            fields.find(|(key, _)| *key == name).map(|(_, value)| value.trim().to_string())
        };
        let body = if let Some(length) = field("content-length") {
            self.take(length.parse()?).await?
        } else if field("transfer-encoding").is_some() {
            self.chunks().await?
        } else if matches!(status, 204 | 304) {
            Vec::new()
        } else {
            while self.more().await? {}
            std::mem::take(&mut self.seen)
        };
        Ok(RawReply { status, head, body })
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.seen.len() < length {
            ensure!(self.more().await?, "an answer that breaks off");
        }
        Ok(self.seen.drain(..length).collect())
    }

    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                if let Some(at) = self.seen.windows(2).position(|w| w == b"\r\n") {
                    break self.take(at + 2).await?;
                }
                ensure!(self.more().await?, "an answer that breaks off");
            };
            let size = usize::from_str_radix(str::from_utf8(&line)?.trim(), 16)?;
            let chunk = self.take(size + 2).await?;
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }

    async fn more(&mut self) -> Result<bool> {
        match self.stream.read_buf(&mut self.seen).await {
            Ok(length) => Ok(length > 0),
            Err(error) => bail!("{error}"),
        }
    }

    /// Resolves when the other side has closed the connection.
    pub async fn closed(&mut self) -> Result<()> {
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, self.stream.read_to_end(&mut rest)).await.context("it stays open")?;
        Ok(())
    }
}
