//! The mail server is away for ten minutes, and then forgets to say what it has taken: each mail arrives, once for its reader.

use super::with_mail;
use crate::support::{
    Database, TestServer, eventually, on_both,
    shop::Order,
    smtp::{SmtpServer, Taken},
};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    mail::{Mail, SendMail},
    money::checkout::Payment,
    work::Lane,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

on_both!(ten_minutes_without_a_mail_server_lose_nothing_and_double_nothing);

const MINUTES: usize = 10;
/// Notices that become due in each of them.
const NOTICES: usize = 30;
/// Notices that are taken without an answer afterwards. A code would expire before it is sent again.
const UNANSWERED: usize = 5;

/// A notice that is due now. Returns its job, and whom it is for.
async fn notify(server: &TestServer, to: String) -> Result<(String, String)> {
    let (subject, text) = ("News".to_owned(), "It is Friday.".to_owned());
    let mail = Mail { to: to.clone(), subject, text, html: None, unsubscribe: None };
    let now = server.app.clock.now();
    let job = server.app.store.jobs().enqueue(&SendMail { mail }, None, now).await?.context("a job")?;
    Ok((job.to_string(), to))
}

/// Waits until all mail that is due has been taken. The clock stands while a mail is on its way: its lease would expire,
/// and it would rightly be sent again.
async fn is_sent(server: &TestServer) -> Result<()> {
    for _ in 0..600 {
        let now = server.app.clock.now();
        let lanes = server.app.store.backlog().lanes(now).await?;
        let mail = [Lane::Codes, Lane::Receipts, Lane::Notices];
        let lanes = || lanes.iter().filter(|lane| mail.contains(&lane.lane));
        let is_due = |lane: &store::LaneBacklog| lane.oldest.is_some_and(|at| at <= now);
        if !lanes().any(|lane| lane.failing > 0 || lane.running > 0 || is_due(lane)) {
            return Ok(());
        }
        if !lanes().any(|lane| lane.running > 0 || is_due(lane)) {
            server.advance(30).await?;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("mail is still due: {:?}", server.app.store.backlog().failing(9).await?)
}

/// The jobs of mail that are done.
async fn outbox(server: &TestServer, database: &Database) -> Result<BTreeSet<String>> {
    let data = server.doors["data"].as_str().context("the data directory")?;
    let mut connection = AnyConnection::connect(&database.url(data.as_ref())).await?;
    let [codes, receipts, notices] = [Lane::Codes, Lane::Receipts, Lane::Notices].map(|lane| lane as i64);
    let query = format!(
        "SELECT id FROM jobs WHERE lane IN ({codes}, {receipts}, {notices}) AND done_at IS NOT NULL
            AND parked_at IS NULL"
    );
    let rows = connection.fetch_all(AssertSqlSafe(query)).await?;
    connection.close().await?;
    rows.iter().map(|row| Ok(row.try_get::<String, _>(0)?)).collect()
}

async fn ten_minutes_without_a_mail_server_lose_nothing_and_double_nothing(database: Database) -> Result<()> {
    let mut mail = SmtpServer::start().await?;
    let server = with_mail(database.clone(), &mail).await?;
    mail.leave().await;
    let mut queued = BTreeMap::new();
    let order = Order::open(server.person("stranger")).await?;
    for minute in 0..MINUTES {
        for n in 0..NOTICES {
            let (job, to) = notify(&server, format!("reader{minute}-{n}@example.org")).await?;
            queued.insert(job, to);
        }
        let email = format!("newcomer{minute}@example.org");
        ensure!(server.anybody().post("/sign-in", &[("email", &email)]).await?.status == 303, "{email}");
        if minute == 3 {
            // Whoever pays is in, whether the receipt can be sent or not.
            order.press(&order.pay_page().await?, "pay").await?;
            let paid = async || anyhow::Ok((order.row(&server).await?.state == Payment::Paid).then_some(()));
            eventually("the order is not paid", paid).await?;
            ensure!(server.live().say(&order.buyer, "in").await?.status == 303);
        }
        server.advance(60).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let parked = server.app.store.backlog().parked_count().await?;
    ensure!(mail.arrived().is_empty() && parked == 0, "it is tried again: {parked} are parked");

    mail.lose_answers(UNANSWERED, "reader");
    mail.come_back().await?;
    is_sent(&server).await?;
    let mut arrived = BTreeMap::<String, Vec<Taken>>::new();
    for taken in mail.arrived() {
        arrived.entry(taken.job().context("a message id")?.to_owned()).or_default().push(taken);
    }
    for (job, to) in &queued {
        let taken = arrived.get(job).with_context(|| format!("{to} got nothing"))?;
        ensure!(taken.iter().all(|mail| mail.to == [to.clone()]), "{to}: {taken:?}");
    }
    let doubled: usize = arrived.values().map(|taken| taken.len() - 1).sum();
    assert_eq!(doubled, UNANSWERED, "twice only without an answer, and then under the same id");
    let is_one = |taken: &Vec<Taken>| {
        let shown = |one: &Taken| (one.to.clone(), one.subject().map(str::to_owned));
        taken.iter().all(|one| shown(one) == shown(&taken[0]))
    };
    ensure!(arrived.values().all(is_one), "an id is one message");
    let to = |address: &str| arrived.values().filter(|taken| taken[0].to == [address]).count();
    assert_eq!((to("sam@demo.example"), to("newcomer9@example.org")), (1, 1), "a receipt, the newest code");
    let sent: BTreeSet<String> = arrived.into_keys().collect();
    let done = outbox(&server, &database).await?;
    ensure!(sent.is_subset(&done), "not from the outbox: {:?}", sent.difference(&done));
    assert_eq!(server.app.store.backlog().parked_count().await?, 0);
    server.close().await
}
