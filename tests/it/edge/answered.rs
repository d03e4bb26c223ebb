//! Every refusal reaches the client, whether the request arrives in one piece or head first, over each version of HTTP.

use crate::{
    routes::{self, Knock},
    support::{Browser, TestServer, raw::Raw},
};
use anyhow::{Context, Result};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper::{Request, body::Frame, client::conn::http2, header};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{convert::Infallible, net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// A response that takes longer counts as missing.
const PATIENCE: Duration = Duration::from_secs(20);
/// Milliseconds between the head and the body of a request.
const LATE: [u64; 3] = [0, 1, 20];
/// Number of concurrent requests.
const AT_ONCE: usize = 24;

#[derive(Clone, Copy, Debug)]
enum Version {
    Http10,
    KeepAlive,
    Close,
    Http2,
}

/// One request that must be refused.
struct Refused {
    method: &'static str,
    path: String,
    body: String,
    cookie: String,
}

impl Refused {
    fn head(&self, version: Version, expect: bool) -> String {
        let Self { method, path, body, cookie } = self;
        let (version, connection) = match version {
            Version::Http10 => ("1.0", "close"),
            Version::Close => ("1.1", "close"),
            Version::KeepAlive | Version::Http2 => ("1.1", "keep-alive"),
        };
        let mut head =
            format!("{method} {path} HTTP/{version}\r\nhost: localhost\r\nconnection: {connection}\r\n");
        if !cookie.is_empty() {
            head += &format!("cookie: {cookie}\r\n");
        }
        if expect {
            head += "expect: 100-continue\r\n";
        }
        if !body.is_empty() {
            let length = body.len();
            head +=
                &format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n");
        }
        head + "\r\n"
    }

    /// Sends the request and returns the status.
    async fn send(&self, to: SocketAddr, version: Version, late: Duration, expect: bool) -> Result<u16> {
        if matches!(version, Version::Http2) {
            return self.send_by_http2(to, late, expect).await;
        }
        let mut raw = Raw::connect(to).await?;
        let reply = raw.exchange(&self.head(version, expect), self.body.as_bytes(), late).await?;
        anyhow::ensure!(!reply.body.is_empty(), "a refusal without words: {reply:?}");
        Ok(reply.status)
    }

    async fn send_by_http2(&self, to: SocketAddr, late: Duration, expect: bool) -> Result<u16> {
        let stream = TokioIo::new(TcpStream::connect(to).await?);
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
        let connection = tokio::spawn(connection);
        let mut request = Request::builder().method(self.method).uri(format!("http://{to}{}", self.path));
        for (name, value) in [
            (header::COOKIE, self.cookie.as_str()),
            (header::EXPECT, if expect { "100-continue" } else { "" }),
            (
                header::CONTENT_TYPE,
                if self.body.is_empty() { "" } else { "application/x-www-form-urlencoded" },
            ),
        ] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let body = Bytes::from(self.body.clone());
        let later = stream::once(async move {
            tokio::time::sleep(if body.is_empty() { Duration::ZERO } else { late }).await;
            Ok::<_, Infallible>(Frame::data(body))
        });
        let request = request.body(StreamBody::new(Box::pin(later)))?;
        let answer = timeout(PATIENCE, sender.send_request(request)).await.context("no answer in time")??;
        let status = answer.status().as_u16();
        timeout(PATIENCE, answer.into_body().collect()).await.context("no end in time")??;
        connection.abort();
        Ok(status)
    }
}

/// All refusals in the table for a visitor who is signed out and for a stranger.
fn refusals(people: [(usize, &Browser); 2], names: &[(&'static str, String)]) -> Vec<Refused> {
    let refused = |knock: &'static Knock| {
        people.into_iter().filter(move |(at, _)| knock.want[*at] >= 400).map(move |(_, who)| {
            let body = match knock.method {
                "GET" | "DELETE" => String::new(),
                _ => routes::fill(&format!("{}&more=of+the+same", knock.body), names),
            };
            Refused {
                method: knock.method,
                path: routes::fill(knock.path, names),
                body,
                cookie: who.cookie(),
            }
        })
    };
    routes::rows().flat_map(refused).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_answered() -> Result<()> {
    let server = TestServer::open().await?;
    let to: SocketAddr = server.url.strip_prefix("http://").context("an address")?.parse()?;
    let (nobody, stranger) = (server.anybody(), server.person("stranger"));
    let names = routes::names(&server).await?;
    let refusals = refusals([(0, &nobody), (1, &stranger)], &names);
    assert!(refusals.len() > 100, "only {} refusals", refusals.len());
    let mut knocks = Vec::new();
    for refused in &refusals {
        for version in [Version::Http10, Version::KeepAlive, Version::Close, Version::Http2] {
            let ways: Vec<(u64, bool)> = if refused.body.is_empty() {
                vec![(0, false)]
            } else {
                LATE.into_iter().flat_map(|late| [(late, false), (late, true)]).collect()
            };
            knocks.extend(ways.into_iter().map(|(late, expect)| (refused, version, late, expect)));
        }
    }
    let total = knocks.len();
    let answers = stream::iter(knocks).map(|(refused, version, late, expect)| async move {
        let answer = refused.send(to, version, Duration::from_millis(late), expect).await;
        let case = format!("{} {} {version:?} {late} ms, expect {expect}", refused.method, refused.path);
        match answer {
            Ok(status) if status < 500 => None,
            other => Some(format!("{case}: {other:?}")),
        }
    });
    let lost: Vec<String> =
        answers.buffer_unordered(AT_ONCE).filter_map(|lost| async { lost }).collect().await;
    assert!(lost.is_empty(), "{} of {total} without an answer\n{}", lost.len(), lost.join("\n"));
    assert!(total > 1500, "only {total} requests");
    server.close().await
}
