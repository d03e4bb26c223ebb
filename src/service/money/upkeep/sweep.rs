//! The sweep: events that no webhook has brought are found in the provider's list, and go the way of webhooks. What is not settled
//! is asked about. So all that money does is known within one sweep, also with every webhook lost.

use crate::{
    ServiceResult, Services,
    money::{
        subscriptions::{self, billing},
        webhooks::PROVIDER,
    },
};
use domain::{
    money::{
        billing::{EventPage, EventQuery},
        payments::PaymentError,
        sweep::{MOST_ASKED, MOST_PAGES, cursor_of, oldest},
    },
    time::Millis,
};

/// Sweeps if it is time to. Returns whether it was.
///
/// # Errors
/// Those of the provider. What could be found and asked is kept.
pub async fn run_if_due(services: &Services) -> ServiceResult<bool> {
    let (sweeps, now) = (services.store.sweeps(), services.now());
    let state = sweeps.state(PROVIDER).await?;
    if !state.is_due(now) {
        return Ok(false);
    }
    let read = read_list(services, state.cursor, now).await;
    // Whatever the list says, what is not settled is asked about.
    subscriptions::keep_up(services).await?;
    sweeps.ask_unsettled(MOST_ASKED, now).await?;
    let read = read?;
    sweeps.keep(PROVIDER, read.cursor.as_deref(), read.found, now).await?;
    if read.found > 0 {
        tracing::warn!(events = read.found, "no webhook had brought what the provider's list of events has");
    }
    Ok(true)
}

/// What was read of the list.
struct ListRead {
    /// From which event the next sweep goes on.
    cursor: Option<String>,
    /// Events that no webhook had brought.
    found: usize,
}

async fn read_list(services: &Services, cursor: Option<String>, now: Millis) -> ServiceResult<ListRead> {
    let mut query = match &cursor {
        Some(event) => EventQuery::After(event.clone()),
        None => newest(now),
    };
    let mut read = ListRead { cursor, found: 0 };
    for _ in 0..MOST_PAGES {
        let page = match billing(services)?.events(query.clone()).await {
            // The provider keeps the event no longer. What it still keeps is read from its newest on.
            Err(PaymentError::Refused(_)) if matches!(query, EventQuery::After(_)) => {
                (query, read.cursor) = (newest(now), None);
                continue;
            }
            page => page?,
        };
        read.found += take(services, &page, now).await?;
        // Of pages that go back in time, the first one has the newest events.
        let forwards = matches!(query, EventQuery::After(_));
        if let Some(event) = cursor_of(&page.events, now).filter(|_| forwards || read.cursor.is_none()) {
            read.cursor = Some(event.to_owned());
        }
        match page.next {
            Some(event) => query = query.next(event),
            None => break,
        }
    }
    Ok(read)
}

fn newest(now: Millis) -> EventQuery {
    EventQuery::Newest { since: oldest(now), before: None }
}

/// Puts the events of a page into the inbox, the oldest first. Returns how many no webhook had brought.
async fn take(services: &Services, page: &EventPage, now: Millis) -> ServiceResult<usize> {
    let (inbox, mut found) = (services.store.webhook_inbox(), 0);
    let overdue = page.events.iter().rev().filter(|one| one.is_overdue(now)).map(|one| &one.event);
    for event in inbox.unknown(PROVIDER, overdue.collect()).await? {
        found += usize::from(inbox.keep_swept(PROVIDER, event, now).await?);
    }
    Ok(found)
}
