//! A buyer asks for a refund, and the seller answers: both are told, and each order has so many questions.

use crate::support::{
    Database, TestServer, on_both,
    shop::{Order, sold_path},
};
use anyhow::{Result, ensure};
use domain::id::PurchaseId;

on_both!(
    a_buyer_asks_and_the_seller_refunds,
    a_seller_declines_with_words_and_is_asked_three_times_at_most,
    only_the_buyer_asks_and_only_the_team_answers,
);

const SAM: &str = "sam@demo.example";
const MAYA: &str = "maya@demo.example";
const REASON: &str = "I <cannot> come on Friday.";

fn asking(id: PurchaseId) -> String {
    format!("/account/purchases/{id}/refund")
}

async fn a_buyer_asks_and_the_seller_refunds(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let host = server.person("host");
    let sam = Order::paid(server.person("stranger"), &server).await?;
    let id = sam.purchase(&server).await?.id;
    ensure!(sam.page().await?.contains(&asking(id)), "the order leads there");
    ensure!(sam.buyer.get("/account/purchases").await?.text.contains(&asking(id)));
    let empty = sam.buyer.post(&asking(id), &[("reason", "  ")]).await?;
    ensure!(empty.status == 422 && empty.text.contains("id=\"error-wish-reason\""), "{}", empty.text);
    assert_eq!(sam.buyer.post(&asking(id), &[("reason", REASON)]).await?.location(), asking(id));
    // A second click asks nothing more.
    assert_eq!(sam.buyer.post(&asking(id), &[("reason", "Hello?")]).await?.status, 303);
    server.rest().await?;
    let waits = sam.buyer.get(&asking(id)).await?.text;
    ensure!(waits.contains("has not answered yet") && waits.contains("&lt;cannot&gt;"), "{waits}");
    ensure!(!waits.contains("Hello?"), "{waits}");
    let mails = server.mail_texts(MAYA, "a refund is asked for").await?;
    let [mail] = mails.as_slice() else { anyhow::bail!("one mail: {mails:?}") };
    ensure!(mail.contains(REASON) && mail.contains(&sold_path(id)), "{mail}");
    assert_eq!(server.mails(SAM, "a refund is asked for").await?, 0);

    let space = format!("/account/spaces/{}/orders", server.space("maya").await?);
    let list = host.get(&space).await?.text;
    ensure!(list.contains("1 buyer asks for a refund") && list.contains("asks for a refund</b>"), "{list}");
    ensure!(host.get(&format!("{space}?asking=1")).await?.text.contains(&sold_path(id)));
    let page = host.get(&sold_path(id)).await?.text;
    ensure!(page.contains("The buyer asks for a refund") && page.contains("&lt;cannot&gt;"), "{page}");
    let places = ["Refund…", "Decline…"].map(|words| page.find(words));
    ensure!(places[0].is_some() && places[0] < places[1], "what was asked for stands first: {places:?}");
    ensure!(page.matches("Refund…").count() == 1, "{page}");
    let refund = [("amount", "5"), ("left", "1200")];
    assert_eq!(host.post(&format!("{}/refunds", sold_path(id)), &refund).await?.status, 303);
    server.rest().await?;
    assert_eq!(server.mails(SAM, "Your refund:").await?, 1);
    assert_eq!(server.mails(SAM, "Your question about a refund").await?, 0);
    let answered = sam.buyer.get(&asking(id)).await?.text;
    ensure!(answered.contains("refunded") && !answered.contains("has not answered"), "{answered}");
    let none = host.get(&format!("{space}?asking=1")).await?.text;
    ensure!(none.contains("Nobody is waiting for an answer.") && !none.contains(&sold_path(id)), "{none}");
    assert_eq!(sam.buyer.get(&server.live().path("fragment")).await?.status, 200, "a part: the pass stays");
    server.close().await
}

async fn a_seller_declines_with_words_and_is_asked_three_times_at_most(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let host = server.person("host");
    let sam = Order::paid(server.person("stranger"), &server).await?;
    let id = sam.purchase(&server).await?.id;
    let decline = format!("{}/refusals", sold_path(id));
    for n in 1..=3 {
        let reason = format!("Please, number {n}");
        assert_eq!(sam.buyer.post(&asking(id), &[("reason", &reason)]).await?.status, 303);
        let empty = host.post(&decline, &[("words", "")]).await?;
        ensure!(empty.status == 422 && empty.text.contains("id=\"error-decline-words\""), "{}", empty.text);
        let words = format!("No, for the {n}. time");
        assert_eq!(host.post(&decline, &[("words", &words)]).await?.location(), sold_path(id));
        // Twice is once.
        assert_eq!(host.post(&decline, &[("words", "Never")]).await?.status, 303);
        server.rest().await?;
        let mails = server.mail_texts(SAM, "Your question about a refund").await?;
        ensure!(mails.len() == n && mails[0].contains(&words), "{mails:?}");
        assert_eq!(server.mails(MAYA, "a refund is asked for").await?, n);
    }
    let page = sam.buyer.get(&asking(id)).await?.text;
    ensure!(page.contains("You have asked 3 times") && !page.contains("Never"), "{page}");
    assert_eq!(sam.buyer.post(&asking(id), &[("reason", "Once more")]).await?.status, 303);
    server.rest().await?;
    assert_eq!(server.mails(MAYA, "a refund is asked for").await?, 3, "that is enough");
    let wishes = server.app.store.refund_wishes().of_purchase(id).await?;
    assert_eq!(wishes.len(), 3);
    assert_eq!(sam.buyer.get(&server.live().path("fragment")).await?.status, 200);
    server.close().await
}

async fn only_the_buyer_asks_and_only_the_team_answers(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, viewer, operator) =
        (server.person("host"), server.person("viewer"), server.person("operator"));
    let sam = Order::paid(server.person("stranger"), &server).await?;
    let id = sam.purchase(&server).await?.id;
    for who in [&host, &viewer, &operator] {
        assert_eq!(who.get(&asking(id)).await?.status, 404);
        assert_eq!(who.post(&asking(id), &[("reason", "For me")]).await?.status, 404);
    }
    assert_eq!(sam.buyer.post(&asking(id), &[("reason", REASON)]).await?.status, 303);
    for who in [&sam.buyer, &viewer, &operator] {
        let declined = who.post(&format!("{}/refusals", sold_path(id)), &[("words", "No")]).await?;
        assert_eq!(declined.status, 404);
    }
    // What goes back in full leaves nothing to ask for, and answers what was asked.
    let all = [("amount", "12"), ("left", "1200")];
    assert_eq!(host.post(&format!("{}/refunds", sold_path(id)), &all).await?.status, 303);
    server.rest().await?;
    let page = sam.buyer.get(&asking(id)).await?.text;
    ensure!(page.contains("There is nothing that could be refunded"), "{page}");
    assert_eq!(sam.buyer.post(&asking(id), &[("reason", "Again")]).await?.status, 303);
    assert_eq!(server.app.store.refund_wishes().of_purchase(id).await?.len(), 1);
    let open = server.app.store.spaces().by_id(server.space("maya").await?).await?.team;
    assert_eq!(server.app.store.refund_wishes().open_in(open).await?, 0);
    server.close().await
}
