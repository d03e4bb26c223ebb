//! Requests with a picture or a small file: the only ones of which a large body is read before they are handled. Whoever is not
//! signed in sends none of it.

use crate::{
    app::App,
    limits::{ClientAddress, PicturePlace},
    web::{
        catalogue::content::files,
        error::{WebError, WebResult, too_often},
        people::session::Visitor,
    },
};
use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::{Method, header},
};
use domain::{
    access::may::Action,
    id::{AccountId, SpaceId},
    picture::{MOST_BYTES, NewPicture, PictureError, Purpose},
};
use http_body_util::BodyExt as _;
use service::{ServiceError, ServiceResult, catalogue::pictures};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};
use views::{
    form::{Errors, FieldError, WHOLE_FORM},
    in_words::InWords as _,
};

/// What a form has beside its file, in bytes. So much is also read of a request that is too large.
const REST: usize = 64 * 1024;
/// How long a file may be on its way: 10 MB at 700 kbit/s.
const SLOWEST: Duration = Duration::from_secs(120);
/// In every window at least so many bytes of a file must come: 64 kbit/s.
const WINDOW: Duration = Duration::from_secs(5);
const LEAST: usize = 40 * 1024;
/// How long to read on what is too large. A browser that still sends when the connection closes shows no answer.
const READ_ON: Duration = Duration::from_secs(1);
/// The field of a form with its file.
pub const FILE: &str = "file";
/// The fields of a form beside its file.
const MOST_FIELDS: usize = 9;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(REST)]).into()
}

/// The fields of a form without room for a file. In one, a byte of a text takes up to three.
fn plain_fields(body: &[u8]) -> Vec<(String, String)> {
    crate::web::form_pairs(&body[..body.len().min(3 * REST)], MOST_FIELDS)
}

/// Whether a form came without room for a file.
fn is_plain(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Whether a request may have a picture in its body. `small`: it is no larger than other forms; a post that has no picture
/// is then read like those.
pub fn is_expected(method: &Method, path: &str, small: bool) -> bool {
    if *method != Method::POST || !path.starts_with("/account/") {
        return false;
    }
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        ["", "account", "avatar"]
        | ["", "account", "spaces", _, "cover" | "logo"]
        | ["", "account", "experiences", _, "files"]
        | ["", "account", "files", _, "poster"]
        | ["", "account", "recordings", _, "captions"] => true,
        ["", "account", "experiences", _, "posts"] | ["", "account", "posts", _] => !small,
        _ => false,
    }
}

