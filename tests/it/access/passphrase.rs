//! A passphrase besides a pass, or in place of one, at every door.

use super::{AT_ONCE, SHOW, doors, experience};
use crate::{
    live::media_doors::{is_open, play, session},
    support::{
        Browser, Database, TestServer, eventually, on_both,
        tus::{files_of_maya, send},
    },
};
use anyhow::Result;
use domain::{clock::Clock, id::ExperienceId};
use tokio::time::timeout;

on_both!(
    whoever_knows_the_passphrase_needs_no_pass_until_it_is_changed,
    whoever_has_a_pass_is_asked_for_the_passphrase_too,
    a_team_has_only_so_many_new_passphrases_hashed,
);

const PHRASE: &str = "the blue door";

async fn lock(host: &Browser, id: ExperienceId, phrase: &str, rule: &str) -> Result<()> {
    let form = [("passphrase", phrase), ("rule", rule)];
    let page = host.submit(&format!("/account/experiences/{id}/entry"), &form).await?.text;
    assert!(page.contains("Saved.") && !page.contains(PHRASE), "it is never shown: {page}");
    Ok(())
}

async fn say(who: &Browser, id: ExperienceId, phrase: &str) -> Result<u16> {
    let said = who.post(&format!("/experiences/{id}/passphrase"), &[("passphrase", phrase)]).await?;
    if said.status == 422 {
        let shown = phrase.len() > 1 && said.text.contains(phrase);
        assert!(said.text.contains("passphrase") && !shown, "{}", said.text);
    }
    Ok(said.status.as_u16())
}

async fn whoever_knows_the_passphrase_needs_no_pass_until_it_is_changed(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, id, host) = (server.live(), experience(&server).await?, server.person("host"));
    let (sam, neighbour) = (server.person("stranger"), server.fans(1).await?.remove(0).browser);
    assert!(!sam.get(SHOW).await?.text.contains("Enter the passphrase"));
    lock(&host, id, PHRASE, "instead").await?;
    let mut stays = room.follow(&neighbour, 0).await?;
    assert_eq!(doors(room, &neighbour, "a pass opens, too").await?, [200, 200, 303]);

    let page = sam.get(SHOW).await?.text;
    assert!(page.contains("Enter the passphrase") && page.contains("Front Row"), "{page}");
    assert!(server.anybody().get(SHOW).await?.text.contains("Sign in to say it"));
    assert_eq!(doors(room, &sam, "too early").await?, [402, 402, 402]);
    assert_eq!(play(&sam, room).send().await?.status(), 402);
    for wrong in ["The Blue Door", "the red door", "x"] {
        assert_eq!(say(&sam, id, wrong).await?, 422, "{wrong}");
    }
    assert_eq!(say(&sam, id, &format!("  {PHRASE} ")).await?, 303);
    let inside = sam.get(SHOW).await?;
    assert!(inside.status == 200 && !inside.text.contains("Enter the passphrase"), "{}", inside.text);
    assert_eq!(doors(room, &sam, "in by the phrase").await?, [200, 200, 303]);
    let media = session(&play(&sam, room).send().await?)?;

    // Another passphrase ends what the old one opened, and nothing else.
    let mut open = room.follow(&sam, 0).await?;
    let theirs = session(&play(&neighbour, room).send().await?)?;
    lock(&host, id, "the green door", "instead").await?;
    let why = timeout(AT_ONCE, open.end()).await??;
    assert!(why.contains("What is open to you here has changed"), "{why}");
    let ended = async || anyhow::Ok((!is_open(&media, &sam).await?).then_some(()));
    eventually("their media goes on", ended).await?;
    assert_eq!(doors(room, &sam, "out again").await?, [402, 402, 402]);
    assert_eq!(room.say(&neighbour, "still here").await?.status, 303);
    let seen = stays.all_until("still here").await?;
    assert!(seen.iter().all(|event| event.name != "end"), "{seen:?}");
    for unsaid in ["too early", "out again"] {
        assert!(seen.iter().all(|event| !event.data.contains(unsaid)), "{unsaid}");
    }
    assert!(is_open(&theirs, &neighbour).await?);

    // An account guesses a bounded number of times, right or wrong.
    let mut answers = Vec::new();
    for n in 0..8 {
        answers.push(say(&sam, id, &format!("guess number {n}")).await?);
    }
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 1, "ten in an hour: {answers:?}");
    assert_eq!(say(&sam, id, "the green door").await?, 429, "also the right one has to wait");
    assert_eq!(say(&neighbour, id, "whatever it is").await?, 303, "it is not asked of whoever is inside");
    server.close().await
}

