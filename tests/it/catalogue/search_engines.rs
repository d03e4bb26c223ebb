//! What search engines find: titles, descriptions and structured data that say what is true, and only what is public.

use crate::support::{Browser, TestServer};
use anyhow::{Context, Result, ensure};
use domain::{clock::Clock, time::Span};
use serde_json::Value;
use std::collections::BTreeMap;

/// What Google asks of an event and what is nested in it: "required" and "recommended properties" of
/// <https://developers.google.com/search/docs/appearance/structured-data/event> (read 2026-11-29), for events that take place
/// online. We leave out what we do not know: `endDate`, `validFrom`, `previousStartDate`; `image` is there if the space has a
/// cover of its own.
const ASKED: &[(&str, &[&str])] = &[
    (
        "Event",
        &[
            "name",
            "startDate",
            "location",
            "description",
            "eventAttendanceMode",
            "eventStatus",
            "offers",
            "organizer",
            "performer",
        ],
    ),
    ("VirtualLocation", &["url"]),
    ("Offer", &["availability", "price", "priceCurrency", "url"]),
    ("Organization", &["name", "url"]),
    ("Person", &["name"]),
];

/// The vocabulary: properties by type, and values by enumeration.
fn vocabulary() -> BTreeMap<&'static str, Vec<&'static str>> {
    let lines = include_str!("../../fixtures/schema-org.txt").lines();
    let pairs = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    pairs.map(|(name, words)| (name, words.split(' ').collect())).collect()
}

/// Every object below, with its type.
fn typed<'a>(value: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    match value {
        Value::Object(fields) => {
            if let Some(kind) = fields.get("@type").and_then(Value::as_str) {
                found.push((kind, value));
            }
            fields.values().for_each(|field| typed(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| typed(item, found)),
        _ => {}
    }
}

/// What is wrong with structured data, by the vocabulary and by [`ASKED`].
fn faults(data: &Value) -> Vec<String> {
    let (vocabulary, mut objects, mut wrong) = (vocabulary(), Vec::new(), Vec::new());
    if data["@context"] != "https://schema.org" {
        wrong.push("the context".into());
    }
    typed(data, &mut objects);
    for (kind, object) in objects {
        let Some(known) = vocabulary.get(kind) else {
            wrong.push(format!("no type {kind}"));
            continue;
        };
        for (name, value) in object.as_object().into_iter().flatten().filter(|(name, _)| *name != "@type") {
            if !known.contains(&name.as_str()) {
                wrong.push(format!("{kind} has no {name}"));
            }
            if let Some(values) = vocabulary.get(name.as_str()) {
                let value = value.as_str().and_then(|value| value.strip_prefix("https://schema.org/"));
                if !value.is_some_and(|value| values.contains(&value)) {
                    wrong.push(format!("{name} is none of its values"));
                }
            }
            if name == "url" && !value.as_str().is_some_and(|url| url.starts_with("http")) {
                wrong.push(format!("{kind} has a relative address"));
            }
        }
        let asked = ASKED.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, asked)| asked);
        wrong.extend(
            asked.iter().filter(|name| object[**name].is_null()).map(|name| format!("{kind} lacks {name}")),
        );
    }
    wrong
}

/// The structured data of a page.
fn data(html: &str) -> Result<Value> {
    let (_, rest) = html.split_once("<script type=\"application/ld+json\">").context("no data")?;
    let (text, _) = rest.split_once("</script>").context("no end")?;
    Ok(serde_json::from_str(text)?)
}

fn event<'a>(data: &'a Value, title: &str) -> Option<&'a Value> {
    data["@graph"].as_array()?.iter().find(|thing| thing["@type"] == "Event" && thing["name"] == title)
}

/// The content of a tag in the head.
fn head<'a>(html: &'a str, tag: &str) -> Option<&'a str> {
    html.split_once(tag)?.1.split_once('"').map(|(content, _)| content)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_show_is_an_event_with_offers_that_search_engines_understand() -> Result<()> {
    let server = TestServer::open().await?;
    let (anybody, host, stream) = (server.anybody(), server.person("host"), server.scheduled().0);
    let at = (server.app.clock.now() + Span::days(5)).timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let title = "</script><b>Ten & more\"";
    let form = [("title", title), ("scheduled_at", at.as_str())];
    assert_eq!(host.post(&format!("/account/streams/{stream}/schedule"), &form).await?.status, 303);
    let url = format!("{}/maya/rehearsal-room", server.url);
    for path in ["/maya", "/maya/rehearsal-room"] {
        let page = anybody.get(path).await?.text;
        let data = data(&page)?;
        assert_eq!(faults(&data), Vec::<String>::new(), "{path}: {data:#}");
        let event = event(&data, title).with_context(|| format!("{path}: {data:#}"))?;
        assert_eq!(event["startDate"], format!("{at}:00Z"));
        assert_eq!((&event["url"], &event["location"]["url"]), (&url.clone().into(), &url.clone().into()));
        let offers = event["offers"].as_array().context("offers")?;
        let mut prices: Vec<_> =
            offers.iter().map(|offer| (offer["price"].as_str(), offer["priceCurrency"].as_str())).collect();
        prices.sort_unstable();
        assert_eq!(prices, [(Some("0"), Some("EUR")), (Some("12"), Some("EUR"))]);
        let canonical = format!("{}{path}", server.url);
        assert_eq!(head(&page, "<link rel=\"canonical\" href=\""), Some(canonical.as_str()));
        for tag in [
            "name=\"description\" content=\"",
            "property=\"og:title\" content=\"",
            "property=\"og:url\" content=\"",
        ] {
            assert!(head(&page, tag).is_some_and(|content| !content.is_empty()), "{path}: {tag}");
        }
        assert!(!page.contains("noindex"), "{path}");
    }
    // What costs and when it is stays true; what is cancelled is told as cancelled, and what was live and is over not at all.
    let pass = server.pass("front-row").await?;
    assert_eq!(host.post(&format!("/account/access_passes/{pass}/withdrawal"), &[]).await?.status, 303);
    let data_of = async |path: &str| data(&anybody.get(path).await?.text);
    let found = data_of("/maya").await?;
    assert_eq!(event(&found, title).context("the show")?["offers"].as_array().map(Vec::len), Some(1));
    assert_eq!(host.post(&format!("/account/streams/{stream}/cancellation"), &[]).await?.status, 303);
    let found = data_of("/maya/rehearsal-room").await?;
    let cancelled = event(&found, title).context("the show")?;
    assert_eq!(cancelled["eventStatus"], "https://schema.org/EventCancelled");
    assert!(cancelled["offers"].is_null() && event(&data_of("/maya").await?, title).is_none());
    server.close().await
}

