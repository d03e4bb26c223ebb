//! Form validation: invalid values are never replaced by defaults, and a rejected form keeps everything that was typed.

use crate::support::{Browser, TestServer};
use anyhow::{Context, Result};
use domain::{
    amount::{Currency, Money},
    catalogue::{
        offer::PriceKind,
        quota,
        topics::{Category, Topics},
    },
    money::{billing::Interval, recurring::plan::Plan},
};
use store::Resolved;

/// Posts a form that must be rejected, and returns the page.
async fn refused(who: &Browser, path: &str, form: &[(&str, &str)]) -> Result<String> {
    let reply = who.post(path, form).await?;
    assert_eq!(reply.status, 422, "{path} {form:?}");
    Ok(reply.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_values_never_become_defaults() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let new = format!("/account/spaces/{space}/access_passes");
    let yen = [("title", "Yen"), ("slug", "yen"), ("kind", "once"), ("amount", "900"), ("currency", "jpy")];
    assert_eq!(host.post(&new, &yen).await?.status, 303);
    let pass = server.pass("yen").await?;
    let edit = format!("/account/access_passes/{pass}");
    let price = async || anyhow::Ok(server.app.store.passes().by_id(pass).await?.price.kind);
    let yen = PriceKind::Once(Money { minor: 900, currency: Currency::Jpy });
    assert_eq!(price().await?, yen);

    let base = [("title", "Yen"), ("slug", "yen")];
    for (more, field) in [
        (&[("kind", "once"), ("amount", "900")][..], "currency"),
        (&[("kind", "once"), ("amount", "900"), ("currency", "chf")], "currency"),
        (&[("kind", "once"), ("amount", "900"), ("currency", "")], "currency"),
        (&[("kind", "free"), ("currency", "chf")], "currency"),
        (&[("kind", "once"), ("amount", "1,000"), ("currency", "kwd")], "amount"),
        (&[("kind", "once"), ("amount", "1000000"), ("currency", "eur")], "amount"),
        (&[("kind", "once"), ("currency", "eur")], "amount"),
        (&[("amount", "900"), ("currency", "jpy")], "kind"),
        (&[("kind", "monthly")], "kind"),
        (&[("kind", "free"), ("includes", "zzz")], "includes"),
        (&[("kind", "free"), ("includes", "0193f2a7000070008000000000000000")], "includes"),
    ] {
        let page = refused(&host, &edit, &[&base[..], more].concat()).await?;
        assert!(page.contains(&format!("href=\"#field-pass-{field}\"")), "{more:?} has no link to {field}");
        assert_eq!(price().await?, yen, "{more:?}");
    }
    let page = refused(
        &host,
        &edit,
        &[&base[..], &[("kind", "once"), ("amount", "9999999"), ("currency", "usd")]].concat(),
    )
    .await?;
    assert!(page.contains("at most $999,999.99") && page.contains("value=\"9999999\""), "{page}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_pass_needs_an_amount_and_a_free_one_does_not() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let passes = format!("/account/spaces/{space}/access_passes");
    let label = "Amount <span class=\"optional\">if paid once</span>";
    let page = host.get(&format!("{passes}/new")).await?.text;
    assert!(page.contains(label), "{page}");
    let with = |slug: &'static str, kind: &'static str, amount: &'static str| {
        [("title", "Pass"), ("slug", slug), ("kind", kind), ("amount", amount), ("currency", "eur")]
    };
    for empty in ["", " "] {
        let page = refused(&host, &passes, &with("paid", "once", empty)).await?;
        assert!(page.contains("needs an amount, like 12 or 12.50.") && page.contains(label), "{page}");
        assert!(page.contains("href=\"#field-pass-amount\""), "{page}");
    }
    assert!(server.pass("paid").await.is_err(), "a refused form adds nothing");
    for (slug, amount) in [("without", ""), ("with", "12")] {
        assert_eq!(host.post(&passes, &with(slug, "free", amount)).await?.status, 303, "{slug}");
        let pass = server.app.store.passes().by_id(server.pass(slug).await?).await?;
        assert_eq!(pass.price.kind, PriceKind::Free, "{slug}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_form_keeps_its_input_and_links_to_its_fields() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let path = format!("/account/spaces/{space}");
    let long = "x".repeat(121);
    let form = [("name", "\u{3164}"), ("slug", "ops"), ("tagline", long.as_str()), ("about", "Kept words")];
    let page = refused(&host, &path, &form).await?;
    for shown in [
        "3 things need another look",
        "href=\"#field-space-name\"",
        "#field-space-slug",
        "#field-space-tagline",
        "this has 121",
        "Kept words",
        &long,
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let first = page.split("autofocus").next().unwrap_or_default();
    assert!(
        page.matches("autofocus").count() == 1 && first.contains("id=\"field-space-name\""),
        "only the first wrong field has the focus"
    );
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 3);

    let bio = "b".repeat(1001);
    let page = refused(&host, "/account", &[("name", "Maya"), ("username", "maya"), ("bio", &bio)]).await?;
    assert!(page.contains("At most 1000 characters; this has 1001.") && page.contains(&bio));

    // The confirmation is shown once, and only the server can set it.
    let saved = host.submit(&path, &[("name", "Maya Lin"), ("slug", "maya")]).await?;
    assert!(saved.text.contains("The space is saved."));
    assert!(!host.get(&path).await?.text.contains("The space is saved."), "shown once");
    host.keep("backstage-flash=SGVsbG8.00; Path=/");
    assert!(!host.get(&path).await?.text.contains("Hello"), "a query parameter cannot set the notice");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_visible_and_claim_no_role() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    for name in [
        "\u{200B}",
        "\u{3164}",
        "\u{2800}",
        "\u{202E}",
        "\u{AD}",
        "\u{E0041}",
        "Admin",
        "Mоderator",
        "Backstage Support",
        "Owner",
        "Admin Maya",
        "Ann (moderator)",
    ] {
        refused(&ann, "/account", &[("name", name), ("username", "ann")]).await?;
    }
    for username in ["admin", "backstage-billing", "root", "ann_owner"] {
        refused(&ann, "/account", &[("name", "Ann"), ("username", username)]).await?;
    }
    for site in
        ["https://bank.example@evil.example/", "https://a b.example", "javascript:alert(1)", "https://x"]
    {
        refused(&ann, "/account", &[("name", "Ann"), ("username", "ann"), ("site", site)]).await?;
    }
    for site in ["", "https://ann.example/songs?from=1", "http://ann.example:8080"] {
        let form = [("name", "Ann"), ("username", "ann"), ("site", site)];
        assert_eq!(ann.post("/account", &form).await?.status, 303, "{site}");
    }
    let piled = format!("Ann{}", "\u{301}".repeat(59));
    assert_eq!(ann.post("/account", &[("name", &piled), ("username", "ann")]).await?.status, 303);
    let name = server.app.store.accounts().by_username("ann").await?.context("ann")?.name;
    assert!(name.chars().count() <= 8, "{name:?}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn derived_addresses_are_made_valid() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    for (title, slug) in [
        ("Événement", "evenement"),
        ("Événement", "evenement-2"),
        ("Events", "events-2"),
        ("Edit", "edit-2"),
        ("!", "stream"),
        ("?", "stream-2"),
    ] {
        let made = host.post(&format!("/account/spaces/{space}/experiences"), &[("title", title)]).await?;
        assert_eq!(made.status, 303, "{title}");
        let found = server.app.store.spaces().resolve(space, slug).await?;
        assert!(matches!(found, Resolved::Experience(_)), "{title} is not at {slug}");
    }
    for title in ["日本語の歌", "日本語の歌"] {
        let made = host.post(&format!("/account/spaces/{space}/experiences"), &[("title", title)]).await?;
        assert_eq!(made.status, 303, "{title}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_ids_are_not_found_in_paths_and_rejected_in_fields() -> Result<()> {
    let server = TestServer::open().await?;
    let host = server.person("host");
    for path in [
        "/account/spaces/zzz",
        "/account/experiences/zzz",
        "/account/access_passes/zzz",
        "/account/streams/zzz/schedule",
        "/streams/zzz/fragment",
        "/checkouts/zzz",
    ] {
        assert_eq!(host.get(path).await?.status, 404, "{path}");
    }
    let listed = host.post("/account/listing", &[("listed", "perhaps")]).await?;
    assert_eq!((listed.status.as_u16(), listed.json()["error"]["field"].as_str()), (422, Some("listed")));
    assert_eq!(host.get("/explore?after=zzz").await?.status, 422);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_of_a_space_are_limited_by_the_hour() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let experience = server.app.store.experiences().list(space).await?.remove(0).id;
    let path = format!("/account/experiences/{experience}/streams");
    let mut made = 0;
    while host.post(&path, &[("title", "Again")]).await?.status == 303 {
        made += 1;
        assert!(made <= quota::STREAMS_PER_WINDOW, "the quota does not apply");
    }
    assert!(made >= quota::STREAMS_PER_WINDOW - 5, "{made}");
    let page = refused(&host, &path, &[("title", "Kept title")]).await?;
    assert!(page.contains("within the hour") && page.contains("Kept title"));
    server.advance(3601).await?;
    assert_eq!(host.post(&path, &[("title", "Later")]).await?.status, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_topics_of_a_space_are_normalised_and_audited() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let path = format!("/account/spaces/{space}");
    let with = |category: &'static str, tags: &'static str| {
        [("name", "Maya Lin"), ("slug", "maya"), ("category", category), ("tags", tags)]
    };
    assert_eq!(host.post(&path, &with("code", "#Jazz, Für Elise, JAZZ")).await?.status, 303);
    let topics = async || anyhow::Ok(server.app.store.spaces().by_id(space).await?.topics);
    let kept = Topics { category: Some(Category::Code), tags: vec!["jazz".into(), "für-elise".into()] };
    assert_eq!(topics().await?, kept);
    let line = server.app.store.audit().last(1).await?.remove(0).act;
    assert_eq!(
        (line.action.as_str(), line.target, line.detail.as_str()),
        ("space.update", space.to_string(), "category: code; tags: jazz, für-elise")
    );
    let page = host.get(&path).await?.text;
    assert!(page.contains("value=\"jazz, für-elise\""), "the form shows what is kept");

    for (category, tags, words) in [
        ("astrology", "jazz", "Choose one of the categories of the list."),
        ("music", "a, b, c, d, e, f", "At most 5 tags; these are 6."),
        ("music", "jazz, ++", "“++” has none"),
    ] {
        let page = refused(&host, &path, &with(category, tags)).await?;
        assert!(page.contains(words) && page.contains(&format!("value=\"{tags}\"")), "{tags}");
    }
    assert_eq!(topics().await?, kept, "a refused form changes nothing");
    assert_eq!(host.post(&path, &[("name", "Maya Lin"), ("slug", "maya")]).await?.status, 303);
    assert_eq!(topics().await?, Topics::default());
    assert_eq!(server.app.store.audit().last(1).await?.remove(0).act.detail, "category: none; tags: none");
    assert_eq!(server.person("viewer").post(&path, &with("talk", "mine")).await?.status, 404);
    assert_eq!(topics().await?, Topics::default(), "others change nothing");
    server.close().await
}

/// A form's name, its address and its fields.
type Filled<'a> = (&'a str, &'a String, &'a [(&'a str, &'a str)]);

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_wrong_is_told_at_once() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let experience = server.app.store.experiences().list(space).await?.remove(0).id;
    let (pass, profile, stream) = (
        format!("/account/spaces/{space}/access_passes"),
        "/account".to_owned(),
        format!("/account/experiences/{experience}/streams"),
    );
    let (about, bio) = ("a".repeat(2001), "b".repeat(1001));
    let forms: [Filled<'_>; 5] = [
        (
            "pass",
            &pass,
            &[
                ("title", "\u{3164}"),
                ("slug", "events"),
                ("about", about.as_str()),
                ("kind", "once"),
                ("amount", "12 euros"),
                ("currency", "chf"),
                ("includes", "zzz"),
            ],
        ),
        ("pass", &pass, &[("title", ""), ("kind", "monthly"), ("currency", "chf")]),
        (
            "profile",
            &profile,
            &[("name", "\u{3164}"), ("username", "a b"), ("bio", bio.as_str()), ("site", "my site")],
        ),
        ("profile", &profile, &[("name", ""), ("username", "")]),
        ("stream", &stream, &[("title", ""), ("scheduled_at", "tomorrow, about noon")]),
    ];
    for (form, path, fields) in forms {
        let page = refused(&host, path, fields).await?;
        for (field, typed) in fields {
            // The kind is right where the amount is wrong.
            let right = (*field, *typed) == ("kind", "once");
            let link = format!("href=\"#field-{form}-{field}\"");
            assert_eq!(page.contains(&link), !right, "{form}: {field}");
            let choice = ["kind", "currency", "includes"].contains(field);
            assert!(choice || page.contains(typed), "{form}: {field} was not kept");
        }
    }
    let empty = refused(&host, &profile, &[]).await?;
    assert!(empty.contains("#field-profile-name") && empty.contains("#field-profile-username"));

    let (room, stranger) = (server.live(), server.account("sam@demo.example").await?.to_string());
    let reason = "x".repeat(201);
    let form =
        [("account", stranger.as_str()), ("kind", "zzz"), ("seconds", "soon"), ("reason", reason.as_str())];
    let reply = host.post(&room.path("bans"), &form).await?;
    let fields = reply.json()["error"]["fields"].as_array().context("the fields")?.clone();
    let names: Vec<_> = fields.iter().filter_map(|one| one["field"].as_str()).collect();
    assert_eq!((reply.status.as_u16(), &names[..]), (422, &["kind", "seconds", "reason"][..]));
    assert!(fields.iter().all(|one| one["message"].as_str().is_some_and(|words| !words.is_empty())));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_has_a_price_each_month_and_each_year() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let passes = format!("/account/spaces/{space}/access_passes");
    let base = [("title", "Circle"), ("slug", "circle"), ("kind", "recurring"), ("currency", "eur")];
    for (more, field) in [
        (&[][..], "monthly"),
        (&[("monthly", "5"), ("yearly", "x")], "yearly"),
        (&[("monthly", "5"), ("trial_days", "0")], "trial_days"),
        (&[("monthly", "5"), ("setup_fee", "0.01")], "setup_fee"),
        (&[("monthly", "5"), ("access_days", "7")], "access_days"),
        (&[("monthly", "5"), ("instalments", "1")], "instalments"),
        (&[("monthly", "5"), ("yearly", "50"), ("instalments", "3")], "instalments"),
    ] {
        let page = refused(&host, &passes, &[&base[..], more].concat()).await?;
        assert!(page.contains(&format!("href=\"#field-pass-{field}\"")), "{field}: {page}");
    }
    let whole = [("monthly", "5"), ("yearly", "50"), ("trial_days", "7"), ("setup_fee", "3")];
    assert_eq!(host.post(&passes, &[&base[..], &whole[..]].concat()).await?.status, 303);
    let pass = server.pass("circle").await?;
    let amount = Money { minor: 500, currency: Currency::Eur };
    let plan = Plan {
        yearly: Some(5_000),
        trial_days: Some(7),
        setup_fee: Some(300),
        ..Plan::of(amount, Interval::Month)
    };
    assert_eq!(server.app.store.passes().by_id(pass).await?.price.kind, PriceKind::Recurring(plan));
    let page = host.get(&format!("/account/access_passes/{pass}")).await?.text;
    for (name, value) in whole {
        assert!(page.contains(&format!("name=\"{name}\"")) && page.contains(&format!("value=\"{value}\"")));
    }
    let page = host.get("/maya/circle").await?.text;
    assert!(page.contains("a month") && page.contains("a year") && page.contains("saves 16"), "{page}");
    server.close().await
}
