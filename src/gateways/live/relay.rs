//! Relays: TURN servers of the operator, coturn for example, which carry media where a network lets a browser reach nothing else.
//!
//! A relay shares a secret with us and keeps no list of people. What lets somebody in is made for them here and says itself when it
//! is void: the "REST API" for TURN, coturn's `use-auth-secret`. The relay asks for it when a browser reserves an address there;
//! a reservation that stands goes on.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    live::passes::PASS_LASTS,
    secret::{SecretError, SharedSecret},
    time::Millis,
};
use ring::hmac;
use std::{fmt, io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    time::timeout,
};
use url::Host;

/// Relays that browsers are told. One each by UDP, TCP and TLS is all that helps. Each gives a browser one more address on each of
/// its networks, and the SFU ends who comes from too many; browsers warn above four.
const MOST: usize = 3;
/// Until a question to a relay by UDP is repeated.
const AGAIN: Duration = Duration::from_secs(2);
/// A STUN binding request (RFC 8489): its type, no attributes, the magic number, and any transaction.
const QUESTION: [u8; 20] = *b"\x00\x01\x00\x00\x21\x12\xa4\x42backstage-12";
/// What its answer begins with.
const ANSWER: [u8; 2] = [1, 1];

/// What a browser speaks to a relay. The relay reaches the SFU by UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayWay {
    Udp,
    Tcp,
    Tls,
}

impl RelayWay {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }
}

/// Where a relay listens: `turn:host:port?transport=udp`, the same with `tcp`, or `turns:host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayUrl {
    pub host: Host,
    pub port: u16,
    pub way: RelayWay,
}

impl RelayUrl {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
        let way = match (scheme, query) {
            ("turn", None | Some("transport=udp")) => RelayWay::Udp,
            ("turn", Some("transport=tcp")) => RelayWay::Tcp,
            ("turns", None | Some("transport=tcp")) => RelayWay::Tls,
            _ => return None,
        };
        let (host, port) = place.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port != 0)?;
        Some(Self { host: Host::parse(host).ok()?, port, way })
    }

    /// # Errors
    /// When nothing there answers. By TLS it is only reached: its certificate is for browsers to judge.
    async fn ask(&self) -> io::Result<()> {
        let place = format!("{}:{}", self.host, self.port);
        let mut answer = [0; ANSWER.len()];
        if self.way == RelayWay::Udp {
            // The relay's family is not known before its name is.
            let place = tokio::net::lookup_host(place).await?.next().ok_or(io::ErrorKind::NotFound)?;
            let own = if place.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
            let socket = UdpSocket::bind(own).await?;
            socket.connect(place).await?;
            loop {
                socket.send(&QUESTION).await?;
                if let Ok(answered) = timeout(AGAIN, socket.recv(&mut answer)).await {
                    answered?;
                    break;
                }
            }
        } else {
            let mut stream = TcpStream::connect(place).await?;
            if self.way == RelayWay::Tls {
                return Ok(());
            }
            stream.write_all(&QUESTION).await?;
            stream.read_exact(&mut answer).await?;
        }
        if answer == ANSWER { Ok(()) } else { Err(io::Error::other("something else answers there")) }
    }
}

impl fmt::Display for RelayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, transport) = match self.way {
            RelayWay::Udp => ("turn", "udp"),
            RelayWay::Tcp => ("turn", "tcp"),
            RelayWay::Tls => ("turns", "tcp"),
        };
        write!(f, "{scheme}:{}:{}?transport={transport}", self.host, self.port)
    }
}

/// The sentences complete the name of the setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayConfigError {
    #[error(
        "BACKSTAGE_TURN_URLS must be like turn:relay.example:3478?transport=udp or turns:relay.example:443"
    )]
    Url,
    #[error("BACKSTAGE_TURN_URLS has more than {MOST} relays, which slows browsers down")]
    Many,
    #[error("BACKSTAGE_TURN_SECRET {0}")]
    Secret(SecretError),
}

/// The relays, and the secret that all of them share with us.
#[derive(Clone, Debug)]
pub struct RelayConfig {
    urls: Vec<RelayUrl>,
    secret: SharedSecret,
}

/// What lets one person use the relays for some time.
#[derive(Debug, PartialEq, Eq)]
pub struct RelayPass {
    pub username: String,
    pub password: SharedSecret,
}

impl RelayConfig {
    /// `urls`: with commas between them.
    ///
    /// # Errors
    /// What is wrong with the addresses, or else with the secret.
    pub fn parse(urls: &str, secret: &str) -> Result<Self, RelayConfigError> {
        let urls = urls.split(',').map(|url| RelayUrl::parse(url.trim()).ok_or(RelayConfigError::Url));
        let urls: Vec<_> = urls.collect::<Result<_, _>>()?;
        if urls.len() > MOST {
            return Err(RelayConfigError::Many);
        }
        Ok(Self { urls, secret: SharedSecret::parse(secret).map_err(RelayConfigError::Secret)? })
    }

    pub fn urls(&self) -> &[RelayUrl] {
        &self.urls
    }

