//! Refusals: one value that is shown as a page, a toast or JSON, depending on the caller.

use crate::app::App;
use crate::web::{
    htmx::Htmx,
    people::{passkeys, session::Visitor},
};
use actors::CallError;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::admit::{Admission, Reason},
    catalogue::offer::NotOffered,
    error::StoreError,
    id::RequestId,
    live::recording::clips::ClipRefused,
    people::account::Session,
    time::Span,
};
use service::{Often, ServiceError};
use std::borrow::Cow;
use views::{
    form::{Errors, FieldError, WHOLE_FORM},
    in_words::InWords,
};

/// A refusal: a status, a code for programs, and a message for people.
#[derive(Clone, Debug)]
pub struct WebError {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    /// The invalid form field, with 422; the first one if there are more.
    pub field: Option<Cow<'static, str>>,
    /// All invalid fields of a form that is judged as a whole.
    pub fields: Vec<FieldError>,
    /// In seconds, with 429 and 503.
    pub retry_after: Option<i64>,
    /// The page must be loaded again, because it would show something else now.
    pub anew: bool,
}

pub type WebResult<T = Response> = Result<T, WebError>;

/// The code of a refusal that a passkey would lift.
pub const OWES_PASSKEY: &str = "needs_passkey";

impl WebError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
            fields: Vec::new(),
            retry_after: None,
            anew: false,
        }
    }
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", message)
    }
    pub fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign_in", views::t!("refusals-sign-in"))
    }
    pub fn needs_pass() -> Self {
        Self::new(StatusCode::PAYMENT_REQUIRED, "needs_pass", views::t!("refusals-needs-pass"))
    }
    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", views::t!("refusals-not-found"))
    }
    /// For whoever could see the space before it was suspended.
    pub fn space_suspended() -> Self {
        let words = views::t!("refusals-space-suspended");
        Self::forbidden("space_suspended", words)
    }
    pub fn account_suspended() -> Self {
        let words = views::t!("refusals-account-suspended");
        Self::forbidden("account_suspended", words)
    }
    /// What a team, or the operators, keep for sessions that began with a passkey.
    pub fn owes_passkey() -> Self {
        Self::forbidden(OWES_PASSKEY, views::t!("passkeys-owed"))
    }
    /// A space that its owner has closed.
    pub fn closed(space: &str) -> Self {
        let words = views::t!("refusals-closed", space = space);
        Self::new(StatusCode::GONE, "closed", words)
    }
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }
    pub fn field(field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", message) }
    }
    /// Everything that is wrong with a form that has no page of its own.
    pub fn fields(errors: &Errors) -> Self {
        let fields: Vec<FieldError> = errors.iter().cloned().collect();
        let message = fields.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ");
        let first = fields.first().map_or(WHOLE_FORM, |error| error.field);
        Self { fields, ..Self::field(first, message) }
    }
    pub fn too_many(message: impl Into<String>, seconds: i64) -> Self {
        Self {
            retry_after: Some(seconds.max(1)),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message)
        }
    }
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self { retry_after: Some(1), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message) }
    }

    /// A refusal by a layer or an extractor that has no message of ours yet.
    pub fn from_status(status: StatusCode) -> Self {
        let (code, words) = match status {
            StatusCode::NOT_FOUND => return Self::not_found(),
            StatusCode::UNAUTHORIZED => return Self::sign_in(),
            StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", views::t!("refusals-method")),
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", views::t!("refusals-too-large")),
            StatusCode::FORBIDDEN => ("forbidden", views::t!("refusals-other-site")),
            StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::BAD_REQUEST => {
                return Self::malformed(views::t!("refusals-unreadable"));
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
                return Self::unavailable(views::t!("refusals-too-long"));
            }
            s if s.is_server_error() => ("broken", views::t!("refusals-broken")),
            _ => ("refused", views::t!("refusals-refused")),
        };
        Self::new(status, code, words)
    }

    /// Why a door refused entry.
    pub fn refused(admission: &Admission, now: domain::time::Millis) -> Self {
        let wait = admission.until.map(|until| in_words(until - now));
        match admission.reason {
            Reason::Hidden => Self::not_found(),
            Reason::Closed => Self::space_suspended(),
            Reason::SignIn => Self::sign_in(),
            Reason::NeedsPass => Self::needs_pass(),
            Reason::OtherDevice => Self::forbidden("other_device", views::t!("devices-elsewhere")),
            Reason::NeedsPassphrase => {
                Self::forbidden("needs_passphrase", views::t!("entry-needs-passphrase"))
            }
            Reason::Suspended => Self::forbidden("suspended", views::t!("refusals-disputed")),
            Reason::Banned => match wait {
                Some(wait) => Self::forbidden("banned", views::t!("refusals-banned-until", wait = wait)),
                None => Self::forbidden("banned", views::t!("refusals-banned")),
            },
            Reason::Muted => match wait {
                Some(wait) => Self::forbidden("muted", views::t!("refusals-muted-until", wait = wait)),
                None => Self::forbidden("muted", views::t!("refusals-muted")),
            },
            Reason::OwesPasskey => Self::owes_passkey(),
            Reason::NotTeam => Self::forbidden("not_team", views::t!("refusals-not-team")),
            Reason::NotLive => Self::conflict(views::t!("refusals-not-live")),
            Reason::Ended => Self::conflict(views::t!("refusals-stream-over")),
            Reason::Team | Reason::Holder | Reason::Invited | Reason::Passphrase | Reason::Preview => {
                Self::forbidden("refused", views::t!("refusals-not-for-you"))
            }
        }
    }
}

