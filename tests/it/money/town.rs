//! The market of the demo's town: what its sellers see of a month, counted again, and beside the provider.

use crate::support::{Browser, Database, TestServer, eventually, on_both};
use anyhow::{Context, Result, ensure};
use domain::{
    id::PassId,
    money::{billing::SubscriptionStatus, number::OrderSearch, payouts::PayoutState},
};
use std::collections::BTreeMap;
use store::Resolved;

on_both!(what_the_sellers_of_the_town_see_is_what_a_recount_gives);

/// Who sells, and where.
const SELLERS: [(&str, &str); 7] = [
    ("jonas", "slow-clay"),
    ("ines", "one-line"),
    ("hana", "hanas-table"),
    ("amara", "seven-minutes"),
    ("ruth", "long-question"),
    ("tomas", "corner-table"),
    ("noor", "night-build"),
];

async fn what_the_sellers_of_the_town_see_is_what_a_recount_gives(database: Database) -> Result<()> {
    let (server, _) = TestServer::with_town(database).await?;
    agrees(&server).await?;
    for (who, space) in SELLERS {
        recount(&server, who, space).await.with_context(|| format!("{who} of {space}"))?;
    }
    subscribers(&server).await?;
    desks(&server).await?;
    lists(&server).await?;
    offers(&server).await?;
    paid_out(&server).await?;
    audited(&server).await?;
    server.close().await
}

/// A browser of somebody of the town.
async fn person(server: &TestServer, who: &str) -> Result<Browser> {
    let account = server.account(&format!("{who}@demo.example")).await?;
    let session = server.app.store.sessions().create(account, "a browser", server.app.services.now()).await?;
    Ok(server.anybody().beside(&format!("{}={}", server.app.cookie_name(), session.token)))
}

async fn pass(server: &TestServer, space: &str, slug: &str) -> Result<PassId> {
    match server.app.store.spaces().resolve(server.space(space).await?, slug).await? {
        Resolved::Pass(pass) => Ok(pass),
        _ => anyhow::bail!("{space} has no {slug}"),
    }
}

/// A page has all of these words.
async fn has(who: &Browser, path: &str, words: &[&str]) -> Result<String> {
    let page = who.get(path).await?;
    ensure!(page.status == 200, "{path}: {}", page.status);
    for word in words {
        ensure!(page.text.contains(word), "{path} without {word}: {}", page.text);
    }
    Ok(page.text)
}

/// The ledger has at the provider what the provider says, in each currency, and sums to zero.
async fn agrees(server: &TestServer) -> Result<()> {
    let operator = server.person("operator");
    let told = async || {
        let told = operator.get("/ops/money.json").await?.json();
        let balances = told["balances"].as_array().context("no balances")?;
        let same = balances.iter().all(|one| one["ledger"] == one["provider"]);
        anyhow::Ok((same && balances.len() >= 4).then_some(told))
    };
    let told = eventually("the ledger has another balance than the provider", told).await?;
    let mut sums = BTreeMap::<String, i64>::new();
    for one in told["accounts"].as_array().context("no accounts")? {
        let currency = one["currency"].as_str().context("no currency")?;
        *sums.entry(currency.into()).or_default() += one["amount"].as_i64().context("no amount")?;
    }
    assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    has(&operator, "/ops/money", &["provider:available", "platform:fees", "sellers", "disputes"])
        .await
        .map(drop)
}

/// What was sold and refunded by the ledger is the sum of the orders.
async fn recount(server: &TestServer, who: &str, slug: &str) -> Result<()> {
    let store = &server.app.store;
    let space = store.spaces().by_id(server.space(slug).await?).await?;
    let orders = store.orders().search(space.team, &OrderSearch::All, None, 1000).await?;
    ensure!(!orders.is_empty(), "no orders");
    let mut counted = BTreeMap::<&str, (i64, i64)>::new();
    for order in &orders {
        let sums = counted.entry(order.purchase.amount.currency.code()).or_default();
        sums.0 += order.purchase.amount.minor;
        sums.1 += order.purchase.refunded;
    }
    let balances = store.ledger().balances(space.team).await?;
    let shown: BTreeMap<&str, (i64, i64)> =
        balances.iter().map(|one| (one.currency.code(), (one.sold, one.refunded))).collect();
    ensure!(shown == counted, "{shown:?}, and the orders give {counted:?}");
    let (seller, base) = (person(server, who).await?, format!("/account/spaces/{}", space.id));
    let first = orders.first().context("no orders")?;
    has(&seller, &format!("{base}/money"), &[first.purchase.title.as_str()]).await?;
    has(&seller, &format!("{base}/orders"), &[first.purchase.title.as_str(), first.buyer_email.as_str()])
        .await?;
    let people = has(&seller, &format!("{base}/people"), &[]).await?;
    let keeps = orders.iter().find(|order| order.purchase.refunded == 0 && order.purchase.dispute.is_none());
    let keeps = keeps.context("everything was given back")?;
    ensure!(people.contains(&keeps.buyer_name), "{} is not among the people: {people}", keeps.buyer_name);
    Ok(())
}

