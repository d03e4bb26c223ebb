//! Behind a real nginx, configured as in the README: feeds, chat and media offers work, and limits count its clients
//! separately.

use crate::{
    chat::ban::OFFER,
    support::{Browser, Feed, TestServer, free_address, raw::Raw},
};
use anyhow::{Context, Result, ensure};
use reqwest::{Method, header};
use server::limits::LimitSettings;
use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// An nginx in front of a test server; it stops with its story.
pub(super) struct Nginx {
    child: Child,
    at: SocketAddr,
    _files: tempfile::TempDir,
}

impl Nginx {
    async fn before(server: &TestServer) -> Result<Self> {
        let files = tempfile::tempdir()?;
        let at = free_address()?;
        let behind = server.url.strip_prefix("http://").context("an address")?;
        Self::start(at, &config(files.path(), &format!("listen {at};"), behind), files).await
    }

    /// The same with TLS on `port`, with `key.pem` and `certificate.pem` in `keys`.
    pub(super) async fn with_tls(server: &TestServer, port: u16, keys: &Path) -> Result<Self> {
        let files = tempfile::tempdir()?;
        let at = SocketAddr::from(([127, 0, 0, 1], port));
        let behind = server.address.to_string();
        let keys = keys.display();
        let listen = format!(
            "listen {at} ssl;\nssl_certificate {keys}/certificate.pem;\nssl_certificate_key {keys}/key.pem;"
        );
        Self::start(at, &config(files.path(), &listen, &behind), files).await
    }

    async fn start(at: SocketAddr, config: &str, files: tempfile::TempDir) -> Result<Self> {
        std::fs::write(files.path().join("nginx.conf"), config)?;
        let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];
        let program = program.into_iter().find(|path| Path::new(path).exists()).context("no nginx")?;
        let child = Command::new(program)
            .args(["-e", "stderr", "-p"])
            .arg(files.path())
            .args(["-c", "nginx.conf", "-g", "daemon off;"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let nginx = Self { child, at, _files: files };
        for _ in 0..200 {
            if Raw::connect(at).await.is_ok() {
                return Ok(nginx);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        anyhow::bail!("nginx did not start")
    }

    /// A browser of one of the demo's people, through nginx.
    fn person(&self, server: &TestServer, who: &str) -> Browser {
        Browser::with_cookie(&format!("http://{}", self.at), &server.person(who).cookie())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end when it is asked to stop, but not when it is killed.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

fn config(files: &Path, listen: &str, behind: &str) -> String {
    let files = files.display();
    format!(
        "worker_processes 1;\npid {files}/pid;\nerror_log stderr;\nevents {{ worker_connections 512; }}\nhttp {{\n\
         access_log off;\nclient_body_temp_path {files}/body;\nproxy_temp_path {files}/proxy;\nfastcgi_temp_path {files}/fastcgi;\n\
         uwsgi_temp_path {files}/uwsgi;\nscgi_temp_path {files}/scgi;\n\
         upstream server {{ server {behind}; keepalive 8; keepalive_timeout 60s; }}\n\
         server {{ {listen}\n\
         location / {{ proxy_pass http://server; proxy_http_version 1.1; proxy_set_header Connection \"\";\n\
         proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }}\n\
         }}\n}}\n"
    )
}

/// The limit on feeds of one address. nginx buffers request bodies, so bodies that never arrive cannot be tested here.
const FEEDS: usize = 3;

async fn server(trusted: &str) -> Result<TestServer> {
    let trusted = trusted.parse()?;
    TestServer::with_settings(|settings| {
        settings.trusted_proxies = trusted;
        settings.limits = LimitSettings { address_feeds: FEEDS, ..LimitSettings::default() };
    })
    .await
}

/// A feed of a client that nginx sees at `source`.
async fn follow(nginx: &Nginx, source: &str, path: &str, cookie: &str, forged: &str) -> Result<Raw> {
    let mut raw = Raw::connect_from(source, nginx.at).await?;
    let at = nginx.at;
    raw.send(format!(
        "GET {path} HTTP/1.1\r\nhost: {at}\r\ncookie: {cookie}\r\naccept: text/event-stream\r\n{forged}\r\n"
    ))
    .await?;
    Ok(raw)
}

/// How many of these connections are ended as too many.
async fn displaced(feeds: &mut [Raw]) -> Result<usize> {
    let mut count = 0;
    for raw in feeds {
        let mut said = Vec::new();
        let read = async {
            use tokio::io::AsyncReadExt;
            while !String::from_utf8_lossy(&said).contains("event: displaced") {
                if raw.stream.read_buf(&mut said).await? == 0 {
                    break;
                }
            }
            anyhow::Ok(())
        };
        let _ = tokio::time::timeout(Duration::from_millis(500), read).await;
        ensure!(said.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&said));
        count += usize::from(String::from_utf8_lossy(&said).contains("event: displaced"));
    }
    Ok(count)
}

/// Two clients of nginx, each with as many feeds as an address may have, and one that forges its header.
async fn two_clients(trusted: &str) -> Result<usize> {
    let server = server(trusted).await?;
    let nginx = Nginx::before(&server).await?;
    let path = server.door("events").to_string();
    let fans = server.fans(2 * FEEDS).await?;
    let mut feeds = Vec::new();
    for (i, fan) in fans.iter().enumerate() {
        let source = if i < FEEDS { "127.0.0.21" } else { "127.0.0.22" };
        let forged = format!("x-forwarded-for: 10.9.8.{i}\r\n");
        feeds.push(follow(&nginx, source, &path, &fan.browser.cookie(), &forged).await?);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let count = displaced(&mut feeds).await?;
    drop((feeds, nginx));
    server.close().await?;
    Ok(count)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx, which tests/run installs"]
async fn limits_count_the_clients_of_a_trusted_proxy_separately() -> Result<()> {
    assert_eq!(two_clients("").await?, FEEDS, "all count as one address, and the forged header is ignored");
    assert_eq!(two_clients("127.0.0.1").await?, 0, "each client has its own limit");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx, which tests/run installs"]
async fn feeds_posts_and_offers_pass() -> Result<()> {
    let server = server("127.0.0.1").await?;
    let nginx = Nginx::before(&server).await?;
    let viewer = nginx.person(&server, "viewer");
    let room = server.live();
    let mut page: Feed = room.follow(&viewer, 0).await?;
    assert_eq!(room.say(&viewer, "through a proxy").await?.status, 303);
    page.all_until("through a proxy").await?;
    let offer = |who: &Browser, path: String| {
        who.request(Method::POST, &path).header(header::CONTENT_TYPE, "application/sdp")
    };
    let played = offer(&viewer, room.path("whep")).body(OFFER).send().await?;
    assert_eq!(played.status(), 201);
    let session = played.headers().get(header::LOCATION).context("a location")?.to_str()?.to_string();
    assert_eq!(viewer.send(viewer.request(Method::DELETE, &session)).await?.status, 200);
    let host = nginx.person(&server, "host");
    let sending = OFFER.replace("a=recvonly", "a=sendonly");
    let published = offer(&host, server.scheduled().path("whip")).body(sending).send().await?;
    assert_eq!(published.status(), 201, "{}", published.text().await?);
    drop((page, nginx));
    server.close().await
}
