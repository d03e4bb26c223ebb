//! The bound on how often feeds are opened. A page that is refused polls its fragment until it may open a feed again.

use crate::{
    app::App,
    limits::ClientAddress,
    web::error::{WebError, WebResult, in_words},
};
use domain::{clock::Clock, id::AccountId};

/// Counts the opening of a feed. Ask this before what the page missed is looked up.
///
/// # Errors
/// 429 with the time to wait, if the account, if there is one, or the address has opened too many lately.
pub fn count(app: &App, account: impl Into<Option<AccountId>>, address: ClientAddress) -> WebResult<()> {
    app.openings.take(account, address, app.clock.now()).map_err(|wait| {
        let words = views::t!("refusals-openings", wait = in_words(wait));
        WebError::too_many(words, wait.ceil_secs())
    })
}
