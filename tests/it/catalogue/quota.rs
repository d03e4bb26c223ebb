//! The limits of a space also hold for concurrent requests.

use crate::support::{Database, TestServer, on_both};
use anyhow::Result;
use domain::{catalogue::quota::STREAMS_PER_WINDOW, clock::Clock};
use futures_util::future::try_join_all;

on_both!(concurrently_scheduled_streams_stay_within_the_quota);

const PLACES: usize = 5;

async fn concurrently_scheduled_streams_stay_within_the_quota(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (space, now) = (server.space("maya").await?, server.app.clock.now());
    let experience = server.app.store.experiences().list(space).await?.remove(0).id;
    let streams = server.app.store.streams();
    let count = async || anyhow::Ok(server.app.store.begin().await?.streams_of(space).await?.len());
    let there = count().await?;
    for n in there..STREAMS_PER_WINDOW as usize - PLACES {
        streams.schedule(experience, &format!("Number {n}"), None, now).await?;
    }
    let (host, path) = (server.person("host"), format!("/account/experiences/{experience}/streams"));
    let asks = (0..20).map(|_| host.post(&path, &[("title", "At once")]));
    let answers = try_join_all(asks).await?;
    let planned = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(planned, PLACES, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert!(answers.iter().filter(|a| a.status == 422).all(|a| a.text.contains("within the hour")));
    assert_eq!(count().await?, STREAMS_PER_WINDOW as usize);
    server.close().await
}
