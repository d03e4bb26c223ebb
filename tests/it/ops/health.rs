//! Endpoints for machines: liveness, readiness, metrics.

use crate::support::{Browser, Feed, Room, TestServer, child::Process};
use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

/// The values of one metric, by its labels.
async fn counter(operator: &Browser, name: &str) -> Result<BTreeMap<String, f64>> {
    let text = operator.get("/metrics").await?.text;
    let lines = text.lines().filter_map(|line| line.strip_prefix(name)?.rsplit_once(' '));
    Ok(lines.filter_map(|(labels, value)| Some((labels.to_string(), value.parse().ok()?))).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn alive_is_not_ready() -> Result<()> {
    let server = TestServer::open().await?;
    let anybody = server.anybody();
    assert_eq!(anybody.get("/healthz").await?.status, 200);
    assert_eq!(anybody.get("/readyz").await?.status, 200);
    assert_eq!(anybody.request(reqwest::Method::GET, "/metrics").send().await?.status(), 401);
    // Without its database the service is alive but not ready.
    server.app.store.close().await;
    assert_eq!(anybody.get("/healthz").await?.status, 200);
    let ready = anybody.get("/readyz").await?;
    assert_eq!(ready.status, 503);
    assert!(ready.headers.contains_key("retry-after"));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_follow_the_conventions_of_prometheus() -> Result<()> {
    let server = TestServer::open().await?;
    let operator = server.person("operator");
    assert_eq!(server.live().say(&server.person("viewer"), "hello").await?.status, 303);
    let answer = operator.get("/metrics").await?;
    assert!(answer.headers["content-type"].to_str()?.starts_with("text/plain; version=0.0.4"));
    // Prometheus conventions: every metric has a help text, and counters end in `_total`.
    for kind in answer.text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = kind.split_once(' ').with_context(|| kind.to_string())?;
        assert!(answer.text.contains(&format!("# HELP {name} ")), "{name} has no help");
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name} is a {kind}");
    }
    for branch in ["streams", "restreams", "chat_rooms", "checkouts", "jobs", "media"] {
        for wanted in [
            format!("backstage_actors{{branch=\"{branch}\",status=\"running\"}}"),
            format!("backstage_actor_messages_waiting{{branch=\"{branch}\"}}"),
            format!("backstage_actor_restarts_total{{branch=\"{branch}\"}}"),
        ] {
            assert!(answer.text.contains(&wanted), "{wanted}");
        }
    }
    let mut names = Vec::new();
    for line in answer.text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').with_context(|| line.to_string())?;
        value.parse::<f64>().with_context(|| line.to_string())?;
        names.push(series.split('{').next().unwrap_or_default().to_string());
    }
    for wanted in [
        "backstage_feed_connections",
        "backstage_feed_connections_blocked",
        "backstage_feed_closed_slow_total",
        "backstage_feed_resyncs_total",
        "backstage_people_in_rooms",
        "backstage_statements_total",
        "backstage_jobs_waiting",
        "backstage_data_free_bytes",
        "process_cpu_seconds_total",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_threads",
    ] {
        assert!(names.iter().any(|name| name == wanted), "{wanted} is not among {names:?}");
    }
    server.close().await
}

/// The figures of the machine, by the name under which the page shows them.
fn machine(page: &str) -> BTreeMap<String, String> {
    let of =
        page.split("id=\"machine\"").nth(1).unwrap_or_default().split("</dl>").next().unwrap_or_default();
    let figures = of.split("<dt>").skip(1).filter_map(|figure| figure.split_once("</dt><dd>"));
    let value = |rest: &str| rest.split('<').next().unwrap_or_default().to_owned();
    figures.map(|(name, rest)| (name.to_owned(), value(rest))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_what_the_process_uses_of_its_machine() -> Result<()> {
    let server = TestServer::open().await?;
    let operator = server.person("operator");
    let shown = machine(&operator.get("/ops").await?.text);
    // All stories that run now share the process.
    let memory = shown.get("memory").context("memory")?;
    assert!(memory.ends_with("MB") || memory.ends_with("GB"), "{memory}");
    for (name, unit) in [
        ("processor", "%"),
        ("free in the data folder", "B"),
        ("open files", " of "),
        ("threads", ""),
        ("up", "min"),
    ] {
        let value = shown.get(name).with_context(|| format!("{name}: {shown:?}"))?;
        assert!(value.contains(unit) && value != "–", "{name}: {value}");
    }
    let threads: u64 = shown["threads"].parse()?;
    assert!(threads > 1, "{shown:?}");
    let fragment = operator.get("/ops/fragment").await?.text;
    assert!(
        fragment.contains("hx-target=\"#machine\"") && fragment.contains("open files"),
        "the feed has it: {fragment}"
    );
    server.close().await
}

/// In a process of its own, because counters are per process.
#[tokio::test(flavor = "multi_thread")]
async fn one_event_is_rendered_once_for_each_kind_of_page_and_language_in_use() -> Result<()> {
    let data = tempfile::tempdir()?;
    let many = ["--limit-session-feeds", "100", "--limit-account-feeds", "100"];
    let service = Process::demo("127.0.0.1:0", data.path(), &many)?;
    let (doors, url) = (&service.doors, service.doors["url"].as_str().context("url")?);
    let person = |who: &str| Browser::with_cookie(url, doors["cookies"][who].as_str().unwrap_or_default());
    let (viewer, host, operator) = (person("viewer"), person("host"), person("operator"));
    let id = doors["events"].as_str().and_then(|p| p.split('/').nth(2)).context("a stream")?;
    let room = Room(id.parse()?);
    let german = viewer.reading("de");
    let both = (0..100).map(|n| room.follow(if n < 60 { &viewer } else { &german }, 0));
    let mut pages: Vec<Feed> = try_join_all(both).await?;
    pages.extend(try_join_all((0..10).map(|_| room.follow(&host, 0))).await?);
    let before = counter(&operator, "backstage_renders_total").await?;
    for n in 0..5 {
        assert_eq!(room.say(&viewer, &format!("line {n}")).await?.status, 303);
    }
    for page in &mut pages {
        assert_eq!(page.lines(5).await?.len(), 5);
    }
    let after = counter(&operator, "backstage_renders_total").await?;
    let renders = |page: &str| {
        let at = |counts: &BTreeMap<String, f64>| {
            counts.get(&format!("{{page=\"{page}\"}}")).copied().unwrap_or(0.0)
        };
        at(&after) - at(&before)
    };
    assert_eq!(
        (renders("viewer"), renders("moderator"), renders("studio")),
        (10.0, 5.0, 0.0),
        "{before:?} {after:?}"
    );
    service.kill()
}
