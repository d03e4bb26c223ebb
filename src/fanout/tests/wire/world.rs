//! A server with one log, backed by a journal.

use crate::client::{Client, Dial, SOON};
use bytes::Bytes;
use fanout::{
    After, Body, Config, Counters, Event, Fanout, Frame, Link, Log, Patience, RequestBody, Serve, serve,
};
use http_body_util::{Either, Full};
use hyper::{Request, Response, header, service::service_fn};
use std::{
    convert::Infallible,
    fs,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};

/// The bytes of a film: more than the kernel takes for a reader who takes nothing.
pub const FILM: usize = 4 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Takeover,
    Hyper,
}

/// What the tests vary.
pub struct Settings {
    pub config: Config,
    pub send_buffer: u32,
    /// Long, so that only our own deadline ends a reader.
    pub user_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        let config = Config { shards: 2, tick: Duration::from_millis(5), ..Config::default() };
        Self { config, send_buffer: Serve::default().send_buffer, user_timeout: Duration::from_secs(600) }
    }
}

pub struct World {
    pub fanout: Fanout,
    pub room: Arc<Room>,
    pub addr: SocketAddr,
    links: mpsc::UnboundedReceiver<Link>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
}

/// A log, and the journal that answers for what the log has trimmed.
pub struct Room {
    pub log: Log,
    journal: Mutex<Vec<Frame>>,
}

impl Room {
    pub fn publish(&self, data: &str) -> u64 {
        let mut journal = self.journal.lock().expect("journal");
        let id = journal.len() as u64 + 1;
        let frame = Frame::from(Event::named("line", data).id(id));
        journal.push(frame.clone());
        assert!(self.log.append(frame));
        id
    }

    fn subscribe(&self, fanout: &Fanout, since: Option<u64>) -> (Link, Body) {
        let Some(since) = since else {
            return fanout.subscribe(self.log.head(), [Event::named("hello", "you").into()]);
        };
        match self.log.after(since) {
            After::Covered(cursor) => fanout.subscribe(cursor, []),
            After::Behind { cursor, head_id } => {
                let replay = self.journal.lock().expect("journal")[since as usize..head_id as usize].to_vec();
                fanout.subscribe(cursor, replay)
            }
        }
    }
}

impl World {
    pub async fn new(transport: Transport) -> Self {
        Self::with(transport, Settings::default()).await
    }

    pub async fn with(transport: Transport, settings: Settings) -> Self {
        let fanout = Fanout::start(settings.config).expect("threads");
        let room = Arc::new(Room { log: fanout.log(0), journal: Mutex::default() });
        let (new_links, links) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let options = Serve {
            takeover: transport == Transport::Takeover,
            send_buffer: settings.send_buffer,
            user_timeout: settings.user_timeout,
            grace: Duration::from_secs(5),
            ..Serve::default()
        };
        let listener = options.listen(([127, 0, 0, 1], 0).into()).expect("a port");
        let addr = listener.address().expect("an address");
        let service = {
            let (fanout, room) = (fanout.clone(), room.clone());
            service_fn(move |request: Request<RequestBody>| {
                std::future::ready(Ok::<_, Infallible>(answer(&request, &fanout, &room, &new_links)))
            })
        };
        let stopped = async { drop(stopped.await) };
        let served = tokio::spawn(serve(listener, service, fanout.clone(), stopped));
        Self { fanout, room, addr, links, stop: Some(stop), served }
    }

    /// Connects one reader; returns it with the server's link to it.
    pub async fn open(&mut self, path: &str) -> (Client, Link) {
        self.open_with(path, Dial::default()).await
    }

    pub async fn open_with(&mut self, path: &str, dial: Dial) -> (Client, Link) {
        let client = Client::dial(self.addr, path, dial).await;
        assert!(client.head.starts_with("http/1.1 200"), "{}", client.head);
        (client, self.link().await)
    }

    pub async fn link(&mut self) -> Link {
        timeout(SOON, self.links.recv()).await.expect("a link in time").expect("a link")
    }

    pub async fn until(&self, what: &str, holds: impl Fn(&Self, Counters) -> bool) {
        let waited = timeout(SOON, async {
            while !holds(self, self.fanout.counters()) {
                sleep(Duration::from_millis(5)).await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("{what}: {:?} {:#?}", self.fanout.counters(), self.sockets()));
    }

    /// The kernel's table rows of connections that this server accepted and still holds.
    pub fn sockets(&self) -> Vec<String> {
        // 127.0.0.1 as the kernel prints it; other addresses may use the same port.
        let local = format!("0100007F:{:04X}", self.addr.port());
        let table = fs::read_to_string("/proc/net/tcp").expect("the kernel's table");
        let owned = |line: &&str| {
            let column: Vec<&str> = line.split_whitespace().collect();
            // A socket without a file descriptor has inode 0; state 0A is the listener.
            column[1] == local && column[3] != "0A" && column[9] != "0"
        };
        table.lines().skip(1).filter(owned).map(str::to_owned).collect()
    }

    /// Stops the server through its shutdown signal.
    pub async fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).expect("a server");
        }
        timeout(SOON, &mut self.served).await.expect("the server ends").expect("no panic");
    }
}

fn answer(
    request: &Request<RequestBody>,
    fanout: &Fanout,
    room: &Room,
    links: &mpsc::UnboundedSender<Link>,
) -> Response<Either<Body, Full<Bytes>>> {
    if request.uri().path() == "/ping" {
        return Response::new(Either::Right(Full::from("pong")));
    }
    if let Some(film) = request.uri().path().strip_prefix("/film") {
        let mut response = Response::new(Either::Right(Full::from(vec![7; FILM])));
        if film == "/paused" {
            response.extensions_mut().insert(Patience(Duration::from_secs(600)));
        }
        return response;
    }
    let since = request.uri().query().and_then(|query| query.strip_prefix("since=")?.parse().ok());
    let (link, body) = room.subscribe(fanout, since);
    // The test may have stopped listening.
    let _ = links.send(link);
    if request.uri().path() == "/foreign" {
        return Response::new(Either::Left(body));
    }
    let mut response = body.respond().map(Either::Left);
    if request.uri().path() == "/encoded" {
        response.headers_mut().insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("identity"));
    }
    response
}