/// Whether a request carries a piece of a file: its handler decides first, and stores the body while it arrives.
pub fn is_piece(method: &Method, path: &str) -> bool {
    let id = path.strip_prefix("/account/uploads/");
    *method == Method::PATCH && id.is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

/// Marks a request of which only the beginning was read.
#[derive(Clone, Copy)]
struct TooLarge;

/// Marks a request whose picture was counted.
#[derive(Clone, Copy)]
struct PictureCounted;

/// Reads the body of such a request into memory. The place is to be kept until the response.
///
/// Before the first byte, the person may do what the request asks for, and the file is counted: whoever may send nothing takes
/// no place. The handler decides again, because access may end while the body is on its way.
pub async fn receive(
    app: &App,
    request: Request,
    address: ClientAddress,
) -> WebResult<(Request, PicturePlace)> {
    let visitor = Visitor::of(app, request.headers().get_all(header::COOKIE)).await?;
    let account = visitor.account().ok_or_else(WebError::sign_in)?.id;
    if let Some((space, action)) = asked(app, request.uri().path()).await? {
        app.services.authorise(account, space, action).await?;
    }
    let Some(place) = app.pictures.begin(account, address).await else {
        return Err(WebError::too_many(views::t!("refusals-upload-busy"), 5));
    };
    pictures::begin_upload(&app.services, account)?;
    let (head, body) = request.into_parts();
    let read = timeout(SLOWEST, read(body, &place)).await;
    let late = || WebError::malformed(views::t!("refusals-upload-slow"));
    let (bytes, whole) = read.map_err(|_| late())?.ok_or_else(late)?;
    place.received();
    let mut request = Request::from_parts(head, Body::from(bytes));
    request.extensions_mut().insert(PictureCounted);
    if !whole {
        request.extensions_mut().insert(TooLarge);
    }
    Ok((request, place))
}

/// What the person must be allowed to do to send a picture there; nothing for their own.
async fn asked(app: &App, path: &str) -> WebResult<Option<(SpaceId, Action)>> {
    let unknown = |_| WebError::not_found();
    Ok(match path.split('/').collect::<Vec<_>>()[..] {
        ["", "account", "spaces", id, _] => Some((id.parse().map_err(unknown)?, Action::EditSpace)),
        ["", "account", "experiences", id, _] => {
            let experience = app.store.experiences().by_id(id.parse().map_err(unknown)?).await?;
            Some((experience.space, Action::EditOffer))
        }
        ["", "account", "files", id, _] => {
            let file = app.store.files().by_id(id.parse().map_err(unknown)?).await?;
            Some((file.space, Action::EditOffer))
        }
        ["", "account", "recordings", id, _] => {
            let recording = app.store.recordings().of_stream(id.parse().map_err(unknown)?).await?;
            Some((recording.space, Action::EditOffer))
        }
        ["", "account", "posts", id] => {
            let post = app.store.posts().by_id(id.parse().map_err(unknown)?).await?;
            Some((post.space, Action::EditOffer))
        }
        _ => None,
    })
}

/// The body, and whether it is all of it. `None` if the client broke off, is too slow, or slower than somebody who waits.
async fn read(mut body: Body, place: &PicturePlace) -> Option<(Vec<u8>, bool)> {
    let most = MOST_BYTES + REST;
    let told = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let kept = if told > most { REST } else { most };
    let mut bytes = Vec::with_capacity(told.min(kept));
    let (mut window, mut before) = (Instant::now() + WINDOW, 0);
    loop {
        let frame = tokio::select! {
            frame = body.frame() => frame,
            () = place.displaced() => return None,
            () = sleep_until(window) => {
                if bytes.len() < before + LEAST {
                    return None;
                }
                (window, before) = (window + WINDOW, bytes.len());
                continue;
            }
        };
        let Some(frame) = frame else { return Some((bytes, true)) };
        let Ok(data) = frame.ok()?.into_data() else { continue };
        if bytes.len() + data.len() > kept {
            bytes.truncate(REST);
            bytes.shrink_to_fit();
            let rest = async { while let Some(Ok(_)) = body.frame().await {} };
            let _ = timeout(READ_ON, rest).await;
            return Some((bytes, false));
        }
        place.count(data.len());
        bytes.extend_from_slice(&data);
    }
}

/// A form with a file, as it came.
#[derive(Default)]
pub struct FileForm {
    /// What the sender calls the file; empty if none was chosen.
    pub name: String,
    pub file: Bytes,
    /// Only the beginning was read.
    pub too_large: bool,
    /// It ends too early.
    pub broken: bool,
    /// The other fields, in order.
    fields: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequest<S> for FileForm {
    type Rejection = WebError;
    async fn from_request(mut request: Request, state: &S) -> WebResult<Self> {
        let too_large = request.extensions().get::<TooLarge>().is_some();
        // `receive` has limited it.
        DefaultBodyLimit::disable().apply(&mut request);
        let mut form = Self { too_large, ..Self::default() };
        if is_plain(&request) {
            let body = Bytes::from_request(request, state).await.unwrap_or_default();
            form.fields = plain_fields(&body);
        } else if let Ok(parts) = Multipart::from_request(request, state).await {
            form.broken = form.read(parts).await.is_none();
        }
        Ok(form)
    }
}

impl FileForm {
    /// Reads all fields; `None` if the form ends too early.
    async fn read(&mut self, mut form: Multipart) -> Option<()> {
        while let Some(field) = form.next_field().await.ok()? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.ok()?;
            match name.as_str() {
                FILE if self.file.is_empty() || !bytes.is_empty() => {
                    (self.name, self.file) = (file_name, bytes)
                }
                FILE => {}
                _ if self.fields.len() < MOST_FIELDS => self.fields.push((name, text(&bytes))),
                _ => {}
            }
        }
        Some(())
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The value of another field; empty if the form did not say.
    pub fn field(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }
}

/// A form with a picture.
pub struct Upload {
    /// `Err(NoFile)` if none was chosen.
    pub file: Result<Bytes, PictureError>,
    /// What the picture shows; `None` if the form did not say.
    pub alt: Option<String>,
    /// The picture was counted. One in a form as small as others is not.
    pub counted: bool,
    form: FileForm,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = WebError;
    async fn from_request(request: Request, state: &S) -> WebResult<Self> {
        let counted = request.extensions().get::<PictureCounted>().is_some();
        let mut form = FileForm::from_request(request, state).await?;
        let file = match std::mem::take(&mut form.file) {
            _ if form.too_large => Err(PictureError::ManyBytes),
            _ if form.broken => Err(PictureError::CutOff),
            none if none.is_empty() => Err(PictureError::NoFile),
            file => Ok(file),
        };
        let alt = form.find("alt").map(str::to_owned);
        Ok(Self { file, alt, counted, form })
    }
}

impl Upload {
    /// The value of another field; empty if the form did not say.
    pub fn field(&self, name: &str) -> &str {
        self.form.field(name)
    }
}

/// Counts a picture that came in a form as small as others. The error is shown in the form.
pub fn count(app: &App, form: &'static str, by: AccountId) -> Result<(), Errors> {
    let whole =
        |error: ServiceError| Errors::one(form, FieldError::new(WHOLE_FORM, WebError::from(error).message));
    pictures::begin_upload(&app.services, by).map_err(|error| refusal(form, error).unwrap_or_else(whole))
}

/// Decodes a file, and makes the files of a picture of it. The inner error is shown in the form.
pub async fn process(
    app: &App,
    purpose: Purpose,
    file: Result<Bytes, PictureError>,
) -> Result<NewPicture, Errors> {
    let form = purpose.code();
    let at_file = |why: PictureError| Errors::one(form, FieldError::new(FILE, why));
    let file = file.map_err(at_file)?;
    let Some(turn) = app.pictures.decode().await else {
        let words = views::t!("refusals-upload-turn");
        return Err(Errors::one(form, FieldError::new(FILE, words)));
    };
    let processed = tokio::task::spawn_blocking(move || {
        let processed = gateways::process(purpose, &file);
        drop(turn);
        processed
    });
    // A decoder that panics has met a file that it did not expect.
    let processed = processed.await.unwrap_or(Err(PictureError::Broken));
    processed.map_err(at_file)
}

/// The result of a use case with a picture. The inner error is shown in the form.
pub fn form_result<T>(form: &'static str, result: ServiceResult<T>) -> WebResult<Result<T, Errors>> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(error) => Ok(Err(refusal(form, error)?)),
    }
}

/// The errors of a form; the error itself if the form did not cause it.
fn refusal(form: &'static str, error: ServiceError) -> Result<Errors, ServiceError> {
    let words = match error {
        ServiceError::TooMany { limit, what, wait } => return Ok(too_often(form, limit, what, wait)),
        ServiceError::Conflict("pictures") => {
            views::t!("refusals-upload-often")
        }
        ServiceError::Conflict("picture") => {
            views::t!("refusals-upload-deleted")
        }
        ServiceError::Objects(why) => {
            tracing::error!(%why, "the object store failed");
            views::t!("refusals-pictures")
        }
        ServiceError::Conflict(code) => match files::refusal(code) {
            Some(why) => why.in_words().into(),
            None => return Err(ServiceError::Conflict(code)),
        },
        error => return Err(error),
    };
    Ok(Errors::one(form, FieldError::new(WHOLE_FORM, words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_forms_with_a_picture_may_be_large() {
        for (method, path, expected) in [
            (Method::POST, "/account/avatar", true),
            (Method::POST, "/account/spaces/1/cover", true),
            (Method::POST, "/account/spaces/1/logo", true),
            (Method::POST, "/account/experiences/1/files", true),
            (Method::POST, "/account/recordings/1/captions", true),
            (Method::POST, "/account/recordings/1/deletion", false),
            (Method::POST, "/account/experiences/1/uploads", false),
            (Method::PUT, "/account/avatar", false),
            (Method::POST, "/account/avatar/", false),
            (Method::POST, "/account/avatar/removal", false),
            (Method::POST, "/account/spaces/1/cover/removal", false),
            (Method::POST, "/account/spaces/1/accent", false),
            (Method::POST, "/account/spaces/1", false),
            (Method::POST, "/account", false),
            (Method::POST, "/account/experiences/1/posts", true),
            (Method::POST, "/account/posts/1", true),
            (Method::POST, "/account/posts/1/deletion", false),
        ] {
            assert_eq!(is_expected(&method, path, false), expected, "{method} {path}");
            let small = expected && !path.contains("/posts");
            assert_eq!(is_expected(&method, path, true), small, "{method} {path}, small");
        }
    }

    #[test]
    fn a_form_without_a_file_has_few_fields() {
        for body in ["a&".repeat(100_000), "=&".repeat(100_000), "alt=x&".repeat(1000)] {
            let fields = plain_fields(body.as_bytes());
            assert!(fields.len() == MOST_FIELDS && fields.capacity() < 4 * MOST_FIELDS, "{body:.8}");
        }
        let words = "%C3%BC".repeat(12_000);
        let fields = plain_fields(format!("title=x&body={words}").as_bytes());
        assert_eq!(fields[1], ("body".to_owned(), "ü".repeat(12_000)), "the longest post is read whole");
        let cut = plain_fields(format!("body={}", "x".repeat(5 * REST)).as_bytes());
        assert!(cut[0].1.len() <= 3 * REST);
    }

    #[test]
    fn only_pieces_of_files_are_not_read_first() {
        for (method, path, expected) in [
            (Method::PATCH, "/account/uploads/1", true),
            (Method::POST, "/account/uploads/1", false),
            (Method::PATCH, "/account/uploads/", false),
            (Method::PATCH, "/account/uploads/1/x", false),
            (Method::PATCH, "/account/files/1", false),
        ] {
            assert_eq!(is_piece(&method, path), expected, "{method} {path}");
        }
    }
}
