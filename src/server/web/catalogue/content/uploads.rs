//! Sending a file piece by piece: tus 1.0 (<https://tus.io/protocols/resumable-upload>), with creation, expiration and
//! termination.

use super::files::{files_of, named, refused};
use crate::{
    app::App,
    language::speaking,
    limits::{ClientAddress, FileLock, FilePlace},
    web::{
        error::{WebError, WebResult},
        extract::Path,
        people::session::{SignedIn, Visitor},
        request::pace::{Paced, Timeout},
    },
};
use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    catalogue::content::files::{ABOUT, File, FileRefusal, NewFile},
    id::{AccountId, ExperienceId, FileId},
    text,
    time::Millis,
};
use fanout::Pace;
use http_body_util::BodyExt as _;
use service::{Sender, catalogue::content::files};
use std::{borrow::Cow, time::Duration};
use tokio::time::timeout;
use views::{in_words::InWords, words::spoken};

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const PIECE_TYPE: &str = "application/offset+octet-stream";
/// Bytes that are received before they are stored. So much is lost at most when the server dies.
const PIECE: usize = 4 << 20;
/// Who sends more slowly gives the place back, and goes on later with what was stored.
const PACE: Pace = Pace { grace: Duration::from_secs(20), rate: 16 * 1024 };
/// How long one request may take. What has arrived by then is kept, and the place is somebody else's until the rest is sent.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// How long to wait until the file is put together. A large one takes longer, and is shown as being prepared.
const PUT_TOGETHER: Duration = Duration::from_secs(10);

/// What this server takes, for programs.
pub async fn options(State(app): State<App>) -> Response {
    let headers = [
        ("tus-version", "1.0.0".to_owned()),
        ("tus-extension", "creation,expiration,termination".to_owned()),
        ("tus-max-size", app.services.files.of_a_file.to_string()),
    ];
    (StatusCode::NO_CONTENT, headers, [(RESUMABLE, VERSION)]).into_response()
}

fn check_version(headers: &HeaderMap) -> WebResult<()> {
    let words = views::t!("files-refusal-tus");
    let ours = headers.get(RESUMABLE) == Some(&VERSION);
    ours.then_some(()).ok_or_else(|| WebError::new(StatusCode::PRECONDITION_FAILED, "tus_version", words))
}

/// A number of bytes in a header.
fn bytes(headers: &HeaderMap, name: &HeaderName) -> WebResult<i64> {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or_else(|| WebError::malformed(format!("{name} has to be a number of bytes.")))
}

/// A value of `Upload-Metadata`: pairs of a key and a text in Base64, separated by commas.
fn metadata(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let pairs = headers.get(METADATA)?.to_str().ok()?.split(',').map(str::trim);
    let value = pairs.filter_map(|pair| pair.split_once(' ')).find(|(key, _)| *key == wanted)?.1;
    String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()
}

fn invalid(field: &'static str, error: impl InWords) -> WebError {
    WebError::field(field, error.in_words())
}

/// `POST /account/experiences/{id}/uploads`
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    headers: HeaderMap,
) -> WebResult {
    let (experience, _) = files_of(&app, &me, id).await?;
    check_version(&headers)?;
    let size = bytes(&headers, &LENGTH)?;
    if size == 0 {
        return Err(invalid("file", views::t!("files-error-empty")));
    }
    let given = metadata(&headers, "filename").unwrap_or_default();
    let name = named(experience.kind, &given).map_err(|error| invalid("name", error))?;
    let about = metadata(&headers, "about").unwrap_or_default();
    let about = text::paragraphs(&about, 0..=ABOUT).map_err(|error| invalid("about", error))?;
    let new = NewFile { name, about, size };
    let file = files::begin(&app.services, me.0.account.id, id, &new).await.map_err(refused)?;
    let location = [(header::LOCATION, format!("/account/uploads/{}", file.id))];
    Ok((location, answer(StatusCode::CREATED, &file)).into_response())
}

/// The state of a file, in headers.
fn answer(status: StatusCode, file: &File) -> Response {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, VERSION);
    headers.insert(OFFSET, HeaderValue::from(file.received));
    headers.insert(LENGTH, HeaderValue::from(file.size));
    if let Some(until) = file.expires_at.and_then(http_date) {
        headers.insert(EXPIRES, until);
    }
    response
}

