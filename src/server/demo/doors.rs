//! The links of the demo for programs.

use super::{
    DemoServer,
    house::{REHEARSAL, SESSION},
};
use crate::app::App;
use anyhow::Result;
use domain::{clock::Clock, id::AccountId};
use serde_json::{Map, Value, json};
use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

impl DemoServer {
    /// All links of the demo by the names that scripts rely on, and a session for each of its people.
    pub async fn doors(&self, app: &App, data: &Path) -> Result<Value> {
        let (demo, live, waiting) = (self, self.live, self.scheduled);
        let version = app.store.streams().whip_key_version(waiting).await?;
        let key = crate::web::live::whip::whip_key(app, waiting, version);
        let people = [
            ("host", demo.host),
            ("viewer", demo.viewer),
            ("stranger", demo.stranger),
            ("operator", demo.operator),
        ];
        let cookies = cookies(app, &people).await?;
        Ok(json!({
            "url": app.public_url.to_string(), "pid": std::process::id(), "data": data,
            "space": "/maya", "pass_free": "/maya/lobby", "pass_paid": "/maya/front-row",
            "watch": format!("/maya/{SESSION}"), "events": format!("/streams/{live}/events"),
            "messages": format!("/streams/{live}/messages"), "message_field": "body", "whep": format!("/streams/{live}/whep"),
            "scheduled": {
                "watch": format!("/maya/{REHEARSAL}"), "studio": format!("/account/streams/{waiting}/studio"),
                "state": format!("/streams/{waiting}/state"), "events": format!("/streams/{waiting}/events"),
                "messages": format!("/streams/{waiting}/messages"), "whip": format!("/streams/{waiting}/whip"), "whip_key": key,
                "whep": format!("/streams/{waiting}/whep"),
            },
            "ops": "/ops", "ops_tree": "/ops/tree.json", "ops_money": "/ops/money.json", "metrics": "/metrics", "mailbox": "/dev/mailbox", "cookies": cookies,
        }))
    }
}

/// The links of a server with nothing but an operator.
pub async fn of_empty(app: &App, operator: AccountId, data: &Path) -> Result<Value> {
    let cookies = cookies(app, &[("operator", operator)]).await?;
    Ok(json!({
        "url": app.public_url.to_string(), "pid": std::process::id(), "data": data,
        "ops": "/ops", "ops_tree": "/ops/tree.json", "ops_money": "/ops/money.json", "metrics": "/metrics", "mailbox": "/dev/mailbox", "cookies": cookies,
    }))
}

async fn cookies(app: &App, people: &[(&str, AccountId)]) -> Result<Map<String, Value>> {
    let mut cookies = Map::new();
    for (who, account) in people {
        cookies.insert((*who).into(), cookie(app, *account).await?.into());
    }
    Ok(cookies)
}

/// A new session, as the value of a `Cookie` header.
pub async fn cookie(app: &App, account: AccountId) -> Result<String> {
    let session = app.store.sessions().create(account, "demo", app.clock.now()).await?;
    Ok(format!("{}={}", app.cookie_name(), session.token))
}

/// The links in a file that only this user can read, for load tools. Deleted with the server.
pub struct LeftDoors(PathBuf);

impl LeftDoors {
    pub fn leave(app: &App, doors: &Value) -> Result<Self> {
        let port = app.public_url.port();
        let path = std::env::temp_dir().join(format!("backstage-demo-{port}.json"));
        // Recreated each time: another user's file is neither followed nor written to.
        let _ = std::fs::remove_file(&path);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "{doors}")?;
        Ok(Self(path))
    }
}

impl Drop for LeftDoors {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
