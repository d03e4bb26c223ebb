//! LiveKit as a media plane. Browsers speak to it by themselves, with passes of ours; we speak to its HTTP interface alone.
//!
//! A pass carries no right to send or receive. A signed webhook says that somebody has arrived; then the room is looked at, and
//! who has a session that has not ended gets its rights, and everybody else is removed. Every second all rooms are looked at in
//! the same way, so a lost webhook costs a second, and whoever comes back with a pass that was used or has ended is gone in two. Only
//! LiveKit's own recorders are left alone, and an encoder that it has let in is a publisher: nobody but the holder of the key can
//! make either.

mod both;
mod egress;
mod hooks;
mod ingress;
mod looking;
mod sessions;

pub use both::BothPlanes;
pub use egress::{EgressPlace, LiveKitRecorder};
pub use ingress::LiveKitIngest;

use domain::{
    clock::{BoxFuture, Clock},
    id::{MediaSessionId, RoomId},
    live::{
        media::{Keyframe, MediaAnswer, MediaEnd, MediaError, MediaEvent, MediaHealth, MediaPlane},
        passes::{MediaPass, MediaRole, PASS_LASTS},
    },
    secret::SharedSecret,
};
use livekit_api::{
    access_token::{AccessToken, TokenVerifier, VideoGrants},
    services::room::{CreateRoomOptions, RoomClient},
    webhooks::WebhookReceiver,
};
use sessions::Sessions;
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::sync::Notify;
use url::Url;

/// How long one call may take. Pages are told of an outage within three seconds.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Seconds after which LiveKit closes a room that nobody has come into, or that everybody has left.
const EMPTY: u32 = 60;

/// Where LiveKit is, and the key that it takes our calls by and signs its events with.
#[derive(Clone, Debug)]
pub struct LiveKitConfig {
    /// `ws`, `wss`, `http` or `https`.
    pub url: Url,
    pub api_key: String,
    pub api_secret: SharedSecret,
}

impl LiveKitConfig {
    /// The origins that browsers connect to: the signal socket, and the look whether its address answers.
    pub fn origins(&self) -> [String; 2] {
        let secure = matches!(self.url.scheme(), "wss" | "https");
        let (socket, plain) = if secure { ("wss", "https") } else { ("ws", "http") };
        let host = self.url.host_str().unwrap_or_default();
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        [format!("{socket}://{host}{port}"), format!("{plain}://{host}{port}")]
    }
}

type Listener = Box<dyn Fn(MediaEvent) + Send + Sync>;

/// Dropping it stops the looks.
pub struct LiveKit {
    shared: Arc<Shared>,
    looking: tokio::task::JoinHandle<()>,
}

struct Shared {
    config: LiveKitConfig,
    clock: Arc<dyn Clock>,
    rooms: RoomClient,
    receiver: WebhookReceiver,
    sessions: Mutex<Sessions>,
    listeners: RwLock<Vec<Listener>>,
    /// Rooms to look at before the second is over.
    soon: Mutex<HashSet<RoomId>>,
    bell: Notify,
    /// Whether it answered the last time.
    up: AtomicBool,
    /// Events that came lately.
    recent: Mutex<hooks::Recent>,
}

impl LiveKit {
    /// Begins to look at its rooms. Call it within the runtime.
    pub fn start(config: LiveKitConfig, clock: Arc<dyn Clock>) -> Self {
        let (key, secret) = (config.api_key.as_str(), config.api_secret.expose());
        let [_, address] = config.origins();
        let rooms = RoomClient::with_api_key(&address, key, secret)
            .with_failover(false)
            .with_request_timeout(PATIENCE);
        let shared = Arc::new(Shared {
            receiver: WebhookReceiver::new(TokenVerifier::with_api_key(key, secret)),
            rooms,
            clock,
            config,
            sessions: Mutex::default(),
            listeners: RwLock::default(),
            soon: Mutex::default(),
            bell: Notify::new(),
            up: AtomicBool::new(true),
            recent: Mutex::default(),
        });
        let looking = tokio::spawn(Arc::clone(&shared).look_at_rooms());
        Self { shared, looking }
    }

    /// The session of the encoder that is in a room.
    fn encoder(&self, room: RoomId) -> Option<MediaSessionId> {
        lock(&self.shared.sessions).encoder(room)
    }

