//! How long an unresponsive connection lasts, and that the last response arrives whatever the client still sends.

use crate::client::SOON;
use axum::{Router, body::Bytes, http::StatusCode, routing};
use fanout::{Config, Connection, Entry, Fanout, Gate, Pace, Serve, SlowPart, serve};
use hyper_util::service::TowerToHyperService;
use std::{
    fmt,
    future::pending,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

const SHORT: Duration = Duration::from_millis(300);

/// A server with short limits: `/refuse` ignores its body, `/take` reads all of it.
fn hasty(gate: Option<Arc<dyn Gate>>) -> SocketAddr {
    let router = Router::new()
        .route("/refuse", routing::post(async || (StatusCode::UNAUTHORIZED, "not you")))
        .route("/take", routing::post(async |body: Bytes| body.len().to_string()))
        .route("/much", routing::get(async || vec![b'x'; 64 << 20]))
        .route("/ping", routing::get(async || "pong"));
    let options = Serve {
        handshake: SHORT,
        idle: 2 * SHORT,
        grace: SHORT,
        pace: Pace { grace: SHORT, rate: 1 << 20 },
        answer_pace: Pace { grace: SHORT, rate: 1 << 20 },
        gate,
        ..Serve::default()
    };
    let fanout = Fanout::start(Config::default()).expect("threads");
    let listener = options.listen(([127, 0, 0, 1], 0).into()).expect("a port");
    let address = listener.address().expect("an address");
    tokio::spawn(serve(listener, TowerToHyperService::new(router), fanout, pending()));
    address
}

/// Reads until the peer closes, and measures how long that took. A reset counts as an end.
async fn rest(stream: &mut TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    let mut said = Vec::new();
    let _ = timeout(SOON, stream.read_to_end(&mut said)).await.expect("an end in time");
    (String::from_utf8_lossy(&said).into_owned(), begun.elapsed())
}

#[tokio::test]
async fn a_refusal_arrives_whenever_the_body_comes() {
    let address = hasty(None);
    for (version, connection, expect) in [
        ("1.0", "close", ""),
        ("1.1", "close", ""),
        ("1.1", "keep-alive", ""),
        ("1.1", "keep-alive", "expect: 100-continue\r\n"),
    ] {
        for late in [0, 1, 20] {
            for _ in 0..10 {
                let mut stream = TcpStream::connect(address).await.expect("connect");
                let body = [b'x'; 30_000];
                let head = format!(
                    "POST /refuse HTTP/{version}\r\nhost: test\r\nconnection: {connection}\r\n{expect}content-length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all(head.as_bytes()).await.expect("a head");
                sleep(Duration::from_millis(late)).await;
                stream.write_all(&body).await.expect("the server keeps reading");
                let mut said = vec![0; 12];
                let read = timeout(SOON, stream.read_exact(&mut said)).await.expect("in time");
                let case = format!("{version} {connection} {expect:?} {late} ms");
                assert!(read.is_ok() && said.ends_with(b" 401"), "{case}: {read:?} {said:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_large_body_does_not_destroy_its_refusal() {
    let address = hasty(None);
    let mut stream = TcpStream::connect(address).await.expect("connect");
    let body = vec![b'x'; 4 << 20];
    let head = format!("POST /refuse HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.expect("a head");
    sleep(Duration::from_millis(20)).await;
    stream.write_all(&body).await.expect("the whole body is read");
    let (said, _) = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 401") && said.contains("connection: close"), "{said}");
}

/// Each client sends these bytes and then nothing more.
#[tokio::test]
async fn silence_ends_a_connection() {
    let address = hasty(None);
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    // An empty SETTINGS frame: a complete HTTP/2 handshake without a request.
    let settings = format!("{preface}\0\0\0\u{4}\0\0\0\0\0");
    let cases = [
        ("half a head", "GET /ping HTTP/1.1\r\nhost:"),
        ("a preface", preface),
        ("half a preface", &preface[..10]),
        ("an idle HTTP/2", &settings),
        ("an idle HTTP/1", "GET /ping HTTP/1.1\r\nhost: test\r\n\r\n"),
        ("half a second head", "GET /ping HTTP/1.1\r\nhost: test\r\n\r\nGET /ping HT"),
        ("no body", "POST /take HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\n\r\n"),
    ];
    for (case, words) in cases {
        let mut stream = TcpStream::connect(address).await.expect("connect");
        stream.write_all(words.as_bytes()).await.expect("words");
        let (_, lasted) = rest(&mut stream).await;
        assert!(lasted < Duration::from_secs(8), "{case} lasted {lasted:?}");
    }
}

#[tokio::test]
async fn a_dripping_body_is_ended() {
    let address = hasty(None);
    let mut stream = TcpStream::connect(address).await.expect("connect");
    let head = "POST /take HTTP/1.1\r\nhost: test\r\ncontent-length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("a head");
    let begun = Instant::now();
    let dripped = async {
        while stream.write_all(b"x").await.is_ok() {
            let mut some = [0; 64];
            if timeout(Duration::from_millis(20), stream.read(&mut some)).await.is_ok() {
                break;
            }
        }
    };
    timeout(SOON, dripped).await.expect("an end in time");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    // A body that is fast enough is accepted, and the connection is kept.
    let mut stream = TcpStream::connect(address).await.expect("connect");
    for _ in 0..2 {
        stream.write_all(head.as_bytes()).await.expect("a head");
        stream.write_all(&[b'x'; 1000]).await.expect("a body");
        let mut said = Vec::new();
        while !said.ends_with(b"1000") {
            assert!(stream.read_buf(&mut said).await.expect("an answer") > 0);
        }
    }
}

/// Keeps one connection at a time: the newest.
#[derive(Default)]
struct OneAtATime(Mutex<Option<Arc<Connection>>>);

impl fmt::Debug for OneAtATime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneAtATime")
    }
}

impl Gate for OneAtATime {
    fn enter(&self, connection: &Arc<Connection>) -> Entry {
        let mut held = self.0.lock().expect("no panic under it");
        match &*held {
            Some(old) if !old.is_idle() && !old.is_gone() => return Entry::Full,
            Some(old) => old.end(),
            None => {}
        }
        *held = Some(connection.clone());
        Entry::InsteadOfAnother
    }
    fn leave(&self, _: IpAddr) {}
}

#[tokio::test]
async fn a_gate_ends_idle_connections_and_turns_others_away() {
    let address = hasty(Some(Arc::new(OneAtATime::default())));
    let ask = b"GET /ping HTTP/1.1\r\nhost: test\r\n\r\n";
    let mut first = TcpStream::connect(address).await.expect("connect");
    first.write_all(ask).await.expect("a request");
    let mut said = Vec::new();
    while !said.ends_with(b"pong") {
        assert!(first.read_buf(&mut said).await.expect("an answer") > 0);
    }
    let mut second = TcpStream::connect(address).await.expect("connect");
    second
        .write_all(b"POST /take HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\n\r\n")
        .await
        .expect("a head");
    let (nothing, lasted) = rest(&mut first).await;
    assert!(nothing.is_empty() && lasted < Duration::from_millis(500), "{lasted:?}: {nothing}");
    sleep(Duration::from_millis(20)).await;
    let mut third = TcpStream::connect(address).await.expect("connect");
    third.write_all(ask).await.expect("a request");
    let (said, _) = rest(&mut third).await;
    assert!(said.starts_with("HTTP/1.1 503") && said.contains("retry-after"), "{said}");
}

/// Admits all, and keeps which of them were too slow, and with what.
#[derive(Debug, Default)]
struct SlowList(Mutex<Vec<SlowPart>>);

impl Gate for SlowList {
    fn enter(&self, _: &Arc<Connection>) -> Entry {
        Entry::Free
    }
    fn leave(&self, _: IpAddr) {}
    fn too_slow(&self, part: SlowPart) {
        self.0.lock().expect("no panic under it").push(part);
    }
}

#[tokio::test]
async fn a_gate_hears_who_was_too_slow_and_of_nobody_else() {
    let gate = Arc::new(SlowList::default());
    let address = hasty(Some(gate.clone()));
    let heard = || gate.0.lock().expect("no panic under it").clone();
    let mut whole = TcpStream::connect(address).await.expect("connect");
    whole.write_all(b"GET /ping HTTP/1.1\r\nhost: test\r\n\r\n").await.expect("a request");
    assert!(rest(&mut whole).await.0.ends_with("pong"));
    assert_eq!(heard(), [], "an idle connection is no slow one");
    for (sent, part) in [
        ("GET /ping HTTP/1.1\r\nhost:", SlowPart::Head),
        ("POST /take HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\n\r\nx", SlowPart::Body),
        ("GET /much HTTP/1.1\r\nhost: test\r\n\r\n", SlowPart::Response),
    ] {
        let mut slow = TcpStream::connect(address).await.expect("connect");
        slow.write_all(sent.as_bytes()).await.expect("a part of a request");
        timeout(SOON, async {
            while heard().is_empty() {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("nothing was heard of {part:?}"));
        assert_eq!(gate.0.lock().expect("no panic under it").drain(..).collect::<Vec<_>>(), [part]);
    }
}