/// A moment as HTTP writes it.
fn http_date(at: Millis) -> Option<HeaderValue> {
    HeaderValue::from_str(&at.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// `HEAD /account/uploads/{id}`: how much of it has arrived.
pub async fn offset(State(app): State<App>, me: SignedIn, Path(id): Path<FileId>) -> WebResult {
    let file = files::of_team(&app.services, me.0.account.id, id).await?;
    Ok(answer(StatusCode::OK, &file))
}

/// `DELETE /account/uploads/{id}`: what has arrived is not wanted any more.
pub async fn end(State(app): State<App>, me: SignedIn, Path(id): Path<FileId>) -> WebResult {
    let file = files::delete(&app.services, me.0.account.id, id).await?;
    Ok(answer(StatusCode::NO_CONTENT, &file))
}

/// `PATCH /account/uploads/{id}`: what comes next.
pub async fn append(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<FileId>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> WebResult {
    let by = me.0.account.id;
    let file = files::of_team(&app.services, by, id).await?;
    check_version(&headers)?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|given| given != PIECE_TYPE) {
        let words = views::t!("files-refusal-type", wanted = PIECE_TYPE);
        return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", words));
    }
    let at = bytes(&headers, &OFFSET)?;
    let locked = app
        .file_limits
        .lock(id)
        .ok_or_else(|| WebError::new(StatusCode::LOCKED, "locked", views::t!("files-refusal-locked")))?;
    let words = views::t!("files-refusal-sending");
    let place = app.file_limits.send(by, address).ok_or_else(|| WebError::too_many(words, 5))?;
    if at == file.received && body.size_hint().lower() > (file.size - at).unsigned_abs() {
        return Err(too_large());
    }
    let piece = Piece { app: app.clone(), by, headers, id, at, _held: (locked, place) };
    // A task of its own: when the connection breaks, what has arrived is stored, and the file stays locked until then. What
    // travels beside the request goes with it.
    let received = service::as_sender(Sender::current(), piece.receive(body));
    let received = tokio::spawn(speaking(spoken(), received));
    let file = received.await.map_err(|_| WebError::from_status(StatusCode::INTERNAL_SERVER_ERROR))??;
    if file.has_arrived() {
        put_together(&app, id).await;
    }
    Ok(answer(StatusCode::NO_CONTENT, &file))
}

fn too_large() -> WebError {
    WebError::new(StatusCode::PAYLOAD_TOO_LARGE, FileRefusal::TooLarge.code(), views::t!("files-error-more"))
}

/// Makes the file downloadable. If that takes long or fails, the job does it.
pub async fn put_together(app: &App, id: FileId) {
    let services = app.services.clone();
    let work = tokio::spawn(async move { files::finish(&services, id).await });
    match timeout(PUT_TOGETHER, work).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => tracing::error!(%error, file = %id, "a file cannot be put together yet"),
        Ok(Err(error)) => tracing::error!(%error, file = %id, "a file cannot be put together yet"),
        Err(_) => tracing::info!(file = %id, "a file is still being put together"),
    }
}

/// The body of one request.
struct Piece {
    app: App,
    by: AccountId,
    /// Those of the request, with its cookies.
    headers: HeaderMap,
    id: FileId,
    at: i64,
    _held: (FileLock, FilePlace),
}

impl Piece {
    /// Stores the body as it arrives, also when it ends too early.
    async fn receive(mut self, mut body: Body) -> WebResult<File> {
        let (mut held, mut paced) = (Vec::new(), Paced::start(PACE, LONGEST));
        let ended = loop {
            match next(&mut paced, &mut body).await {
                Ok(Some(data)) => held.extend_from_slice(&data),
                Ok(None) => break Ok(()),
                Err(words) => break Err(words),
            }
            if held.len() >= PIECE {
                self.store(std::mem::take(&mut held)).await?;
            }
        };
        let file = self.store(held).await?;
        let cut = |words| WebError::new(StatusCode::REQUEST_TIMEOUT, "cut_off", words);
        ended.map(|()| file).map_err(cut)
    }

    async fn store(&mut self, bytes: Vec<u8>) -> WebResult<File> {
        // Anew each time: the session may have ended since the body began.
        let Visitor(session) = Visitor::of(&self.app, self.headers.get_all(header::COOKIE)).await?;
        if session.is_none_or(|session| session.account.id != self.by) {
            return Err(WebError::sign_in());
        }
        let stored = files::append(&self.app.services, self.by, self.id, self.at, bytes).await;
        let file = stored.map_err(refused)?;
        self.at = file.received;
        Ok(file)
    }
}

/// What comes next; `None` at the end, and when the request has taken as long as it may. `Err`: why there is no more.
async fn next(paced: &mut Paced, body: &mut Body) -> Result<Option<Bytes>, Cow<'static, str>> {
    match paced.wait(body.frame()).await {
        Ok(Some(Ok(frame))) => {
            let data = frame.into_data().unwrap_or_default();
            paced.bytes += data.len() as u64;
            Ok(Some(data))
        }
        Ok(None) | Err(Timeout::Long) => Ok(None),
        Ok(Some(Err(_))) => Err(views::t!("files-refusal-broken")),
        Err(Timeout::Slow) => Err(views::t!("files-refusal-slow")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream::unfold;

    /// How many seconds of a body are taken that sends so many bytes a second for an hour.
    async fn taken(rate: usize) -> usize {
        let seconds = unfold(0, move |second| async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            (second < 3600).then(|| (Ok::<_, std::io::Error>(vec![0; rate]), second + 1))
        });
        let (mut body, mut seconds) = (Body::from_stream(seconds), 0);
        let mut paced = Paced::start(PACE, LONGEST);
        while let Ok(Some(_)) = next(&mut paced, &mut body).await {
            seconds += 1;
        }
        seconds
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_ends_soon_and_a_steady_one_after_minutes() {
        let longest = LONGEST.as_secs() as usize;
        for (rate, seconds) in
            [(1, 20), (PACE.rate as usize / 2, 39), (PACE.rate as usize, longest), (1 << 20, longest)]
        {
            let taken = taken(rate).await;
            assert!(taken.abs_diff(seconds) <= 1, "{rate} bytes a second: {taken} seconds");
        }
    }

    #[test]
    fn metadata_is_read_by_its_key() {
        let with = |text: &'static str| HeaderMap::from_iter([(METADATA, HeaderValue::from_static(text))]);
        for (text, want) in [
            ("filename bm90ZXMudHh0", Some("notes.txt")),
            ("about eA==, filename bm90ZXMudHh0,is_confidential", Some("notes.txt")),
            ("filename", None),
            ("filename ***", None),
            ("filename /w==", None),
            ("", None),
        ] {
            assert_eq!(metadata(&with(text), "filename").as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_number_of_bytes_is_digits() {
        for (text, want) in [
            ("0", Some(0)),
            ("17", Some(17)),
            ("+17", None),
            ("-1", None),
            ("", None),
            ("1e3", None),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
        ] {
            let headers = HeaderMap::from_iter([(LENGTH, HeaderValue::from_static(text))]);
            assert_eq!(bytes(&headers, &LENGTH).ok(), want, "{text:?}");
        }
    }
}
