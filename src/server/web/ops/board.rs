//! The followed pages of operators: the tree of actors, one actor, and the queue of reports.

use crate::app::App;
use crate::web::{
    error::{WebError, WebResult},
    ops::{actor, reports, tree},
    pump::Pumps,
    snapshots,
};
use actors::Node;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;
use views::{Picture, ops::Filter};

/// How often figures are updated while the tree keeps its shape.
const LOOK: Duration = Duration::from_secs(1);
/// How long a walked tree is reused while its shape does not change.
const FRESH: Duration = Duration::from_millis(400);

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OpsPage {
    Tree(Filter),
    /// One actor, by its path in the tree.
    Actor(String),
    /// The queue of reports.
    Reports,
}

/// All pumps of the operators' pages, and the last walked tree.
#[derive(Default)]
pub struct Boards {
    pumps: Pumps<OpsPage>,
    tree: Mutex<Option<(Instant, u64, Arc<Node>)>>,
    pub names: crate::web::ops::names::Names,
}

impl Boards {
    /// The current tree, walked once for all who look at the same moment.
    pub fn tree(&self, app: &App) -> Arc<Node> {
        let version = *app.engine.watch_tree().borrow();
        let mut kept = self.tree.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, of, tree)) = &*kept
            && *of == version
            && at.elapsed() < FRESH
        {
            return Arc::clone(tree);
        }
        let tree = Arc::new(app.engine.tree());
        *kept = Some((Instant::now(), version, Arc::clone(&tree)));
        tree
    }
}

impl snapshots::Subject for OpsPage {
    const PAGE: &'static str = "operators";
    const GONE: &'static str = "page-actor-stopped";
    type Changes = watch::Receiver<u64>;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.boards.pumps
    }

    fn listen(&self, app: &App) -> Self::Changes {
        app.engine.watch_tree()
    }

    async fn changed(&self, tree: &mut Self::Changes) {
        // The sender lives in the engine that `App` holds.
        let _ = tokio::time::timeout(LOOK, tree.changed()).await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        match self {
            Self::Tree(filter) => Ok(tree::picture(app, filter).await),
            Self::Reports => reports::picture(app).await,
            Self::Actor(place) => actor::picture(app, place).await.ok_or_else(WebError::not_found),
        }
    }
}
