//! Visitors who pay first and prove their address after.

use crate::support::{Browser, Database, TestServer, eventually, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::CheckoutId,
    money::{checkout::Payment, selling::Selling, settlement::RefundReason},
    people::account::DELETED,
    text::language::Language,
};
use service::money::buying::guests::forget;

on_both!(
    who_pays_first_enters_the_code_and_is_in,
    nobody_else_claims_what_a_visitor_paid,
    an_address_that_holds_the_pass_has_the_money_back,
    what_was_taken_does_not_go_back,
    what_waits_goes_back_when_its_address_is_deleted,
    what_a_visitor_has_not_paid_is_nobodys,
    whoever_is_signed_in_already_takes_it_by_the_receipt,
    what_waits_is_kept_and_its_buyer_is_reminded,
    what_came_to_nothing_is_forgotten,
    what_is_wrong_is_said_on_the_page_of_the_pass,
    one_mailbox_keeps_few_seats_from_others,
);

const SAM: &str = "sam@demo.example";
const WIM: &str = "wim.first@example.org";
const START: &str = "/maya/front-row/guest-order";

/// Pays on the provider's page. Returns where that leads back to.
async fn pay(server: &TestServer, visitor: &Browser, email: &str) -> Result<String> {
    let asked = visitor.post(START, &[("email", email)]).await?;
    ensure!(asked.status == 303 && asked.location().contains("/pay/cs_"), "{} {}", asked.status, asked.text);
    let paid = visitor.post(&format!("{}/pay", asked.location()), &[]).await?;
    let back = paid.location().to_owned();
    ensure!(back.contains("/checkouts/guest/"), "{back}");
    server.rest().await?;
    Ok(back)
}

/// Signs in as the page of the order leads to. Returns where that leads on to.
async fn prove(visitor: &Browser, email: &str, next: &str) -> Result<String> {
    let before = visitor.codes_for(email).await?.len();
    visitor.post("/sign-in", &[("email", email), ("next", next)]).await?;
    let code = visitor.next_code(email, before).await?;
    let entered = visitor.post("/sign-in/code", &[("code", &code), ("next", next)]).await?;
    ensure!(entered.status == 303, "{} {}", entered.status, entered.text);
    Ok(entered.location().to_owned())
}

async fn enters(server: &TestServer, who: &Browser) -> Result<bool> {
    Ok(who.get(&server.live().path("fragment")).await?.status == 200)
}

async fn who_pays_first_enters_the_code_and_is_in(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let visitor = server.anybody();
    let pass = visitor.get("/maya/front-row").await?.text;
    ensure!(pass.contains("Pay first, confirm your address after"), "{pass}");
    ensure!(
        pass.contains("a right to withdraw can end with that") && pass.contains("href=\"/legal/refunds\"")
    );
    let signed_in = server.person("stranger").get("/maya/front-row").await?.text;
    ensure!(!signed_in.contains("Pay first"), "whoever is signed in has proven theirs");
    let back = pay(&server, &visitor, "Wim.First@Example.org").await?;
    let page = visitor.get(&back).await?.text;
    ensure!(page.contains("data-state=\"paid\"") && page.contains("Mail me the code"), "{page}");
    ensure!(server.app.store.accounts().by_email(WIM).await?.is_none(), "nobody has proven the address");
    ensure!(!enters(&server, &visitor).await?, "paying alone opens nothing");
    let receipt = server.mailed(WIM, "Your pass", 1).await?.remove(0);
    ensure!(receipt.contains("Sign in with this address") && receipt.contains("€12"), "{receipt}");
    let path = back.strip_prefix(&server.app.url("")).unwrap_or(&back).to_owned();
    ensure!(prove(&visitor, WIM, &path).await? == path);
    let order = visitor.get(&path).await?.location().to_owned();
    ensure!(order.starts_with("/checkouts/") && !order.contains("guest"), "{order}");
    let page = visitor.get(&order).await?.text;
    ensure!(page.contains("data-state=\"paid\"") && page.contains("/maya/friday-session"), "{page}");
    ensure!(page.contains("Front Row at Maya Lin was paid for this address"), "the page says so: {page}");
    ensure!(enters(&server, &visitor).await?);
    let wim = server.account(WIM).await?;
    let purchases = server.app.store.purchases().of_account(wim).await?;
    ensure!(purchases.len() == 1 && purchases[0].refund_reason.is_none(), "{purchases:?}");
    let invoice = visitor.get(&format!("/account/purchases/{}/invoice", purchases[0].id)).await?;
    ensure!(invoice.status == 200 && invoice.text.contains(WIM), "{}", invoice.text);
    let row = server.app.store.checkouts().by_id(purchases[0].checkout).await?;
    ensure!(row.agreed.is_some() && !row.guest && row.gift.is_none(), "{row:?}");
    ensure!(row.consent.and_then(|consent| consent.shown) == Some(Language::English), "{row:?}");
    // A refund ends it, as for every buyer.
    let order = Order { buyer: visitor.clone(), id: row.id, path: order };
    server.bank(&order, "refund").await?;
    server.rest().await?;
    ensure!(!enters(&server, &visitor).await? && server.mails(WIM, "Your refund").await? == 1);
    server.close().await
}

