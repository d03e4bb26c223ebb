//! Cards for other sites: found by oEmbed, live without a cookie, and framed only by whom the space allows.

use crate::support::{Browser, Reply, TestServer};
use anyhow::Result;
use reqwest::Method;

fn header(reply: &Reply, name: &str) -> String {
    reply.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

async fn oembed(server: &TestServer, path: &str, more: &str) -> Result<Reply> {
    let url = format!("{}{path}", server.url);
    server.anybody().get(&format!("/oembed?url={url}{more}")).await
}

async fn allow(server: &TestServer, host: &Browser, who: &str, sites: &str) -> Result<Reply> {
    let space = server.space("maya").await?;
    let path = format!("/account/spaces/{space}/embedding");
    host.post(&path, &[("who", who), ("sites", sites)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_and_a_show_are_found_by_their_addresses() -> Result<()> {
    let server = TestServer::open().await?;
    for path in ["/maya", "/maya/friday-session"] {
        // A consumer finds the answer by the link in the page.
        let page = server.anybody().get(path).await?.text;
        let link = "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"";
        let (_, rest) = page.split_once(link).unwrap_or_default();
        let link = rest.split('"').next().unwrap_or_default();
        let reply = server.anybody().get(link).await?;
        let answer = reply.json();
        assert_eq!(
            (reply.status.as_u16(), answer["version"].as_str(), answer["type"].as_str()),
            (200, Some("1.0"), Some("rich"))
        );
        let frame = answer["html"].as_str().unwrap_or_default();
        assert!(frame.contains(&format!("src=\"{}/oembed{path}\"", server.url)), "{frame}");
        assert_eq!((answer["width"].as_u64(), answer["author_name"].as_str()), (Some(480), Some("Maya Lin")));
        assert_eq!(header(&reply, "access-control-allow-origin"), "*");
        assert!(header(&reply, "content-type").starts_with("application/json"));
    }
    let small = oembed(&server, "/maya", "&maxwidth=200&maxheight=100").await?.json();
    assert_eq!((small["width"].as_u64(), small["height"].as_u64()), (Some(200), Some(100)));
    assert_eq!(oembed(&server, "/maya", "&format=xml").await?.status, 501);
    for path in [
        "",
        "/nobody-here",
        "/maya/front-row",
        "/maya/nothing",
        "/maya/friday-session/more",
        ".evil.example/maya",
    ] {
        assert_eq!(oembed(&server, path, "").await?.status, 404, "{path}");
    }
    assert_eq!(server.anybody().get("/oembed").await?.status, 422);
    // A space that moved is found by its former address; one that closed is not.
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let form = [("name", "Maya Lin"), ("slug", "maya-lin")];
    assert_eq!(host.post(&format!("/account/spaces/{space}"), &form).await?.status, 303);
    let moved = oembed(&server, "/maya/friday-session", "").await?;
    assert_eq!(moved.status, 301);
    assert_eq!(server.anybody().get(moved.location()).await?.json()["type"], "rich");
    assert_eq!(server.anybody().get("/oembed/maya").await?.location(), "/oembed/maya-lin");
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    for path in ["/maya-lin", "/maya"] {
        assert_eq!(oembed(&server, path, "").await?.status, 404);
        assert_eq!(
            host.get(&format!("/oembed{path}")).await?.status,
            404,
            "also for its team: no cookie is read"
        );
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_is_live_and_framed_by_whom_the_space_allows() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, anybody) = (server.person("host"), server.anybody());
    let card = anybody.get("/oembed/maya/friday-session").await?;
    assert!(
        card.text.contains("badge live")
            && card.text.contains(&format!("href=\"{}/maya/friday-session\"", server.url)),
        "{}",
        card.text
    );
    assert!(!card.text.contains("<script") && !card.text.contains("<form") && !card.text.contains(" style="));
    assert!(header(&card, "set-cookie").is_empty());
    let policy = header(&card, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.ends_with("; frame-ancestors *"), "{policy}");
    let next = anybody.get("/oembed/maya/rehearsal-room").await?.text;
    assert!(next.contains("Choosing the ten") && !next.contains("badge live"), "{next}");
    assert!(anybody.get("/oembed/maya").await?.text.contains("badge live"));
    // Everything else stays out of frames.
    for path in ["/maya", "/maya/friday-session", "/oembed?url=x"] {
        let policy = header(&anybody.get(path).await?, "content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
    let ended = host.post(&server.live().path("state"), &[("state", "ended")]).await?;
    assert_eq!(ended.status, 303);
    assert!(!anybody.get("/oembed/maya/friday-session").await?.text.contains("badge live"));

    let ancestors = async || {
        let policy = header(&anybody.get("/oembed/maya").await?, "content-security-policy");
        anyhow::Ok(policy.rsplit("frame-ancestors ").next().unwrap_or_default().to_owned())
    };
    assert_eq!(
        allow(&server, &host, "these", "https://blog.example\nhttps://*.maya.example/").await?.status,
        303
    );
    assert_eq!(ancestors().await?, "https://*.maya.example https://blog.example");
    for (who, sites, words) in [
        ("these", "https://a.example; script-src *", "is no site"),
        ("these", "", "Name at least one site"),
        ("everybody", "", "Choose who may show the card"),
    ] {
        let refused = allow(&server, &host, who, sites).await?;
        assert!(refused.status == 422 && refused.text.contains(words), "{} {}", refused.status, refused.text);
        assert!(
            sites.is_empty() || refused.text.contains("https://a.example"),
            "the form keeps what was typed"
        );
    }
    assert_eq!(
        ancestors().await?,
        "https://*.maya.example https://blog.example",
        "a refusal changes nothing"
    );
    assert_eq!(allow(&server, &host, "nobody", "").await?.status, 303);
    assert_eq!(ancestors().await?, "'none'");
    let answer = oembed(&server, "/maya", "").await?.json();
    assert!(answer["type"] == "link" && answer["html"].is_null(), "{answer}");
    assert_eq!(allow(&server, &server.person("stranger"), "anybody", "").await?.status, 404);
    let plain = anybody.request(Method::GET, "/oembed/maya").header("cookie", "").send().await?;
    assert_eq!(plain.status(), 200);
    server.close().await
}
