//! A small server with one room that behaves correctly or, on request, has one fault.

use load::wire::{
    doors::{Room, Target},
    http::encode,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::Instant,
};

/// The line that the fault applies to: the fifth entry.
const VICTIM: u64 = 5;
/// The slow-mode path of the room, whose id is that of its events.
const SLOW_MODE: &str = "/streams//e/slow_mode";
/// The delay of every frame under the fault `Lags`.
const LAG: Duration = Duration::from_millis(400);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// One reader misses the line.
    Loses,
    /// One reader gets it twice.
    Doubles,
    /// One reader gets it after the next one.
    Swaps,
    /// Shown and answered with success, but missing when the journal is read again.
    Forgets,
    /// Published although the answer was 500.
    Denies,
    /// The journal skips a number.
    Skips,
    /// One person too many is shown.
    Miscounts,
    /// The same on the watch page, at `/ops`, and in pages at `/metrics`.
    PageMiscounts,
    OpsMiscount,
    MetricsMiscount,
    /// All connections break once and reconnect.
    Hiccups,
    /// Every reader gets everything late.
    Lags,
}

/// When it was published, and its content.
type Frame = (Instant, String);

struct Reader {
    number: usize,
    send: UnboundedSender<Frame>,
    cookie: String,
    held: Option<String>,
}

impl Reader {
    fn tell(&self, text: String) {
        drop(self.send.send((Instant::now(), text)));
    }
}

struct FakeServer {
    fault: Fault,
    journal: Vec<(u64, String)>,
    readers: Vec<Reader>,
    entered: usize,
}

type Shared = Arc<Mutex<FakeServer>>;

/// Starts the server and returns its address; it runs as long as the runtime.
pub async fn start(fault: Fault) -> Arc<Target> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = listener.local_addr().expect("an address");
    // Entries of other people's lines from before the run.
    let journal = vec![(1, "hello".to_string()), (2, "there".to_string())];
    let server = Arc::new(Mutex::new(FakeServer { fault, journal, readers: Vec::new(), entered: 0 }));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, server.clone()));
        }
    });
    let room = Room { events: "/e".into(), messages: "/m".into(), watch: "/w".into() };
    let people = (0..4).map(|i| format!("who={i}")).collect();
    Arc::new(Target {
        at,
        rooms: vec![room],
        people,
        operator: "who=op".into(),
        host: String::new(),
        pid: None,
    })
}

async fn serve(mut stream: TcpStream, server: Shared) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8(buffer.drain(..end).collect()).ok()?;
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let cookie = field("Cookie:").unwrap_or("").to_string();
        let len: usize = field("Content-Length:").and_then(|len| len.parse().ok()).unwrap_or(0);
        while buffer.len() < len {
            stream.read_buf(&mut buffer).await.ok()?;
        }
        let body = String::from_utf8(buffer.drain(..len).collect()).ok()?;
        let path = head.split(' ').nth(1)?;
        if let Some(since) = path.strip_prefix("/e?since=") {
            let since = field("Last-Event-ID:").unwrap_or(since).parse().ok()?;
            return feed(stream, server, since, cookie).await;
        }
        let answer = match path {
            "/m" | SLOW_MODE => {
                let refused = server.lock().expect("server").say(&body);
                let status = if refused { "500 Broken" } else { "303 See Other" };
                format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")
            }
            _ => {
                let page = server.lock().expect("server").answer(path);
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len())
            }
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}

