//! What a team is owed goes to its bank once a week, once, and comes back if the bank does not take it.

use super::ledger::agrees;
use crate::support::{Database, TestServer, eventually, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    money::payouts::{PayoutState, schedule::week_of},
    people::account::TeamRole,
};
use serde_json::Value;
use service::{
    money::{ledger::keep_up, payouts},
    ops::suspensions,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use store::Payout;

on_both!(
    an_owner_onboards_and_each_state_is_shown,
    a_week_pays_once_what_can_be_used,
    a_failed_payout_comes_back_and_is_paid_a_week_later,
    a_failing_provider_never_pays_twice,
    what_goes_back_after_a_payout_is_settled_by_later_sales,
    what_nobody_tells_is_asked_about,
    what_the_platform_lacks_is_paid_when_it_has_it,
    what_was_decided_waits_for_a_team_that_is_suspended_since,
    whoever_owns_the_team_no_longer_is_not_paid_for_it,
);

const DAY: i64 = 24 * 3600;
const MAYA: &str = "maya@demo.example";

/// Sells a pass for €12, of which €10.80 are the team's.
async fn sell(server: &TestServer, buyer: &str) -> Result<Order> {
    Order::paid(server.holder(&format!("{buyer}@example.org")).await?, server).await
}

/// What the provider knows of a kind.
async fn known(server: &TestServer, kind: &str) -> Result<Vec<Value>> {
    Ok(server.stand_in_knows().await?[kind].as_array().context("a list")?.clone())
}

/// Lets days pass, and what is due on the way.
async fn wait(server: &TestServer, days: i64) -> Result<()> {
    server.advance(days * DAY).await?;
    keep_up(&server.app.services).await?;
    payouts::run(&server.app.services, week_of(server.app.clock.now())).await?;
    server.rest().await
}

async fn available(server: &TestServer) -> Result<i64> {
    let balances = server.app.store.ledger().balances(server.host_team().await?).await?;
    Ok(balances.first().context("a balance")?.available)
}

async fn bank(server: &TestServer, payout: &Payout, act: &str) -> Result<()> {
    let id = server.app.store.payouts().by_id(payout.id).await?.bank.context("at the bank")?;
    server.provider_does("payout", &id, act).await?;
    server.rest().await
}

/// What the lines of a payout add up to by the entries themselves.
async fn recount(server: &TestServer, database: &Database, payout: &Payout) -> Result<i64> {
    let data = server.doors["data"].as_str().context("the data directory")?;
    let mut connection = AnyConnection::connect(&database.url(data.as_ref())).await?;
    let (id, team) = (payout.id, payout.team);
    let query = format!(
        "SELECT CAST(COALESCE(-SUM(e.amount), 0) AS BIGINT) FROM ledger_sets s
        JOIN ledger_entries e ON e.kind = s.kind AND e.object = s.object
        WHERE s.payout_id = '{id}' AND e.account = 'seller:{team}' AND NOT (s.kind = 'payout' AND s.object = '{id}')"
    );
    let sum: i64 = connection.fetch_one(AssertSqlSafe(query)).await?.get(0);
    connection.close().await?;
    Ok(sum)
}

async fn an_owner_onboards_and_each_state_is_shown(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, path) = (server.person("host"), server.payouts_path().await?);
    let money = path.replace("/payouts", "/money");
    let admin = server.holder("kit.admin@example.org").await?;
    let account = server.account("kit.admin@example.org").await?;
    let (team, now) = (server.host_team().await?, server.app.clock.now());
    server.app.store.teams().put(team, account, TeamRole::Admin, now).await?;
    for who in [&server.person("viewer"), &server.person("operator")] {
        assert_eq!(who.post(&path, &[]).await?.status, 404);
        assert_eq!(who.get(&path).await?.status, 404);
    }
    assert_eq!(admin.post(&path, &[]).await?.status, 403, "only an owner says where the money goes");
    assert!(admin.get(&money).await?.text.contains("Only an owner of the team can do this."));
    assert_eq!(known(&server, "accounts").await?.len(), 0);
    assert!(host.get(&money).await?.text.contains("Set up payouts"));
    for (button, words) in [
        ("leave", ["Not finished", "Go on with the payment provider", "a bank account"]),
        ("checking", ["Being checked", "Check the state again", "there is nothing to do"]),
        ("incomplete", ["Something is missing", "Enter what is missing", "a proof of identity"]),
        ("ready", ["Your team is paid each Monday", "The next run is on", "Payouts"]),
    ] {
        server.onboard(button).await?;
        let page = host.get(&money).await?.text;
        for wanted in words {
            assert!(page.contains(wanted), "{button}: {wanted}: {page}");
        }
    }
    assert_eq!(known(&server, "accounts").await?.len(), 1, "one account for a team");
    // The provider closes it, and tells.
    server.provider_does("account", &server.seller_account().await?, "reject").await?;
    server.rest().await?;
    assert!(host.get(&money).await?.text.contains("Closed by the payment provider"));
    let lines = server.app.store.audit().last(200).await?;
    let of = |action: &str| lines.iter().filter(|line| line.act.action == action).count();
    assert_eq!((of("payout.onboard"), of("payout.account")), (1, 4), "{lines:?}");
    server.close().await
}

