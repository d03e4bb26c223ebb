//! A space plans its shows in its own time zone, also where the clocks change.

use crate::support::{Browser, TestServer};
use anyhow::{Context, Result};
use domain::{clock::Clock, id::StreamId, time::Millis};
use jiff::{
    Timestamp,
    tz::{Dst, TimeZone},
};

pub const BERLIN: &str = "Europe/Berlin";

/// The dates of the next two changes of the clocks in Berlin, both over half past two: forward and back. Neither is within two
/// weeks.
pub fn changes(now: Millis) -> Result<(String, String)> {
    let zone = TimeZone::get(BERLIN)?;
    let next: Vec<_> =
        zone.following(now.timestamp() + jiff::SignedDuration::from_hours(24 * 15)).take(2).collect();
    let date = |dst| {
        let change = next.iter().find(|change| change.dst() == dst).context("a change of the clocks")?;
        anyhow::Ok(change.timestamp().to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string())
    };
    Ok((date(Dst::Yes)?, date(Dst::No)?))
}

pub fn moment(text: &str) -> Result<Millis> {
    Ok(Millis(text.parse::<Timestamp>()?.as_millisecond()))
}

/// Saves the settings of Maya's space with this time zone.
pub async fn choose(server: &TestServer, host: &Browser, zone: &str) -> Result<crate::support::Reply> {
    let space = server.space("maya").await?;
    host.post(&format!("/account/spaces/{space}"), &[("name", "Maya Lin"), ("slug", "maya"), ("zone", zone)])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_zone_of_a_space_is_chosen_in_its_settings() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let path = format!("/account/spaces/{space}");
    let zone = async || anyhow::Ok(server.app.store.spaces().by_id(space).await?.zone);
    assert_eq!(zone().await?, None);
    let refused = choose(&server, &host, "Mars/Olympus").await?;
    assert_eq!(refused.status, 422);
    for shown in ["value=\"Mars/Olympus\"", "href=\"#field-space-zone\"", "Use a name like Europe/Berlin."] {
        assert!(refused.text.contains(shown), "{shown}");
    }
    assert_eq!(zone().await?, None);
    assert_eq!(choose(&server, &host, "europe/berlin").await?.status, 303);
    assert!(host.get(&path).await?.text.contains("value=\"Europe/Berlin\""));
    // Whoever is not in the team learns and changes nothing.
    for (who, status) in [(server.person("stranger"), 404), (server.anybody(), 401)] {
        assert_eq!(choose(&server, &who, "Asia/Tokyo").await?.status, status);
    }
    assert_eq!(zone().await?.map(|zone| zone.name().to_owned()).as_deref(), Some(BERLIN));
    assert_eq!(choose(&server, &host, "").await?.status, 303);
    assert_eq!(zone().await?, None, "a choice can be taken back");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn shows_are_planned_in_the_local_time_of_the_space() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, store) = (server.person("host"), &server.app.store);
    assert_eq!(choose(&server, &host, BERLIN).await?.status, 303);
    let experience = store.experiences().list(server.space("maya").await?).await?.remove(0).id;
    let page = format!("/account/experiences/{experience}");
    let path = format!("{page}/streams");
    assert!(host.get(&page).await?.text.contains("In Europe/Berlin, the time zone of the space."));
    let (forward, back) = changes(server.app.clock.now())?;
    let plan = async |at: &str, tz: &str| {
        host.post(&path, &[("title", "Kept title"), ("scheduled_at", at), ("tz", tz)]).await
    };
    let planned = async |at: &str, tz: &str| {
        let made = plan(at, tz).await?;
        let id: StreamId = made.location().split('/').nth(3).context("an id")?.parse()?;
        let words = host.get(made.location()).await?.text;
        anyhow::Ok((id, store.streams().by_id(id).await?.scheduled_at, words))
    };

    // At eight in the evening after each change.
    for (day, utc) in [(&forward, "18:00:00Z"), (&back, "19:00:00Z")] {
        let (id, at, words) = planned(&format!("{day}T20:00"), "").await?;
        assert_eq!(at, Some(moment(&format!("{day}T{utc}"))?));
        assert!(words.contains("The stream is planned.") && !words.contains("we took"), "{words}");
        let form = host.get(&format!("/account/streams/{id}/schedule")).await?.text;
        assert!(form.contains(&format!("value=\"{day}T20:00\"")), "shown as it was written");
        assert!(
            form.contains("name=\"tz\" value=\"Europe/Berlin\"") && !form.contains("data-zone"),
            "{form}"
        );
    }
    let skipped = plan(&format!("{forward}T02:30"), "").await?;
    assert_eq!(skipped.status, 422);
    for shown in ["does not exist", "Kept title", &format!("value=\"{forward}T02:30\"")] {
        assert!(skipped.text.contains(shown), "{shown}");
    }
    let (id, at, words) = planned(&format!("{back}T02:30"), BERLIN).await?;
    assert_eq!(at, Some(moment(&format!("{back}T00:30:00Z"))?));
    assert!(words.contains("comes twice: we took the first one, 02:30 CEST."), "{words}");

    // The second one can be had by its offset, and stays when only the title is changed.
    let form = format!("/account/streams/{id}/schedule");
    for (title, time) in [("Later", "02:30+01:00"), ("Renamed", "02:30")] {
        let at = format!("{back}T{time}");
        assert_eq!(host.post(&form, &[("title", title), ("scheduled_at", &at)]).await?.status, 303);
        let row = store.streams().by_id(id).await?;
        let want = moment(&format!("{back}T01:30:00Z"))?;
        assert_eq!((row.title.as_str(), row.scheduled_at), (title, Some(want)));
    }
    // A form that was opened in another zone means that one.
    let (_, at, _) = planned(&format!("{back}T20:00"), "Asia/Tokyo").await?;
    assert_eq!(at, Some(moment(&format!("{back}T11:00:00Z"))?));
    server.close().await
}
