//! The live pages of operators. Each subject has one pump, shared by all its viewers. The pump renders a picture and
//! appends the changes since the last one to a shared log.

use crate::web::{
    access::doors::Operator,
    error::{WebError, WebResult},
    live::{attend, sse},
    ops::{actor, tree},
};
use crate::{app::App, limits::ClientAddress};
use actors::{AttendanceKind, Node, Notice};
use domain::{access::eject::EjectReason, id::AccountId};
use fanout::{Event, Link, Log};
use maud::Markup;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use views::ops::{Filter, Picture};

/// The shortest time between two changes of a page.
const TICK: Duration = Duration::from_millis(500);
/// How often figures are updated while the tree keeps its shape.
const LOOK: Duration = Duration::from_secs(1);
/// How long a walked tree is reused while its shape does not change.
const FRESH: Duration = Duration::from_millis(400);
/// How long a pump without readers waits for a page that reloads.
const LINGER: Duration = Duration::from_secs(10);

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Tree(Filter),
    /// One actor, by its path in the tree.
    Actor(String),
}

/// All pumps of the operators' pages, and the last walked tree.
#[derive(Default)]
pub struct Boards {
    boards: Mutex<HashMap<Subject, Arc<Board>>>,
    tree: Mutex<Option<(Instant, u64, Arc<Node>)>>,
    pub names: crate::web::ops::names::Names,
}

struct Board {
    log: Log,
    /// The last published picture. New readers get it and then follow the log.
    shown: Mutex<Picture>,
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

    fn map(&self) -> MutexGuard<'_, HashMap<Subject, Arc<Board>>> {
        self.boards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    fn tell(&self, picture: Picture) {
        let mut shown = self.shown();
        if let Some(changes) = picture.changes(&shown) {
            self.log.append(Event::new(&changes.into_string()));
        }
        *shown = picture;
    }
    fn shown(&self) -> MutexGuard<'_, Picture> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subject {
    /// `None` if it no longer exists.
    pub async fn picture(&self, app: &App) -> Option<Picture> {
        match self {
            Self::Tree(filter) => Some(tree::picture(app, filter).await),
            Self::Actor(place) => actor::picture(app, place).await,
        }
    }
}

/// The feed of an operator's page.
pub async fn follow(app: &App, operator: &Operator, address: ClientAddress, subject: Subject) -> WebResult {
    let picture = subject.picture(app).await.ok_or_else(WebError::not_found)?;
    let board = join(app, &subject, picture);
    let (cursor, first) = {
        let shown = board.0.shown();
        (board.0.log.head(), fanout::Frame::from(Event::new(&shown.frame().into_string())))
    };
    let (link, body) = app.fanout.subscribe(cursor, [first]);
    drop(board);
    let (who, told) = (operator.0.identity(), (app.clone(), link.clone()));
    let guard = attend::attend_outside(app, who, AttendanceKind::OperatorPage, move |notice| match notice {
        Notice::Ended(reason) => told.1.end(sse::end(reason)),
        Notice::AccessChanged => {
            drop(tokio::spawn(check_operator(told.0.clone(), who.account, told.1.clone())));
        }
    })?;
    // The right may have been lost before the attendance was entered.
    check_operator(app.clone(), who.account, link.clone()).await;
    let place = app.feeds.open(who, address, &link);
    link.on_close(move |_| drop((guard, place)));
    Ok(sse::respond(body))
}

/// Ends a page whose account is no longer an operator's. An outage of the database ends none: operators look at these
/// pages then.
async fn check_operator(app: App, account: AccountId, page: Link) {
    if app.store.accounts().by_id(account).await.is_ok_and(|account| !account.operator) {
        page.end(sse::end(EjectReason::RoleLost));
    }
}

/// The whole picture once, for a page without a feed.
pub async fn fragment(app: &App, subject: &Subject) -> WebResult<Markup> {
    Ok(subject.picture(app).await.ok_or_else(WebError::not_found)?.frame())
}

/// Keeps the board alive: its log counts a reader while this is held.
struct Held(Arc<Board>, #[expect(dead_code, reason = "held, never read")] fanout::Cursor);

fn join(app: &App, subject: &Subject, picture: Picture) -> Held {
    let mut boards = app.boards.map();
    if let Some(board) = boards.get(subject) {
        return Held(Arc::clone(board), board.log.head());
    }
    let board = Arc::new(Board { log: app.fanout.log(0), shown: Mutex::new(picture) });
    let held = Held(Arc::clone(&board), board.log.head());
    boards.insert(subject.clone(), Arc::clone(&board));
    drop(boards);
    tokio::spawn(pump(app.clone(), subject.clone(), board));
    held
}

async fn pump(app: App, subject: Subject, board: Arc<Board>) {
    let mut changes = app.engine.watch_tree();
    let mut deserted: Option<Instant> = None;
    loop {
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(LOOK) => {}
        }
        if board.log.readers() > 0 {
            deserted = None;
        } else if deserted.get_or_insert_with(Instant::now).elapsed() > LINGER
            && retire(&app, &subject, &board)
        {
            return;
        }
        let Some(picture) = subject.picture(&app).await else { return close(&app, &subject, &board) };
        metrics::counter!("backstage_renders", "page" => "operators").increment(1);
        board.tell(picture);
        tokio::time::sleep(TICK).await;
    }
}

/// Removes a board that nobody reads.
fn retire(app: &App, subject: &Subject, board: &Board) -> bool {
    let mut boards = app.boards.map();
    let deserted = board.log.readers() == 0;
    if deserted {
        boards.remove(subject);
    }
    deserted
}

/// The subject no longer exists. Tells its pages.
fn close(app: &App, subject: &Subject, board: &Board) {
    app.boards.map().remove(subject);
    board.log.append(Event::named(
        views::dom::events::END,
        "This actor is idle. Its page comes back when it is needed.",
    ));
}
