//! Open pages follow whether passes are sold, and how many are left. That is the same for everybody, so one reading serves all
//! pages of a space, however fast its passes sell.

use super::{SpaceChange, SpaceListener};
use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        error::{WebError, WebResult},
        extract::{Path, Query},
        follow::Right,
        people::session::Visitor,
        pump::Pumps,
        snapshots::{self, Subject as _},
    },
};
use axum::extract::State;
use domain::{
    catalogue::offer::Pass,
    clock::Clock,
    error::StoreError,
    id::{PassId, SpaceId},
    money::selling::Availability,
    time::Millis,
};
use maud::Markup;
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use views::{Picture, catalogue::followed};

/// Spaces of which something is remembered.
const MOST: usize = 10_000;

type Passes = Arc<Vec<Pass>>;

/// The passes of spaces as they were last read. What was read before a change is never shown after it.
#[derive(Default)]
pub struct Sales(Mutex<SalesCache>);

#[derive(Default)]
struct SalesCache {
    /// Counts the changes of all spaces.
    changes: u64,
    spaces: HashMap<SpaceId, SpaceSales>,
}

impl SalesCache {
    /// What is not remembered may have changed at any time until now.
    fn of(&mut self, space: SpaceId) -> &mut SpaceSales {
        if self.spaces.len() >= MOST && !self.spaces.contains_key(&space) {
            self.spaces.clear();
        }
        self.spaces.entry(space).or_insert(SpaceSales { changed: self.changes, read: None })
    }
}

/// Both numbers count changes of all spaces.
struct SpaceSales {
    changed: u64,
    read: Option<(u64, Passes)>,
}

impl Sales {
    fn known(&self) -> MutexGuard<'_, SalesCache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn change(&self, space: SpaceId) {
        let mut known = self.known();
        known.changes += 1;
        let changes = known.changes;
        known.of(space).changed = changes;
    }

    fn unchanged(&self, space: SpaceId) -> Option<Passes> {
        let known = self.known();
        let of_space = known.spaces.get(&space)?;
        let (at, passes) = of_space.read.as_ref()?;
        (*at >= of_space.changed).then(|| Arc::clone(passes))
    }

    /// Call this before reading the passes that [`Self::keep`] gets.
    pub fn begin(&self, space: SpaceId) -> u64 {
        let mut known = self.known();
        known.of(space);
        known.changes
    }

    pub fn keep(&self, space: SpaceId, at: u64, passes: Passes) {
        if let Some(of_space) = self.known().spaces.get_mut(&space)
            && of_space.read.as_ref().is_none_or(|(before, _)| *before < at)
        {
            of_space.read = Some((at, passes));
        }
    }

    /// When a pass of the space next opens or closes, as far as that is known.
    pub fn next_change(&self, space: SpaceId, now: Millis) -> Option<Millis> {
        let known = self.known();
        let (_, passes) = known.spaces.get(&space)?.read.as_ref()?;
        passes.iter().filter_map(|pass| pass.selling.window().next_change(now)).min()
    }
}

/// The passes of a space, read once for all who ask after the same change.
pub async fn read(app: &App, space: SpaceId) -> Result<Passes, StoreError> {
    let pages = &app.space_pages;
    if let Some(passes) = pages.sales.unchanged(space) {
        return Ok(passes);
    }
    let _turn = pages.renders.acquire().await;
    if let Some(passes) = pages.sales.unchanged(space) {
        return Ok(passes);
    }
    let at = pages.sales.begin(space);
    let passes = Arc::new(app.store.passes().list(space).await?);
    pages.sales.keep(space, at, Arc::clone(&passes));
    Ok(passes)
}

/// The sale of the passes that the space lists, and of one that it does not.
pub fn picture(passes: &[Pass], hidden: Option<PassId>, now: Millis) -> Picture {
    let shown = passes.iter().filter(|pass| pass.is_listed() || hidden == Some(pass.id));
    followed::sales(shown.map(|pass| (pass.id, shown_sale(pass, now))))
}

/// What was withdrawn is not sold, whatever its window says.
fn shown_sale(pass: &Pass, now: Millis) -> Availability {
    if pass.is_offered() { pass.sale(now) } else { Availability::Closed }
}

