//! LiveKit's Ingress, by which encoders reach it: each has a server and a key of LiveKit's making. In its name stands whose it is.

use super::{LiveKit, PATIENCE, looking::is_gone};
use domain::{
    clock::BoxFuture,
    id::{MediaSessionId, RoomId},
    live::passes::{Ingest, IngestError, IngestKind, IngestOwner, OutsideIngest},
};
use livekit_api::services::{
    ServerError, ServiceError,
    ingress::{CreateIngressOptions, IngressClient, IngressListFilter},
};
use livekit_protocol as proto;
use std::sync::Arc;

pub struct LiveKitIngest {
    ingress: IngressClient,
    plane: Arc<LiveKit>,
}

impl LiveKitIngest {
    pub fn new(plane: Arc<LiveKit>) -> Self {
        let config = &plane.shared.config;
        let [_, address] = config.origins();
        let ingress = IngressClient::with_api_key(&address, &config.api_key, config.api_secret.expose())
            .with_failover(false)
            .with_request_timeout(PATIENCE);
        Self { ingress, plane }
    }

    async fn list(&self, room: Option<RoomId>) -> Result<Vec<Ingest>, IngestError> {
        let filter = room.map_or(IngressListFilter::All, |room| IngressListFilter::Room(room.to_string()));
        let found = self.ingress.list_ingress(filter).await.map_err(|error| refused(&error))?;
        Ok(found.into_iter().filter_map(ours).collect())
    }

    async fn open(&self, room: RoomId, owner: IngestOwner) -> Result<Ingest, IngestError> {
        let input = match owner.kind {
            IngestKind::Whip => proto::IngressInput::WhipInput,
            IngestKind::Rtmp => proto::IngressInput::RtmpInput,
        };
        let options = CreateIngressOptions {
            name: format!("{}.{}.{}", owner.stream, owner.kind.code(), owner.version),
            room_name: room.to_string(),
            participant_identity: identity(owner),
            ..Default::default()
        };
        let made = self.ingress.create_ingress(input, options).await.map_err(|error| refused(&error))?;
        // Without an address of its own it is not set up.
        ours(made).ok_or(IngestError::NoIngest)
    }

    async fn close(&self, ingest: &Ingest) -> Result<(), IngestError> {
        let deleted = self.ingress.delete_ingress(&ingest.id).await;
        self.plane.end_encoder(ingest.room, &identity(ingest.owner));
        match deleted {
            Err(error) if !is_gone(&error) => Err(refused(&error)),
            _ => Ok(()),
        }
    }
}

/// Of its participant, so that an encoder with a new key is not taken for one with an old one.
fn identity(owner: IngestOwner) -> String {
    format!("encoder-{}-{}", owner.kind.code(), owner.version)
}

/// Those that others have made are not ours.
fn ours(info: proto::IngressInfo) -> Option<Ingest> {
    let mut parts = info.name.split('.');
    let owner = IngestOwner {
        stream: parts.next()?.parse().ok()?,
        kind: IngestKind::from_code(parts.next()?)?,
        version: parts.next()?.parse().ok()?,
    };
    let usable = parts.next().is_none() && !info.url.is_empty() && !info.stream_key.is_empty();
    let room = info.room_name.parse().ok()?;
    usable.then_some(Ingest { id: info.ingress_id, owner, room, url: info.url, key: info.stream_key })
}

/// What LiveKit answers means that its Ingress is not set up.
fn refused(error: &ServiceError) -> IngestError {
    match error {
        ServiceError::Twirp(ServerError::Twirp(_)) => {
            tracing::debug!(%error, "LiveKit takes no encoders");
            IngestError::NoIngest
        }
        _ => IngestError::Down,
    }
}

impl OutsideIngest for LiveKitIngest {
    fn list(&self, room: Option<RoomId>) -> BoxFuture<'_, Result<Vec<Ingest>, IngestError>> {
        Box::pin(self.list(room))
    }

    fn open(&self, room: RoomId, owner: IngestOwner) -> BoxFuture<'_, Result<Ingest, IngestError>> {
        Box::pin(self.open(room, owner))
    }

    fn close<'a>(&'a self, ingest: &'a Ingest) -> BoxFuture<'a, Result<(), IngestError>> {
        Box::pin(self.close(ingest))
    }

    fn encoder(&self, room: RoomId) -> Option<MediaSessionId> {
        self.plane.encoder(room)
    }
}