async fn nobody_else_claims_what_a_visitor_paid(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let back = pay(&server, &server.anybody(), WIM).await?;
    let thief = server.signed_in("thief@example.org").await?;
    let page = thief.get(&back).await?.text;
    ensure!(!page.contains("Take the pass"), "{page}");
    ensure!(thief.post(&format!("{back}/claim"), &[]).await?.status == 303);
    ensure!(!enters(&server, &thief).await?, "the address of the order opens nothing");
    let (head, last) = back.split_at(back.len() - 1);
    let other = format!("{head}{}", if last == "0" { "1" } else { "0" });
    ensure!(thief.get(&other).await?.status == 404, "its address cannot be guessed");
    let wim = server.signed_in(WIM).await?;
    ensure!(enters(&server, &wim).await?, "wherever they sign in");
    let said = "Front Row at Maya Lin was paid for this address before you signed in, and is yours now.";
    ensure!(wim.get("/account").await?.text.contains(said), "and they are told");
    ensure!(!thief.get("/account").await?.text.contains("was paid for this address"));
    ensure!(!enters(&server, &thief).await?);
    let grants = server.app.store.grants().of_account(server.account(WIM).await?).await?;
    ensure!(grants.len() == 1, "{grants:?}");
    let lines = server.app.store.audit().last(200).await?;
    ensure!(lines.iter().any(|line| line.act.action == "guest.claim"), "{lines:?}");
    server.close().await
}

async fn an_address_that_holds_the_pass_has_the_money_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    Order::paid(server.person("stranger"), &server).await?;
    // Nothing tells the visitor whose address that is, or what it holds.
    pay(&server, &server.anybody(), SAM).await?;
    let sam = server.anybody();
    prove(&sam, SAM, "/account").await?;
    let page = sam.get("/account").await?.text;
    ensure!(page.contains("goes back. You held this pass already."), "{page}");
    server.rest().await?;
    let purchases = server.app.store.purchases().of_account(server.account(SAM).await?).await?;
    let back: Vec<_> =
        purchases.iter().filter(|one| one.refund_reason == Some(RefundReason::Surplus)).collect();
    ensure!(purchases.len() == 2 && back.len() == 1 && back[0].refunded == 1200, "{purchases:?}");
    ensure!(server.mails(SAM, "Your refund").await? == 1);
    ensure!(enters(&server, &sam).await?, "what was there before stays");
    server.close().await
}

async fn what_was_taken_does_not_go_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    pay(&server, &server.anybody(), WIM).await?;
    let wim = server.signed_in(WIM).await?;
    let store = &server.app.store;
    let owner = store.accounts().by_email(WIM).await?.context("an account")?;
    let purchase = store.purchases().of_account(owner.id).await?.remove(0).id;
    // Another window claims it at the same time, and finds that the pass is held: by this very order.
    let mut tx = store.begin().await?;
    let now = server.app.clock.now();
    let back = tx.return_guest_order(purchase, &owner, RefundReason::Surplus, now).await?;
    drop(tx);
    ensure!(!back && store.purchases().by_id(purchase).await?.refund_reason.is_none());
    ensure!(enters(&server, &wim).await?);
    server.close().await
}

async fn what_waits_goes_back_when_its_address_is_deleted(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let wim = server.signed_in(WIM).await?;
    // They are signed in elsewhere, so nothing is claimed yet.
    let id = order_at(&pay(&server, &server.anybody(), WIM).await?)?;
    let store = &server.app.store;
    let username = store.accounts().by_email(WIM).await?.context("an account")?.username;
    let deleted = wim.post("/account/deletion", &[("username", &username)]).await?;
    ensure!(deleted.status == 303, "{} {}", deleted.status, deleted.text);
    server.rest().await?;
    let purchase = store.purchases().of_checkout(id).await?.context("a purchase")?;
    ensure!(
        purchase.refunded == 1200 && purchase.refund_reason == Some(RefundReason::NoReceiver),
        "{purchase:?}"
    );
    let row = store.checkouts().by_id(id).await?;
    let request = row.request.unwrap_or_default();
    ensure!(row.email.is_empty() && row.gift.as_deref() == Some("") && !request.contains(WIM), "{request}");
    let sold = store.orders().by_id(purchase.id).await?;
    ensure!(sold.buyer_email.is_empty() && sold.parties.email.is_empty(), "{sold:?}");
    server.close().await
}