    /// `whom`: letters and digits by which the relay counts what one person has reserved; they should say nothing else about them. A
    /// browser uses it at once, so it lasts as long as a pass into a media plane, which leaves room for clocks that differ.
    pub fn pass(&self, whom: &str, now: Millis) -> RelayPass {
        let username = format!("{}:{whom}", (now + PASS_LASTS).0.div_euclid(1000));
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.secret.expose().as_bytes());
        let signature = hmac::sign(&key, username.as_bytes());
        let password = SharedSecret::parse(&STANDARD.encode(signature)).expect("28 printable characters");
        RelayPass { username, password }
    }

    /// The values of `Link` headers, one for each relay, with the pass of one person (RFC 9725, section 4.6).
    pub fn links(&self, whom: &str, now: Millis) -> impl Iterator<Item = String> + '_ {
        let RelayPass { username, password } = self.pass(whom, now);
        self.urls.iter().map(move |url| {
            let password = password.expose();
            format!(
                "<{url}>; rel=\"ice-server\"; username=\"{username}\"; credential=\"{password}\"; credential-type=\"password\""
            )
        })
    }

    /// Asks each relay whether it is there.
    ///
    /// # Errors
    /// Which one does not answer, and why.
    pub async fn check(&self) -> Result<(), String> {
        for url in &self.urls {
            url.ask().await.map_err(|why| format!("{url}: {why}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "north-wind-and-the-sun";

    fn config(urls: &str) -> Result<RelayConfig, RelayConfigError> {
        RelayConfig::parse(urls, SECRET)
    }

    #[test]
    fn addresses_of_relays_are_read_and_anything_else_is_refused() {
        for (given, written) in [
            ("turn:relay.example:3478", "turn:relay.example:3478?transport=udp"),
            ("turn:relay.example:3478?transport=udp", "turn:relay.example:3478?transport=udp"),
            ("turn:203.0.113.5:80?transport=tcp", "turn:203.0.113.5:80?transport=tcp"),
            ("turn:[2001:db8::5]:3478", "turn:[2001:db8::5]:3478?transport=udp"),
            (" turns:relay.example:443 ", "turns:relay.example:443?transport=tcp"),
        ] {
            let urls = config(given).unwrap_or_else(|why| panic!("{given}: {why}")).urls;
            assert_eq!(urls.iter().map(ToString::to_string).collect::<Vec<_>>(), [written]);
        }
        for wrong in [
            "",
            "relay.example:3478",
            "stun:relay.example:3478",
            "https://relay.example",
            "turn:relay.example",
            "turn:relay.example:0",
            "turn:relay.example:70000",
            "turn::3478",
            "turn:one two:3478",
            "turn:a>b:3478",
            "turn:relay.example:3478?transport=sctp",
            "turns:relay.example:443?transport=udp",
            "turn:relay.example:3478,",
        ] {
            assert_eq!(config(wrong).err(), Some(RelayConfigError::Url), "{wrong}");
        }
        let four = ["turn:relay.example:1"; MOST + 1].join(",");
        assert_eq!(config(&four).err(), Some(RelayConfigError::Many));
        let short = RelayConfig::parse("turn:relay.example:1", "short").err();
        assert_eq!(short, Some(RelayConfigError::Secret(SecretError::Short(5))));
    }

    /// By `printf 1767225600:viewer | openssl dgst -sha1 -hmac north-wind-and-the-sun -binary | base64`.
    #[test]
    fn a_pass_is_what_a_relay_computes_itself() {
        let relays = config("turn:relay.example:3478,turns:relay.example:443").expect("relays");
        let pass = relays.pass("viewer", Millis(1_767_225_000_999));
        assert_eq!(pass.username, "1767225600:viewer", "ten minutes later, in seconds");
        assert_eq!(pass.password.expose(), "iSDHCwPoKAcyZ8tLTgB2acaWGSM=");
        let links: Vec<_> = relays.links("viewer", Millis(1_767_225_000_999)).collect();
        assert_eq!(links.len(), 2);
        assert_eq!(
            links[1],
            "<turns:relay.example:443?transport=tcp>; rel=\"ice-server\"; username=\"1767225600:viewer\"; \
            credential=\"iSDHCwPoKAcyZ8tLTgB2acaWGSM=\"; credential-type=\"password\""
        );
    }

    #[tokio::test]
    async fn a_relay_that_answers_is_told_from_something_else() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let port = listener.local_addr().expect("its address").port();
        tokio::spawn(async move {
            for answer in [[1, 1], *b"HT"] {
                let (mut stream, _) = listener.accept().await.expect("a question");
                stream.read_exact(&mut [0; QUESTION.len()]).await.expect("all of it");
                stream.write_all(&answer).await.expect("an answer");
            }
        });
        let relays = config(&format!("turn:127.0.0.1:{port}?transport=tcp")).expect("a relay");
        assert_eq!(relays.check().await, Ok(()));
        let why = relays.check().await.expect_err("a web server");
        assert!(why.contains("something else") && why.contains(&port.to_string()), "{why}");
        assert!(relays.check().await.is_err(), "nobody listens any more");
    }
}