async fn a_week_pays_once_what_can_be_used(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    sell(&server, "ann").await?;
    // Until somebody says where it goes, it is kept.
    wait(&server, 8).await?;
    assert_eq!((server.payouts().await?.len(), available(&server).await?), (0, 1080));
    server.onboard("ready").await?;
    server.advance(7 * DAY).await?;
    let week = week_of(server.app.clock.now());
    let services = &server.app.services;
    let runs = tokio::try_join!(payouts::run(services, week), payouts::run(services, week))?;
    // The worker of the server runs the week, too.
    ensure!(runs.0 + runs.1 <= 1, "{runs:?}");
    server.rest().await?;
    assert_eq!(payouts::run(services, week).await?, 0);
    let made = server.payouts().await?;
    let [payout] = made.as_slice() else { anyhow::bail!("{made:?}") };
    assert_eq!((payout.amount.minor, payout.state), (1080, PayoutState::OnItsWay));
    assert_eq!(available(&server).await?, 0);
    for kind in ["transfers", "payouts"] {
        let amounts: Vec<_> = known(&server, kind).await?.iter().map(|one| one["amount"].clone()).collect();
        assert_eq!(amounts, [1080], "{kind}");
    }
    assert_eq!(recount(&server, &database, payout).await?, 1080);
    bank(&server, payout, "pay").await?;
    assert_eq!(server.payouts().await?[0].state, PayoutState::Paid);
    let sums = agrees(&server).await?;
    assert_eq!((sums["sellers"], sums["payouts"]), (0, 0), "{sums:?}");
    shown_to_its_team(&server, payout).await?;
    server.close().await
}

/// Page and file of a payout, and to whom they are shown.
async fn shown_to_its_team(server: &TestServer, payout: &Payout) -> Result<()> {
    let (host, path) = (server.person("host"), format!("/account/payouts/{}", payout.id));
    let (page, file) = (host.get(&path).await?, host.get(&format!("{path}/lines.csv")).await?);
    for wanted in ["Statement of a payout", "€10.80", "Payment", "Paid out", "Maya"] {
        assert!(page.text.contains(wanted), "{wanted}: {}", page.text);
    }
    assert!(file.text.starts_with("at,kind,order,pass,currency,amount,in,out\r\n"), "{}", file.text);
    assert!(file.text.contains(",eur,12,10.80,0\r\n") && file.text.lines().count() == 2, "{}", file.text);
    let money = host.get(&server.payouts_path().await?.replace("/payouts", "/money")).await?.text;
    assert!(money.contains("Past payouts") && money.contains(&path), "{money}");
    let other = server.signed_in("other.creator@example.org").await?;
    for who in [&server.person("viewer"), &server.person("operator"), &other] {
        for path in [path.clone(), format!("{path}/lines.csv")] {
            assert_eq!(who.get(&path).await?.status, 404, "{path}");
        }
    }
    let operators = server.person("operator").get("/ops/money").await?.text;
    assert!(operators.contains(&payout.id.to_string()) && operators.contains("No payout has failed."));
    Ok(())
}