/// Two have paid after their trial, and one is in it.
async fn subscribers(server: &TestServer) -> Result<()> {
    for (who, status, charged) in [
        ("bea", SubscriptionStatus::Active, vec![600]),
        ("isla", SubscriptionStatus::Active, vec![6000]),
        ("joon", SubscriptionStatus::Trialing, vec![]),
    ] {
        let account = server.account(&format!("{who}@demo.example")).await?;
        let all = server.app.store.subscriptions().of_account(account).await?;
        ensure!(all.len() == 1 && all[0].status == status, "{who}: {all:?}");
        let bought = server.app.store.purchases().of_account(account).await?;
        let of_it = bought.iter().filter(|one| one.pass == all[0].pass && one.amount.minor > 0);
        assert_eq!(of_it.map(|one| one.amount.minor).collect::<Vec<_>>(), charged, "{who}");
    }
    Ok(())
}

/// Refunds, a dispute, a code and gifts stand where their sellers look for them.
async fn desks(server: &TestServer) -> Result<()> {
    let [jonas, ines, hana, noor] = [
        person(server, "jonas").await?,
        person(server, "ines").await?,
        person(server, "hana").await?,
        person(server, "noor").await?,
    ];
    let orders =
        async |space: &str| anyhow::Ok(format!("/account/spaces/{}/orders", server.space(space).await?));
    has(&hana, &orders("hanas-table").await?, &["Pickle kit", "partly refunded"]).await?;
    let sold = ["Friends of the line", "Sketchbook", "refunded", "asks for a refund"];
    has(&ines, &orders("one-line").await?, &sold).await?;
    has(&noor, &orders("night-build").await?, &["First batch of boards", "disputed"]).await?;
    let codes = format!("/account/spaces/{}/promo_codes", server.space("slow-clay").await?);
    has(&jonas, &codes, &["KILN20", "used 2 times of 50"]).await?;
    let shelf = pass(server, "slow-clay", "kiln-shelf").await?;
    has(&jonas, &format!("/account/access_passes/{shelf}/comps"), &["hugo@demo.example"]).await?;
    let year = pass(server, "slow-clay", "round-the-year").await?;
    has(&jonas, &format!("/account/access_passes/{year}/comps"), &["the-kiln-paper@demo.example"]).await?;
    Ok(())
}

/// Who applies, who was chosen, and who stands in line.
async fn lists(server: &TestServer) -> Result<()> {
    let (ruth, tomas) = (person(server, "ruth").await?, person(server, "tomas").await?);
    let seminar = pass(server, "long-question", "seminar").await?;
    let path = format!("/account/access_passes/{seminar}/waitlist");
    has(&ruth, &path, &["Bea", "Isla", "Hugo", "Mina", "Kaja", "Joon", "Do tools know things?"]).await?;
    let counts = server.app.store.waitlists().counts(seminar).await?;
    let counts: BTreeMap<&str, i64> = counts.iter().map(|(state, count)| (state.code(), *count)).collect();
    assert_eq!(counts, BTreeMap::from([("offered", 1), ("rejected", 1), ("taken", 1), ("waiting", 3)]));
    let four = pass(server, "corner-table", "table-for-four").await?;
    has(&tomas, &format!("/account/access_passes/{four}/waitlist"), &["Mina", "Dora"]).await.map(drop)
}

/// What visitors see of each way to sell.
async fn offers(server: &TestServer) -> Result<()> {
    let visitor = server.anybody();
    has(&visitor, "/corner-table/table-for-four", &["Sold out"]).await?;
    has(&visitor, "/sea-school/spring-crossing", &["On sale from"]).await?;
    has(&visitor, "/night-build/first-batch", &["No longer on sale"]).await?;
    has(&visitor, "/hanas-table/pickle-kit", &["10 left"]).await?;
    has(&visitor, "/slow-clay/round-the-year", &["€6", "€60"]).await?;
    has(&visitor, "/night-build/second-batch", &["3 × $20", "$60"]).await?;
    has(&visitor, "/seven-minutes/what-it-is-worth", &["from £2", "£4"]).await?;
    let listed = visitor.get("/one-line").await?.text;
    ensure!(!listed.contains("Friends of the line"), "what is hidden is listed: {listed}");
    has(&visitor, "/one-line/friends-of-the-line", &["Friends of the line"]).await.map(drop)
}

/// One sale could be used a week ago: its share has arrived. What can be used by now is this week's.
async fn paid_out(server: &TestServer) -> Result<()> {
    let (store, space) = (&server.app.store, server.space("slow-clay").await?);
    let team = store.spaces().by_id(space).await?.team;
    let all = store.payouts().of_team(team, 9).await?;
    let first = all.last().context("no payout")?;
    ensure!(first.state == PayoutState::Paid && first.amount.minor == 1620, "{all:?}");
    let jonas = person(server, "jonas").await?;
    has(&jonas, &format!("/account/spaces/{space}/money"), &["Past payouts", "€16.20"]).await?;
    has(&jonas, &format!("/account/payouts/{}", first.id), &["Statement of a payout", "€16.20"]).await?;
    let operator = server.person("operator");
    has(&operator, "/ops/money", &[&first.id.to_string()]).await.map(drop)
}

/// Everything that was made has its line, and the log verifies.
async fn audited(server: &TestServer) -> Result<()> {
    let operator = server.person("operator");
    let verified = async || {
        ensure!(operator.post("/ops/audit/verifications", &[]).await?.status == 303, "not verified");
        let page = operator.get("/ops/audit").await?.text;
        ensure!(!page.contains("does not verify"), "{page}");
        anyhow::Ok(page.contains("Verified up to line").then_some(()))
    };
    eventually("the audit log is not verified", verified).await
}
