//! What operators see, and the faults that they can inject.

use crate::support::{Browser, TestServer, eventually};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fmt::Display;

/// This node of the tree and all below it.
pub fn walk(node: &Value) -> Vec<&Value> {
    let below = node["children"].as_array().into_iter().flatten().flat_map(walk);
    std::iter::once(node).chain(below).collect()
}

/// Performs an action in its two steps, as operators do.
pub async fn confirmed(who: &Browser, path: &str, fields: &[(&str, &str)]) -> Result<u16> {
    let asked = who.post(path, fields).await?;
    let token = asked.text.split("name=\"confirm\" value=\"").nth(1).and_then(|t| t.split('"').next());
    let token = token.with_context(|| format!("no question at {path}: {} {}", asked.status, asked.text))?;
    let fields: Vec<_> = fields.iter().copied().chain([("confirm", token)]).collect();
    Ok(who.post(path, &fields).await?.status.as_u16())
}

impl TestServer {
    pub async fn tree(&self) -> Result<Value> {
        let tree = self.person("operator").get("/ops/tree.json").await?;
        ensure!(tree.status == 200, "{}", tree.status);
        Ok(tree.json())
    }

    /// The node of one actor, by its kind and id.
    pub async fn actor(&self, kind: &str, of: impl Display) -> Result<Value> {
        let (tree, of) = (self.tree().await?, of.to_string());
        let found = walk(&tree)
            .into_iter()
            .find(|n| n["kind"] == kind && n["name"].as_str().is_some_and(|name| name.contains(&of)));
        found.cloned().with_context(|| format!("no {kind} {of} in {tree}"))
    }

    /// `kill` or `panic`. An actor that is starting cannot be hit; it is tried again.
    pub async fn strike(&self, verb: &str, kind: &str, of: impl Display) -> Result<()> {
        for _ in 0..200 {
            let id = self.actor(kind, &of).await?["id"].as_str().context("an id")?.to_string();
            let struck = self.person("operator").post(&format!("/ops/actors/{id}/{verb}"), &[]).await?;
            match struck.status.as_u16() {
                303 => return self.rises(kind, &of, &id).await,
                404 | 409 => tokio::task::yield_now().await,
                other => anyhow::bail!("{verb}: {other} {}", struck.text),
            }
        }
        anyhow::bail!("the {kind} {of} could not be struck")
    }

    /// Waits until the actor has another id: it was hit, and a new incarnation has started.
    async fn rises(&self, kind: &str, of: &impl Display, fallen: &str) -> Result<()> {
        eventually(&format!("the {kind} {of} is not back after it was struck"), async || {
            let now = self.actor(kind, of).await;
            let is_back = now.is_ok_and(|node| node["status"] == "running" && node["id"] != fallen);
            Ok(is_back.then_some(()))
        })
        .await
    }
}
