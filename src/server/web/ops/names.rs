//! Display names of actors: streams and rooms by title and space, checkouts by what is bought, but never by the buyer.

use crate::app::App;
use actors::Node;
use domain::{id::SpaceId, live::stream::Stream};
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Names are read again after this long, because titles can be edited.
const GOOD_FOR: Duration = Duration::from_secs(60);
/// How many old names are refreshed at a time. New names are always read.
const RENEWED: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    pub title: String,
    /// The space; empty if there is none.
    pub space: String,
}

/// The names of running actors, read when an operator looks.
#[derive(Default)]
pub struct Names(Mutex<HashMap<String, (Name, Instant)>>);

impl Names {
    /// The name of an actor by its id; `None` if it has none of its own.
    pub fn of(&self, id: &str) -> Option<Name> {
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
        let mut spaces = HashMap::new();
        for node in wanted {
            let name = read(app, node.kind, &node.of, &mut spaces).await.unwrap_or_default();
            self.map().insert(node.of.clone(), (name, Instant::now()));
        }
    }

    /// Loads the name of one actor, which need not be running.
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

/// What the audit's targets are called, each looked up once.
#[derive(Default)]
pub struct Targets {
    words: HashMap<String, String>,
    spaces: HashMap<SpaceId, String>,
}

impl Targets {
    /// Of a place in the tree, or the id of a stream. What nobody can name any more stays what it is.
    pub async fn words(&mut self, app: &App, target: &str) -> &str {
        if !self.words.contains_key(target) {
            let (kind, of) = target.split_once('.').unwrap_or(("stream", target));
            let found = if has_name(kind) { read(app, kind, of, &mut self.spaces).await } else { None };
            let words = match found {
                Some(Name { title, space }) => format!("{} {title} · {space}", kind.replace('_', " ")),
                None if target.contains('.') => format!("{} {of}", kind.replace('_', " ")),
                None => target.to_string(),
            };
            self.words.insert(target.to_string(), words);
        }
        &self.words[target]
    }
}

/// The stream of this id, or that a room of this id belongs to.
async fn stream(app: &App, kind: &str, of: &str) -> Option<Stream> {
    if kind == "chat_room" {
        return app.store.streams().of_room(of.parse().ok()?).await.ok();
    }
    app.store.streams().by_id(of.parse().ok()?).await.ok()
}

async fn read(app: &App, kind: &str, of: &str, spaces: &mut HashMap<SpaceId, String>) -> Option<Name> {
    let (title, space) = if kind == "checkout" {
        let row = app.store.checkouts().by_id(of.parse().ok()?).await.ok()?;
        (row.title, row.space)
    } else {
        let row = stream(app, kind, of).await?;
        (row.title, row.space)
    };
    if let Some(space) = spaces.get(&space) {
        return Some(Name { title, space: space.clone() });
    }
    let name = app.store.spaces().by_id(space).await.ok()?.name;
    spaces.insert(space, name.clone());
    Some(Name { title, space: name })
}
