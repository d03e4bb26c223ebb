//! The health of the service, shared by `/readyz`, `/status` and the operators' pages.

use crate::{Services, live::webhooks as media_events, money::webhooks::PROVIDER};
use actors::{Node, Status};
use domain::{
    id::RoomId,
    money::payments::WebhookRefusal,
    time::{Millis, Span},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Purchase, WebhookHealth};
use tokio::{sync::Mutex, time::timeout};

/// Results are reused for this long, because strangers may ask any number of times.
const FRESH: Span = Span::secs(1);
/// The shortest time between two write probes.
const WRITE_EVERY: Duration = Duration::from_secs(2);
/// A database that takes longer counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a refused webhook is shown. It is limited because strangers can also cause refusals.
const REFUSALS_FOR: Span = Span::days(1);
/// How long a failed refund is shown. We cannot know whether it was paid another way.
const REFUNDS_FOR: Span = Span::days(30);
/// Failing actors beyond this number are only counted.
const MOST_AILING: usize = 50;

/// What the whole service depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    DatabaseRead,
    /// On a full disk, the database can be read but not written.
    DatabaseWrite,
    Engine,
}

impl Check {
    pub const fn code(self) -> &'static str {
        match self {
            Self::DatabaseRead => "database_read",
            Self::DatabaseWrite => "database_write",
            Self::Engine => "engine",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::DatabaseRead => "The database does not answer.",
            Self::DatabaseWrite => "The database cannot be written to.",
            Self::Engine => "The engine is not running.",
        }
    }
}

/// An actor that is down until an operator resumes it.
#[derive(Clone, Debug)]
pub struct Ailing {
    /// Its path in the tree.
    pub place: String,
    pub kind: &'static str,
    /// The id of its stream, room or checkout, or the name of a worker.
    pub of: String,
    pub status: Status,
    /// When it last ended, if known.
    pub since: Option<Millis>,
    pub last_error: Option<String>,
    /// People in the room, for a chat room.
    pub people: usize,
}

/// One kind of actor, named after its branch.
#[derive(Clone, Debug)]
pub struct BranchCondition {
    pub name: String,
    pub all: usize,
    /// Parked or stopped.
    pub down: usize,
}

#[derive(Clone, Debug)]
pub struct Condition {
    pub at: Millis,
    pub failed: Vec<Check>,
    pub branches: Vec<BranchCondition>,
    /// Chat rooms first; at most 50.
    pub ailing: Vec<Ailing>,
    /// Parked jobs, and since when the oldest of them.
    pub parked_jobs: usize,
    pub parked_jobs_since: Option<Millis>,
    pub webhooks: WebhookHealth,
    /// The same of an outside media plane.
    pub media_webhooks: WebhookHealth,
    /// Reports and letters that wait for a decision, and since when the oldest of them.
    pub open_reports: usize,
    pub open_reports_since: Option<Millis>,
    /// Refunds returned by banks recently, newest first; at most 50.
    pub failed_refunds: Vec<Purchase>,
}

impl Condition {
    /// The newest refused webhook of these, if it is recent and none was accepted since. One without a signature does not
    /// indicate wrong settings, because strangers send those, and neither does one that came before.
    pub fn refused_webhook(&self, webhooks: &WebhookHealth) -> Option<(WebhookRefusal, Millis)> {
        let accepted = webhooks.last.as_ref().map(|(_, at)| *at);
        let since = (self.at + Span(-REFUSALS_FOR.0)).max(accepted.unwrap_or_default());
        let mut refusals = webhooks.refusals.iter().copied();
        let tells = |reason| matches!(reason, WebhookRefusal::Signature | WebhookRefusal::ClockSkew);
        refusals.find(|(reason, at)| tells(*reason) && *at > since)
    }

    /// The number of actors of this branch that are down.
    pub fn down(&self, branch: &str) -> usize {
        self.branches.iter().filter(|b| b.name == branch).map(|b| b.down).sum()
    }
}

/// Caches the last result and the last probe.
#[derive(Default)]
pub struct Health {
    looked: Mutex<Option<Arc<Condition>>>,
    written: Mutex<Option<(Instant, bool)>>,
}

