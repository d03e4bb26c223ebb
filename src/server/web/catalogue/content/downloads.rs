//! Files behind the gate. They are always saved, never shown, and each request asks the door anew, and again before each piece.

use super::files::refused;
use crate::{
    app::App,
    limits::{ClientAddress, FilePlace},
    web::{
        access::doors::{CachePolicy, Caller},
        error::{WebError, WebResult},
        extract::Path,
        people::session::Visitor,
        request::pace::Paced,
    },
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    access::admit::{Door, Reason},
    catalogue::content::{
        files::{File, disposition, media_type},
        ranges::{RequestedRange, asked, is_known, is_same},
    },
    clock::Clock,
    id::{FileId, RoomId},
    objects::ObjectError,
};
use fanout::{Pace, Patience};
use futures_util::{Stream, stream::try_unfold};
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};

/// Read at once for each download.
const PIECE: u64 = 512 * 1024;
/// Who takes it more slowly gives the place back. Browsers ask for the rest then, and the door is asked with them.
const PACE: Pace = Pace { grace: Duration::from_secs(30), rate: 16 * 1024 };
/// How long one request may take.
const LONGEST: Duration = Duration::from_secs(60 * 60);

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
    if file.video.is_some() {
        // It is watched, at another door.
        return Err(WebError::not_found());
    }
    let (account, now) = (visitor.account().map(|account| account.id), app.clock.now());
    let room = RoomId::of_experience(file.experience);
    let caller = Caller::at(&app, visitor.identity(), room, CachePolicy::Bypass).await?;
    let admission = caller.decide(Door::Enter);
    // The page gives a device its seat, or asks whether to move.
    if admission.reason == Reason::OtherDevice {
        return Ok(Redirect::to(&caller.path()).into_response());
    }
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
        RequestedRange::Whole => (0, size, StatusCode::OK),
        RequestedRange::Part { from, length } => (from, length, StatusCode::PARTIAL_CONTENT),
        RequestedRange::Outside => return Ok(outside(&file, &etag)),
    };
    if method == Method::HEAD {
        return Ok(described(&file, &etag, status, Some((from, length)), Body::empty()));
    }
    let words = views::t!("files-refusal-saving");
    let place = app.file_limits.save(account, address).ok_or_else(|| WebError::too_many(words, 5))?;
    let ends = from + length == size;
    if ends && app.file_limits.counts(account, id, now) {
        app.store.files().count_download(id).await?;
    }
    if app.settings.files.file_links
        && let Some(link) = link(&app, &file).await?
    {
        return Ok(Redirect::temporary(&link).into_response());
    }
    let body = Body::from_stream(pieces(app, file.object(), (from, length), caller, place));
    Ok(described(&file, &etag, status, Some((from, length)), body))
}

/// The address in the bucket, if files are in one.
async fn link(app: &App, file: &File) -> WebResult<Option<String>> {
    let saved = (media_type(&file.name), disposition(&file.name));
    let link = app.services.objects.link(&file.object(), (saved.0, &saved.1)).await;
    link.map_err(|error| refused(error.into()))
}

/// The bytes of a file, as they are taken. The place is given back at the end, or when they are taken too slowly.
fn pieces(
    app: App,
    object: String,
    (from, length): (u64, u64),
    caller: Caller,
    place: FilePlace,
) -> impl Stream<Item = Result<Bytes, ObjectError>> + Send + 'static {
    let (to, taken) = mpsc::channel::<Bytes>(1);
    // A task of its own: a connection on which nothing moves does not ask for more either.
    tokio::spawn(async move {
        if let Err(why) = supply(&app, &object, caller, (from, length), &to).await {
            tracing::error!(%why, %object, "a download breaks off");
        }
        drop(place);
    });
    try_unfold((taken, length), |(mut taken, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let Some(bytes) = taken.recv().await else {
            return Err(ObjectError("a download was cut off".to_owned()));
        };
        let left = left.saturating_sub(bytes.len() as u64);
        Ok(Some((bytes, (taken, left))))
    })
}

/// Reads what is taken. Ends early when that takes too long, or with the access.
async fn supply(
    app: &App,
    object: &str,
    mut caller: Caller,
    (mut at, mut left): (u64, u64),
    to: &Sender<Bytes>,
) -> Result<(), ObjectError> {
    let mut paced = Paced::start(PACE, LONGEST);
    while left > 0 {
        let Ok(Ok(place)) = paced.wait(to.reserve()).await else { break };
        let Ok(again) = caller.again(app).await else { break };
        caller = again;
        if !caller.decide(Door::Enter).admitted() {
            break;
        }
        let bytes = app.services.objects.get_range(object, at, left.min(PIECE)).await?;
        let count = bytes.len() as u64;
        if count == 0 || count > left {
            return Err(ObjectError(format!("{object} has another length than it had")));
        }
        place.send(Bytes::from(bytes));
        paced.bytes += count;
        (at, left) = (at + count, left - count);
    }
    Ok(())
}

/// A response about a file: with a part of it, or without any.
fn described(file: &File, etag: &str, status: StatusCode, part: Option<(u64, u64)>, body: Body) -> Response {
    let mut response = (status, Extension(Patience(PACE.grace)), body).into_response();
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    /// After how many seconds a download ends of which so many bytes are taken a second.
    async fn served(rate: usize) -> u64 {
        let (to, mut taken) = mpsc::channel(1);
        tokio::spawn(async move {
            while taken.recv().await.is_some() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let (begun, piece) = (Instant::now(), Bytes::from(vec![0_u8; rate]));
        let mut paced = Paced::start(PACE, LONGEST);
        while let Ok(Ok(place)) = paced.wait(to.reserve()).await {
            place.send(piece.clone());
            paced.bytes += rate as u64;
        }
        begun.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_download_ends_soon_and_a_steady_one_after_an_hour() {
        for (rate, seconds) in
            [(1, 30), (PACE.rate as usize / 2, 61), (PACE.rate as usize, 3600), (1 << 20, 3600)]
        {
            let served = served(rate).await;
            assert!(served.abs_diff(seconds) <= 2, "{rate} bytes a second: {served} seconds");
        }
    }
}
