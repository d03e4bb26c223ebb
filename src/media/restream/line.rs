//! The way to a destination. We look its address up, judge it, connect, and prove who it is; the program that encodes only speaks
//! to us. So it cannot be led elsewhere by a name that means another address the next time, and needs to know no certificates.

use domain::live::restream::{RestreamAddress, RestreamAddressError, RestreamFailure, is_public};
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, lookup_host},
    sync::Semaphore,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// How long each step of a connection may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Names that are looked up at a time. Each takes a thread of those that may block, of which files and databases need some, too, and
/// a name server that a stranger chose may be slow.
static LOOKUPS: Semaphore = Semaphore::const_new(64);
/// Addresses of a host that are tried. Its name server may name thousands that have nothing to do with it.
const TRIED: usize = 4;
/// What is read at once, in bytes.
const READ: usize = 16 * 1024;

/// A connection to a destination, with TLS or without.
pub trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// Who ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hangup {
    Program,
    Destination,
}

/// Where a host is. One that is also inside is not reached at all.
///
/// # Errors
/// `Private` of an address. `Unknown` of a name: whether it is one of this network is told to nobody.
pub async fn find(
    address: &RestreamAddress,
    allows_private: bool,
) -> Result<Vec<SocketAddr>, RestreamAddressError> {
    let found: Vec<SocketAddr> = match address.ip() {
        Some(ip) => vec![(ip, address.port).into()],
        None => {
            let found = timeout(PATIENCE, look_up(address.host.clone(), address.port)).await;
            found.ok().flatten().unwrap_or_default()
        }
    };
    match found.as_slice() {
        [] => Err(RestreamAddressError::Unknown),
        all if !allows_private && !all.iter().all(|one| is_public(one.ip())) => {
            Err(address.ip().map_or(RestreamAddressError::Unknown, |_| RestreamAddressError::Private))
        }
        _ => Ok(found),
    }
}

async fn look_up(host: String, port: u16) -> Option<Vec<SocketAddr>> {
    let place = LOOKUPS.acquire().await.ok()?;
    // A task of its own: its thread goes on after we have given up, and keeps its place meanwhile.
    let found = tokio::spawn(async move {
        let found = lookup_host((host, port)).await.map(Iterator::collect::<Vec<_>>);
        drop(place);
        found
    });
    found.await.ok()?.ok()
}

/// Connects to the first address that answers, of the first few.
pub async fn connect(
    address: &RestreamAddress,
    places: &[SocketAddr],
) -> Result<Box<dyn Line>, RestreamFailure> {
    for place in places.iter().take(TRIED) {
        let Ok(Ok(plain)) = timeout(PATIENCE, TcpStream::connect(place)).await else { continue };
        let _ = plain.set_nodelay(true);
        if !address.secure {
            return Ok(Box::new(plain));
        }
        let secured = timeout(PATIENCE, secure(&address.host, plain)).await;
        return match secured {
            Ok(Ok(secured)) => Ok(Box::new(secured)),
            // What is no proof.
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => Err(RestreamFailure::Untrusted),
            Ok(Err(_)) | Err(_) => Err(RestreamFailure::Unreachable),
        };
    }
    Err(RestreamFailure::Unreachable)
}

async fn secure(host: &str, plain: TcpStream) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(config)).connect(name, plain).await
}

/// Carries bytes both ways until somebody ends it. `sent` counts those that the destination was given.
pub async fn carry(program: TcpStream, destination: Box<dyn Line>, sent: &AtomicU64) -> Hangup {
    let (mut from_program, mut to_program) = tokio::io::split(program);
    let (mut from_destination, mut to_destination) = tokio::io::split(destination);
    let out = async {
        let mut bytes = vec![0; READ];
        loop {
            let count = match from_program.read(&mut bytes).await {
                Ok(0) | Err(_) => return Hangup::Program,
                Ok(count) => count,
            };
            let given = async {
                to_destination.write_all(&bytes[..count]).await?;
                to_destination.flush().await
            };
            if given.await.is_err() {
                return Hangup::Destination;
            }
            sent.fetch_add(count as u64, Ordering::Relaxed);
        }
    };
    let back = async {
        let mut bytes = vec![0; READ];
        loop {
            let count = match from_destination.read(&mut bytes).await {
                Ok(0) | Err(_) => return Hangup::Destination,
                Ok(count) => count,
            };
            if to_program.write_all(&bytes[..count]).await.is_err() {
                return Hangup::Program;
            }
        }
    };
    tokio::select! {
        hangup = out => hangup,
        hangup = back => hangup,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    fn address(text: &str) -> RestreamAddress {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn private_addresses_are_found_only_where_that_is_allowed() {
        use RestreamAddressError::{Private, Unknown};
        for (text, why) in [
            ("rtmp://127.0.0.1/app", Private),
            ("rtmps://[::1]/app", Private),
            ("rtmp://10.0.0.1/a", Private),
            // As a name that leads nowhere.
            ("rtmp://localhost/app", Unknown),
        ] {
            assert_eq!(find(&address(text), false).await, Err(why), "{text}");
            assert!(find(&address(text), true).await.is_ok(), "{text}");
        }
        let public = find(&address("rtmp://8.8.8.8:1936/app"), false).await.unwrap();
        assert_eq!(public, ["8.8.8.8:1936".parse().unwrap()]);
        for allows_private in [true, false] {
            assert_eq!(find(&address("rtmp://nobody.invalid/app"), allows_private).await, Err(Unknown));
        }
    }

    #[tokio::test]
    async fn nobody_answers_or_proves_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap();
        // It speaks, but not TLS.
        let spoken = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        });
        let secure = connect(&address("rtmps://live.example/app"), &[place]).await;
        assert_eq!(secure.err(), Some(RestreamFailure::Untrusted));
        spoken.await.unwrap();
        // The listener is gone.
        let plain = connect(&address("rtmp://live.example/app"), &[place]).await;
        assert_eq!(plain.err(), Some(RestreamFailure::Unreachable));
        // Somebody listens behind several who do not.
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        for (others, found) in [(TRIED - 1, true), (TRIED, false)] {
            let mut places = vec![place; others];
            places.push(listener.local_addr().unwrap());
            assert_eq!(connect(&address("rtmp://live.example/app"), &places).await.is_ok(), found);
        }
    }

    #[tokio::test]
    async fn bytes_go_both_ways_until_somebody_hangs_up() {
        for ends in [Hangup::Program, Hangup::Destination] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let there = listener.local_addr().unwrap();
            let mut program = TcpStream::connect(there).await.unwrap();
            let (of_program, _) = listener.accept().await.unwrap();
            let of_destination = TcpStream::connect(there).await.unwrap();
            let (mut destination, _) = listener.accept().await.unwrap();
            let sent = Arc::<AtomicU64>::default();
            let counted = sent.clone();
            let carried =
                tokio::spawn(async move { carry(of_program, Box::new(of_destination), &counted).await });
            let mut bytes = [0; 5];
            program.write_all(b"hello").await.unwrap();
            destination.read_exact(&mut bytes).await.unwrap();
            assert_eq!(&bytes, b"hello");
            destination.write_all(b"there").await.unwrap();
            program.read_exact(&mut bytes).await.unwrap();
            assert_eq!(&bytes, b"there");
            match ends {
                Hangup::Program => drop(program),
                Hangup::Destination => drop(destination),
            }
            assert_eq!((carried.await.unwrap(), sent.load(Ordering::Relaxed)), (ends, 5));
        }
    }
}
