//! A refused webhook is shown to operators until one is accepted.

use crate::support::{Browser, TestServer, child::Process, eventually, free_address, shop::Order};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

const PATH: &str = "/webhooks/stripe";

async fn send(server: &TestServer, signature: Option<&str>) -> Result<u16> {
    let mut request = server.anybody().request(reqwest::Method::POST, PATH).body("{}");
    if let Some(signature) = signature {
        request = request.header("stripe-signature", signature);
    }
    Ok(server.anybody().send(request).await?.status.as_u16())
}

/// The health of the service is evaluated once a second.
async fn needs(server: &TestServer) -> Result<String> {
    tokio::time::sleep(Duration::from_millis(1100)).await;
    Ok(server.person("operator").get("/ops").await?.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_webhook_needs_an_operator_until_one_is_accepted() -> Result<()> {
    let server = TestServer::open().await?;
    assert_eq!(send(&server, None).await?, 400);
    assert!(!needs(&server).await?.contains("A webhook was refused"), "unsigned ones come from strangers");
    assert_eq!(send(&server, Some("t=1,v1=00")).await?, 400);
    let page = needs(&server).await?;
    assert!(
        page.contains("A webhook was refused") && page.contains("the signature does not match"),
        "{page}"
    );
    let jobs = server.person("operator").get("/ops/jobs").await?.text;
    assert!(
        jobs.contains("None has been accepted yet.") && jobs.contains("the signature does not match"),
        "{jobs}"
    );
    for who in ["host", "viewer"] {
        assert_eq!(server.person(who).get("/ops/jobs").await?.status, 404);
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    Order::paid(server.person("stranger"), &server).await?;
    assert!(!needs(&server).await?.contains("A webhook was refused"));
    let jobs = server.person("operator").get("/ops/jobs").await?.text;
    assert!(jobs.contains("The last one, ") && jobs.contains("the signature does not match"), "{jobs}");
    server.close().await
}

/// Buys the paid pass on the provider's page. Returns the path of the order.
async fn buy(buyer: &Browser) -> Result<String> {
    let order = buyer.post("/maya/front-row/purchase", &[]).await?.location().to_owned();
    ensure!(order.starts_with("/checkouts/"), "{order}");
    // The provider may have to start first.
    let begin = async || {
        let to = buyer.post(&format!("{order}/payment"), &[]).await?.location().to_owned();
        anyhow::Ok(to.contains("/pay/cs_").then_some(to))
    };
    let pay_page = eventually("there is no pay page", begin).await?;
    ensure!(buyer.post(&format!("{pay_page}/pay"), &[]).await?.status == 303);
    Ok(order)
}

/// Waits until the page of operators says that a webhook was refused, or no longer does.
async fn says_refused(operator: &Browser, says: bool) -> Result<String> {
    let look = async || {
        let page = operator.get("/ops").await?.text;
        anyhow::Ok((page.contains("A webhook was refused") == says).then_some(page))
    };
    eventually("the page of operators does not change", look).await
}

/// The provider signs with a secret that is not ours. Buyers get what they have paid for all the same.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_finds_another_webhook_secret_within_a_minute() -> Result<()> {
    const OURS: &str = "whsec_of_the_service_in_this_story";
    const THEIRS: &str = "whsec_of_the_provider_in_this_story";
    let (own, bank, data) = (free_address()?, free_address()?, tempfile::tempdir()?);
    let (house, book) = (data.path().join("house"), data.path().join("book"));
    let (listen, origin) = (own.to_string(), format!("http://{bank}"));
    let start = |secret: &str| {
        let more = ["--stand-in", origin.as_str(), "--webhook-secret", secret, "--test-clock"];
        Process::demo(&listen, &house, &more)
    };
    let _stand_in = Process::stand_in(bank, &book, own, THEIRS)?;
    let service = start(OURS)?;
    let url = service.doors["url"].as_str().context("no address")?.to_owned();
    let cookie = |who: &str| service.doors["cookies"][who].as_str().unwrap_or_default().to_owned();
    let (buyer, operator) =
        (Browser::with_cookie(&url, &cookie("stranger")), Browser::with_cookie(&url, &cookie("operator")));
    says_refused(&operator, false).await?;

    let begun = Instant::now();
    let order = buy(&buyer).await?;
    let page = says_refused(&operator, true).await?;
    let found = begun.elapsed();
    println!("an operator reads of another secret {found:?} after somebody has paid");
    assert!(found < Duration::from_secs(60), "{found:?}");
    assert!(page.contains("the signature does not match: another webhook secret"), "{page}");
    let waits = buyer.get(&order).await?.text;
    assert!(waits.contains("Waiting for your payment."), "{waits}");
    assert_eq!(operator.post("/dev/clock", &[("advance", "31")]).await?.status, 200);
    let paid = async || {
        let page = buyer.get(&order).await?.text;
        anyhow::Ok(page.contains("data-state=\"paid\"").then_some(()))
    };
    eventually("without a webhook the order is asked about", paid).await?;

    // With the right one, the next webhook is accepted. The new process does not know by how much the clock was ahead.
    service.kill()?;
    let _service = start(THEIRS)?;
    assert_eq!(operator.post("/dev/clock", &[("advance", "120")]).await?.status, 200);
    let ann = Browser::new(&url);
    ann.sign_in("ann@example.org").await?;
    buy(&ann).await?;
    says_refused(&operator, false).await.map(drop)
}
