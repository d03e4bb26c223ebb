//! The media plane alone, behind three routes without access control: `cargo run -p media --example sfu [ADDRESS]`.
//!
//! `POST /whip/{room}` and `POST /whep/{room}` take an offer and answer 201 with a `Location`; `DELETE` it to leave.
//! The room `card` plays the test card. `GET /` is a page that watches a room (`/?room=NAME`, by default `card`) or
//! publishes the camera into it (`/?publish=NAME`). Media events are printed, one per line.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{delete, get, post},
};
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaAnswer, MediaEnd, MediaError, MediaPlane},
};
use media::{Config, EmbeddedSfu};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

struct Doors {
    sfu: EmbeddedSfu,
    rooms: Mutex<HashMap<String, RoomId>>,
}

impl Doors {
    fn room(&self, name: String) -> RoomId {
        let mut rooms = self.rooms.lock().expect("no panic under it");
        *rooms.entry(name).or_default()
    }
}

type Shared = State<Arc<Doors>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address: SocketAddr = std::env::args().nth(1).unwrap_or("127.0.0.1:0".into()).parse()?;
    let sfu = EmbeddedSfu::start(Config { listen: (address.ip(), 0).into(), ..Config::default() })?;
    sfu.listen(Box::new(|event| println!("{event:?}")));
    let doors = Arc::new(Doors { sfu, rooms: Mutex::default() });
    doors.sfu.play_test_card(doors.room("card".into())).await?;
    let app = Router::new()
        .route("/", get(Html(include_str!("sfu.html"))))
        .route("/whip/{room}", post(publish))
        .route("/whep/{room}", post(play))
        .route("/health/{room}", get(health))
        .route("/sessions/{session}", delete(end))
        .with_state(doors);
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

async fn publish(State(doors): Shared, Path(room): Path<String>, offer: String) -> Response {
    answer(doors.sfu.publish(doors.room(room), offer, false).await)
}

async fn play(State(doors): Shared, Path(room): Path<String>, offer: String) -> Response {
    answer(doors.sfu.play(doors.room(room), offer).await)
}

async fn health(State(doors): Shared, Path(room): Path<String>) -> Response {
    format!("{:?}\n", doors.sfu.health(doors.room(room))).into_response()
}

async fn end(State(doors): Shared, Path(session): Path<String>) -> StatusCode {
    if let Ok(session) = session.parse::<MediaSessionId>() {
        doors.sfu.end(session, MediaEnd::Left);
    }
    StatusCode::NO_CONTENT
}

fn answer(answered: Result<MediaAnswer, MediaError>) -> Response {
    let MediaAnswer { session, sdp } = match answered {
        Ok(answer) => answer,
        Err(error) => return refusal(error),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/sdp".parse().expect("it is one"));
    headers.insert(header::LOCATION, format!("/sessions/{session}").parse().expect("an id is one"));
    (StatusCode::CREATED, headers, sdp).into_response()
}

fn refusal(error: MediaError) -> Response {
    let status = match error {
        MediaError::Offer(_) => StatusCode::BAD_REQUEST,
        MediaError::Codecs { .. } | MediaError::Undecodable { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        MediaError::Busy | MediaError::OtherPlane => StatusCode::CONFLICT,
        MediaError::NotFound => StatusCode::NOT_FOUND,
        MediaError::Down => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, error.to_string()).into_response()
}