/// The order whose page this is.
fn order_at(path: &str) -> Result<CheckoutId> {
    let id = path.rsplit('/').next().and_then(|token| token.split_once('-')).context("a token")?.0;
    id.parse().map_err(|_| anyhow::anyhow!("no order: {path}"))
}

async fn what_a_visitor_has_not_paid_is_nobodys(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let visitor = server.anybody();
    let asked = visitor.post(START, &[("email", WIM)]).await?;
    let left = visitor.post(&format!("{}/abandon", asked.location()), &[]).await?;
    let path = left.location().to_owned();
    let page = visitor.get(&path).await?.text;
    ensure!(page.contains("data-state=\"paying\"") && page.contains("Pay €12"), "{page}");
    let wim = server.signed_in(WIM).await?;
    ensure!(!enters(&server, &wim).await?, "it is not paid");
    ensure!(visitor.post(&format!("{path}/cancellation"), &[]).await?.status == 303);
    let id = order_at(&path)?;
    eventually("it ends", async || {
        let row = server.app.store.checkouts().by_id(id).await?;
        Ok((row.state == Payment::Expired).then_some(()))
    })
    .await?;
    ensure!(visitor.get(&path).await?.text.contains("Back to the pass"));
    server.close().await
}

async fn what_is_wrong_is_said_on_the_page_of_the_pass(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let visitor = server.anybody();
    for email in ["", "wim", "a b@example.org"] {
        let reply = visitor.post(START, &[("email", email)]).await?;
        ensure!(reply.status == 422, "{email}: {} {}", reply.status, reply.text);
        ensure!(reply.text.contains(&format!("value=\"{email}\"")), "{email} stays: {}", reply.text);
    }
    ensure!(visitor.post("/maya/lobby/guest-order", &[("email", WIM)]).await?.status == 404, "it is free");
    let member = server.person("stranger").post(START, &[("email", WIM)]).await?;
    ensure!(member.status == 303 && member.location() == "/maya/front-row", "{}", member.location());
    pay(&server, &visitor, WIM).await?;
    let again = visitor.post(START, &[("email", WIM)]).await?;
    ensure!(again.status == 422 && again.text.contains("waits for this address already"), "{}", again.text);
    let orders = format!("/account/spaces/{}/orders?q={WIM}", server.space("maya").await?);
    let found = server.person("host").get(&orders).await?.text;
    ensure!(found.contains("Front Row"), "its seller finds it by the address: {found}");
    server.close().await
}

/// The path of the order's page, from a mail.
fn link(server: &TestServer, mail: &str) -> Result<String> {
    let (_, rest) = mail.split_once(&server.app.url("/checkouts/guest/")).with_context(|| mail.to_owned())?;
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    Ok(format!("/checkouts/guest/{token}"))
}

async fn whoever_is_signed_in_already_takes_it_by_the_receipt(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let wim = server.signed_in(WIM).await?;
    pay(&server, &server.anybody(), WIM).await?;
    ensure!(!enters(&server, &wim).await?, "nobody has asked for it yet");
    let path = link(&server, &server.mailed(WIM, "Your pass", 1).await?.remove(0))?;
    let page = wim.get(&path).await?.text;
    ensure!(page.contains("Take the pass") && !page.contains("Mail me the code"), "{page}");
    let taken = wim.post(&format!("{path}/claim"), &[]).await?;
    ensure!(taken.status == 303 && taken.location() == path, "{}", taken.location());
    let order = wim.get(&path).await?.location().to_owned();
    let page = wim.get(&order).await?.text;
    ensure!(page.contains("was paid for this address") && enters(&server, &wim).await?, "{page}");
    // A second click finds nothing.
    ensure!(wim.post(&format!("{path}/claim"), &[]).await?.status == 303);
    ensure!(!wim.get(&order).await?.text.contains("was paid for this address"));
    server.close().await
}

const DAY: i64 = 24 * 3600;
const REMINDER: &str = "Your pass waits";

