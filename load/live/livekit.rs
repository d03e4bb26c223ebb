//! A livekit-server as a peer: publishers and viewers enter its rooms over its signal socket, with tokens of our own making. A publisher
//! sends its offer there; a viewer answers the offers of the server.

use super::{
    peer::{Peer, PeerAnswer, PeerOffer},
    stage::OpenSession,
};
use crate::truth::mark::RunTag;
use anyhow::{Context, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use livekit_api::access_token::{AccessToken, VideoGrants};
use livekit_protocol::{self as proto, signal_request::Message as Say, signal_response::Message as Heard};
use prost::Message as _;
use std::{
    collections::HashMap,
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    sync::oneshot,
    time::{interval, timeout},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// How long a session may take until it is agreed on.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than any run.
const TOKEN: Duration = Duration::from_secs(2 * 3600);
/// The server ends who does not say anything for 15 s.
const PING: Duration = Duration::from_secs(5);
/// Versions of its protocol. In the former the connection that is published on is the only one; in the latter the server offers tracks
/// before anything is connected.
const PUBLISHES: u8 = 2;
const WATCHES: u8 = 9;

/// A server, and whoever is in its rooms.
#[derive(Clone)]
pub struct LiveKitServer {
    at: SocketAddr,
    key: String,
    secret: String,
    /// What the names of the rooms begin with.
    tag: String,
    /// They leave when this is dropped.
    seated: Arc<Mutex<HashMap<String, oneshot::Sender<()>>>>,
}

impl fmt::Debug for LiveKitServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveKitServer").field("at", &self.at).finish_non_exhaustive()
    }
}

impl LiveKitServer {
    pub fn new(at: SocketAddr, key: &str, secret: &str) -> Self {
        let tag = RunTag::new(rand::random()).name().to_string();
        Self { at, key: key.into(), secret: secret.into(), tag, seated: Arc::default() }
    }

    pub async fn publish(&self, room: usize, offer: PeerOffer) -> Result<OpenSession> {
        let agreed = async {
            let mut signal = self.enter(room, "camera", true).await?;
            let tracks = tracks(&offer.sdp);
            for track in &tracks {
                signal.say(Say::AddTrack(track.clone())).await?;
            }
            let mut published = 0;
            while published < tracks.len() {
                published += usize::from(matches!(signal.hear().await?, Heard::TrackPublished(_)));
            }
            signal.say(Say::Offer(description("offer", offer.sdp.clone(), 1))).await?;
            let answer = loop {
                if let Heard::Answer(answer) = signal.hear().await? {
                    break answer.sdp;
                }
            };
            anyhow::Ok((signal, offer.accept(&answer)?))
        };
        let (signal, peer) = timeout(PATIENCE, agreed).await.context("publishing is not agreed on")??;
        Ok(self.seat(signal, peer))
    }

    pub async fn play(&self, room: usize, sound: bool) -> Result<OpenSession> {
        let agreed = async {
            let mut signal = self.enter(room, "viewer", false).await?;
            let mut peer = PeerAnswer::new(self.at, sound)?;
            while !peer.is_whole() {
                if let Heard::Offer(offer) = signal.hear().await? {
                    let answer = description("answer", peer.answer(&offer.sdp)?, offer.id);
                    signal.say(Say::Answer(answer)).await?;
                }
            }
            anyhow::Ok((signal, peer.into_peer()?))
        };
        let (signal, peer) = timeout(PATIENCE, agreed).await.context("watching is not agreed on")??;
        Ok(self.seat(signal, peer))
    }

    /// Ends a session. A server may have ended it before.
    pub fn leave(&self, who: &str) {
        drop(self.seated().remove(who));
    }

    async fn enter(&self, room: usize, what: &str, publishes: bool) -> Result<Signal> {
        let who = format!("{what}-{}", uuid::Uuid::new_v4().simple());
        let grants = VideoGrants {
            room_join: true,
            room: format!("{}-{room}", self.tag),
            can_publish: Some(publishes),
            can_subscribe: Some(!publishes),
            can_publish_data: Some(false),
            hidden: !publishes,
            ..VideoGrants::default()
        };
        let token = AccessToken::with_api_key(&self.key, &self.secret).with_identity(&who).with_ttl(TOKEN);
        let token = token.with_grants(grants).to_jwt()?;
        let (version, subscribe) = if publishes { (PUBLISHES, 0) } else { (WATCHES, 1) };
        let url = format!(
            "ws://{}/rtc?access_token={token}&protocol={version}&auto_subscribe={subscribe}&sdk=rust",
            self.at
        );
        let (socket, _) = client_async(url, TcpStream::connect(self.at).await?).await?;
        Ok(Signal { socket, who })
    }

