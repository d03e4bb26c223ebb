//! LiveKit's recorders, the workers that it calls Egress. They put their files into our object store by themselves: into its bucket, with
//! our keys, or into its folder, which they must see under the same path.

use super::{LiveKitConfig, looking::is_gone};
use crate::ObjectsConfig;
use domain::{
    clock::BoxFuture,
    id::RoomId,
    live::recording::outside::{OutsideError, OutsideFile, OutsideProgress, OutsideRecorder},
    time::Millis,
};
use livekit_api::services::{
    ServerError, ServiceError,
    egress::{
        EgressClient, EgressListFilter, EgressListOptions, EgressOutput, RoomCompositeOptions, encoding,
    },
};
use livekit_protocol as proto;
use object_store::aws::AmazonS3ConfigKey as Key;
use std::{collections::HashMap, time::Duration};

/// How long a call may take: LiveKit asks its workers, and waits three seconds for them.
const PATIENCE: Duration = Duration::from_secs(10);
/// The host's picture alone. Co-hosts have rooms of their own, and are not in it.
const LAYOUT: &str = "single-speaker";

/// Where the workers put files.
#[derive(Clone, Debug)]
pub struct EgressPlace {
    /// Before the name of each object; with a separator, or empty.
    before: String,
    upload: Option<proto::S3Upload>,
}

impl EgressPlace {
    /// `variables`: those of the environment that begin with `AWS_`. `None` for a bucket that is opened without keys: there is nothing
    /// that the workers could be given.
    pub fn of(config: &ObjectsConfig, variables: impl IntoIterator<Item = (String, String)>) -> Option<Self> {
        match config {
            ObjectsConfig::Folder(path) => {
                Some(Self { before: format!("{}/", path.to_str()?.trim_end_matches('/')), upload: None })
            }
            ObjectsConfig::Bucket { name, prefix } => {
                let before = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
                Some(Self { before, upload: Some(upload(name, variables)?) })
            }
        }
    }

    fn file(&self, object: &str) -> EgressOutput {
        EgressOutput::File(proto::EncodedFileOutput {
            file_type: proto::EncodedFileType::Mp4.into(),
            filepath: format!("{}{object}", self.before),
            disable_manifest: true,
            output: self.upload.clone().map(proto::encoded_file_output::Output::S3),
        })
    }
}

/// The variables by the names that our own store reads them by.
fn upload(bucket: &str, variables: impl IntoIterator<Item = (String, String)>) -> Option<proto::S3Upload> {
    let read = |(name, value): (String, String)| Some((name.to_ascii_lowercase().parse().ok()?, value));
    let mut read: HashMap<Key, String> = variables.into_iter().filter_map(read).collect();
    let mut first = |keys: &[Key]| keys.iter().find_map(|key| read.remove(key));
    Some(proto::S3Upload {
        access_key: first(&[Key::AccessKeyId])?,
        secret: first(&[Key::SecretAccessKey])?,
        session_token: first(&[Key::Token]).unwrap_or_default(),
        region: first(&[Key::Region, Key::DefaultRegion]).unwrap_or_else(|| "us-east-1".into()),
        endpoint: first(&[Key::S3Endpoint, Key::Endpoint]).unwrap_or_default(),
        bucket: bucket.into(),
        force_path_style: first(&[Key::VirtualHostedStyleRequest]).is_none_or(|style| style != "true"),
        ..proto::S3Upload::default()
    })
}

pub struct LiveKitRecorder {
    egress: EgressClient,
    place: EgressPlace,
}

impl LiveKitRecorder {
    pub fn new(config: &LiveKitConfig, place: EgressPlace) -> Self {
        let [_, address] = config.origins();
        let egress = EgressClient::with_api_key(&address, &config.api_key, config.api_secret.expose())
            .with_failover(false)
            .with_request_timeout(PATIENCE);
        Self { egress, place }
    }