    /// Ends an encoder by the identity of its participant.
    fn end_encoder(&self, room: RoomId, identity: &str) {
        let found = lock(&self.shared.sessions).of_encoder(room, identity);
        if let Some(session) = found {
            self.shared.end(session, MediaEnd::Ejected);
        }
    }

    /// Whether LiveKit answers.
    pub fn is_up(&self) -> bool {
        self.shared.up.load(SeqCst)
    }
}

impl Drop for LiveKit {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// No lock is held meanwhile: a listener may ask for something.
    fn tell(&self, event: MediaEvent) {
        for listener in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(event);
        }
    }

    async fn admit(self: &Arc<Self>, room: RoomId, role: MediaRole) -> Result<MediaPass, MediaError> {
        let session = MediaSessionId::new();
        let replaced = lock(&self.sessions).begin(session, room, role, self.clock.now())?;
        for other in replaced {
            self.end(other, MediaEnd::Ejected);
        }
        let options =
            CreateRoomOptions { empty_timeout: EMPTY, departure_timeout: EMPTY, ..Default::default() };
        // Opens it, or finds it open.
        if let Err(error) = self.rooms.create_room(&room.to_string(), options).await {
            tracing::warn!(%error, %room, "LiveKit opens no room");
            self.end(session, MediaEnd::Unconnected);
            return Err(MediaError::Down);
        }
        let token = self.token(session, room, role).ok_or(MediaError::Down)?;
        let [url, _] = self.config.origins();
        Ok(MediaPass { session, url, token })
    }

    /// Names the room and the session. Viewers are hidden: nobody is told who else is there, and a crowd costs no messages to a crowd.
    fn token(&self, session: MediaSessionId, room: RoomId, role: MediaRole) -> Option<SharedSecret> {
        let grants = VideoGrants {
            room_join: true,
            room: room.to_string(),
            can_publish: Some(false),
            can_subscribe: Some(false),
            can_publish_data: Some(false),
            hidden: role == MediaRole::Viewer,
            ..VideoGrants::default()
        };
        let lasts = Duration::from_millis(u64::try_from(PASS_LASTS.0).unwrap_or_default());
        let token = AccessToken::with_api_key(&self.config.api_key, self.config.api_secret.expose())
            .with_identity(&session.to_string())
            .with_ttl(lasts)
            .with_grants(grants);
        SharedSecret::parse(&token.to_jwt().ok()?).ok()
    }

    /// The table decides at once; LiveKit is told in the background, and by the next looks until it has heard.
    fn end(self: &Arc<Self>, session: MediaSessionId, end: MediaEnd) {
        let Some((room, identity, event)) = lock(&self.sessions).end(session, end) else { return };
        self.tell(event);
        let shared = Arc::clone(self);
        let removed = async move { shared.remove(room, &identity).await };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(removed);
        } else {
            self.look_soon(room);
        }
    }

    fn look_soon(&self, room: RoomId) {
        lock(&self.soon).insert(room);
        self.bell.notify_one();
    }
}

impl MediaPlane for LiveKit {
    fn publish(&self, _: RoomId, _: String, _: bool) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        Box::pin(async { Err(MediaError::OtherPlane) })
    }

    fn play(&self, _: RoomId, _: String) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        Box::pin(async { Err(MediaError::OtherPlane) })
    }

    fn admit(&self, room: RoomId, role: MediaRole) -> BoxFuture<'_, Result<MediaPass, MediaError>> {
        Box::pin(async move { self.shared.admit(room, role).await })
    }

    fn end(&self, session: MediaSessionId, end: MediaEnd) {
        self.shared.end(session, end);
    }

    fn mute(&self, room: RoomId, muted: bool) {
        if lock(&self.shared.sessions).mute(room, muted) {
            self.shared.look_soon(room);
        }
    }

    /// LiveKit tells no figures of its packets. The publisher's own page shows what it sends.
    fn health(&self, _: RoomId) -> Option<MediaHealth> {
        None
    }

    fn still(&self, _: RoomId) -> BoxFuture<'_, Option<Keyframe>> {
        Box::pin(async { None })
    }

    fn listen(&self, listener: Listener) {
        self.shared.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }
}
