//! A mail server that accepts mail, but hangs at RCPT for addresses that begin with `rcpt-hangs`, and at DATA for those
//! that begin with `data-hangs`.

use anyhow::{Context, Result};
use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

const HANG: Duration = Duration::from_secs(20);

pub struct SmtpServer {
    pub url: String,
    taken: mpsc::UnboundedReceiver<Taken>,
    hanging: Arc<AtomicUsize>,
    accepting: tokio::task::JoinHandle<()>,
}

/// An accepted mail.
#[derive(Debug)]
pub struct Taken {
    pub to: Vec<String>,
    pub text: String,
}

impl Taken {
    /// The sign-in code in its subject.
    pub fn code(&self) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("Subject: "))?.get(..6)
    }
}

impl SmtpServer {
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("smtp://{}", listener.local_addr()?);
        let (told, taken) = mpsc::unbounded_channel();
        let hanging = Arc::<AtomicUsize>::default();
        let counted = hanging.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, told.clone(), counted.clone()));
            }
        });
        Ok(Self { url, taken, hanging, accepting })
    }

    /// Number of mails that hang or have hung.
    pub fn hung(&self) -> usize {
        self.hanging.load(Relaxed)
    }

    /// The next mail to an address; others that come before it are discarded.
    pub async fn mail_to(&mut self, address: &str) -> Result<Taken> {
        loop {
            let mail = self.taken.recv().await.context("the server is gone")?;
            if mail.to.iter().any(|to| to == address) {
                return Ok(mail);
            }
        }
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn talk(
    stream: TcpStream,
    told: mpsc::UnboundedSender<Taken>,
    hanging: Arc<AtomicUsize>,
) -> Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 here\r\n").await?;
    let mut to: Vec<String> = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "QUIT" => b"221 bye\r\n",
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                hang(address.starts_with("rcpt-hangs"), &hanging).await;
                to.push(address);
                b"250 ok\r\n"
            }
            "DATA" => {
                hang(to.iter().any(|to| to.starts_with("data-hangs")), &hanging).await;
                writer.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    text.push_str(&line);
                    text.push('\n');
                }
                let _ = told.send(Taken { to: std::mem::take(&mut to), text });
                b"250 taken\r\n"
            }
            _ => b"250 ok\r\n",
        };
        writer.write_all(answer).await?;
    }
    Ok(())
}

async fn hang(hangs: bool, hanging: &AtomicUsize) {
    if hangs {
        hanging.fetch_add(1, Relaxed);
        tokio::time::sleep(HANG).await;
    }
}
