//! The bytes of a replay, of a clip or of a video: one file for players; the first two are made of segments. The door is asked at
//! each request, and again before each piece, so whoever loses access gets no more, nor does anybody of what was hidden or deleted.

use super::clip_file::ClipFile;
use crate::{
    app::App,
    limits::{ClientAddress, FilePlace},
    web::{
        access::doors::{Admitted, Caller, ENTER},
        error::{WebError, WebResult},
        extract::Query,
        request::pace::Paced,
    },
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    catalogue::content::{
        files::{File, disposition},
        ranges::{RequestedRange, asked, is_same},
        videos::VideoContainer,
    },
    live::recording::{Recording, RecordingPart},
};
use fanout::{Pace, Patience};
use futures_util::{Stream, stream::try_unfold};
use service::{
    ServiceError, ServiceResult,
    live::{clips, recordings},
};
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};

/// Read at once for each player.
const PIECE: i64 = 256 * 1024;
/// Who takes it more slowly gives the place back. A paused player asks for the rest when it goes on, and the door with it.
const PACE: Pace = Pace { grace: Duration::from_secs(60), rate: 4 * 1024 };
/// How long one request may take; then players ask for the rest, and the door is asked with them.
const LONGEST: Duration = Duration::from_secs(10 * 60);

#[derive(serde::Deserialize)]
pub struct RecordingQuery {
    #[serde(default)]
    pub download: bool,
}

/// `GET /media/recordings/{id}`, of a stream.
pub async fn play(
    State(app): State<App>,
    door: Admitted<ENTER>,
    address: ClientAddress,
    Query(query): Query<RecordingQuery>,
    method: Method,
    headers: HeaderMap,
) -> WebResult {
    let recording = super::watched(&app, &door).await?;
    let title = query.download.then(|| recording.title.clone());
    let asking = Asking { door, address, method, headers };
    answer(app, PlayedFile::Recording(recording), title.as_deref(), asking)
}

/// Who asks for a file, and for what of it.
pub struct Asking {
    pub door: Admitted<ENTER>,
    pub address: ClientAddress,
    pub method: Method,
    pub headers: HeaderMap,
}

/// A file that players get.
pub enum PlayedFile {
    Recording(Recording),
    Clip(ClipFile),
    Video(File, VideoContainer),
}

impl PlayedFile {
    /// In bytes.
    fn size(&self) -> u64 {
        match self {
            Self::Recording(recording) => recording.size().unsigned_abs(),
            Self::Clip(clip) => clip.size().unsigned_abs(),
            Self::Video(file, _) => file.size.unsigned_abs(),
        }
    }

    /// Its media type, and the ending of its name.
    fn format(&self) -> (&'static str, &'static str) {
        let picture = match self {
            Self::Recording(recording) => recording.picture(),
            Self::Clip(clip) => clip.picture(),
            Self::Video(_, container) => return (container.content_type(), container.ending()),
        };
        (picture.content_type(), picture.ending())
    }

    fn name(&self) -> String {
        match self {
            Self::Recording(recording) => recording.stream.to_string(),
            Self::Clip(clip) => clip.id.to_string(),
            Self::Video(file, _) => file.id.to_string(),
        }
    }

    /// Whether it may be watched still. `team`: by somebody who moderates it.
    ///
    /// # Errors
    /// `NotFound` if it was hidden or deleted meanwhile, or its time is over.
    async fn check(&self, app: &App, team: bool) -> ServiceResult<()> {
        match self {
            Self::Recording(recording) => {
                recordings::shown(&app.services, recording.stream, team).await.map(drop)
            }
            Self::Clip(clip) => clips::shown(&app.services, clip.stream(), clip.id, team).await.map(drop),
            Self::Video(file, _) => Ok(app.store.files().by_id(file.id).await.map(drop)?),
        }
    }

    /// Bytes from there on, at most so many, and not beyond one object.
    async fn read(&mut self, app: &App, at: i64, most: i64) -> ServiceResult<Vec<u8>> {
        match self {
            Self::Recording(recording) => read(app, recording, at, most).await,
            Self::Clip(clip) => clip.read(&*app.services.objects, at, most).await,
            Self::Video(file, _) => {
                let (at, most) = (at.unsigned_abs(), most.unsigned_abs());
                Ok(app.services.objects.get_range(&file.object(), at, most).await?)
            }
        }
    }
}