    async fn begin(&self, room: RoomId, object: &str) -> Result<String, OutsideError> {
        // An answer that was lost, or a crash, must not lead to a second one.
        let filter = EgressListFilter::Room(room.to_string());
        let options = EgressListOptions { filter, active: true, page_token: None };
        let running = self.egress.list_egress(options).await.map_err(|error| refused(&error))?;
        if let Some(running) = running.into_iter().next() {
            return Ok(running.egress_id);
        }
        let encoding = encoding::EncodingOptions {
            audio_codec: proto::AudioCodec::Opus,
            audio_frequency: 48_000,
            ..encoding::H264_720P_30
        };
        let options = RoomCompositeOptions { layout: LAYOUT.into(), encoding, ..Default::default() };
        let outputs = vec![self.place.file(object)];
        let begun = self.egress.start_room_composite_egress(&room.to_string(), outputs, options).await;
        begun.map(|begun| begun.egress_id).map_err(|error| refused(&error))
    }

    async fn look(&self, id: &str) -> Result<OutsideProgress, OutsideError> {
        let filter = EgressListFilter::Egress(id.to_owned());
        let options = EgressListOptions { filter, active: false, page_token: None };
        match self.egress.list_egress(options).await {
            Ok(found) => Ok(found.into_iter().next().map_or(OutsideProgress::Failed, |info| progress(&info))),
            Err(error) if is_gone(&error) => Ok(OutsideProgress::Failed),
            Err(error) => Err(down(&error)),
        }
    }

    async fn end(&self, id: &str) -> Result<(), OutsideError> {
        match self.egress.stop_egress(id).await {
            Ok(_) => Ok(()),
            // It has ended, or is about to: the next look says what became of it.
            Err(ServiceError::Twirp(ServerError::Twirp(_))) => Ok(()),
            Err(error) => Err(down(&error)),
        }
    }
}

/// LiveKit has answered: nobody is there who could do it. A room that is not there will be.
fn refused(error: &ServiceError) -> OutsideError {
    match error {
        ServiceError::Twirp(ServerError::Twirp(_)) if !is_gone(error) => {
            tracing::warn!(%error, "LiveKit records nothing");
            OutsideError::NoRecorder
        }
        _ => down(error),
    }
}

fn down(error: &ServiceError) -> OutsideError {
    tracing::debug!(%error, "LiveKit does not say how a recording goes");
    OutsideError::Down
}

fn progress(info: &proto::EgressInfo) -> OutsideProgress {
    use proto::EgressStatus::{
        EgressAborted, EgressActive, EgressComplete, EgressEnding, EgressFailed, EgressLimitReached,
        EgressStarting,
    };
    match info.status() {
        EgressStarting => OutsideProgress::Starting,
        EgressActive | EgressEnding => OutsideProgress::Running,
        EgressFailed | EgressAborted => {
            tracing::warn!(why = info.error, egress = info.egress_id, "LiveKit has not recorded a show");
            OutsideProgress::Failed
        }
        EgressComplete | EgressLimitReached => {
            let file = info.file_results.first().filter(|file| file.size > 0);
            file.map_or(OutsideProgress::Failed, |file| {
                OutsideProgress::Complete(OutsideFile {
                    began_at: moment(file.started_at),
                    ended_at: moment(info.ended_at),
                    bytes: file.size,
                })
            })
        }
    }
}

/// They are in nanoseconds.
const fn moment(at: i64) -> Millis {
    Millis(at / 1_000_000)
}

impl OutsideRecorder for LiveKitRecorder {
    fn begin<'a>(&'a self, room: RoomId, object: &'a str) -> BoxFuture<'a, Result<String, OutsideError>> {
        Box::pin(self.begin(room, object))
    }

    fn look<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<OutsideProgress, OutsideError>> {
        Box::pin(self.look(id))
    }

    fn end<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), OutsideError>> {
        Box::pin(self.end(id))
    }
}
