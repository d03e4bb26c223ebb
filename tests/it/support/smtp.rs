//! A mail server that accepts mail, but hangs at RCPT for addresses that begin with `rcpt-hangs`, and at DATA for those
//! that begin with `data-hangs`; those of made holders take a moment. It can leave and come back, and lose its answers.

use anyhow::{Context, Result};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::mpsc,
};

const HANG: Duration = Duration::from_secs(20);
/// How long mail to a made holder takes.
const MOMENT: Duration = Duration::from_millis(200);

pub struct SmtpServer {
    pub url: String,
    address: SocketAddr,
    /// Bound but not listening, so that nobody else gets the port while the server is away.
    _port: TcpSocket,
    told: mpsc::UnboundedSender<Taken>,
    taken: mpsc::UnboundedReceiver<Taken>,
    counts: Arc<SmtpCounts>,
    accepting: Option<tokio::task::JoinHandle<()>>,
}

#[derive(Default)]
struct SmtpCounts {
    /// Mails that hang or have hung.
    hanging: AtomicUsize,
    /// Answers that are still to be lost, and how the addresses begin that they are lost for.
    to_lose: Mutex<(usize, &'static str)>,
}

impl SmtpCounts {
    /// Whether the answer to a mail to these addresses is lost, which uses up one of those to lose.
    fn loses_answer(&self, to: &[String]) -> bool {
        let mut to_lose = self.to_lose.lock().expect("no panic");
        let is_lost = to_lose.0 > 0 && to.iter().any(|to| to.starts_with(to_lose.1));
        to_lose.0 -= usize::from(is_lost);
        is_lost
    }
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
        self.subject()?.get(..6)
    }

    pub fn subject(&self) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("Subject: "))
    }

    /// The part of its message id that stands for its job.
    pub fn job(&self) -> Option<&str> {
        let id = self.text.lines().find_map(|line| line.strip_prefix("Message-ID: <"))?;
        id.split_once('@').map(|(job, _)| job)
    }
}

impl SmtpServer {
    pub async fn start() -> Result<Self> {
        let port = TcpSocket::new_v4()?;
        port.set_reuseaddr(true)?;
        port.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let address = port.local_addr()?;
        let (told, taken) = mpsc::unbounded_channel();
        let (url, counts) = (format!("smtp://{address}"), Arc::default());
        let mut server = Self { url, address, _port: port, told, taken, counts, accepting: None };
        server.come_back().await?;
        Ok(server)
    }

    /// Takes mail again, at the same address.
    pub async fn come_back(&mut self) -> Result<()> {
        let listener = TcpListener::bind(self.address).await?;
        let (told, counts) = (self.told.clone(), self.counts.clone());
        self.accepting = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, told.clone(), counts.clone()));
            }
        }));
        Ok(())
    }

    /// From now on connections are refused.
    pub async fn leave(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
            // It ends because it was aborted.
            let _ = accepting.await;
        }
    }

    /// Takes the next `count` mails to addresses that begin like this without saying so: the connection breaks.
    pub fn lose_answers(&self, count: usize, to: &'static str) {
        *self.counts.to_lose.lock().expect("no panic") = (count, to);
    }

    /// Number of mails that hang or have hung.
    pub fn hung(&self) -> usize {
        self.counts.hanging.load(Relaxed)
    }

    /// The mails that have come since the last look.
    pub fn arrived(&mut self) -> Vec<Taken> {
        std::iter::from_fn(|| self.taken.try_recv().ok()).collect()
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
        self.accepting.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

async fn talk(stream: TcpStream, told: mpsc::UnboundedSender<Taken>, counts: Arc<SmtpCounts>) -> Result<()> {
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
                hang(address.starts_with("rcpt-hangs"), &counts.hanging).await;
                to.push(address);
                b"250 ok\r\n"
            }
            "DATA" => {
                hang(to.iter().any(|to| to.starts_with("data-hangs")), &counts.hanging).await;
                if to.iter().any(|to| to.ends_with("@identities.invalid")) {
                    tokio::time::sleep(MOMENT).await;
                }
                writer.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    text.push_str(&line);
                    text.push('\n');
                }
                let is_lost = counts.loses_answer(&to);
                let _ = told.send(Taken { to: std::mem::take(&mut to), text });
                if is_lost {
                    return Ok(());
                }
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
