//! Fields of forms and of addresses as they come.

use crate::web::error::{WebError, WebResult};

/// After which row a page of a list begins, as `after` of its address says; `None`: it is the first page.
pub fn begins_after<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> WebResult<Option<T>> {
    if text.is_empty() {
        return Ok(None);
    }
    let no_page = || WebError::field("after", views::t!("catalogue-explore-no-page"));
    read(text).map(Some).ok_or_else(no_page)
}

/// The first fields of a form in order, at most so many: in memory, an empty one takes many times what it takes in the body. A
/// repeated field appears each time.
pub fn form_pairs(body: &[u8], most: usize) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().take(most).collect()
}