async fn a_failed_payout_comes_back_and_is_paid_a_week_later(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    server.onboard("ready").await?;
    sell(&server, "ann").await?;
    wait(&server, 8).await?;
    let first = server.payouts().await?.pop().context("a payout")?;
    bank(&server, &first, "fail").await?;
    let failed = server.app.store.payouts().by_id(first.id).await?;
    assert_eq!((failed.state, failed.reversed, failed.returned), (PayoutState::Returned, 1080, 1080));
    assert_eq!(known(&server, "transfers").await?[0]["reversed"], 1080);
    assert_eq!(available(&server).await?, 1080);
    agrees(&server).await?;
    let mails = server.mailed(MAYA, "Your payout failed: €10.80", 1).await?;
    assert!(mails[0].contains("/money"), "{mails:?}");
    let operators = server.person("operator").get("/ops/money").await?.text;
    assert!(operators.contains("The bank account has been closed."), "{operators}");
    let page = server.person("host").get(&format!("/account/payouts/{}", first.id)).await?.text;
    assert!(page.contains("failed, back in the balance") && !page.contains("has been closed"), "{page}");
    // The same week pays nobody twice; the next one pays again.
    let week = week_of(server.app.clock.now());
    assert_eq!(payouts::run(&server.app.services, week).await?, 0);
    wait(&server, 7).await?;
    let made = server.payouts().await?;
    assert_eq!(made.len(), 2, "{made:?}");
    assert_eq!((made[0].amount.minor, made[0].state), (1080, PayoutState::OnItsWay));
    assert_eq!(recount(&server, &database, &made[0]).await?, 1080);
    let page = server.person("host").get(&format!("/account/payouts/{}", made[0].id)).await?.text;
    assert!(page.contains("Payout came back"), "{page}");
    agrees(&server).await?;
    server.close().await
}

async fn a_failing_provider_never_pays_twice(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.onboard("ready").await?;
    for (n, fault) in [
        "error_before 2 POST:/v1/transfers",
        "error_after 1 POST:/v1/transfers",
        "timeout_after 1 POST:/v1/transfers",
        "error_after 1 POST:/v1/payouts",
        "error_before 2 GET:/v1/payouts",
    ]
    .into_iter()
    .enumerate()
    {
        sell(&server, &format!("buyer{n}")).await?;
        server.stand_in_does("fault", fault).await?;
        server.advance(8 * DAY).await?;
        payouts::run(&server.app.services, week_of(server.app.clock.now())).await?;
        eventually(fault, async || {
            // The job is tried again after a while of the server's clock.
            server.advance_after_jobs(1).await?;
            let made = server.payouts().await?;
            let sent = made.len() == n + 1 && made.iter().all(|one| one.state == PayoutState::OnItsWay);
            Ok(sent.then_some(()))
        })
        .await?;
        // What else has met the fault is tried again, too.
        server.advance(60).await?;
        server.rest().await?;
        for kind in ["transfers", "payouts"] {
            assert_eq!(known(&server, kind).await?.len(), n + 1, "{kind} after {fault}");
        }
        agrees(&server).await?;
    }
    server.close().await
}

