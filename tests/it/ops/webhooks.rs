//! A refused webhook is shown to operators until one is accepted.

use crate::support::{TestServer, shop::Order};
use anyhow::Result;
use std::time::Duration;

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
