//! A dispute of a payment while its buyer watches: page, chat and media end at once, and those of others go on.

use crate::{
    live::media_doors::{is_open, play, session},
    support::{Database, TestServer, eventually, on_both, shop::Order},
};
use anyhow::Result;
use std::time::Duration;
use tokio::time::timeout;

on_both!(a_dispute_ends_what_its_buyer_watches_and_nothing_of_the_neighbours);

/// What the product promises, and a little for a busy machine.
const AT_ONCE: Duration = Duration::from_secs(5);

async fn a_dispute_ends_what_its_buyer_watches_and_nothing_of_the_neighbours(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, order) = (server.live(), Order::paid(server.person("stranger"), &server).await?);
    let neighbour = server.fans(1).await?.remove(0).browser;
    let (mut page, mut stays) = (room.follow(&order.buyer, 0).await?, room.follow(&neighbour, 0).await?);
    let theirs = session(&play(&order.buyer, room).send().await?)?;
    let others = session(&play(&neighbour, room).send().await?)?;
    server.bank(&order, "dispute").await?;
    let why = timeout(AT_ONCE, page.end()).await??;
    assert!(why.contains("disputed with your bank"), "{why}");
    let ended = async || anyhow::Ok((!is_open(&theirs, &order.buyer).await?).then_some(()));
    eventually("their media goes on", ended).await?;
    let said = room.say(&order.buyer, "not from me").await?;
    assert_eq!(said.status, 403, "{}", said.text);
    assert_eq!(play(&order.buyer, room).send().await?.status(), 403);

    assert_eq!(room.say(&neighbour, "still here").await?.status, 303);
    let seen = stays.all_until("still here").await?;
    assert!(seen.iter().all(|event| event.name != "end" && !event.data.contains("not from me")), "{seen:?}");
    assert!(is_open(&others, &neighbour).await?, "the neighbour's media goes on");

    server.bank(&order, "win").await?;
    server.rest().await?;
    assert_eq!(room.say(&order.buyer, "back again").await?.status, 303);
    stays.all_until("back again").await?;
    server.close().await
}
