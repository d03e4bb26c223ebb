//! The counted days of spaces, and what the team sees of them.

use crate::{ServiceResult, Services};
use domain::{
    access::may::Action,
    audience::{
        curve::{Cohort, MONTHS, cohorts, minutes, people},
        days::{LocalDay, LocalMonth},
        figures::{AGAIN, CountedDay, MOST_DAYS},
    },
    catalogue::{offer::Space, zone::Zone},
    id::{AccountId, SpaceId, StreamId},
};
use std::collections::BTreeSet;
use store::{ShowReport, ShownStream, UncountedSpace};

/// Spaces that are read at once.
const BATCH: usize = 200;
/// Sources and shows of which a page tells.
const SOURCES: usize = 20;
const SHOWS: usize = 20;

/// Counts the days of all spaces that are over and not counted, each in the zone of its space, and again those about which something
/// came late. A second run changes nothing. Returns how many were counted.
pub async fn keep_up(services: &Services) -> ServiceResult<usize> {
    let (mut after, mut counted) = (None, 0);
    loop {
        let spaces = services.store.space_days().spaces(after, BATCH).await?;
        let Some(last) = spaces.last() else { return Ok(counted) };
        after = Some(last.space.id);
        for one in &spaces {
            counted += count(services, one).await?;
        }
    }
}

/// Counts what is missing of one space. Once a day has ended there, the days before it are counted again.
async fn count(services: &Services, one: &UncountedSpace) -> ServiceResult<usize> {
    let (space, zone) = (&one.space, zone(&one.space));
    let yesterday = LocalDay::of(services.now(), &zone).plus(-1);
    let days: BTreeSet<LocalDay> = match one.through {
        Some(through) if through >= yesterday => return Ok(0),
        Some(through) => {
            let stale = services.store.space_days().stale(space).await?;
            let again = through.plus(1 - AGAIN).up_to(yesterday, MOST_DAYS);
            stale.into_iter().filter(|day| *day <= yesterday).chain(again).collect()
        }
        None => LocalDay::of(space.created_at, &zone).up_to(yesterday, MOST_DAYS).collect(),
    };
    for day in &days {
        let begun = services.now();
        let counted = services.store.space_days().count(space, *day).await?;
        services.store.space_days().keep(space.id, &counted, begun).await?;
    }
    Ok(days.len())
}

fn zone(space: &Space) -> Zone {
    space.zone.clone().unwrap_or(Zone::UTC)
}

/// What the page of figures shows.
#[derive(Clone, Debug)]
pub struct SpaceFigures {
    pub space: Space,
    /// The counted days of the range, in their order. The range ends with yesterday.
    pub days: Vec<CountedDay>,
    /// Today so far.
    pub today: CountedDay,
    /// From where people came in these days, and how many.
    pub sources: Vec<(String, i64)>,
    /// The newest first.
    pub shows: Vec<ShownStream>,
    pub cohorts: Vec<Cohort>,
}

/// The figures of a space: of so many days up to yesterday, and of today so far.
pub async fn of_space(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    days: i64,
) -> ServiceResult<SpaceFigures> {
    let space = services.authorise(by, space, Action::SeeAnalytics).await?;
    let (store, now) = (services.store.space_days(), services.now());
    let zone = zone(&space);
    let today = LocalDay::of(now, &zone);
    let (first, last) = (today.plus(-days), today.plus(-1));
    let months = LocalMonth::of(now, &zone).plus(1 - MONTHS).begin(&zone);
    let members = store.memberships(space.id, months).await?;
    Ok(SpaceFigures {
        days: store.of_space(space.id, first, last).await?,
        today: store.count(&space, today).await?,
        sources: services.store.page_visits().sources(space.id, first, today, SOURCES).await?,
        shows: store.shows(space.id, SHOWS).await?,
        cohorts: cohorts(&members, now, &zone),
        space,
    })
}

/// The counted days alone, for a file.
pub async fn days(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    days: i64,
) -> ServiceResult<Vec<CountedDay>> {
    let space = services.authorise(by, space, Action::SeeAnalytics).await?;
    let today = LocalDay::of(services.now(), &zone(&space));
    let (first, last) = (today.plus(-days), today.plus(-1));
    Ok(services.store.space_days().of_space(space.id, first, last).await?)
}

/// A show and how many people watched it in each of its minutes.
#[derive(Clone, Debug)]
pub struct ShowCurve {
    pub space: Space,
    pub show: ShownStream,
    pub people: Vec<i64>,
    pub report: ShowReport,
}

/// The curve of a show that is or was on air. It is made of the stays that the room stores while it is live.
///
/// # Errors
/// `NotFound` for a stream of another team, or one that never began.
pub async fn of_show(services: &Services, by: AccountId, stream: StreamId) -> ServiceResult<ShowCurve> {
    let space = services.store.streams().by_id(stream).await?.space;
    let space = services.authorise(by, space, Action::SeeAnalytics).await?;
    let store = services.store.space_days();
    let show = store.show(stream).await?;
    let lasted = show.ended_at.unwrap_or_else(|| services.now()) - show.started_at;
    let stays = store.minutes(stream, show.started_at).await?;
    let report = store.report(space.id, &show, services.now()).await?;
    Ok(ShowCurve { people: people(&stays, minutes(lasted)), space, show, report })
}
