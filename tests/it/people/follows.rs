//! Following a space, the list of it, and the calendar of one person.

use crate::support::{Browser, TestServer};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::{SpaceId, StreamId},
    time::Span,
};

async fn follow(who: &Browser, space: SpaceId, follow: &str) -> Result<u16> {
    Ok(who.post(&format!("/spaces/{space}/follow"), &[("follow", follow)]).await?.status.as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_is_followed_from_its_page_and_its_team_sees_how_many_do() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, anybody, ann) = (server.person("host"), server.anybody(), server.anybody());
    let space = server.space("maya").await?;
    // A visitor signs in and comes back to the question.
    let link = format!("/sign-in?next=/spaces/{space}/follow");
    assert!(anybody.get("/maya").await?.text.contains(&format!("href=\"{link}\"")));
    assert_eq!(follow(&anybody, space, "true").await?, 401);
    ann.sign_in("ann@example.org").await?;
    assert!(ann.get(&format!("/spaces/{space}/follow")).await?.text.contains("Follow</button>"));
    assert_eq!(follow(&ann, SpaceId::new(), "true").await?, 404);
    for _ in 0..2 {
        assert_eq!(follow(&ann, space, "true").await?, 303);
    }
    assert!(ann.get("/maya").await?.text.contains(">Unfollow</button>"));
    let list = ann.get("/account/following").await?.text;
    assert!(list.contains("href=\"/maya\"") && list.contains("Unfollow"), "{list}");
    assert!(host.get("/maya").await?.text.contains("1 follower<"));
    for who in [&anybody, &ann] {
        assert!(!who.get("/maya").await?.text.contains("1 follower"), "only the team sees the number");
    }

    // Whoever is banned cannot follow, and can still let go. So can who followed what is closed now.
    let sam = server.person("stranger");
    assert_eq!(follow(&sam, space, "true").await?, 303);
    let account = server.account("sam@demo.example").await?;
    assert_eq!(server.live().keep_out(&host, account, "ban", "").await?.status, 303);
    assert!(sam.get("/account/following").await?.text.contains("Closed to you"));
    assert_eq!(follow(&sam, space, "false").await?, 303);
    assert_eq!(follow(&sam, space, "true").await?, 403);
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    let list = ann.get("/account/following").await?.text;
    assert!(list.contains("Maya Lin") && !list.contains("href=\"/maya\""), "{list}");
    assert_eq!(follow(&server.person("viewer"), space, "true").await?, 404);
    assert_eq!(follow(&ann, space, "false").await?, 303);
    assert_eq!(follow(&ann, space, "false").await?, 404, "she knows of it no more");
    assert!(ann.get("/account/following").await?.text.contains("You follow no space"));
    server.close().await
}

/// The address of a person's calendar, as their page shows it.
async fn address(who: &Browser) -> Result<String> {
    let page = who.get("/account/following").await?.text;
    let (_, rest) = page.split_once("/account/calendar/").context("an address")?;
    let (token, _) = rest.split_once('"').context("its end")?;
    Ok(format!("/account/calendar/{token}"))
}

/// The lines of the event of one stream.
async fn event(path: &str, server: &TestServer, stream: StreamId) -> Result<Option<String>> {
    let reply = server.anybody().get(path).await?;
    ensure!(reply.status == 200, "{path}: {}", reply.status);
    let text = reply.text.replace("\r\n ", "");
    let found = text.split("BEGIN:VEVENT").find(|event| event.contains(&format!("UID:{stream}\r\n")));
    Ok(found.map(String::from))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_of_ones_own_follows_moves_and_can_be_renewed() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, ann, stream) = (server.person("host"), server.anybody(), server.scheduled().0);
    ann.sign_in("ann@example.org").await?;
    let space = server.space("maya").await?;
    let path = address(&ann).await?;
    assert_eq!(event(&path, &server, stream).await?, None, "she follows and holds nothing");
    assert_eq!(follow(&ann, space, "true").await?, 303);
    let planned = event(&path, &server, stream).await?.context("a followed show")?;
    let sequence = |event: &str| -> Result<i64> {
        let (_, rest) = event.split_once("SEQUENCE:").context("a sequence")?;
        Ok(rest.lines().next().context("a number")?.parse()?)
    };
    let at = (server.app.clock.now() + Span::days(9)).timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let form = [("title", "Moved; or, not"), ("scheduled_at", at.as_str())];
    assert_eq!(host.post(&format!("/account/streams/{stream}/schedule"), &form).await?.status, 303);
    let moved = event(&path, &server, stream).await?.context("the moved show")?;
    assert!(moved.contains(&format!("DTSTART:{}00Z", at.replace(['-', ':'], ""))), "{moved}");
    assert!(
        moved.contains("SUMMARY:Moved\\; or\\, not") && sequence(&moved)? > sequence(&planned)?,
        "{moved}"
    );
    assert_eq!(host.post(&format!("/account/streams/{stream}/cancellation"), &[]).await?.status, 303);
    let cancelled = event(&path, &server, stream).await?.context("the cancelled show")?;
    assert!(
        cancelled.contains("STATUS:CANCELLED") && sequence(&cancelled)? > sequence(&moved)?,
        "{cancelled}"
    );

    // What a pass is held for stands in it without being followed; a ban takes it out.
    assert_eq!(follow(&ann, space, "false").await?, 303);
    assert_eq!(event(&path, &server, stream).await?, None);
    assert_eq!(ann.post("/maya/lobby/purchase", &[]).await?.status, 303);
    ensure!(event(&path, &server, stream).await?.is_some());

    // The old address ends with the new one. Nobody else's page shows either.
    assert_eq!(ann.post("/account/calendar/renewal", &[]).await?.status, 303);
    let renewed = address(&ann).await?;
    ensure!(renewed != path && renewed != address(&host).await?);
    assert_eq!(server.anybody().get(&path).await?.status, 404);
    ensure!(event(&renewed, &server, stream).await?.is_some());
    let forged = renewed.replace("-1-", "-2-");
    assert_eq!(server.anybody().get(&forged).await?.status, 404);
    let account = server.account("ann@example.org").await?;
    assert_eq!(server.live().keep_out(&host, account, "ban", "").await?.status, 303);
    assert_eq!(event(&renewed, &server, stream).await?, None);
    server.close().await
}