/// "a minute", "12 minutes", "2 hours", "3 days"; rounded up. After "in", which takes the dative in German.
pub fn in_words(wait: Span) -> String {
    match (wait.ceil_secs() + 59) / 60 {
        minutes @ ..=90 => views::t!("refusals-minutes", count = minutes.max(1)),
        minutes @ 91..=2880 => views::t!("refusals-hours", count = (minutes + 59) / 60),
        minutes => views::t!("refusals-days", count = (minutes + 1439) / 1440),
    }
}

/// What was done too often, and when it may be done again.
fn again(what: Often, wait: Span) -> String {
    views::t!("refusals-again", what = often(what), wait = in_words(wait))
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::not_found(),
            StoreError::Conflict(what) => Self::conflict(views::t!("refusals-conflict", what = what)),
            StoreError::Unavailable(why) => {
                tracing::error!(%why, "the database is unavailable");
                Self::unavailable(views::t!("refusals-records"))
            }
        }
    }
}

/// A call to an actor failed.
impl From<CallError> for WebError {
    fn from(error: CallError) -> Self {
        let words = match error {
            CallError::Unknown => return Self::not_found(),
            CallError::Parked => views::t!("refusals-parked"),
            _ => views::t!("refusals-busy"),
        };
        let retry_after = Some(error.retry_after().ceil_secs().max(1));
        Self { retry_after, ..Self::unavailable(words) }
    }
}

