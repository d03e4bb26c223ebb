//! Display names of actors: streams and rooms by title and space, checkouts by what is bought, but never by the buyer.

use crate::app::App;
use actors::Node;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use store::Title;

/// Names are read again after this long, because titles can be edited.
const GOOD_FOR: Duration = Duration::from_secs(60);
/// How many old names are refreshed at a time. New names are always read.
const RENEWED: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorName {
    pub title: String,
    /// The space; empty if there is none.
    pub space: String,
}

/// The names of running actors, read when an operator looks.
#[derive(Default)]
pub struct Names(Mutex<HashMap<String, (ActorName, Instant)>>);

impl Names {
    /// The name of an actor by its id; `None` if it has none of its own.
    pub fn of(&self, id: &str) -> Option<ActorName> {
        self.map().get(id).map(|(name, _)| name.clone()).filter(|name| !name.title.is_empty())
    }

    /// Loads the names of all actors in the tree, and forgets the others.
    pub async fn learn(&self, app: &App, tree: &Node) {
        let wanted = {
            let leaves = tree.walk().into_iter().filter(|node| has_name(node.kind));
            let mut map = self.map();
            let (mut wanted, mut renewed, mut seen) = (Vec::new(), 0, HashSet::new());
            for node in leaves.filter(|node| seen.insert(node.of.as_str())) {
                let known = map.get(&node.of).map(|(_, at)| at.elapsed() < GOOD_FOR);
                if known.is_none() || (known == Some(false) && renewed < RENEWED) {
                    renewed += usize::from(known.is_some());
                    wanted.push(node);
                }
            }
            map.retain(|id, _| seen.contains(id.as_str()));
            wanted
        };
        let ids: Vec<&str> = wanted.iter().map(|node| node.of.as_str()).collect();
        let mut found = read(app, &ids).await;
        for node in wanted {
            let name = found.remove(node.of.as_str()).unwrap_or_default();
            self.map().insert(node.of.clone(), (name, Instant::now()));
        }
    }

    /// Loads the name of one actor, which need not be running.
    pub async fn learn_one(&self, app: &App, node: &Node) {
        if has_name(node.kind) && !self.map().contains_key(&node.of) {
            let found = read(app, &[&node.of]).await;
            let name = found.into_values().next().unwrap_or_default();
            self.map().insert(node.of.clone(), (name, Instant::now()));
        }
    }

    fn map(&self) -> MutexGuard<'_, HashMap<String, (ActorName, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_name(kind: &str) -> bool {
    matches!(kind, "stream" | "chat_room" | "checkout")
}

/// The names of streams, rooms and checkouts by their ids. Without the database, nobody has a name.
async fn read(app: &App, ids: &[&str]) -> HashMap<String, ActorName> {
    let titles = app.store.titles(ids).await.unwrap_or_default();
    titles.into_iter().map(|(id, Title { title, space })| (id, ActorName { title, space })).collect()
}