    fn seat(&self, mut signal: Signal, peer: Peer) -> OpenSession {
        let (leave, left) = oneshot::channel();
        let location = signal.who.clone();
        self.seated().insert(location.clone(), leave);
        // Whatever ends it is seen by the connection.
        tokio::spawn(async move { signal.stay(left).await });
        OpenSession { peer, location }
    }

    fn seated(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<()>>> {
        self.seated.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signal socket of somebody in a room.
struct Signal {
    socket: WebSocketStream<TcpStream>,
    who: String,
}

impl Signal {
    async fn say(&mut self, message: Say) -> Result<()> {
        let request = proto::SignalRequest { message: Some(message) };
        Ok(self.socket.send(Message::Binary(request.encode_to_vec().into())).await?)
    }

    /// The next message of the server.
    async fn hear(&mut self) -> Result<Heard> {
        loop {
            let Message::Binary(bytes) =
                self.socket.next().await.context("the signal socket is closed")??
            else {
                continue;
            };
            match proto::SignalResponse::decode(&bytes[..])?.message {
                Some(Heard::Leave(why)) => bail!("the server ends it: {:?}", why.reason()),
                Some(message) => return Ok(message),
                None => {}
            }
        }
    }

    /// Keeps it open until somebody leaves.
    async fn stay(&mut self, mut left: oneshot::Receiver<()>) -> Result<()> {
        let mut pings = interval(PING);
        loop {
            tokio::select! {
                _ = &mut left => return self.say(Say::Leave(proto::LeaveRequest::default())).await,
                _ = pings.tick() => self.say(Say::Ping(0)).await?,
                heard = self.hear() => drop(heard?),
            }
        }
    }
}

fn description(kind: &str, sdp: String, id: u32) -> proto::SessionDescription {
    proto::SessionDescription { r#type: kind.into(), sdp, id, ..Default::default() }
}

/// What an offer publishes, by the ids that its tracks have there.
fn tracks(sdp: &str) -> Vec<proto::AddTrackRequest> {
    use proto::{TrackSource, TrackType};
    let (mut found, mut kind) = (Vec::new(), (TrackType::Data, TrackSource::Unknown));
    for line in sdp.lines() {
        if line.starts_with("m=") {
            kind = match line.starts_with("m=video") {
                true => (TrackType::Video, TrackSource::Camera),
                false => (TrackType::Audio, TrackSource::Microphone),
            };
        }
        if let Some((_, cid)) = line.strip_prefix("a=msid:").and_then(|ids| ids.split_once(' ')) {
            let (track, source) = kind;
            found.push(proto::AddTrackRequest {
                cid: cid.trim().into(),
                name: cid.trim().into(),
                r#type: track.into(),
                source: source.into(),
                disable_red: true,
                ..Default::default()
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_names_its_tracks_and_no_secret_is_printed() {
        let at = SocketAddr::from(([127, 0, 0, 1], 9));
        let sdp = PeerOffer::to_publish(at, 1, true).expect("an offer").sdp;
        let found = tracks(&sdp);
        let kinds: Vec<_> = found.iter().map(|track| (track.r#type(), track.source())).collect();
        use proto::{TrackSource, TrackType};
        assert_eq!(
            kinds,
            [(TrackType::Audio, TrackSource::Microphone), (TrackType::Video, TrackSource::Camera)]
        );
        for track in &found {
            assert!(!track.cid.is_empty() && sdp.contains(&format!(" {}\r\n", track.cid)), "{sdp}");
        }
        assert!(!format!("{:?}", LiveKitServer::new(at, "key", "sesame")).contains("sesame"));
    }

    #[test]
    fn a_viewer_answers_until_it_has_what_it_wants() {
        let at = SocketAddr::from(([127, 0, 0, 1], 9));
        let offer = |sound| PeerOffer::to_publish(at, 1, sound).expect("an offer").sdp;
        let mut both = PeerAnswer::new(at, true).expect("a viewer");
        assert!(!both.is_whole());
        assert!(both.answer(&offer(true)).expect("an answer").contains("recvonly") && both.is_whole());
        let tracks = both.into_peer().expect("a peer").tracks;
        assert!(tracks.sound.is_some_and(|(mid, _)| mid != tracks.video.0));
        let mut deaf = PeerAnswer::new(at, false).expect("a viewer");
        deaf.answer(&offer(false)).expect("an answer");
        assert!(deaf.is_whole() && deaf.into_peer().expect("a peer").tracks.sound.is_none());
        assert!(PeerAnswer::new(at, true).expect("a viewer").into_peer().is_err());
    }
}
