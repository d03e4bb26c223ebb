//! What operators did, for those who ask later. Their other pages: `ops_tree.rs`, `ops_actor.rs`; machines ask at `ops_machines.rs`.

use super::{access::Operator, error::WebResult};
use crate::app::App;
use axum::{extract::State, response::IntoResponse};
use views::ops::AuditRow;

pub async fn audit(State(app): State<App>, operator: Operator) -> WebResult {
    let lines = app.store.audit().last(200).await?;
    let mut rows = Vec::new();
    for line in lines {
        let actor = match line.act.actor {
            Some(id) => app.store.accounts().by_id(id).await.map_or_else(|_| id.to_string(), |a| a.name),
            None => "the service".into(),
        };
        rows.push(AuditRow {
            at: line.at,
            who: actor,
            action: line.act.action,
            target: line.act.target,
            outcome: line.act.detail,
        });
    }
    let shell = app.shell(Some(&operator.0.account), "/ops/audit");
    Ok(views::ops::audit(&shell, &rows).into_response())
}
