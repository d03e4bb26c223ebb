//! Calendars of what everybody may see: a space's shows, those of one experience, and those of what one person follows and holds.

use crate::app::App;
use crate::web::{
    catalogue::spaces::{Seen, moved, see},
    error::{WebError, WebResult},
    extract::Path,
    people::session::Visitor,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    catalogue::{
        offer::{Experience, Space},
        slug::page_path,
    },
    clock::Clock,
    id::ExperienceId,
    live::calendar,
    time::Millis,
};
use store::{Resolved, Show};
use views::catalogue::calendar::{Calendar, Event, file};

/// Stands in an address after that of the space or experience; no slug has a dot.
const FILE: &str = "calendar.ics";

pub async fn of_space(State(app): State<App>, visitor: Visitor, Path(space): Path<String>) -> WebResult {
    match see(&app, &visitor, &space).await? {
        Seen::Here(visit) => answer(&app, &visit.space, None).await,
        Seen::Moved(to) => Ok(moved(&format!("/{to}/{FILE}"))),
    }
}

pub async fn of_experience(
    State(app): State<App>,
    visitor: Visitor,
    Path((space, slug)): Path<(String, String)>,
) -> WebResult {
    let space = match see(&app, &visitor, &space).await? {
        Seen::Here(visit) => visit.space,
        Seen::Moved(to) => return Ok(moved(&format!("/{to}/{slug}/{FILE}"))),
    };
    match app.store.spaces().resolve(space.id, &slug).await? {
        Resolved::Experience(id) => answer(&app, &space, Some(id)).await,
        Resolved::Moved(to) => Ok(moved(&format!("/{}/{to}/{FILE}", space.slug))),
        Resolved::Pass(_) | Resolved::Nothing => Err(WebError::not_found()),
    }
}

/// The calendar of whoever was given this secret address. A renewed one has ended.
pub async fn of_person(State(app): State<App>, Path(token): Path<String>) -> WebResult {
    let (account, version) = app.calendar_of(&token).ok_or_else(WebError::not_found)?;
    if app.store.preferences().calendar_version(account).await? != version {
        return Err(WebError::not_found());
    }
    let now = app.clock.now();
    let shows = app.store.spaces().calendar_shows(account, now).await?;
    let named = shows.iter().filter(|show| calendar::names(&show.stream, show.published_at, now));
    let url = |show: &Show| app.url(&page_path(&show.space_slug, &show.experience_slug));
    let named: Vec<_> = named.filter_map(|show| Some((show, show.stream.scheduled_at?, url(show)))).collect();
    let events = named.iter().map(|(show, at, url)| Event {
        stream: &show.stream,
        at: *at,
        space: &show.space_name,
        url,
    });
    let events: Vec<Event> = events.collect();
    Ok(answered(&Calendar { name: "Backstage Pass", events: &events, now }))
}

/// The calendar of a space, or of `only` one experience.
async fn answer(app: &App, space: &Space, only: Option<ExperienceId>) -> WebResult {
    let now = app.clock.now();
    let experiences = app.store.experiences().list(space.id).await?;
    let streams = app.store.streams().dated(space.id, Millis(now.0 - calendar::KEPT.0)).await?;
    let of = |id: ExperienceId| experiences.iter().find(|e| e.id == id);
    let url = |e: &Experience| app.url(&page_path(&space.slug, &e.slug));
    let named = streams.iter().filter(|s| only.is_none_or(|only| s.experience == only));
    let named = named.filter(|s| calendar::names(s, space.published_at, now));
    let named = named.filter_map(|s| Some((s, s.scheduled_at?, url(of(s.experience)?))));
    let named = Vec::from_iter(named);
    let events = named.iter().map(|(stream, at, url)| Event { stream, at: *at, space: &space.name, url });
    let events = Vec::from_iter(events);
    let name = match only.and_then(of) {
        Some(experience) => format!("{}: {}", space.name, experience.title),
        None => space.name.clone(),
    };
    Ok(answered(&Calendar { name: &name, events: &events, now }))
}

fn answered(calendar: &Calendar<'_>) -> Response {
    ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], file(calendar)).into_response()
}
