//! What is planned: each show in the local time of its space.

use super::{found::Founded, seeds::ShowTime};
use crate::app::App;
use anyhow::{Context, Result};
use domain::{
    catalogue::{
        schedule::{self, Planned},
        zone::Zone,
    },
    clock::Clock,
    time::{Millis, Span},
};
use jiff::{ToSpan, civil::Weekday};
use service::catalogue::streams;
use store::NewStreams;

/// Plans the shows to come of a creator.
pub async fn plan(app: &App, of: &Founded) -> Result<()> {
    let (zone, now) = (Zone::named(of.seed.space.zone)?, app.clock.now());
    for show in of.seed.shows {
        let at = moments(&show.when, &zone, now).context(show.title)?;
        let new = NewStreams { title: show.title, at: &at, count_hidden: false };
        streams::schedule(&app.services, of.host, of.rooms[show.room], &new).await.context(show.title)?;
    }
    Ok(())
}

fn moments(when: &ShowTime, zone: &Zone, now: Millis) -> Result<Vec<Millis>> {
    let planned = match when {
        ShowTime::Soon(minutes) => {
            let at = now + Span::minutes(*minutes);
            return Ok(vec![Millis(at.0 - at.0 % Span::minutes(1).0)]);
        }
        ShowTime::Day(days, time) => vec![local(zone, now, *days, time).context("no such time")?],
        ShowTime::Weekly(weekday, time, weeks) => {
            let first = first(zone, now, *weekday, time).context("no such time")?;
            schedule::weekly(Some(first), zone, *weeks)?
        }
    };
    Ok(planned.into_iter().map(|planned| planned.at).collect())
}

/// The first such moment that is still to come.
fn first(zone: &Zone, now: Millis, weekday: Weekday, time: &str) -> Option<Planned> {
    let today = zone.local(now).date();
    let days = (0_i64..=14).filter(|days| (today + days.days()).weekday() == weekday);
    days.filter_map(|days| local(zone, now, days, time)).find(|planned| planned.at > now)
}

/// This time of day, so many days from now, as the form of a host would send it.
fn local(zone: &Zone, now: Millis, days: i64, time: &str) -> Option<Planned> {
    let day = zone.local(now).date() + days.days();
    schedule::read(&format!("{day}T{time}"), zone, now).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_are_planned_in_the_local_time_of_their_space() {
        let zone = Zone::named("America/Mexico_City").unwrap();
        let now = Millis(1_796_083_200_000);
        let today = zone.local(now).weekday();
        for hour in ["00:10", "09:00", "23:50"] {
            let moments = moments(&ShowTime::Weekly(today, hour, 6), &zone, now).unwrap();
            assert_eq!(moments.len(), 6);
            assert!(moments[0] > now && moments[0] - now <= Span::days(7), "{hour}: {moments:?}");
            for at in moments {
                let local = zone.local(at);
                assert_eq!((local.weekday(), local.strftime("%H:%M").to_string()), (today, hour.to_owned()));
            }
        }
        let soon = moments(&ShowTime::Soon(25), &zone, Millis(now.0 + 1)).unwrap();
        assert_eq!(soon, [now + Span::minutes(25)]);
        assert_eq!(moments(&ShowTime::Day(4, "16:30"), &zone, now).unwrap().len(), 1);
    }
}
