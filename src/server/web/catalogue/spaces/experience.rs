//! The page of an experience: what is inside for whoever may enter, and the door for others.

use super::{customer, offers, upcoming};
use crate::{
    app::App,
    web::{
        access::{
            devices::{self, OpenOutcome},
            guests,
        },
        catalogue::{
            content::{files, posts},
            on_air::still_of,
        },
        chat::community,
        error::{WebError, WebResult},
        people::{naming, session::Visitor},
    },
};
use axum::response::IntoResponse;
use domain::{
    access::{
        admit::{Door as AccessDoor, admit},
        entry::LockRule,
        may::{Action, may},
    },
    catalogue::{offer::ExperienceKind, slug::page_path},
    clock::Clock,
    id::ExperienceId,
};
use service::access::entry;
use store::{AccessFacts, Entrant, Place, Visit};
use views::{catalogue::pass::Door, layout::Shell};

/// Titles of posts that a visitor without a pass sees.
const TEASERS: usize = 10;
/// Other planned shows of a space on the page of one of its shows.
const OTHERS: usize = 3;

/// `after`: where a page of posts begins.
pub async fn experience(
    app: &App,
    visitor: &Visitor,
    visit: &Visit,
    id: ExperienceId,
    after: &str,
) -> WebResult {
    let me = visitor.account();
    let now = app.clock.now();
    let who = visitor.identity().map(Entrant::from);
    let facts = app.store.access().of_experience(who, id, now).await?;
    let admission = admit(&facts.as_facts(), AccessDoor::Enter, now);
    let (facts, admission) = match devices::open(app, visitor, facts, admission).await? {
        OpenOutcome::Decided(facts, admission) => (facts, admission),
        OpenOutcome::Elsewhere(page) => return Ok(page),
    };
    let Place { space, experience, stream, .. } = &*facts.place;
    let shell = app.shell(me, &page_path(&space.slug, &experience.slug));
    if !admission.admitted() {
        if !admission.reason.shows_door() {
            return Err(WebError::refused(&admission, now));
        }
        return door(app, &shell, visit, &facts, entry::asks(&facts, &admission)).await;
    }
    if let Some(asked) = naming::ask_first(me, &shell.path) {
        return Ok(asked);
    }
    match (experience.kind, stream) {
        (ExperienceKind::Posts, _) => posts::feed(app, visitor, (space, experience), &admission, after).await,
        (ExperienceKind::Community, _) => community::page(app, visitor, id).await,
        (kind, _) if kind.has_files() => {
            let manages = facts.standing.team.is_some_and(|role| may(role, Action::EditOffer));
            files::page(app, me, (space, experience), manages).await
        }
        (_, Some(stream)) => crate::web::live::streams::watch_page(app, visitor, stream.room).await,
        (_, None) => {
            Ok(views::live::stream::quiet(&shell, space, experience, admission.role.moderates())
                .into_response())
        }
    }
}

/// The page of an experience for whoever has no way in yet. `asks`: what the passphrase is for that would be one.
async fn door(
    app: &App,
    shell: &Shell,
    visit: &Visit,
    facts: &AccessFacts,
    asks: Option<LockRule>,
) -> WebResult {
    let Place { space, experience, passes, stream, .. } = &*facts.place;
    let mut offers = offers(app, &customer(app, visit, passes, &facts.standing.grants));
    offers.retain(|offer| offer.pass.opens(experience.id));
    let posts = match experience.kind {
        ExperienceKind::Posts => app.store.posts().teasers(experience.id, TEASERS).await?,
        _ => Vec::new(),
    };
    let files = match experience.kind {
        kind if kind.has_files() => app.store.files().list(experience.id).await?,
        _ => Vec::new(),
    };
    let (experiences, mut streams) =
        (app.store.experiences().list(space.id).await?, app.store.streams().not_ended(space.id).await?);
    streams.retain(|other| stream.as_ref().is_none_or(|shown| shown.id != other.id));
    let mut others = upcoming(&experiences, &streams, app.clock.now());
    others.truncate(OTHERS);
    let on_air = stream.as_ref().filter(|stream| stream.state.on_air());
    let free = if asks == Some(LockRule::Also) { None } else { guests::free_minutes(app, facts).await? };
    let door = Door {
        space,
        owner: &visit.owner,
        experience,
        stream: stream.as_ref(),
        still: stream.as_ref().and_then(|stream| still_of(app, stream)),
        people: on_air.and_then(|stream| stream.public_count(app.engine.people(stream.room))),
        posts: &posts,
        offers: &offers,
        files: &files,
        others: &others,
        follows: visit.follows,
        asks,
        free,
    };
    Ok(views::catalogue::pass::door(shell, &door).into_response())
}
