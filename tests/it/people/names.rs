//! Nobody can take a name that looks like a host's.

use crate::support::{Database, TestServer, on_both};
use anyhow::Result;

on_both!(a_name_that_looks_like_a_hosts_is_refused);

async fn a_name_that_looks_like_a_hosts_is_refused(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let viewer = server.person("viewer");
    let rename = async |who: &crate::support::Browser, name: &str, username: &str| {
        who.post("/account", &[("name", name), ("username", username)]).await
    };
    for name in ["Maya Lin", "maya lin", "M\u{430}ya Lin", "Maya_L1n", "Maya", "MAYA LIN \u{2605}"] {
        let refused = rename(&viewer, name, "vera").await?;
        assert_eq!(refused.status, 422, "{name}");
        assert!(refused.text.contains("looks like the name of a host"), "{name}");
    }
    for username in ["maya-lin", "mayal1n", "may4", "m-a-y-a"] {
        assert_eq!(rename(&viewer, "Vera", username).await?.status, 422, "{username}");
    }
    for free in ["Maja Lind", "Vera Lin", "Mayan"] {
        assert_eq!(rename(&viewer, free, "vera").await?.status, 303, "{free}");
    }
    let stranger = server.person("stranger");
    assert_eq!(rename(&stranger, "Mayan", "sam").await?.status, 303, "a viewer's name is not reserved");
    assert_eq!(
        rename(&server.person("host"), "Maya Lin", "maya").await?.status,
        303,
        "the host may use their own name"
    );
    let newcomer = server.anybody();
    newcomer.sign_in("maya@elsewhere.example").await?;
    let account = server.app.store.accounts().by_email("maya@elsewhere.example").await?;
    assert!(account.is_some_and(|a| a.name.starts_with("Guest")), "nor is a new account named like the host");
    server.close().await
}