async fn feed(mut stream: TcpStream, server: Shared, since: u64, cookie: String) -> Option<()> {
    let (send, mut frames) = unbounded_channel();
    let fault = server.lock().expect("server").fault;
    let (number, first) = server.lock().expect("server").enter(send, since, cookie);
    stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.ok()?;
    stream.write_all(chunk(&first).as_bytes()).await.ok()?;
    let (mut from, mut to) = stream.into_split();
    let lag = if fault == Fault::Lags { LAG } else { Duration::ZERO };
    let writer = tokio::spawn(async move {
        while let Some((at, frame)) = frames.recv().await {
            tokio::time::sleep_until(at + lag).await;
            to.write_all(chunk(&frame).as_bytes()).await.ok()?;
        }
        Some(())
    });
    let mut nothing = [0; 16];
    tokio::select! {
        _ = from.read(&mut nothing) => {}
        _ = writer => {}
    }
    server.lock().expect("server").leave(number);
    None
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

impl FakeServer {
    fn enter(&mut self, send: UnboundedSender<Frame>, since: u64, cookie: String) -> (usize, String) {
        let forgotten = |id: &u64| self.fault == Fault::Forgets && *id == VICTIM;
        let missed = self.journal.iter().filter(|(id, _)| *id > since && !forgotten(id));
        let first: String = missed.map(|(id, words)| entry(*id, words)).collect();
        self.entered += 1;
        self.readers.push(Reader { number: self.entered, send, cookie, held: None });
        let people = self.people();
        self.readers.iter().for_each(|reader| reader.tell(people.clone()));
        (self.entered, format!("event: beat\ndata: \n\n{first}"))
    }

    fn leave(&mut self, number: usize) {
        self.readers.retain(|reader| reader.number != number);
        let people = self.people();
        self.readers.iter().for_each(|reader| reader.tell(people.clone()));
    }

    /// The number of people, plus one under that fault; the probe before the run gets the true number.
    fn count(&self, fault: Fault) -> usize {
        let people = self.readers.iter().map(|reader| &reader.cookie).collect::<BTreeSet<_>>().len();
        people + self.spoiled(fault)
    }

    fn spoiled(&self, fault: Fault) -> usize {
        usize::from(self.fault == fault && self.readers.len() > 3)
    }

    fn people(&self) -> String {
        format!("data: <output id=\"people\">{}</output>\n\n", self.count(Fault::Miscounts))
    }

    fn answer(&self, path: &str) -> String {
        match path {
            "/ops/fragment" => format!("<dt>viewers</dt><dd>{}</dd>", self.count(Fault::OpsMiscount)),
            // Two: the page of the probe before the run may be counted for five seconds more.
            "/metrics" => {
                let pages = self.readers.len() + 2 * self.spoiled(Fault::MetricsMiscount);
                format!("backstage_attendances {pages}\n")
            }
            _ => self.page(),
        }
    }

    /// Returns true when the answer must deny success.
    fn say(&mut self, form: &str) -> bool {
        let words = match form.strip_prefix("seconds=") {
            Some("0") => return false,
            Some(seconds) => format!("<span class=\"badge\">slow mode {seconds} s</span>"),
            None => said(form).to_string(),
        };
        let id = self.journal.last().map_or(0, |(id, _)| *id) + 1;
        let id = id + u64::from(self.fault == Fault::Skips && id == VICTIM);
        let (fault, text) = (self.fault, entry(id, &words));
        self.journal.push((id, words));
        for (i, reader) in self.readers.iter_mut().enumerate() {
            let frame = if i == 1 { spoil(fault, id, &text, &mut reader.held) } else { text.clone() };
            // An empty chunk would end the body.
            if !frame.is_empty() {
                reader.tell(frame);
            }
        }
        if fault == Fault::Hiccups && id == VICTIM {
            self.readers.clear();
        }
        fault == Fault::Denies && id == VICTIM
    }

    fn page(&self) -> String {
        let forgotten = |id: &u64| self.fault == Fault::Forgets && *id == VICTIM;
        let lines = self.journal.iter().filter(|(id, _)| !forgotten(id));
        let lines: String = lines.map(|(_, words)| format!("<li>{words}</li>")).collect();
        format!("<output id=\"people\">{}</output>{lines}", self.count(Fault::PageMiscounts))
    }
}

fn said(form: &str) -> &str {
    let words = form.strip_prefix("body=").and_then(|rest| rest.split('&').next()).unwrap_or("");
    assert_eq!(encode(words).replace("%2B", "+"), words, "the tool's text needs no decoding");
    words
}

/// What the second reader receives.
fn spoil(fault: Fault, id: u64, text: &str, held: &mut Option<String>) -> String {
    match fault {
        Fault::Loses if id == VICTIM => String::new(),
        Fault::Doubles if id == VICTIM => text.repeat(2),
        Fault::Swaps if id == VICTIM => {
            *held = Some(text.to_string());
            String::new()
        }
        _ => format!("{text}{}", held.take().unwrap_or_default()),
    }
}

fn entry(id: u64, words: &str) -> String {
    format!("id: {id}\ndata: <li>{words}</li>\n\n")
}