async fn what_goes_back_after_a_payout_is_settled_by_later_sales(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    server.onboard("ready").await?;
    let order = sell(&server, "ann").await?;
    wait(&server, 8).await?;
    assert_eq!((server.payouts().await?.len(), available(&server).await?), (1, 0));
    server.bank(&order, "refund").await?;
    server.rest().await?;
    wait(&server, 7).await?;
    assert_eq!((server.payouts().await?.len(), available(&server).await?), (1, -1080));
    let money = server.payouts_path().await?.replace("/payouts", "/money");
    let page = server.person("host").get(&money).await?.text;
    assert!(page.contains("−€10.80") && page.contains("Later sales settle it"), "{page}");
    sell(&server, "ben").await?;
    wait(&server, 8).await?;
    assert_eq!((server.payouts().await?.len(), available(&server).await?), (1, 0), "settled");
    sell(&server, "cem").await?;
    wait(&server, 8).await?;
    let made = server.payouts().await?;
    assert_eq!((made.len(), made[0].amount.minor, made[0].state), (2, 1080, PayoutState::OnItsWay));
    assert_eq!(recount(&server, &database, &made[0]).await?, 1080);
    let lines = server.app.store.ledger().paid_out(&made[0], 100).await?;
    let own: Vec<i64> = lines.iter().map(|line| line.own).collect();
    assert_eq!((own.len(), own.iter().sum::<i64>()), (3, 1080), "{lines:?}");
    agrees(&server).await?;
    server.close().await
}

async fn what_nobody_tells_is_asked_about(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.onboard("ready").await?;
    sell(&server, "ann").await?;
    wait(&server, 8).await?;
    let payout = server.payouts().await?.pop().context("a payout")?;
    server.stand_in_does("lose", "on").await?;
    bank(&server, &payout, "pay").await?;
    server.provider_does("account", &server.seller_account().await?, "restrict").await?;
    assert_eq!(server.payouts().await?[0].state, PayoutState::OnItsWay, "nobody has told");
    server.advance(3600).await?;
    payouts::keep_up(&server.app.services).await?;
    server.rest().await?;
    assert_eq!(server.payouts().await?[0].state, PayoutState::Paid);
    server.advance(DAY).await?;
    payouts::keep_up(&server.app.services).await?;
    server.rest().await?;
    let money = server.payouts_path().await?.replace("/payouts", "/money");
    let page = server.person("host").get(&money).await?.text;
    assert!(page.contains("Something is missing") && page.contains("a proof of identity"), "{page}");
    server.close().await
}

async fn what_the_platform_lacks_is_paid_when_it_has_it(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    server.onboard("ready").await?;
    // The platform pays the fee of the dispute: what is left of the other payment is less than the team is owed for it.
    let disputed = sell(&server, "ann").await?;
    for act in ["dispute", "lose"] {
        server.bank(&disputed, act).await?;
    }
    sell(&server, "ben").await?;
    wait(&server, 8).await?;
    let state = async || {
        anyhow::Ok(
            server.payouts().await?.into_iter().map(|one| (one.state, one.returned)).collect::<Vec<_>>(),
        )
    };
    ensure!(state().await? == [(PayoutState::Decided, 0)], "it waits: {:?}", server.payouts().await?);
    assert_eq!(known(&server, "transfers").await?.len(), 0);
    let operators = server.person("operator").get("/ops/money").await?.text;
    assert!(operators.contains("insufficient available funds"), "{operators}");
    // A week later there is not more, and nothing is decided that would be sent before it.
    wait(&server, 7).await?;
    ensure!(state().await? == [(PayoutState::Decided, 0)], "it still waits: {:?}", server.payouts().await?);
    for buyer in ["cem", "dora"] {
        sell(&server, buyer).await?;
    }
    // Two payments can be used: what has waited goes first, in full and once.
    wait(&server, 8).await?;
    server.advance(3600).await?;
    payouts::keep_up(&server.app.services).await?;
    server.rest().await?;
    let made = server.payouts().await?;
    let oldest = made.last().context("a payout")?;
    ensure!((oldest.amount.minor, oldest.state) == (1080, PayoutState::OnItsWay), "{made:?}");
    ensure!(oldest.failure.is_none(), "{oldest:?}");
    assert_eq!(recount(&server, &database, oldest).await?, 1080);
    let sent: Vec<_> = known(&server, "transfers").await?.iter().map(|one| one["amount"].clone()).collect();
    assert_eq!(sent, [1080], "the other one waits for the next sales");
    assert_eq!(server.mails(MAYA, "Your payout failed").await?, 0, "no bank has refused anything");
    agrees(&server).await?;
    server.close().await
}