impl From<ServiceError> for WebError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self::not_found(),
            ServiceError::OwesPasskey => Self::owes_passkey(),
            ServiceError::Role => Self::forbidden("role", views::t!("refusals-role")),
            ServiceError::TooMany { limit, what, wait } => {
                crate::limits::count(limit, "refused");
                Self::too_many(again(what, wait), wait.ceil_secs())
            }
            ServiceError::Chat(failure) => failure.into(),
            ServiceError::Stream(failure) => failure.into(),
            ServiceError::Actor(error) => error.into(),
            ServiceError::Checkout(failure) => failure.into(),
            ServiceError::Unanswered(_) => Self::field("answer", views::t!("asking-unanswered")),
            ServiceError::NoDiscount(why) => Self::field("code", why.in_words()),
            ServiceError::Clip(why @ ClipRefused::Team) => Self::forbidden("clips_by_team", why.in_words()),
            ServiceError::Clip(why) => Self::field("clip", why.in_words()),
            ServiceError::Amount(why) => Self::field("amount", why.in_words()),
            ServiceError::Payment(error) => error.into(),
            ServiceError::Objects(why) => {
                tracing::error!(%why, "the object store failed");
                Self::unavailable(views::t!("refusals-pictures"))
            }
            ServiceError::Webhook { reason, .. } => Self::malformed(reason.to_string()),
            ServiceError::NotOffered(NotOffered::Team) => Self::conflict(views::t!("refusals-own-space")),
            ServiceError::NotOffered(NotOffered::Withdrawn) => {
                Self::conflict(views::t!("refusals-withdrawn"))
            }
            ServiceError::NotOffered(NotOffered::SoldOut) => Self::conflict(views::t!("refusals-sold-out")),
            ServiceError::NotOffered(NotOffered::NotYet(at)) => {
                Self::conflict(views::t!("refusals-not-yet", at = views::words::dates::moment(at)))
            }
            ServiceError::NotOffered(NotOffered::Closed) => Self::conflict(views::t!("refusals-sale-closed")),
            ServiceError::NotOffered(NotOffered::Approval) => {
                Self::forbidden("approval", views::t!("refusals-approval"))
            }
            ServiceError::NotOffered(NotOffered::Banned) => {
                Self::forbidden("banned", views::t!("refusals-banned"))
            }
            ServiceError::Conflict(store::SUSPENDED_ACCOUNT) => Self::account_suspended(),
            ServiceError::Conflict(store::SUSPENDED_SPACE) => Self::space_suspended(),
            ServiceError::Conflict(what) => StoreError::Conflict(what).into(),
            ServiceError::Unavailable(why) => StoreError::Unavailable(why).into(),
        }
    }
}

impl IntoResponse for WebError {
    /// Only attaches the error to the response; [`present`] renders it in the form that the caller expects.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The errors of a form that was sent too often: at the address, if that changed too often, else for the whole form.
pub fn too_often(form: &'static str, limit: &'static str, what: Often, wait: Span) -> Errors {
    crate::limits::count(limit, "refused");
    let field = if limit == service::RENAMED { "slug" } else { WHOLE_FORM };
    Errors::too_often(form, FieldError::new(field, again(what, wait)), wait)
}

fn often(what: Often) -> Cow<'static, str> {
    match what {
        Often::Changes => views::t!("refusals-often-changes"),
        Often::ChangesNearby => views::t!("refusals-often-changes-nearby"),
        Often::Lines => views::t!("refusals-often-lines"),
        Often::LinesNearby => views::t!("refusals-often-lines-nearby"),
        Often::Captions => views::t!("captions-often"),
        Often::Moderation => views::t!("refusals-often-moderation"),
        Often::ModerationNearby => views::t!("refusals-often-moderation-nearby"),
        Often::Exports => views::t!("refusals-often-exports"),
        Often::ExportsNearby => views::t!("refusals-often-exports-nearby"),
        Often::Reports => views::t!("refusals-often-reports"),
        Often::ReportsNearby => views::t!("refusals-often-reports-nearby"),
        Often::LettersNearby => views::t!("refusals-often-letters-nearby"),
        Often::LettersOfStrangers => views::t!("letters-many-strangers"),
        Often::LettersOfMembers => views::t!("letters-many-members"),
        Often::Orders => views::t!("refusals-often-orders"),
        Often::OrdersNearby => views::t!("refusals-often-orders-nearby"),
        Often::Payments => views::t!("refusals-often-payments"),
        Often::PromoCodes => views::t!("refusals-often-promo-codes"),
        Often::PromoCodesNearby => views::t!("refusals-often-promo-codes-nearby"),
        Often::Pictures => views::t!("refusals-often-pictures"),
        Often::PicturesNearby => views::t!("refusals-often-pictures-nearby"),
        Often::Files => views::t!("files-often"),
        Often::FilesNearby => views::t!("files-often-nearby"),
        Often::Renames => views::t!("refusals-often-renames"),
        Often::InnerRenames => views::t!("refusals-often-inner-renames"),
        Often::Invitations => views::t!("refusals-often-invitations"),
        Often::InvitationsNearby => views::t!("refusals-often-invitations-nearby"),
        Often::Invited => views::t!("refusals-often-invited"),
        Often::Guesses => views::t!("entry-often"),
        Often::GuessesNearby => views::t!("entry-often-nearby"),
        Often::GuessesOfAll => views::t!("entry-often-all"),
        Often::Passphrases => views::t!("entry-often-set"),
        Often::PassphrasesNearby => views::t!("entry-often-set-nearby"),
        Often::Arrivals => views::t!("entry-often-arrivals"),
    }
}

