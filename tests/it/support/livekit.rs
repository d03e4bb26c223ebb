//! A LiveKit without media: its HTTP interface, which checks each call's token as the real one does, and its signed events.

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use livekit_api::access_token::{AccessToken, Claims, TokenVerifier};
use livekit_protocol as proto;
use prost::Message;
use ring::{
    digest::{SHA256, digest},
    hmac,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

pub const KEY: &str = "devkey";
pub const SECRET: &str = "secret-of-the-livekit-in-these-stories";

#[derive(Default)]
struct House {
    rooms: BTreeMap<String, Vec<proto::ParticipantInfo>>,
    /// The names of the calls so far.
    calls: Vec<String>,
    arrivals: u32,
    events: u32,
    down: bool,
    /// Whether a worker takes what is to be recorded, and what it has taken.
    has_recorder: bool,
    egress: Vec<proto::EgressInfo>,
    /// Whether encoders are taken, and by which keys.
    has_ingress: bool,
    ingress: Vec<proto::IngressInfo>,
}

/// Ends with its runtime.
#[derive(Clone)]
pub struct FakeLiveKit {
    pub url: String,
    house: Arc<Mutex<House>>,
}

type Answer = Result<Vec<u8>, (StatusCode, &'static str)>;

const NOT_FOUND: (StatusCode, &str) = (StatusCode::NOT_FOUND, "not_found");
const DENIED: (StatusCode, &str) = (StatusCode::FORBIDDEN, "permission_denied");

impl FakeLiveKit {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let fake = Self { url: format!("ws://{address}"), house: Arc::default() };
        let calls = Router::new().route("/twirp/{service}/{call}", post(answer));
        let serve = axum::serve(listener, calls.with_state(fake.clone()));
        tokio::spawn(async move { serve.await });
        fake
    }

    fn house(&self) -> MutexGuard<'_, House> {
        self.house.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it answers.
    pub fn set_down(&self, down: bool) {
        self.house().down = down;
    }

    pub fn calls(&self, name: &str) -> usize {
        self.house().calls.iter().filter(|call| *call == name).count()
    }

    /// A browser comes in with this pass. Returns room and identity, as LiveKit reads them from it.
    pub fn join(&self, pass: &str) -> Result<(String, String), String> {
        let claims = TokenVerifier::with_api_key(KEY, SECRET).verify(pass).map_err(|e| format!("{e:?}"))?;
        let (grants, identity) = (claims.video, claims.sub);
        if !grants.room_join || identity.is_empty() {
            return Err("it lets nobody in".into());
        }
        let permission = proto::ParticipantPermission {
            can_publish: grants.can_publish(),
            can_subscribe: grants.can_subscribe(),
            can_publish_data: grants.can_publish_data(),
            hidden: grants.hidden,
            ..Default::default()
        };
        let mut house = self.house();
        house.arrivals += 1;
        let who = proto::ParticipantInfo {
            sid: format!("PA_{}", house.arrivals),
            identity: identity.clone(),
            permission: Some(permission),
            ..Default::default()
        };
        // A room that is not there is opened.
        let room = house.rooms.entry(grants.room.clone()).or_default();
        room.retain(|other| other.identity != identity);
        room.push(who);
        Ok((grants.room, identity))
    }

    /// What a participant may do: publish, subscribe; `None` if it is not there.
    pub fn rights(&self, room: &str, identity: &str) -> Option<(bool, bool)> {
        let house = self.house();
        let who = house.rooms.get(room)?.iter().find(|who| who.identity == identity)?;
        let permission = who.permission.as_ref()?;
        Some((permission.can_publish, permission.can_subscribe))
    }

    /// Whether a participant may publish everything but sound.
    pub fn is_silenced(&self, room: &str, identity: &str) -> bool {
        let house = self.house();
        let there = house.rooms.get(room).map(Vec::as_slice).unwrap_or_default();
        let who = there.iter().find(|who| who.identity == identity);
        let sources = who.and_then(|who| who.permission.as_ref()).map(|may| may.can_publish_sources.clone());
        sources.is_some_and(|sources| {
            !sources.is_empty() && !sources.contains(&proto::TrackSource::Microphone.into())
        })
    }

    pub fn has_room(&self, room: &str) -> bool {
        self.house().rooms.contains_key(room)
    }

    /// Publishes a track. False without the right.
    pub fn publish(&self, room: &str, identity: &str) -> bool {
        let may = self.rights(room, identity).is_some_and(|(publish, _)| publish);
        if may && let Some(there) = self.house().rooms.get_mut(room) {
            let who = there.iter_mut().filter(|who| who.identity == identity);
            who.for_each(|who| who.tracks.push(proto::TrackInfo::default()));
        }
        may
    }

    pub fn leave(&self, room: &str, identity: &str) {
        if let Some(there) = self.house().rooms.get_mut(room) {
            there.retain(|who| who.identity != identity);
        }
    }

    /// Everybody is gone, as after a restart.
    pub fn restart(&self) {
        self.house().rooms.clear();
    }

    /// Whether a worker records what LiveKit is asked to.
    pub fn set_recorder(&self, there: bool) {
        self.house().has_recorder = there;
    }

    /// Whether it takes encoders.
    pub fn set_ingress(&self, there: bool) {
        self.house().has_ingress = there;
    }

    /// An encoder comes with this key, and sends. Returns its room and identity; `None` if nobody has the key.
    pub fn arrive(&self, key: &str) -> Option<(String, String)> {
        let mut house = self.house();
        let info = house.ingress.iter().find(|info| !key.is_empty() && info.stream_key == key)?.clone();
        house.arrivals += 1;
        let who = proto::ParticipantInfo {
            sid: format!("PA_{}", house.arrivals),
            identity: info.participant_identity.clone(),
            kind: proto::participant_info::Kind::Ingress.into(),
            permission: Some(proto::ParticipantPermission { can_publish: true, ..Default::default() }),
            tracks: vec![proto::TrackInfo::default(); 2],
            ..Default::default()
        };
        let there = house.rooms.entry(info.room_name.clone()).or_default();
        there.retain(|other| other.identity != info.participant_identity);
        there.push(who);
        Some((info.room_name, info.participant_identity))
    }

    /// The recordings of a room that were asked for, each with its file.
    pub fn recordings(&self, room: &str) -> Vec<(proto::EgressInfo, proto::EncodedFileOutput)> {
        let house = self.house();
        let of_room = house.egress.iter().filter(|info| info.room_name == room);
        of_room.map(|info| (info.clone(), file_of(info).expect("a file"))).collect()
    }

    /// The worker goes on with the last recording of a room. When it is over, it leaves the room, and `file` is what it has stored.
    pub fn record(&self, room: &str, status: proto::EgressStatus, file: Option<proto::FileInfo>) {
        let mut house = self.house();
        let info = house.egress.iter_mut().rfind(|info| info.room_name == room).expect("a recording");
        info.set_status(status);
        info.file_results = file.into_iter().collect();
        info.ended_at = i64::try_from(seconds()).unwrap_or_default() * 1_000_000_000;
        let id = info.egress_id.clone();
        let over = !matches!(status, proto::EgressStatus::EgressStarting | proto::EgressStatus::EgressActive);
        if over && let Some(there) = house.rooms.get_mut(room) {
            there.retain(|who| who.identity != id);
        }
    }

    /// An event of now and its signature.
    pub fn event(&self, kind: &str, room: &str) -> (String, String) {
        self.house().events += 1;
        let id = format!("EV_{}", self.house().events);
        let body = event_body(&id, kind, room, seconds());
        let token = sign(&body, KEY, SECRET, Duration::from_secs(300));
        (body, token)
    }
}

pub fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

pub fn event_body(id: &str, kind: &str, room: &str, created_at: u64) -> String {
    serde_json::json!({"event": kind, "id": id, "room": {"name": room, "sid": "RM_1"}, "createdAt": created_at.to_string()})
        .to_string()
}

pub fn sign(body: &str, key: &str, secret: &str, lasts: Duration) -> String {
    let hash = STANDARD.encode(digest(&SHA256, body.as_bytes()));
    let token = AccessToken::with_api_key(key, secret).with_ttl(lasts).with_sha256(&hash);
    token.to_jwt().expect("a token")
}

/// The same with the second at which it ends.
pub fn sign_until(body: &str, end: u64) -> String {
    let hash = STANDARD.encode(digest(&SHA256, body.as_bytes()));
    let claims = serde_json::json!({"iss": KEY, "nbf": end - 300, "exp": end, "sha256": hash}).to_string();
    let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"HS256"}"#);
    let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}