async fn what_was_decided_waits_for_a_team_that_is_suspended_since(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (services, space) = (&server.app.services, server.space("maya").await?);
    let operator = server.account("olga@demo.example").await?;
    server.onboard("ready").await?;
    // Before anything has moved, and when the money is in the account of the seller.
    for (n, call) in ["POST:/v1/transfers", "POST:/v1/payouts"].into_iter().enumerate() {
        sell(&server, &format!("buyer{n}")).await?;
        server.stand_in_does("fault", &format!("error_before 1000 {call}")).await?;
        server.advance(8 * DAY).await?;
        keep_up(services).await?;
        payouts::run(services, week_of(server.app.clock.now())).await?;
        let waits = if n == 0 { PayoutState::Decided } else { PayoutState::Sent };
        let newest = async || anyhow::Ok(server.payouts().await?.into_iter().next().map(|one| one.state));
        eventually(call, async || Ok((newest().await? == Some(waits)).then_some(()))).await?;
        suspensions::suspend_space(services, operator, space, "stolen cards").await?;
        server.stand_in_does("fault", "off").await?;
        for _ in 0..3 {
            server.advance(3600).await?;
            payouts::keep_up(services).await?;
            server.rest().await?;
        }
        ensure!(newest().await? == Some(waits), "nothing is sent: {:?}", server.payouts().await?);
        assert_eq!(known(&server, "payouts").await?.len(), n, "to no bank before {call}");
        suspensions::restore_space(services, operator, space, "a mistake").await?;
        server.advance(3600).await?;
        payouts::keep_up(services).await?;
        server.rest().await?;
        ensure!(newest().await? == Some(PayoutState::OnItsWay), "it goes on: {:?}", server.payouts().await?);
        agrees(&server).await?;
    }
    server.close().await
}

async fn whoever_owns_the_team_no_longer_is_not_paid_for_it(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.onboard("ready").await?;
    let (team, path) = (server.host_team().await?, server.payouts_path().await?);
    let (first, maya) = (server.seller_account().await?, server.account(MAYA).await?);
    sell(&server, "ann").await?;
    let kit = server.signed_in("kit.owner@example.org").await?;
    let account = server.account("kit.owner@example.org").await?;
    server.app.store.teams().put(team, account, TeamRole::Owner, server.app.clock.now()).await?;
    let removal = format!("/account/teams/{team}/members/{maya}/removal");
    assert_eq!(kit.post(&removal, &[]).await?.status, 303);
    wait(&server, 8).await?;
    assert_eq!((server.payouts().await?.len(), available(&server).await?), (0, 1080), "it is kept");
    let money = kit.get(&path.replace("/payouts", "/money")).await?.text;
    assert!(money.contains("Set up payouts"), "{money}");
    let led = kit.post(&path, &[]).await?;
    let back = server.app.url(&path);
    let done = kit.post(led.location(), &[("act", "ready"), ("back", &back)]).await?;
    ensure!(done.status == 303 && done.location() == back, "{} {}", done.status, done.text);
    ensure!(kit.get(&path).await?.status == 303);
    server.rest().await?;
    wait(&server, 7).await?;
    let made = server.payouts().await?;
    let [payout] = made.as_slice() else { anyhow::bail!("{made:?}") };
    ensure!(payout.account != first && payout.state == PayoutState::OnItsWay, "{payout:?}");
    assert_eq!(known(&server, "accounts").await?.len(), 2);
    agrees(&server).await?;
    server.close().await
}
