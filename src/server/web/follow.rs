//! The only door to a log. A page that follows it counts against the limits of feeds, and ends when its right
//! ends, so no page polls for that.

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        access::doors::Caller,
        error::WebResult,
        live::attend::{attend, attend_outside, attend_unknown},
    },
};
use actors::{AttendanceGuard, AttendanceKind, Notice};
use domain::{
    access::{admit::Door, eject::EjectReason},
    error::StoreError,
    id::AccountId,
    people::account::Identity,
    text::language::Language,
};
use fanout::{Cursor, Event, Frame, Link};
use std::time::Duration;
use views::{
    dom::events,
    words::{speak, spoken},
};

/// How soon to ask again whether somebody is an operator if the database did not answer.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// What a page receives: private frames, then the log from the cursor.
pub struct Start {
    pub first: Vec<Frame>,
    pub cursor: Cursor,
}

/// What an open page depends on.
pub enum Right {
    /// Access to a room: the page ends with a ban, a grant's end, or the session.
    Room(Caller),
    Session(Identity),
    /// The session, and the role of an operator.
    Operator(Identity),
    /// Nothing: a public page of somebody who is not signed in.
    Public,
}

/// Opens a page's feed.
pub async fn open(app: &App, right: Right, address: ClientAddress, start: Start) -> WebResult {
    open_linked(app, right, address, start).await.map(|(_, response)| response)
}

/// Opens a page's feed, to which the link sends private frames.
pub async fn open_linked(
    app: &App,
    right: Right,
    address: ClientAddress,
    start: Start,
) -> WebResult<(Link, axum::response::Response)> {
    let (link, body) = app.fanout.subscribe(start.cursor, start.first);
    let (who, guard) = right.attend(app, &link).await?;
    let place = app.feeds.open(&app.engine, guard.id(), who, address);
    link.on_close(move |_| drop((guard, place)));
    Ok((link, body.respond().map(axum::body::Body::new)))
}

impl Right {
    /// The account that opens the page.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Room(caller) => caller.who.map(|who| who.account),
            Self::Session(who) | Self::Operator(who) => Some(who.account),
            Self::Public => None,
        }
    }

    async fn attend(self, app: &App, page: &Link) -> WebResult<(Option<Identity>, AttendanceGuard)> {
        let (link, language) = (page.clone(), spoken());
        match self {
            Self::Room(caller) => {
                let tell = move |notice| match notice {
                    Notice::Ended(reason) => link.end(end(language, reason)),
                    // If the link is full, the reader is behind and will resync anyway after reconnecting.
                    Notice::AccessChanged => drop(link.send(Event::named(events::RESYNC, ""))),
                    Notice::Displaced => link.end(displaced()),
                };
                let (caller, guard) = attend(app, caller, Door::Enter, AttendanceKind::Page, tell).await?;
                Ok((caller.who, guard))
            }
            Self::Session(who) => {
                let tell = ends(link, language);
                Ok((Some(who), attend_outside(app, who, AttendanceKind::Page, tell)?))
            }
            Self::Public => Ok((None, attend_unknown(app, AttendanceKind::Page, ends(link, language)))),
            Self::Operator(who) => {
                let (theirs, account) = (app.clone(), who.account);
                let tell = move |notice| match notice {
                    Notice::Ended(reason) => link.end(end(language, reason)),
                    Notice::AccessChanged => {
                        drop(tokio::spawn(check_operator(theirs.clone(), account, link.clone(), language)));
                    }
                    Notice::Displaced => link.end(displaced()),
                };
                let guard = attend_outside(app, who, AttendanceKind::OperatorPage, tell)?;
                // The right may have been lost before the attendance was entered.
                drop(tokio::spawn(check_operator(app.clone(), account, page.clone(), language)));
                Ok((Some(who), guard))
            }
        }
    }
}

/// Ends a page with its session, or when a newer one displaces it.
fn ends(page: Link, language: Language) -> impl Fn(Notice) + Send + Sync + 'static {
    move |notice| match notice {
        Notice::Ended(reason) => page.end(end(language, reason)),
        Notice::AccessChanged => {}
        Notice::Displaced => page.end(displaced()),
    }
}

/// Ends a page whose account is no longer an operator's. An outage of the database ends none: operators look at these
/// pages then. No other notice comes, so the database is asked until it answers.
async fn check_operator(app: App, account: AccountId, page: Link, language: Language) {
    loop {
        match app.store.accounts().by_id(account).await {
            Ok(account) if account.operator => return,
            Ok(_) | Err(StoreError::NotFound) => return page.end(end(language, EjectReason::RoleLost)),
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(ASK_AGAIN) => {}
            _ = page.closed() => return,
        }
    }
}

/// The last message of a page: why it has ended, in the page's language.
fn end(language: Language, reason: EjectReason) -> Frame {
    let words = speak(language, || views::live::stream::end_text(reason));
    Event::named(events::END, &words).into()
}

/// The last message of a page that a newer one has displaced: it continues by fetching its fragment.
fn displaced() -> Event<'static> {
    Event::named(events::DISPLACED, "")
}
