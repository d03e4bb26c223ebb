//! What operators did, for those who ask later. Their other pages: `ops_tree.rs`, `ops_actor.rs`; machines ask at `ops_machines.rs`.

use super::{access::Operator, error::WebResult, ops_names};
use crate::app::App;
use axum::{extract::State, response::IntoResponse};
use std::collections::{HashMap, hash_map::Entry};
use store::Act;
use views::ops::AuditRow;

pub async fn audit(State(app): State<App>, operator: Operator) -> WebResult {
    let lines = app.store.audit().last(200).await?;
    let (mut rows, mut told) = (Vec::new(), HashMap::new());
    for line in lines {
        let actor = match line.act.actor {
            Some(id) => app.store.accounts().by_id(id).await.map_or_else(|_| id.to_string(), |a| a.name),
            None => "the service".into(),
        };
        let (target, outcome) = place(&line.act);
        let target = match told.entry(target) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let words = ops_names::tell(&app, new.key()).await;
                new.insert(words)
            }
        };
        rows.push(AuditRow {
            at: line.at,
            who: actor,
            action: line.act.action,
            target: target.words.clone(),
            link: target.link.clone(),
            outcome,
        });
    }
    let shell = app.shell(Some(&operator.0.account), "/ops/audit");
    Ok(views::ops::audit(&shell, &rows).into_response())
}

/// What it was done to, and what is left to say: the detail of an action on an actor begins with the place of the actor.
fn place(act: &Act) -> (String, String) {
    if !act.action.starts_with("actor.") {
        return (act.target.clone(), act.detail.clone());
    }
    let (place, words) = act.detail.split_once(": ").unwrap_or((&act.detail, ""));
    let life = if act.target == place { "" } else { &act.target };
    let rest = [words, life].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    (place.to_string(), rest.join(" · "))
}