/// The page with the refused form: 429 if it came too often, else 422.
pub fn refused(page: Response, errors: &Errors) -> Response {
    match errors.wait() {
        Some(wait) => too_many(page, wait),
        None => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
    }
}

/// A page with its form, which says why and how long to wait.
pub fn too_many(page: impl IntoResponse, wait: Span) -> Response {
    let retry_after = [(header::RETRY_AFTER, HeaderValue::from(wait.ceil_secs().max(1)))];
    (StatusCode::TOO_MANY_REQUESTS, retry_after, page).into_response()
}

/// The properties of a caller that determine how refusals are rendered. Kept during the request.
pub struct Asker {
    form: ErrorFormat,
    get: bool,
    cookies: (Option<HeaderValue>, Vec<HeaderValue>),
    request_id: RequestId,
}

impl Asker {
    pub fn of(request: &Request, request_id: RequestId) -> Self {
        let headers = request.headers();
        let mut cookies = headers.get_all(header::COOKIE).iter().cloned();
        // Nearly all requests have one such header, or none: the rest is an empty list, which takes no memory.
        let cookies = (cookies.next(), cookies.collect());
        Self { form: wants(headers), get: request.method() == Method::GET, cookies, request_id }
    }
}

/// Renders the refusals of all handlers and the router as a page, a toast or JSON.
pub async fn present(app: &App, asker: Asker, uri: &Uri, mut response: Response) -> Response {
    let known = response.extensions_mut().remove::<WebError>();
    let error = match known {
        Some(error) => error,
        None if plain_refusal(&response) => WebError::from_status(response.status()),
        None => return response,
    };
    // Boxed because few requests are refused, and its future would be part of all.
    Box::pin(present_error(app, asker, uri, response, error)).await
}

async fn present_error(app: &App, asker: Asker, uri: &Uri, response: Response, error: WebError) -> Response {
    if error.status == StatusCode::UNAUTHORIZED && asker.get && asker.form == ErrorFormat::Page {
        let path = uri.path_and_query().map(|p| p.as_str()).unwrap_or_default();
        return axum::response::Redirect::to(&format!("/sign-in?next={}", crate::web::encode(path)))
            .into_response();
    }
    if error.code == OWES_PASSKEY && asker.form == ErrorFormat::Page {
        let path = uri.path_and_query().filter(|_| asker.get).map(|p| p.as_str());
        return passkeys::lead(path.unwrap_or("/account"));
    }
    let visitor = Visitor::of(app, asker.cookies.0.iter().chain(&asker.cookies.1)).await;
    let me = visitor.ok().and_then(|visitor| visitor.0);
    let mut shown = write(app, &error, &asker, me.as_deref(), uri.path());
    keep_meaning(response.headers(), shown.headers_mut());
    shown
}

/// Keeps what a refusal says beside its body, for which ours is shown.
fn keep_meaning(of: &HeaderMap, shown: &mut HeaderMap) {
    for (name, value) in of {
        match name.as_str() {
            "set-cookie" | "allow" | "accept" | "accept-encoding" | "accept-patch" | "accept-post"
            | "accept-ranges" | "content-range" | "upgrade" | "www-authenticate" => {
                shown.append(name.clone(), value.clone());
            }
            // In place of one that is only supposed.
            "retry-after" => drop(shown.insert(name.clone(), value.clone())),
            _ => {}
        }
    }
}