/// An open page with tickets of a space, beside that of the space itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tickets {
    space: SpaceId,
    /// The pass of the page, if only its own link shows it.
    hidden: Option<PassId>,
}

impl snapshots::Subject for Tickets {
    const PAGE: &'static str = "tickets";
    const GONE: &'static str = "page-space-gone";
    type Changes = SpaceListener;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.space_pages.tickets
    }

    fn listen(&self, app: &App) -> Self::Changes {
        SpaceListener::from_now(app)
    }

    async fn changed(&self, heard: &mut Self::Changes) {
        heard.next(self.space, |changed: &SpaceChange| changed.is_of_all(self.space)).await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        let space = app.store.spaces().by_id(self.space).await?;
        if space.published_at.is_none() {
            return Err(WebError::not_found());
        }
        Ok(picture(&read(app, self.space).await?, self.hidden, app.clock.now()))
    }
}

#[derive(Deserialize)]
pub struct TicketsQuery {
    pass: Option<PassId>,
}

/// The page that asks. Whatever else it names, it gets what all pages of the space share: nobody makes up pages, of which each
/// would read the space after each sale.
async fn asked(app: &App, space: SpaceId, shown: &TicketsQuery) -> WebResult<Tickets> {
    let Some(pass) = shown.pass else { return Ok(Tickets { space, hidden: None }) };
    // Nothing is remembered of spaces that are none.
    if app.store.spaces().by_id(space).await?.published_at.is_none() {
        return Err(WebError::not_found());
    }
    let passes = read(app, space).await?;
    let listed = passes.iter().map(|pass| (pass.id, pass.is_listed()));
    Ok(Tickets { space, hidden: unlisted(listed, pass) })
}

/// The pass, if it is one of these and not listed.
fn unlisted(passes: impl IntoIterator<Item = (PassId, bool)>, pass: PassId) -> Option<PassId> {
    passes.into_iter().find(|(id, listed)| *id == pass && !listed).map(|(id, _)| id)
}

pub async fn fragment(
    State(app): State<App>,
    Path(space): Path<SpaceId>,
    Query(shown): Query<TicketsQuery>,
) -> WebResult<Markup> {
    Ok(asked(&app, space, &shown).await?.picture(&app).await?.frame())
}

pub async fn events(
    State(app): State<App>,
    visitor: Visitor,
    Path(space): Path<SpaceId>,
    Query(shown): Query<TicketsQuery>,
    address: ClientAddress,
) -> WebResult {
    let right = visitor.identity().map_or(Right::Public, Right::Session);
    snapshots::follow_found(&app, asked(&app, space, &shown), right, address).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_one_of_its_own_only_for_a_pass_that_there_is_and_no_list_shows() {
        let [listed, hidden] = [true, false].map(|listed| (PassId::new(), listed));
        let passes = [listed, hidden];
        assert_eq!(unlisted(passes, hidden.0), Some(hidden.0));
        assert_eq!(unlisted(passes, listed.0), None);
        assert_eq!(unlisted(passes, PassId::new()), None, "one that was made up");
    }

    #[test]
    fn what_was_read_before_a_change_is_not_shown_after_it() {
        let (sales, space, other) = (Sales::default(), SpaceId::new(), SpaceId::new());
        let passes = || Arc::new(Vec::new());
        assert!(sales.unchanged(space).is_none());
        let at = sales.begin(space);
        sales.keep(space, at, passes());
        assert!(sales.unchanged(space).is_some());
        sales.change(other);
        assert!(sales.unchanged(space).is_some(), "another space");
        sales.change(space);
        assert!(sales.unchanged(space).is_none());
        let early = sales.begin(space);
        sales.change(space);
        sales.keep(space, early, passes());
        assert!(sales.unchanged(space).is_none(), "the reading began before the change");
        let late = sales.begin(space);
        sales.keep(space, late, passes());
        sales.keep(space, early, passes());
        assert!(sales.unchanged(space).is_some(), "an older reading replaces no newer one");
    }

    #[test]
    fn no_more_spaces_are_remembered_than_there_is_room_for() {
        let sales = Sales::default();
        for _ in 0..=MOST {
            let space = SpaceId::new();
            let at = sales.begin(space);
            sales.keep(space, at, Arc::default());
            assert!(sales.unchanged(space).is_some());
        }
        assert!(sales.known().spaces.len() <= MOST);
    }
}