/// What was asked for of the file. `title`: it is to be saved under this.
pub fn answer(app: App, file: PlayedFile, title: Option<&str>, asking: Asking) -> WebResult {
    let (size, (media_type, ending), headers) = (file.size(), file.format(), &asking.headers);
    // It does not change any more.
    let etag = format!("\"{}-{size}\"", file.name());
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let range = said(header::RANGE).filter(|_| is_same(said(header::IF_RANGE), &etag));
    let (from, length, status) = match asked(range, size) {
        RequestedRange::Whole => (0, size, StatusCode::OK),
        RequestedRange::Part { from, length } => (from, length, StatusCode::PARTIAL_CONTENT),
        RequestedRange::Outside => {
            let range = format!("bytes */{size}");
            return Ok(described(
                &etag,
                StatusCode::RANGE_NOT_SATISFIABLE,
                &[(header::CONTENT_RANGE, range)],
                Body::empty(),
            ));
        }
    };
    let mut more =
        vec![(header::CONTENT_TYPE, media_type.into()), (header::CONTENT_LENGTH, length.to_string())];
    if status == StatusCode::PARTIAL_CONTENT {
        more.push((header::CONTENT_RANGE, format!("bytes {from}-{}/{size}", from + length - 1)));
    }
    if let Some(title) = title {
        let name = format!("{title}.{ending}");
        more.push((header::CONTENT_DISPOSITION, disposition(&name)));
    }
    if asking.method == Method::HEAD {
        return Ok(described(&etag, status, &more, Body::empty()));
    }
    let words = views::t!("recordings-refused-watching");
    let place = app.file_limits.watch(asking.door.session.account.id, asking.address);
    let place = place.ok_or_else(|| WebError::too_many(words, 2))?;
    let body = Body::from_stream(pieces(app, file, (from, length), asking.door.caller, place));
    Ok(described(&etag, status, &more, body))
}

fn described(etag: &str, status: StatusCode, more: &[(HeaderName, String)], body: Body) -> Response {
    let mut response = (status, Extension(Patience(PACE.grace)), body).into_response();
    let usual = [
        (header::ETAG, etag),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; media-src 'self'; sandbox"),
    ];
    let more = more.iter().map(|(name, text)| (name.clone(), text.as_str()));
    for (name, text) in usual.into_iter().chain(more) {
        if let Ok(value) = HeaderValue::from_str(text) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The bytes as they are taken. The place is given back at the end, or when they are taken too slowly.
fn pieces(
    app: App,
    mut file: PlayedFile,
    (from, length): (u64, u64),
    caller: Caller,
    place: FilePlace,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let (to, taken) = mpsc::channel::<Bytes>(1);
    // A task of its own: a connection on which nothing moves does not ask for more either.
    tokio::spawn(async move {
        let range = (from.cast_signed(), length.cast_signed());
        if let Err(why) = supply(&app, &mut file, caller, range, &to).await {
            tracing::error!(%why, file = file.name(), "a replay breaks off");
        }
        drop(place);
    });
    try_unfold((taken, length), |(mut taken, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let Some(bytes) = taken.recv().await else {
            return Err(std::io::Error::other("a replay was cut off"));
        };
        let left = left.saturating_sub(bytes.len() as u64);
        Ok(Some((bytes, (taken, left))))
    })
}

async fn supply(
    app: &App,
    file: &mut PlayedFile,
    mut caller: Caller,
    (mut at, mut left): (i64, i64),
    to: &Sender<Bytes>,
) -> ServiceResult<()> {
    let mut paced = Paced::start(PACE, LONGEST);
    while left > 0 {
        let Ok(Ok(place)) = paced.wait(to.reserve()).await else { break };
        caller = match ask_again(app, caller, file).await {
            Ok(caller) => caller,
            Err(why) => {
                tracing::debug!(?why, file = file.name(), "a replay ends");
                break;
            }
        };
        let bytes = file.read(app, at, left.min(PIECE)).await?;
        let count = bytes.len() as i64;
        if count == 0 {
            return Err(ServiceError::NotFound);
        }
        place.send(Bytes::from(bytes));
        paced.bytes += count.unsigned_abs();
        (at, left) = (at + count, left - count);
    }
    Ok(())
}

/// Asks the door, and whether the file may be watched still.
async fn ask_again(app: &App, caller: Caller, file: &PlayedFile) -> WebResult<Caller> {
    let (caller, team) = super::ask_again(app, caller).await?;
    file.check(app, team).await?;
    Ok(caller)
}

/// Bytes of the whole file from there on, at most so many, and not beyond one object.
async fn read(app: &App, recording: &Recording, at: i64, most: i64) -> ServiceResult<Vec<u8>> {
    let (object, from, left) = if at < recording.head {
        (recording.object(RecordingPart::Head), at, recording.head - at)
    } else {
        let byte = at - recording.head;
        let segment = app.store.recordings().segment_at(recording.stream, byte).await?;
        let from = byte - segment.position;
        (recording.object(RecordingPart::Segment(segment.number)), from, segment.bytes - from)
    };
    let length = left.min(most).unsigned_abs();
    Ok(app.services.objects.get_range(&object, from.unsigned_abs(), length).await?)
}
