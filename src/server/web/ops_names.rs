//! What people call the actors: streams and rooms by their title and space, checkouts by what is bought. Never by who buys.

use crate::app::App;
use actors::Node;
use domain::id::SpaceId;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// A title may have been edited since.
const GOOD_FOR: Duration = Duration::from_secs(60);
/// So many are read again in one look; the new ones always are.
const RENEWED: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    pub title: String,
    /// The space; empty where there is none.
    pub space: String,
}

/// The names of who is awake, read when an operator looks.
#[derive(Default)]
pub struct Names(Mutex<HashMap<String, (Name, Instant)>>);

impl Names {
    /// Of an actor, by its id; `None` where it has none of its own.
    pub fn of(&self, id: &str) -> Option<Name> {
        self.map().get(id).map(|(name, _)| name.clone()).filter(|name| !name.title.is_empty())
    }

    /// Learns the names of all actors of the tree, and forgets the others.
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
        let mut spaces = HashMap::new();
        for node in wanted {
            let name = read(app, node.kind, &node.of, &mut spaces).await.unwrap_or_default();
            self.map().insert(node.of.clone(), (name, Instant::now()));
        }
    }

    /// Learns the name of one actor, which need not be awake.
    pub async fn learn_one(&self, app: &App, node: &Node) {
        if has_name(node.kind) && !self.map().contains_key(&node.of) {
            let name = read(app, node.kind, &node.of, &mut HashMap::new()).await.unwrap_or_default();
            self.map().insert(node.of.clone(), (name, Instant::now()));
        }
    }

    fn map(&self) -> MutexGuard<'_, HashMap<String, (Name, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_name(kind: &str) -> bool {
    matches!(kind, "stream" | "chat_room" | "checkout")
}

/// What something in the audit was done to, in words, and where its actor is: of a place in the tree, or the id of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub words: String,
    pub link: Option<String>,
}

/// Targets that nobody can name any more stay what they are.
pub async fn tell(app: &App, target: &str) -> Told {
    let (kind, of) = target.split_once('.').unwrap_or(("stream", target));
    let link = target.contains('.').then(|| format!("/ops/actors/{target}"));
    let found = if has_name(kind) { read(app, kind, of, &mut HashMap::new()).await } else { None };
    let words = found.map_or_else(
        || target.to_string(),
        |name| format!("{} {}, {}", kind.replace('_', " "), name.title, name.space),
    );
    Told { words, link }
}

async fn read(app: &App, kind: &str, of: &str, spaces: &mut HashMap<SpaceId, String>) -> Option<Name> {
    let (title, space) = if kind == "checkout" {
        let row = app.store.checkouts().by_id(of.parse().ok()?).await.ok()?;
        (row.title, row.space)
    } else {
        let row = app.store.streams().by_id(of.parse().ok()?).await.ok()?;
        (row.title, row.space)
    };
    if let Some(space) = spaces.get(&space) {
        return Some(Name { title, space: space.clone() });
    }
    let name = app.store.spaces().by_id(space).await.ok()?.name;
    spaces.insert(space, name.clone());
    Some(Name { title, space: name })
}
