//! What travels beside a request to the page that answers it: the message that the page says once, and the host that was asked.
//! One value for all of it, because each costs every request a little.

pub mod client_address;
pub mod fields;
pub mod hosts;
pub mod pace;

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use std::cell::RefCell;
use views::layout::Notice;

tokio::task_local! {
    static CURRENT: RequestContext;
}

pub struct RequestContext {
    /// Until a page takes it.
    notice: RefCell<Option<Notice>>,
    uri: Uri,
    host: Option<HeaderValue>,
}

impl RequestContext {
    pub fn of(uri: &Uri, headers: &HeaderMap, notice: Option<Notice>) -> Self {
        Self { notice: RefCell::new(notice), uri: uri.clone(), host: headers.get(header::HOST).cloned() }
    }

    fn host(&self) -> Option<&str> {
        let authority = self.uri.authority().map(|authority| authority.as_str());
        authority.or_else(|| self.host.as_ref()?.to_str().ok())
    }
}

/// Handles a request.
pub fn with<F: Future>(beside: RequestContext, request: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(beside, request)
}

/// The host that was asked, with the port if that is not the usual one. Empty outside of requests.
pub fn host() -> String {
    CURRENT.try_with(|beside| beside.host().unwrap_or_default().to_owned()).unwrap_or_default()
}

/// Shows this on the page of the current request, unless there is a message already. Outside of a request there is no page.
pub fn give_notice(notice: impl FnOnce() -> Notice) {
    let _ = CURRENT.try_with(|beside| {
        beside.notice.borrow_mut().get_or_insert_with(notice);
    });
}

/// Takes the message for the page that is being rendered.
pub fn take_notice() -> Option<Notice> {
    CURRENT.try_with(|beside| beside.notice.borrow_mut().take()).ok().flatten()
}

/// Whether no page has taken the message yet.
pub fn has_notice() -> bool {
    CURRENT.try_with(|beside| beside.notice.borrow().is_some()).unwrap_or(false)
}