async fn answer(
    State(fake): State<FakeLiveKit>,
    Path((_, call)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let claims = TokenVerifier::with_api_key(KEY, SECRET).verify(token);
    let mut house = fake.house();
    house.calls.push(call.clone());
    let done = match claims {
        _ if house.down => Err((StatusCode::SERVICE_UNAVAILABLE, "unavailable")),
        Ok(claims) => house.call(&call, &claims, &body),
        Err(_) => Err((StatusCode::UNAUTHORIZED, "unauthenticated")),
    };
    match done {
        Ok(message) => ([(header::CONTENT_TYPE, "application/protobuf")], message).into_response(),
        Err((status, code)) => {
            (status, axum::Json(serde_json::json!({"code": code, "msg": ""}))).into_response()
        }
    }
}

fn read<M: Message + Default>(body: &[u8]) -> Result<M, (StatusCode, &'static str)> {
    M::decode(body).map_err(|_| (StatusCode::BAD_REQUEST, "malformed"))
}

impl House {
    fn call(&mut self, call: &str, claims: &Claims, body: &[u8]) -> Answer {
        let grants = &claims.video;
        let admin = |room: &str| if grants.room_admin && grants.room == room { Ok(()) } else { Err(DENIED) };
        match call {
            "CreateRoom" if grants.room_create => {
                let name = read::<proto::CreateRoomRequest>(body)?.name;
                self.rooms.entry(name.clone()).or_default();
                Ok(proto::Room { name, ..Default::default() }.encode_to_vec())
            }
            "DeleteRoom" if grants.room_create => {
                let name = read::<proto::DeleteRoomRequest>(body)?.room;
                self.rooms.remove(&name).map(|_| Vec::new()).ok_or(NOT_FOUND)
            }
            "ListRooms" if grants.room_list => {
                let named = |name: &String| proto::Room { name: name.clone(), ..Default::default() };
                let rooms = self.rooms.keys().map(named).collect();
                Ok(proto::ListRoomsResponse { rooms }.encode_to_vec())
            }
            "ListParticipants" => {
                let room = read::<proto::ListParticipantsRequest>(body)?.room;
                admin(&room)?;
                let participants = self.rooms.get(&room).cloned().ok_or(NOT_FOUND)?;
                Ok(proto::ListParticipantsResponse { participants }.encode_to_vec())
            }
            "UpdateParticipant" => {
                let wanted = read::<proto::UpdateParticipantRequest>(body)?;
                admin(&wanted.room)?;
                let there = self.rooms.get_mut(&wanted.room).ok_or(NOT_FOUND)?;
                let who = there.iter_mut().find(|who| who.identity == wanted.identity).ok_or(NOT_FOUND)?;
                who.permission = wanted.permission;
                Ok(who.encode_to_vec())
            }
            "RemoveParticipant" => {
                let wanted = read::<proto::RoomParticipantIdentity>(body)?;
                admin(&wanted.room)?;
                let there = self.rooms.get_mut(&wanted.room).ok_or(NOT_FOUND)?;
                let before = there.len();
                there.retain(|who| who.identity != wanted.identity);
                if there.len() < before { Ok(Vec::new()) } else { Err(NOT_FOUND) }
            }
            "StartRoomCompositeEgress" | "ListEgress" | "StopEgress" if grants.room_record => {
                self.record(call, body)
            }
            "CreateIngress" | "ListIngress" | "DeleteIngress" if grants.ingress_admin => {
                self.take_encoders(call, body)
            }
            _ => Err(DENIED),
        }
    }

    fn take_encoders(&mut self, call: &str, body: &[u8]) -> Answer {
        match call {
            _ if !self.has_ingress => Err((StatusCode::INTERNAL_SERVER_ERROR, "internal")),
            "CreateIngress" => {
                let wanted = read::<proto::CreateIngressRequest>(body)?;
                let info = proto::IngressInfo {
                    ingress_id: format!("IN_{}", self.ingress.len() + 1),
                    name: wanted.name,
                    stream_key: format!("key-{}", self.ingress.len() + 1),
                    url: format!("https://encoders.example/{}", wanted.input_type),
                    room_name: wanted.room_name,
                    participant_identity: wanted.participant_identity,
                    input_type: wanted.input_type,
                    ..Default::default()
                };
                self.ingress.push(info.clone());
                Ok(info.encode_to_vec())
            }
            "ListIngress" => {
                let room = read::<proto::ListIngressRequest>(body)?.room_name;
                let of_room = |info: &&proto::IngressInfo| room.is_empty() || info.room_name == room;
                // A key that is gone keeps its place, so that none comes twice.
                let there = self.ingress.iter().filter(|info| !info.stream_key.is_empty());
                let items = there.filter(of_room).cloned().collect();
                Ok(proto::ListIngressResponse { items, ..Default::default() }.encode_to_vec())
            }
            _ => {
                let id = read::<proto::DeleteIngressRequest>(body)?.ingress_id;
                let of_id =
                    |info: &&mut proto::IngressInfo| info.ingress_id == id && !info.stream_key.is_empty();
                let info = self.ingress.iter_mut().find(of_id).ok_or(NOT_FOUND)?;
                info.stream_key.clear();
                Ok(info.encode_to_vec())
            }
        }
    }

    fn record(&mut self, call: &str, body: &[u8]) -> Answer {
        match call {
            "ListEgress" => {
                let wanted = read::<proto::ListEgressRequest>(body)?;
                let running =
                    |info: &&proto::EgressInfo| info.status < i32::from(proto::EgressStatus::EgressComplete);
                let found = self.egress.iter().filter(|info| !wanted.active || running(info));
                let found = found.filter(|info| {
                    let suits = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
                    suits(&wanted.room_name, &info.room_name) && suits(&wanted.egress_id, &info.egress_id)
                });
                let items = found.cloned().collect();
                Ok(proto::ListEgressResponse { items, ..Default::default() }.encode_to_vec())
            }
            "StopEgress" => {
                let id = read::<proto::StopEgressRequest>(body)?.egress_id;
                let info = self.egress.iter_mut().find(|info| info.egress_id == id).ok_or(NOT_FOUND)?;
                info.set_status(proto::EgressStatus::EgressEnding);
                Ok(info.encode_to_vec())
            }
            _ if !self.has_recorder => Err((StatusCode::SERVICE_UNAVAILABLE, "unavailable")),
            _ => {
                let wanted = read::<proto::RoomCompositeEgressRequest>(body)?;
                let there = self.rooms.get_mut(&wanted.room_name).ok_or(NOT_FOUND)?;
                let info = proto::EgressInfo {
                    egress_id: format!("EG_{}", self.egress.len() + 1),
                    room_name: wanted.room_name.clone(),
                    request: Some(proto::egress_info::Request::RoomComposite(wanted)),
                    ..Default::default()
                };
                there.push(proto::ParticipantInfo {
                    sid: format!("PA_{}", info.egress_id),
                    identity: info.egress_id.clone(),
                    kind: proto::participant_info::Kind::Egress.into(),
                    permission: Some(proto::ParticipantPermission {
                        can_subscribe: true,
                        ..Default::default()
                    }),
                    ..Default::default()
                });
                self.egress.push(info.clone());
                Ok(info.encode_to_vec())
            }
        }
    }
}

fn file_of(info: &proto::EgressInfo) -> Option<proto::EncodedFileOutput> {
    match &info.request {
        Some(proto::egress_info::Request::RoomComposite(wanted)) => wanted.file_outputs.first().cloned(),
        _ => None,
    }
}
