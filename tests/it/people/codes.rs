//! Hanging mail delivery delays neither the next person's code nor a payment.

use crate::support::{Browser, TestServer, shop::Order, smtp::SmtpServer};
use anyhow::{Context, Result};
use domain::{clock::Clock, money::checkout::Payment, work::Lane};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

const SOON: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn while_forty_mails_hang_a_code_leaves_and_an_order_settles() -> Result<()> {
    for hangs in ["rcpt-hangs", "data-hangs"] {
        let mut mail = SmtpServer::start().await?;
        let url = mail.url.clone();
        let server = TestServer::with_settings(|settings| {
            settings.smtp_url = Some(url);
            settings.mail_from = Some("pass@example.org".into());
        })
        .await?;
        for n in 0..40 {
            let asked =
                server.anybody().post("/sign-in", &[("email", &format!("{hangs}-{n}@example.org"))]).await?;
            assert_eq!(asked.status, 303, "{}", asked.text);
        }
        while mail.hung() < 32 {
            sleep(Duration::from_millis(10)).await;
        }

        let ann = server.anybody();
        let asked = Instant::now();
        ann.post("/sign-in", &[("email", "ann@example.org")]).await?;
        let code =
            timeout(SOON, mail.mail_to("ann@example.org")).await.context("the code did not leave")??;
        assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
        let code = code.code().context("a code")?;
        assert_eq!(ann.post("/sign-in/code", &[("code", code)]).await?.status, 303);

        let order = Order::open(ann).await?;
        let pay_page = order.pay_page().await?;
        let paid = Instant::now();
        order.press(&pay_page, "pay").await?;
        let settled = async {
            while order.row(&server).await?.state != Payment::Paid {
                sleep(Duration::from_millis(20)).await;
            }
            anyhow::Ok(())
        };
        timeout(SOON, settled).await.context("the order did not settle")??;
        timeout(SOON, mail.mail_to("ann@example.org")).await.context("the receipt did not leave")??;
        assert!(paid.elapsed() < 2 * SOON);
        server.close().await?;
    }
    Ok(())
}

/// The newest mail is sent however many hang, because the oldest is dropped for it.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_hanging_mails_delay_no_code() -> Result<()> {
    let mut mail = SmtpServer::start().await?;
    let url = mail.url.clone();
    let server = TestServer::with_settings(|settings| {
        settings.smtp_url = Some(url);
        settings.mail_from = Some("pass@example.org".into());
    })
    .await?;
    let asks = (0..200).map(|n| {
        let (who, email) = (server.anybody(), format!("rcpt-hangs-{n}@example.org"));
        async move { who.post("/sign-in", &[("email", &email)]).await }
    });
    futures_util::future::try_join_all(asks).await?;
    sleep(Duration::from_secs(1)).await;
    for email in ["ann@example.org", "ben@example.org"] {
        server.anybody().post("/sign-in", &[("email", email)]).await?;
        timeout(SOON, mail.mail_to(email)).await.context("the code did not leave")??;
    }
    server.close().await
}

/// Hanging mail gives way also while one place of the lane sends: a queue that only that place serves grows.
#[tokio::test(flavor = "multi_thread")]
async fn hanging_mail_gives_way_while_another_place_sends() -> Result<()> {
    let mut mail = SmtpServer::start().await?;
    let url = mail.url.clone();
    let server = TestServer::with_settings(|settings| {
        settings.smtp_url = Some(url);
        settings.mail_from = Some("pass@example.org".into());
    })
    .await?;
    let ask = async |email: String| server.anybody().post("/sign-in", &[("email", &email)]).await;
    for n in 0..32 {
        ask(format!("data-hangs-{n}@example.org")).await?;
    }
    while mail.hung() < 32 {
        sleep(Duration::from_millis(10)).await;
    }
    let asks = (0..300).map(|n| ask(format!("ann-{n}@example.org")));
    futures_util::future::try_join_all(asks).await?;
    // The oldest of them is sent last.
    mail.mail_to("ann-0@example.org").await?;
    let lanes = server.app.store.backlog().lanes(server.app.clock.now()).await?;
    let gave_way = lanes.iter().find(|lane| lane.lane == Lane::Codes).context("a lane")?.failing;
    assert!(gave_way >= 2, "{gave_way} of 32 gave way");
    server.close().await
}

/// An address that cannot receive mail is not stored, and the form shows the reason.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_mail_cannot_reach_is_refused_with_its_reason() -> Result<()> {
    let server = TestServer::open().await?;
    let who: Browser = server.anybody();
    for (typed, words) in [
        ("a..b@x.org", "looks like name@example.org"),
        ("a\u{200b}nn@x.org", "invisible characters"),
        ("j\u{f6}rg@x.org", "before the @"),
        ("ann@127.0.0.1", "after the @"),
    ] {
        let asked = who.post("/sign-in", &[("email", typed), ("next", "/maya/lobby")]).await?;
        assert_eq!(asked.status, 422, "{typed:?}");
        assert!(asked.text.contains(words) && asked.text.contains(typed), "{typed:?} {}", asked.text);
        assert!(asked.text.contains("value=\"/maya/lobby\""), "the form keeps the page to return to");
    }
    who.post("/sign-in", &[("email", " MailTo:\u{ff2b}im@ex\u{e4}mple.org")]).await?;
    who.next_code("kim@xn--exmple-cua.org", 0).await?;
    server.close().await
}
