//! Refunds that the buyer's bank returns: everybody concerned sees that the money did not arrive.

use crate::support::{Database, TestServer, on_both, shop::Order};
use anyhow::Result;
use domain::{clock::Clock, people::account::TeamRole};
use std::time::Duration;

on_both!(a_returned_refund_is_shown_to_everybody_concerned, a_second_refund_clears_the_failure);

const SAM: &str = "sam@demo.example";

async fn failed(server: &TestServer) -> Result<Order> {
    let order = Order::paid(server.person("stranger"), server).await?;
    for act in ["refund", "fail_refund"] {
        server.bank(&order, act).await?;
        server.rest().await?;
    }
    Ok(order)
}

async fn a_returned_refund_is_shown_to_everybody_concerned(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, operator, viewer) =
        (server.person("host"), server.person("operator"), server.person("viewer"));
    let space = format!("/account/spaces/{}", server.space("maya").await?);
    assert!(!host.get(&space).await?.text.contains("Refunds that failed"));
    let order = failed(&server).await?;
    let purchase = order.purchase(&server).await?;
    assert_eq!((purchase.refunded, purchase.refund_failed_at.is_some()), (0, true));
    let page = order.page().await?;
    assert!(page.contains("The refund failed") && !page.contains("Refunded"), "{page}");
    assert!(order.buyer.get("/account/purchases").await?.text.contains("refund failed"));
    let mails = (server.mails(SAM, "Your refund:").await?, server.mails(SAM, "Your refund failed").await?);
    assert_eq!(mails, (1, 1));
    assert_eq!(server.mails("vera@demo.example", "refund").await?, 0);
    assert!(host.get(&space).await?.text.contains("Refunds that failed"));
    // The health of the service is evaluated once a second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for path in ["/ops", "/ops/jobs"] {
        let page = operator.get(path).await?.text;
        assert!(page.contains("A refund of €12 failed") || page.contains("Refunds that failed"), "{page}");
        assert!(!page.contains(SAM), "operators do not see the buyer");
    }
    assert_eq!(viewer.get(&space).await?.status, 404);
    let (editor, email) = (server.anybody(), "editor@example.org");
    editor.sign_in(email).await?;
    let (team, account) = (server.host_team().await?, server.account(email).await?);
    server.app.store.teams().put(team, account, TeamRole::Editor, server.app.clock.now()).await?;
    let seen = editor.get(&space).await?;
    assert!(seen.status == 200 && !seen.text.contains("Refunds that failed"), "{}", seen.text);
    let door = order.buyer.get(&server.live().path("fragment")).await?.status;
    assert_eq!(door, 200, "the payment was kept, and so is the pass");
    server.close().await
}

async fn a_second_refund_clears_the_failure(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = failed(&server).await?;
    server.advance(2).await?;
    server.bank(&order, "refund").await?;
    server.rest().await?;
    assert!(order.page().await?.contains("Refunded"));
    let operator = server.person("operator");
    assert!(!operator.get("/ops/jobs").await?.text.contains("Refunds that failed"));
    let mails = (server.mails(SAM, "Your refund:").await?, server.mails(SAM, "Your refund failed").await?);
    assert_eq!(mails, (2, 1), "each refund has its mail");
    assert_eq!(order.buyer.get(&server.live().path("fragment")).await?.status, 402);
    server.close().await
}
