//! The service's own media plane behind the smallest WHIP and WHEP doors: `/NAME/whip`, `/NAME/whep`, and `/sessions/ID`.

use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaEnd, MediaPlane as _},
};
use media::{Config, EmbeddedSfu};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

pub struct Doors {
    sfu: EmbeddedSfu,
    rooms: Mutex<HashMap<String, RoomId>>,
    /// In the order in which they came; publishers count, too.
    sessions: Mutex<Vec<MediaSessionId>>,
}

/// Returns its address, below which rooms are made as somebody publishes into them. It runs as long as the runtime.
pub async fn start() -> (String, Arc<Doors>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let sfu = EmbeddedSfu::start(Config::default()).expect("a media plane");
    let doors = Arc::new(Doors { sfu, rooms: Mutex::default(), sessions: Mutex::default() });
    let theirs = doors.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(theirs.clone(), stream));
        }
    });
    (url, doors)
}

impl Doors {
    pub fn sessions(&self) -> usize {
        self.sessions.lock().unwrap().len()
    }

    /// Ends the session that came as this one.
    pub fn eject(&self, number: usize) {
        self.sfu.end(self.sessions.lock().unwrap()[number], MediaEnd::Ejected);
    }

    async fn answer(&self, method: &str, path: &str, offer: String) -> (u16, String, String) {
        let (name, door) = path[1..].split_once('/').expect("two parts");
        if method == "DELETE" {
            let known = self.sessions.lock().unwrap().iter().find(|id| id.to_string() == door).copied();
            self.sfu.end(known.expect("a session"), MediaEnd::Left);
            return (200, String::new(), String::new());
        }
        let room = self.rooms.lock().unwrap().get(name).copied();
        let answered = match (door, room) {
            ("whip", None) => {
                let room = *self.rooms.lock().unwrap().entry(name.to_owned()).or_default();
                self.sfu.publish(room, offer, false).await
            }
            ("whep", Some(room)) => self.sfu.play(room, offer).await,
            _ => return (404, String::new(), String::new()),
        };
        let answer = answered.expect("an answer");
        self.sessions.lock().unwrap().push(answer.session);
        (201, format!("/sessions/{}", answer.session), answer.sdp)
    }
}

async fn serve(doors: Arc<Doors>, mut stream: TcpStream) {
    let mut bytes = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        };
        let head = String::from_utf8(bytes.drain(..end).collect()).expect("a head");
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |length| length.parse().expect("a number"));
        while bytes.len() < length {
            assert!(stream.read_buf(&mut bytes).await.unwrap_or(0) > 0, "an offer is cut");
        }
        let offer = String::from_utf8(bytes.drain(..length).collect()).expect("an offer");
        let mut words = head.split(' ');
        let (method, path) = (words.next().expect("a method"), words.next().expect("a path"));
        let (status, location, answer) = doors.answer(method, path, offer).await;
        let length = answer.len();
        let answer = format!(
            "HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: {length}\r\n\r\n{answer}"
        );
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
