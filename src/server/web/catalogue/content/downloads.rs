//! Files behind the gate. They are always saved, never shown, and each request asks the door anew.

use crate::{
    app::App,
    limits::{ClientAddress, FilePlace},
    web::{
        error::{WebError, WebResult},
        extract::Path,
        people::session::Visitor,
    },
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    access::admit::{Door, admit},
    catalogue::content::{
        files::{File, disposition, media_type},
        ranges::{Asked, asked, is_known, is_same},
    },
    clock::Clock,
    id::FileId,
    objects::ObjectError,
};
use futures_util::stream::try_unfold;

/// Read at once for each download.
const PIECE: u64 = 512 * 1024;

/// `GET /media/files/{id}`
pub async fn save(
    State(app): State<App>,
    visitor: Visitor,
    address: ClientAddress,
    Path(id): Path<FileId>,
    method: Method,
    headers: HeaderMap,
) -> WebResult {
    let file = app.store.files().by_id(id).await?;
    let (account, now) = (visitor.account().map(|account| account.id), app.clock.now());
    let facts = app.store.access().of_experience(account, file.experience, now).await?;
    let admission = admit(&facts.as_facts(), Door::Enter, now);
    let account = match account {
        Some(account) if admission.admitted() => account,
        _ => return Err(WebError::refused(&admission, now)),
    };
    if !file.is_ready() {
        return Err(WebError::unavailable(views::t!("files-preparing-refusal")));
    }
    let size = file.size.unsigned_abs();
    let etag = format!("\"{}\"", file.sha256);
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if is_known(said(header::IF_NONE_MATCH), &etag) {
        return Ok(described(&file, &etag, StatusCode::NOT_MODIFIED, None, Body::empty()));
    }
    // The range counts for the version that it was asked for.
    let range = said(header::RANGE).filter(|_| is_same(said(header::IF_RANGE), &etag));
    let (from, length, status) = match asked(range, size) {
        Asked::Whole => (0, size, StatusCode::OK),
        Asked::Part { from, length } => (from, length, StatusCode::PARTIAL_CONTENT),
        Asked::Outside => return Ok(outside(&file, &etag)),
    };
    if method == Method::HEAD {
        return Ok(described(&file, &etag, status, Some((from, length)), Body::empty()));
    }
    let words = views::t!("files-refusal-saving");
    let place = app.file_limits.save(account, address).ok_or_else(|| WebError::too_many(words, 5))?;
    if from == 0 {
        app.store.files().count_download(id).await?;
    }
    if app.settings.files.file_links
        && let Some(link) = link(&app, &file).await?
    {
        return Ok(Redirect::temporary(&link).into_response());
    }
    let body = Body::from_stream(pieces(app, file.object(), from, length, place));
    Ok(described(&file, &etag, status, Some((from, length)), body))
}

/// The address in the bucket, if files are in one.
async fn link(app: &App, file: &File) -> WebResult<Option<String>> {
    let saved = (media_type(&file.name), disposition(&file.name));
    let link = app.services.objects.link(&file.object(), (saved.0, &saved.1)).await;
    link.map_err(|error| service::ServiceError::from(error).into())
}

/// The bytes of a file, as they are read. The place is given back at the end.
fn pieces(
    app: App,
    object: String,
    from: u64,
    length: u64,
    place: FilePlace,
) -> impl futures_util::Stream<Item = Result<Bytes, ObjectError>> + Send + 'static {
    try_unfold((app, object, from, length, place), |(app, object, at, left, place)| async move {
        if left == 0 {
            return Ok(None);
        }
        let read = app.services.objects.get_range(&object, at, left.min(PIECE)).await;
        let bytes = read.inspect_err(|why| tracing::error!(%why, %object, "a download breaks off"))?;
        let count = bytes.len() as u64;
        if count == 0 || count > left {
            return Err(ObjectError(format!("{object} has another length than it had")));
        }
        Ok(Some((Bytes::from(bytes), (app, object, at + count, left - count, place))))
    })
}

/// A response about a file: with a part of it, or without any.
fn described(file: &File, etag: &str, status: StatusCode, part: Option<(u64, u64)>, body: Body) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    let mut say = |name: HeaderName, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    };
    say(header::ETAG, etag.to_owned());
    say(header::CACHE_CONTROL, "private, no-cache".into());
    say(header::ACCEPT_RANGES, "bytes".into());
    say(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".into());
    if status != StatusCode::NOT_MODIFIED {
        say(header::CONTENT_TYPE, media_type(&file.name).into());
        say(header::CONTENT_DISPOSITION, disposition(&file.name));
    }
    if let Some((from, length)) = part {
        say(header::CONTENT_LENGTH, length.to_string());
        if status == StatusCode::PARTIAL_CONTENT {
            say(header::CONTENT_RANGE, format!("bytes {from}-{}/{}", from + length - 1, file.size));
        }
    }
    response
}

fn outside(file: &File, etag: &str) -> Response {
    let mut response = described(file, etag, StatusCode::RANGE_NOT_SATISFIABLE, None, Body::empty());
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{}", file.size)) {
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    // Its type says that this is an answer of ours, which is sent as it is.
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response
}