impl Health {
    /// Whether requests should be routed here. Returns the first failed check, if any.
    pub async fn ready(&self, services: &Services) -> Result<(), Check> {
        if !reads(services).await {
            return Err(Check::DatabaseRead);
        }
        if !self.writes(services).await {
            return Err(Check::DatabaseWrite);
        }
        if services.engine.tree().status == Status::Running { Ok(()) } else { Err(Check::Engine) }
    }

    /// The condition of all parts, at most a second old.
    pub async fn look(&self, services: &Services) -> Arc<Condition> {
        let mut looked = self.looked.lock().await;
        if let Some(condition) = &*looked
            && (0..FRESH.0).contains(&(services.now() - condition.at).0)
        {
            return Arc::clone(condition);
        }
        let condition = Arc::new(self.examine(services).await);
        *looked = Some(Arc::clone(&condition));
        condition
    }

    async fn examine(&self, services: &Services) -> Condition {
        let (mut failed, mut parked, mut reports) = (Vec::new(), (0, None), (0, None));
        let (mut webhooks, mut failed_refunds) = (WebhookHealth::default(), Vec::new());
        let mut media_webhooks = WebhookHealth::default();
        if reads(services).await {
            let (store, since) = (&services.store, services.now() + Span(-REFUNDS_FOR.0));
            parked = store.backlog().parked_since().await.unwrap_or_default();
            reports = store.reports().waiting().await.unwrap_or_default();
            webhooks = store.webhook_inbox().health(PROVIDER).await.unwrap_or_default();
            media_webhooks = store.webhook_inbox().health(media_events::PROVIDER).await.unwrap_or_default();
            failed_refunds = store.purchases().refund_failed(since, MOST_AILING).await.unwrap_or_default();
        } else {
            failed.push(Check::DatabaseRead);
        }
        if !self.writes(services).await {
            failed.push(Check::DatabaseWrite);
        }
        let tree = services.engine.tree();
        if tree.status != Status::Running {
            failed.push(Check::Engine);
        }
        let branches = tree.children.iter().map(branch).collect();
        Condition {
            at: services.now(),
            failed,
            branches,
            ailing: ailing(services, &tree),
            parked_jobs: usize::try_from(parked.0).unwrap_or(0),
            parked_jobs_since: parked.1,
            open_reports: usize::try_from(reports.0).unwrap_or(0),
            open_reports_since: reports.1,
            webhooks,
            media_webhooks,
            failed_refunds,
        }
    }

    async fn writes(&self, services: &Services) -> bool {
        let mut written = self.written.lock().await;
        if let Some((at, well)) = *written
            && at.elapsed() < WRITE_EVERY
        {
            return well;
        }
        let well = matches!(timeout(PATIENCE, services.store.probe_write(services.now())).await, Ok(Ok(())));
        *written = Some((Instant::now(), well));
        well
    }
}

async fn reads(services: &Services) -> bool {
    matches!(timeout(PATIENCE, services.store.ping()).await, Ok(Ok(())))
}

fn is_down(node: &Node) -> bool {
    matches!(node.status, Status::Parked | Status::Stopped)
}

fn branch(node: &Node) -> BranchCondition {
    let down = node.children.iter().filter(|child| is_down(child)).count() + usize::from(is_down(node));
    BranchCondition { name: node.name.clone(), all: node.children.len(), down }
}

fn ailing(services: &Services, tree: &Node) -> Vec<Ailing> {
    let mut down: Vec<&Node> =
        tree.children.iter().flat_map(Node::walk).filter(|node| is_down(node)).collect();
    down.sort_by_key(|node| node.kind != "chat_room");
    let ailing = down.into_iter().take(MOST_AILING).map(|node| {
        let history = services.engine.inspect(&node.place()).map(|found| found.history).unwrap_or_default();
        let room: Option<RoomId> = if node.kind == "chat_room" { node.of.parse().ok() } else { None };
        Ailing {
            place: node.place(),
            kind: node.kind,
            of: node.of.clone(),
            status: node.status,
            since: history.last().map(|restart| restart.at),
            last_error: node.last_error.clone(),
            people: room.map_or(0, |room| services.engine.people(room)),
        }
    });
    ailing.collect()
}
