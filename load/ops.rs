//! The operators' routes: the tree of actors, and the controls that kill them.

use crate::wire::{
    doors::Target,
    http::{Answer, Client, Request},
};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// One actor as shown in the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub restarts: u64,
}

impl Actor {
    /// Whether this is the same actor, restarted. After the first word of a name comes a state, which may have changed.
    pub fn is_next_life_of(&self, other: &Self) -> bool {
        let place = |name: &str| name.split(' ').next().unwrap_or_default().to_string();
        self.kind == other.kind
            && place(&self.name) == place(&other.name)
            && self.id != other.id
            && self.status == "running"
    }
}

pub struct Ops {
    client: Client,
    cookie: String,
}

impl Ops {
    /// # Errors
    /// When no operator's cookie is known.
    pub fn new(target: &Target) -> Result<Self> {
        ensure!(
            !target.operator.is_empty(),
            "no operator's cookie: give --demo-json of a demo, or --operator-cookie"
        );
        Ok(Self { client: Client::new(target.at), cookie: target.operator.clone() })
    }

    pub async fn tree(&mut self) -> Result<Vec<Actor>> {
        let answer = self.get("/ops/tree.json").await?;
        ensure!(answer.status == 200, "/ops/tree.json answered {}", answer.status);
        let tree: Value = serde_json::from_slice(&answer.body).context("/ops/tree.json is not JSON")?;
        Ok(actors(&tree))
    }

    /// `lever` is `kill` or `panic`.
    pub async fn strike(&mut self, id: &str, lever: &str) -> Result<u16> {
        let path = format!("/ops/actors/{id}/{lever}");
        Ok(self.client.send(Request::post(&path, &self.cookie, "")).await?.status)
    }

    /// A persistent connection may be stale; reads are retried once.
    async fn get(&mut self, path: &str) -> Result<Answer> {
        match self.client.send(Request::get(path, &self.cookie)).await {
            Ok(answer) => Ok(answer),
            Err(_) => self.client.send(Request::get(path, &self.cookie)).await,
        }
    }
}

/// Every object with an id and a name, at any depth of the tree.
fn actors(tree: &Value) -> Vec<Actor> {
    let mut found = Vec::new();
    let mut waiting = vec![tree];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(values) => waiting.extend(values.iter().rev()),
            Value::Object(fields) => {
                let text = |key: &str| match fields.get(key) {
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Number(number)) => number.to_string(),
                    _ => String::new(),
                };
                let restarts = fields.get("restarts").and_then(Value::as_u64).unwrap_or(0);
                let actor = Actor {
                    id: text("id"),
                    name: text("name"),
                    kind: text("kind"),
                    status: text("status"),
                    restarts,
                };
                if !actor.id.is_empty() && !actor.name.is_empty() {
                    found.push(actor);
                }
                waiting.extend(fields.values().filter(|v| v.is_array() || v.is_object()));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_are_found_at_any_depth() {
        let tree = serde_json::json!({"name": "engine", "id": "0.0", "kind": "engine", "status": "running", "restarts": 0,
            "children": [{"name": "chat_rooms", "id": "0.1", "children": [
                {"name": "room-7", "id": 12, "kind": "chat_room", "status": "running", "restarts": 3, "children": []}]}]});
        let found = actors(&tree);
        let names: Vec<_> = found.iter().map(|actor| actor.name.as_str()).collect();
        assert_eq!(names, ["engine", "chat_rooms", "room-7"]);
        assert_eq!((found[2].id.as_str(), found[2].restarts), ("12", 3));
    }
}
