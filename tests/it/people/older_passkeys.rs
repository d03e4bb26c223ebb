//! Passkeys that were stored before webauthn-rs checked them.

use super::passkeys::origin;
use crate::support::{Database, TestServer, authenticator::Device, on_both};
use anyhow::Result;
use domain::clock::Clock;
use store::Act;

on_both!(a_passkey_from_before_signs_in_and_its_row_becomes_like_all_others);

const ANN: &str = "ann.older@example.org";

async fn a_passkey_from_before_signs_in_and_its_row_becomes_like_all_others(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let ann = server.holder(ANN).await?;
    let (account, store, now) = (server.account(ANN).await?, &server.app.store, server.app.clock.now());
    let mut phone = Device::new(&origin(&server));
    phone.count = 7;
    let before = phone.stored_before(account);
    let mut tx = store.begin().await?;
    tx.add_passkey(account, &before, "Phone", now).await?;
    let (action, target) = ("passkey.add".into(), "a passkey".into());
    let act = Act { actor: Some(account), action, target, detail: String::new() };
    tx.commit_audited(act, &[], now).await?;
    let begun = ann.ceremony("/account/passkeys/ceremony").await?;
    let known = [&begun.options["excludeCredentials"][0]["id"], &begun.options["excludeCredentials"][1]];
    assert_eq!(known.map(serde_json::Value::is_string), [true, false], "no device shall have two");

    phone.count = 6;
    let copied = server.anybody();
    let refused = copied.enter_with(&mut phone).await?;
    assert!(copied.get(refused.location()).await?.text.contains("counted fewer uses"), "{}", refused.text);
    for n in 0..2 {
        let visitor = server.anybody();
        assert_eq!(visitor.enter_with(&mut phone).await?.location(), "/account", "{n}");
        assert_eq!(visitor.get("/account").await?.status, 200, "{n}");
        let stored = store.passkeys().credentials(account).await?;
        assert_eq!((stored.len(), stored[0].contains("backup_eligible")), (1, true), "{stored:?}");
    }
    server.close().await
}