async fn whoever_has_a_pass_is_asked_for_the_passphrase_too(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, id, host) = (server.live(), experience(&server).await?, server.person("host"));
    let mut fans = server.fans(2).await?;
    let (fan, knows) = (fans.remove(0).browser, fans.remove(0).browser);
    let mut open = room.follow(&fan, 0).await?;
    lock(&host, id, PHRASE, "also").await?;
    timeout(AT_ONCE, open.end()).await??;
    assert_eq!(doors(room, &fan, "a pass is not enough").await?, [403, 403, 403]);
    assert_eq!(play(&fan, room).send().await?.status(), 403);
    let page = fan.get(SHOW).await?.text;
    assert!(page.contains("besides the pass that you hold") && !page.contains("Buy for"), "{page}");
    assert_eq!(say(&knows, id, PHRASE).await?, 303);
    assert_eq!(doors(room, &knows, "a pass and the phrase").await?, [200, 200, 303]);
    let sam = server.person("stranger");
    assert_eq!(say(&sam, id, PHRASE).await?, 303, "without a pass it is not asked");
    assert_eq!(doors(room, &sam, "only the phrase").await?, [402, 402, 402]);
    assert_eq!(doors(room, &host, "the team").await?, [200, 200, 303]);

    // Files, too.
    let (files, reader) = files_of_maya(&server).await?;
    let file = send(&host, files, b"The words to sing along.").await?;
    let account = server.account("vera@demo.example").await?;
    server.app.store.grants().give(account, reader, server.app.clock.now()).await?;
    let vera = server.person("viewer");
    assert_eq!(vera.get(&file).await?.status, 200);
    lock(&host, files, "to sing along", "also").await?;
    assert_eq!(vera.get(&file).await?.status, 403);
    assert_eq!(say(&vera, files, "to sing along").await?, 303);
    assert_eq!(vera.get(&file).await?.status, 200);
    let page = host.submit(&format!("/account/experiences/{id}/entry/removal"), &[]).await?.text;
    assert!(page.contains("No passphrase is asked for."), "{page}");
    assert_eq!(doors(room, &fan, "a pass is enough again").await?, [200, 200, 303]);
    server.close().await
}

async fn a_team_has_only_so_many_new_passphrases_hashed(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (id, host, sam) = (experience(&server).await?, server.person("host"), server.person("stranger"));
    let phrase = |n: usize| format!("{PHRASE} {n}");
    for n in 1..=20 {
        lock(&host, id, &phrase(n), "instead").await?;
    }
    let path = format!("/account/experiences/{id}/entry");
    let many = phrase(21);
    let form = [("passphrase", many.as_str()), ("rule", "instead")];
    let refused = host.post(&path, &form).await?;
    assert_eq!(refused.status, 429);
    assert!(refused.text.contains("You have set many passphrases lately"), "{}", refused.text);
    assert_eq!(say(&sam, id, &phrase(20)).await?, 303, "the last one that was taken");
    // What costs no hash goes on.
    let rule = host.post(&path, &[("passphrase", ""), ("rule", "also")]).await?;
    assert_eq!(rule.status, 303);
    server.advance(180).await?;
    assert_eq!(host.post(&path, &form).await?.status, 303, "one is restored");
    server.close().await
}