async fn what_waits_is_kept_and_its_buyer_is_reminded(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let store = &server.app.store;
    let taken = server.anybody();
    let path = pay(&server, &taken, "taken@example.org").await?;
    prove(&taken, "taken@example.org", path.strip_prefix(&server.app.url("")).unwrap_or(&path)).await?;
    let id = order_at(&pay(&server, &server.anybody(), WIM).await?)?;
    ensure!(server.mails(WIM, REMINDER).await? == 0, "not at once");
    server.advance(8 * DAY).await?;
    let mail = server.mailed(WIM, REMINDER, 1).await?.remove(0);
    ensure!(mail.contains("Front Row at Maya Lin is paid (€12)"), "{mail}");
    server.advance(23 * DAY).await?;
    server.mailed(WIM, REMINDER, 2).await?;
    server.advance(60 * DAY).await?;
    forget(&server.app.services).await?;
    let row = store.checkouts().by_id(id).await?;
    ensure!(row.guest && row.email == WIM && row.gift.as_deref() == Some(WIM), "it is kept: {row:?}");
    ensure!(server.mails(WIM, REMINDER).await? == 2, "no more");
    ensure!(server.mails("taken@example.org", REMINDER).await? == 0, "what is taken waits for nobody");
    let wim = server.anybody();
    prove(&wim, WIM, &link(&server, &mail)?).await?;
    ensure!(enters(&server, &wim).await?);
    server.close().await
}

async fn what_came_to_nothing_is_forgotten(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (store, visitor) = (&server.app.store, server.anybody());
    let asked = visitor.post(START, &[("email", WIM)]).await?;
    let left = visitor.post(&format!("{}/abandon", asked.location()), &[]).await?;
    let (path, id) = (left.location().to_owned(), order_at(left.location())?);
    visitor.post(&format!("{path}/cancellation"), &[]).await?;
    let waits = order_at(&pay(&server, &server.anybody(), "kept@example.org").await?)?;
    eventually("it ends", async || {
        Ok((store.checkouts().by_id(id).await?.state == Payment::Expired).then_some(()))
    })
    .await?;
    let guest = store.checkouts().by_id(id).await?.account;
    server.advance(29 * DAY).await?;
    server.rest().await?;
    ensure!(store.checkouts().by_id(id).await?.email == WIM, "not yet");
    server.advance(2 * DAY).await?;
    let gone = async || {
        forget(&server.app.services).await?;
        anyhow::Ok(store.checkouts().by_id(id).await?.email.is_empty().then_some(()))
    };
    eventually("its address is kept", gone).await?;
    let row = store.checkouts().by_id(id).await?;
    ensure!(row.gift.as_deref() == Some("") && row.request.is_none(), "{row:?}");
    ensure!(store.accounts().by_id(guest).await?.name == DELETED);
    ensure!(
        visitor.get(&path).await?.text.contains("Back to the pass"),
        "its page still says what became of it"
    );
    let kept = store.checkouts().by_id(waits).await?;
    ensure!(kept.email == "kept@example.org" && store.accounts().by_id(kept.account).await?.name != DELETED);
    server.close().await
}

async fn one_mailbox_keeps_few_seats_from_others(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (visitor, pass) = (server.anybody(), server.pass("front-row").await?);
    let holders = server.app.store.grants().holders(pass, server.app.clock.now()).await?;
    server.sell("front-row", Selling { stock: Some(holders + 24), ..Selling::default() }).await?;
    let open = async |email: &str| visitor.post(START, &[("email", email)]).await;
    let mut pages = Vec::new();
    for email in ["wim@example.org", "wim+1@example.org", "wim+2@example.org", "wim+3@example.org"] {
        let asked = open(email).await?;
        ensure!(asked.status == 303, "{email}: {} {}", asked.status, asked.text);
        pages.push(asked.location().to_owned());
    }
    let refused = open("wim+4@example.org").await?;
    ensure!(refused.status == 429, "{} {}", refused.status, refused.text);
    ensure!(refused.text.contains("value=\"wim+4@example.org\""), "the address stays: {}", refused.text);
    ensure!(server.app.store.passes().by_id(pass).await?.left == Some(20), "a refusal keeps no seat");
    ensure!(open("other@example.org").await?.status == 303, "others are not affected");
    // Whoever pays keeps nothing from others any more.
    visitor.post(&format!("{}/pay", pages[0]), &[]).await?;
    server.rest().await?;
    let next = open("wim+5@example.org").await?;
    ensure!(next.status == 303, "{} {}", next.status, next.text);
    server.close().await
}
