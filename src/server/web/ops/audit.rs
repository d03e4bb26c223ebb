//! What operators did, for those who ask later. Their other pages: `ops_tree.rs`, `ops_actor.rs`; machines ask at `ops_machines.rs`.

use crate::app::App;
use crate::web::{access::doors::Operator, error::WebResult, ops::names::Targets};
use axum::{extract::State, response::IntoResponse};
use domain::id::AccountId;
use std::collections::HashMap;
use store::Act;
use views::ops::AuditRow;

pub async fn audit(State(app): State<App>, operator: Operator) -> WebResult {
    let (mut rows, mut targets, mut people) = (Vec::new(), Targets::default(), HashMap::new());
    for line in app.store.audit().last(200).await? {
        let told = Told::of(&line.act);
        let target = if told.person {
            format!("person {}", told.target)
        } else {
            targets.words(&app, told.target).await.to_string()
        };
        rows.push(AuditRow {
            at: line.at,
            who: who(&app, line.act.actor, &mut people).await,
            target,
            link: told.actor.then(|| format!("/ops/actors/{}", told.target)),
            outcome: told.outcome,
            action: line.act.action,
        });
    }
    let shell = app.shell(Some(&operator.0.account), "/ops/audit");
    Ok(views::ops::audit(&shell, &rows).into_response())
}

async fn who(app: &App, actor: Option<AccountId>, people: &mut HashMap<AccountId, String>) -> String {
    let Some(id) = actor else { return "the service".into() };
    if let Some(name) = people.get(&id) {
        return name.clone();
    }
    let name = app.store.accounts().by_id(id).await.map_or_else(|_| id.to_string(), |a| a.name);
    people.insert(id, name.clone());
    name
}

/// What a line says.
struct Told<'a> {
    target: &'a str,
    /// The target is a place in the tree of actors.
    actor: bool,
    /// The target is somebody, whom operators are not told by name.
    person: bool,
    outcome: String,
}

impl<'a> Told<'a> {
    /// The detail of an action on an actor begins with the place of the actor; the target is what was asked for, a place or a life.
    fn of(act: &'a Act) -> Self {
        let actor = act.action.starts_with("actor.");
        if !actor {
            let person = act.action.starts_with("ban.");
            return Self { target: &act.target, actor, person, outcome: act.detail.clone() };
        }
        let (place, words) = act.detail.split_once(": ").unwrap_or((&act.detail, "done"));
        let life =
            if act.target == place { String::new() } else { format!(" (asked for life {})", act.target) };
        Self { target: place, actor, person: false, outcome: format!("{words}{life}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(action: &str, target: &str, detail: &str) -> (String, bool, bool, String) {
        let act = Act { actor: None, action: action.into(), target: target.into(), detail: detail.into() };
        let Told { target, actor, person, outcome } = Told::of(&act);
        (target.to_string(), actor, person, outcome)
    }

    #[test]
    fn each_line_says_what_it_was_done_to() {
        let words = |text: &str| text.to_string();
        assert_eq!(
            told("actor.stop", "stream.1", "stream.1"),
            (words("stream.1"), true, false, words("done"))
        );
        assert_eq!(
            told("actor.fault", "0.12", "stream.1: each message waits 9 ms, 5 s"),
            (words("stream.1"), true, false, words("each message waits 9 ms, 5 s (asked for life 0.12)"))
        );
        assert_eq!(told("ban.make", "7", "mute, maya"), (words("7"), false, true, words("mute, maya")));
    }
}