/// A refusal by a layer or the router that has no message of ours yet.
fn plain_refusal(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let ours = kind.is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    (response.status().is_client_error() || response.status().is_server_error()) && !ours
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ErrorFormat {
    Page,
    Toast,
    Json,
}

fn wants(headers: &HeaderMap) -> ErrorFormat {
    let says = |name: header::HeaderName, what: &str| {
        headers.get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains(what))
    };
    if Htmx::of(headers).0 {
        ErrorFormat::Toast
    } else if says(header::ACCEPT, "text/html") {
        ErrorFormat::Page
    } else {
        ErrorFormat::Json
    }
}

/// Where an operator may continue after an error: the actor that was acted on, or the operators' start page.
fn back(path: &str, get: bool) -> Option<(String, Cow<'static, str>)> {
    let below = path.strip_prefix("/ops").filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    let actor = below.strip_prefix("/actors/").and_then(|rest| rest.split_once('/')).filter(|_| !get);
    match actor {
        Some((place, _)) => Some((format!("/ops/actors/{place}"), views::t!("refusals-back-actor"))),
        None => Some(("/ops".into(), views::t!("refusals-back-operators"))),
    }
}

fn write(app: &App, error: &WebError, asker: &Asker, me: Option<&Session>, path: &str) -> Response {
    let request_id = asker.request_id.to_string();
    let operator = me.is_some_and(|session| session.account.operator);
    let back = operator.then(|| back(path, asker.get)).flatten();
    let mut response = match asker.form {
        ErrorFormat::Page => views::errors::page(
            &app.shell(me.map(|s| &s.account), ""),
            error.status.as_u16(),
            &error.message,
            &request_id,
            back.as_ref().map(|(href, words)| (href.as_str(), &**words)),
        )
        .into_response(),
        ErrorFormat::Toast => views::errors::toast(&error.message).into_response(),
        ErrorFormat::Json => {
            let mut body = serde_json::json!({ "error": { "code": error.code, "message": error.message, "request_id": request_id } });
            if let Some(field) = &error.field {
                body["error"]["field"] = field.as_ref().into();
            }
            if !error.fields.is_empty() {
                let all = error.fields.iter();
                body["error"]["fields"] = all
                    .map(|one| serde_json::json!({ "field": one.field, "message": one.message }))
                    .collect();
            }
            axum::Json(body).into_response()
        }
    };
    *response.status_mut() = error.status;
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if error.anew {
        response.headers_mut().insert(crate::web::live::queue::REFRESH, HeaderValue::from_static("true"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_its_largest_unit_rounded_up() {
        let words = |seconds| in_words(Span::secs(seconds));
        let told = [0, 60, 61, 580, 3600, 5400, 5401, 86_397, 3 * 86_400].map(words);
        let want =
            "a minute, a minute, 2 minutes, 10 minutes, 60 minutes, 90 minutes, 2 hours, 24 hours, 3 days";
        assert_eq!(told.join(", "), want);
    }

    #[test]
    fn a_refusal_keeps_what_it_means_and_nothing_of_its_body() {
        let (meant, body) = ("www-authenticate accept-post retry-after", "content-type content-length etag");
        let all = |names: &str| -> HeaderMap {
            names.split(' ').map(|name| (name.parse().unwrap(), HeaderValue::from_static("x"))).collect()
        };
        let mut shown = all("retry-after");
        keep_meaning(&all(&format!("{meant} {body}")), &mut shown);
        assert_eq!(shown, all(meant));
    }

    #[test]
    fn an_operator_is_led_back_to_where_they_acted() {
        let back = |path, get| back(path, get).map(|(href, _)| href);
        assert_eq!(back("/ops/actors/chat_room.1/resume", false).as_deref(), Some("/ops/actors/chat_room.1"));
        assert_eq!(back("/ops/actors/chat_room.1", true).as_deref(), Some("/ops"));
        assert_eq!(back("/ops/nothing", true).as_deref(), Some("/ops"));
        assert_eq!(back("/maya", true), None);
        assert_eq!(back("/opsimath", true), None, "a space's slug may begin with ops");
    }
}