#[test]
fn a_fault_in_structured_data_is_found() {
    let sound = serde_json::json!({ "@context": "https://schema.org", "@graph": [
        { "@type": "Organization", "name": "Maya", "url": "https://b.example/maya" }] });
    assert_eq!(faults(&sound), Vec::<String>::new());
    for (path, value, want) in [
        ("/@graph/0/@type", Value::from("Band"), "no type Band"),
        ("/@graph/0/url", "/maya".into(), "Organization has a relative address"),
        ("/@graph/0/name", Value::Null, "Organization lacks name"),
        ("/@context", "http://example.org".into(), "the context"),
    ] {
        let mut planted = sound.clone();
        *planted.pointer_mut(path).expect(path) = value;
        assert_eq!(faults(&planted), [want]);
    }
    let mut planted = sound.clone();
    planted["@graph"][0]["shoeSize"] = 43.into();
    planted["@graph"][0]["eventStatus"] = "https://schema.org/EventFine".into();
    assert_eq!(faults(&planted).len(), 3, "{:?}", faults(&planted));
}

/// The addresses in all sitemaps.
async fn listed(server: &TestServer, who: &Browser) -> Result<Vec<String>> {
    let places = |text: &str| -> Vec<String> {
        let places = text.split("<loc>").skip(1).filter_map(|rest| rest.split_once("</loc>"));
        places.map(|(place, _)| place.replace("&amp;", "&")).collect()
    };
    let index = who.get("/sitemap.xml").await?;
    ensure!(index.status == 200 && index.text.contains("<sitemapindex"), "{}", index.text);
    let mut found = Vec::new();
    for sitemap in places(&index.text) {
        let sitemap = who.get(sitemap.strip_prefix(&server.url).context("ours")?).await?;
        ensure!(sitemap.status == 200 && sitemap.text.contains("<urlset"), "{}", sitemap.text);
        found.extend(places(&sitemap.text));
    }
    Ok(found)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sitemap_lists_what_is_public_and_nothing_that_closed() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, anybody) = (server.person("host"), server.anybody());
    let other = server.anybody();
    other.sign_in("other.creator@example.org").await?;
    let of = |path: &str| format!("{}{path}", server.url);
    let all = listed(&server, &anybody).await?;
    assert_eq!(all, [of("/maya"), of("/maya/friday-session"), of("/maya/rehearsal-room")]);
    for path in &all {
        let page = anybody.get(path.strip_prefix(&server.url).context("ours")?).await?;
        assert!(page.status == 200 && !page.text.contains("noindex"), "{path}");
    }
    assert_eq!(anybody.get("/sitemap.xml?page=2").await?.status, 404);
    assert_eq!(anybody.get("/sitemap.xml?page=0").await?.status, 404);
    assert_eq!(anybody.get("/sitemap.xml?page=x").await?.status, 422);
    let robots = anybody.get("/robots.txt").await?.text;
    assert!(
        robots.contains(&format!("Sitemap: {}/sitemap.xml\n", server.url))
            && robots.contains("Disallow: /account\n")
    );

    // Closed, it is gone at once, though what was read is kept for a while.
    let space = server.space("maya").await?;
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    assert_eq!(listed(&server, &anybody).await?, Vec::<String>::new());
    assert!(host.get("/maya").await?.text.contains("noindex"), "its team sees it alone");
    assert_eq!(host.post(&format!("/account/spaces/{space}/publication"), &[]).await?.status, 303);
    server.advance(601).await?;
    assert_eq!(listed(&server, &anybody).await?.len(), 3);
    // Pages of one person, and lists that somebody asked for, are not for search engines.
    for path in ["/sign-in", "/maya/nothing", "/nobody-here"] {
        assert!(anybody.get(path).await?.text.contains("noindex"), "{path}");
    }
    let found = anybody.get("/explore?q=maya").await?.text;
    assert_eq!(head(&found, "<link rel=\"canonical\" href=\""), Some(of("/explore").as_str()));
    server.close().await
}
