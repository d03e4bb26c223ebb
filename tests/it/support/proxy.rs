//! A proxy between the service and its database. When cut, connections break and new ones are refused, as if the server
//! had stopped. It can also lose the answer to a statement that succeeds.

use anyhow::{Context, Result};
use sqlx::postgres::PgConnectOptions;
use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream, UnixStream},
    task::{JoinHandle, JoinSet},
};

#[derive(Clone)]
enum Server {
    Socket(PathBuf),
    Host(String, u16),
}

type ToLose = Arc<Mutex<Option<&'static str>>>;

pub struct Proxy {
    address: SocketAddr,
    /// Bound but not listening, so that nobody else gets the port while connections are refused.
    _port: TcpSocket,
    server: Server,
    /// The words of a statement whose answer is still to be lost.
    to_lose: ToLose,
    /// Aborting it drops the listener and every connection.
    open: Option<JoinHandle<()>>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.open.iter().for_each(JoinHandle::abort);
    }
}

impl Proxy {
    /// A proxy to the server that a database URL names.
    pub async fn before(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let port = options.get_port();
        let server = match options.get_socket() {
            Some(dir) => Server::Socket(dir.join(format!(".s.PGSQL.{port}"))),
            None => Server::Host(options.get_host().to_string(), port),
        };
        let port = TcpSocket::new_v4()?;
        port.set_reuseaddr(true)?;
        port.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let mut proxy =
            Self { address: port.local_addr()?, _port: port, server, to_lose: Arc::default(), open: None };
        proxy.mend().await?;
        Ok(proxy)
    }

    /// The URL of the same database through this proxy.
    pub fn instead_of(&self, url: &str) -> Result<String> {
        let (who, rest) = url.rsplit_once('@').context("an address with a user")?;
        let (_, name) = rest.split_once('/').context("an address with a database")?;
        Ok(format!("{who}@{}/{name}", self.address))
    }

    pub async fn cut(&mut self) {
        if let Some(open) = self.open.take() {
            open.abort();
            // It ends because it was aborted.
            let _ = open.await;
        }
    }

    /// Breaks the next connection that sends a statement with these words, after it has succeeded and before its answer
    /// arrives.
    pub fn lose_answer(&self, words: &'static str) {
        *self.to_lose.lock().unwrap() = Some(words);
    }

    /// Whether this answer is still to be lost.
    pub fn is_to_lose(&self) -> bool {
        self.to_lose.lock().unwrap().is_some()
    }

    /// Listens again at the same address.
    pub async fn mend(&mut self) -> Result<()> {
        let listener = TcpListener::bind(self.address).await?;
        self.open = Some(tokio::spawn(serve(listener, self.server.clone(), self.to_lose.clone())));
        Ok(())
    }
}

async fn serve(listener: TcpListener, server: Server, to_lose: ToLose) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (server, to_lose) = (server.clone(), to_lose.clone());
        // Whichever side ends a connection, it ends for both.
        connections.spawn(async move {
            let _ = match server {
                Server::Socket(path) => relay(client, UnixStream::connect(path).await?, &to_lose).await,
                Server::Host(host, port) => {
                    relay(client, TcpStream::connect((host, port)).await?, &to_lose).await
                }
            };
            io::Result::Ok(())
        });
    }
}

async fn relay(
    mut client: TcpStream,
    mut server: impl AsyncRead + AsyncWrite + Unpin,
    to_lose: &ToLose,
) -> io::Result<()> {
    let (mut asked, mut answered) = (vec![0; 65536], vec![0; 65536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let words = &asked[..read?];
                server.write_all(words).await?;
                let over = words.is_empty();
                if take_if_sent(to_lose, words) {
                    // The database's answer means that the statement is done.
                    let _lost = server.read(&mut answered).await?;
                    return Ok(());
                }
                if over { return Ok(()) }
            }
            read = server.read(&mut answered) => {
                let words = &answered[..read?];
                if words.is_empty() { return Ok(()) }
                client.write_all(words).await?;
            }
        }
    }
}

fn take_if_sent(to_lose: &ToLose, sent: &[u8]) -> bool {
    let has = |words: &mut &str| sent.windows(words.len()).any(|part| part == words.as_bytes());
    to_lose.lock().unwrap().take_if(|words| has(words)).is_some()
}
