//! Followed pages that are rendered as a whole: after each change the pump renders a new [`Picture`] and appends what
//! differs from the last one.

use crate::{
    app::App,
    limits::ClientAddress,
    telemetry::Outage,
    web::{
        error::WebResult,
        follow::{self, Right, Start},
        opening,
        pump::{Key, Pump, Pumps},
    },
};
use axum::http::StatusCode;
use fanout::{Event, Frame, Log};
use std::{
    hash::Hash,
    ops::ControlFlow,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::sleep,
};
use views::{Picture, dom::events, words::message};

/// The shortest time between two changes of a page.
const TICK: Duration = Duration::from_millis(500);
/// How soon to render again what could not be rendered, as when the database is away.
const RETRY: Duration = Duration::from_secs(1);
/// Changes of a [`broadcast`] that a pump may be behind. One that is further behind renders anyway.
pub const KEPT: usize = 64;

/// What a page shows. Pages with equal subjects share a pump, so what only one person may see names that person.
pub trait Subject: Clone + Eq + Hash + Send + Sync + 'static {
    /// What the metrics call pages of this kind.
    const PAGE: &'static str;
    /// The message that says why a page ends when its subject no longer exists.
    const GONE: &'static str;
    /// Notifies of what the picture shows.
    type Changes: Send + 'static;

    fn pumps(app: &App) -> &Pumps<Self>;

    /// Listens from now on.
    fn listen(&self, app: &App) -> Self::Changes;

    /// Waits until the picture may have changed.
    fn changed(&self, changes: &mut Self::Changes) -> impl Future<Output = ()> + Send;

    /// What of the picture has changed, where that is known without rendering all of it.
    ///
    /// # Errors
    /// As [`Self::picture`].
    fn part(
        &self,
        _app: &App,
        _changes: &mut Self::Changes,
    ) -> impl Future<Output = WebResult<Option<Picture>>> + Send {
        std::future::ready(Ok(None))
    }

    /// Renders the page's changing parts.
    ///
    /// # Errors
    /// `404 Not Found` ends the pages. After any other error they keep what they show until the next attempt.
    fn picture(&self, app: &App) -> impl Future<Output = WebResult<Picture>> + Send;
}

/// Waits until a change concerns a page.
pub async fn await_change<T: Clone>(changes: &mut broadcast::Receiver<T>, concerns: impl Fn(&T) -> bool) {
    loop {
        match changes.recv().await {
            Ok(change) if concerns(&change) => break,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => break,
            // The sender lives in `App`.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
    // The picture shows everything that was changed until now.
    *changes = changes.resubscribe();
}

/// Opens the feed of a page of `subject`.
pub async fn follow<S: Subject>(app: &App, subject: S, right: Right, address: ClientAddress) -> WebResult {
    follow_found(app, async { Ok(subject) }, right, address).await
}

/// The same of a subject that has to be looked up: it is counted first.
pub async fn follow_found<S: Subject>(
    app: &App,
    subject: impl Future<Output = WebResult<S>> + Send,
    right: Right,
    address: ClientAddress,
) -> WebResult {
    opening::count(app, right.account(), address)?;
    let start = join(app, &subject.await?).await?;
    follow::open(app, right, address, start).await
}

async fn join<S: Subject>(app: &App, subject: &S) -> WebResult<Start> {
    let start = |pump: &Pump<S>| pump.shown.start(&pump.log);
    let pumps = S::pumps(app);
    if let Some(start) = pumps.join_running(subject, start) {
        return Ok(start);
    }
    // Listen, then look: what changes meanwhile is rendered again.
    let changes = subject.listen(app);
    let shown = PublishedPicture::new(subject.picture(app).await?);
    Ok(pumps.join(subject, || (app.fanout.log(0), shown, (app.clone(), changes)), start))
}

impl<S: Subject> Key for S {
    type State = PublishedPicture;
    type Source = (App, S::Changes);

    async fn step(pump: &Pump<Self>, (app, changes): &mut Self::Source) -> ControlFlow<Frame> {
        pump.key.changed(changes).await;
        let mut outage = Outage::default();
        let rendered = loop {
            match render(&pump.key, app, changes).await {
                Ok(rendered) => break rendered,
                Err(error) if error.status == StatusCode::NOT_FOUND => {
                    return ControlFlow::Break(Event::named(events::END, &message(S::GONE)).into());
                }
                Err(error) if outage.begins() => {
                    tracing::warn!(page = S::PAGE, error = error.message, "a page cannot be rendered");
                }
                Err(_) => {}
            }
            sleep(RETRY).await;
        };
        if outage.ends() {
            tracing::info!(page = S::PAGE, "a page is rendered again");
        }
        metrics::counter!("backstage_renders", "page" => S::PAGE).increment(1);
        pump.shown.show(&pump.log, rendered);
        sleep(TICK).await;
        ControlFlow::Continue(())
    }
}

enum Rendered {
    All(Picture),
    Part(Picture),
}

async fn render<S: Subject>(subject: &S, app: &App, changes: &mut S::Changes) -> WebResult<Rendered> {
    Ok(match subject.part(app, changes).await? {
        Some(part) => Rendered::Part(part),
        None => Rendered::All(subject.picture(app).await?),
    })
}

/// The last published picture. Pages that join get it and then follow the log.
pub struct PublishedPicture(Mutex<LastPicture>);

struct LastPicture {
    picture: Picture,
    /// Rendered once for all who join before the next picture.
    whole: Option<Frame>,
}

impl PublishedPicture {
    fn new(picture: Picture) -> Self {
        Self(Mutex::new(LastPicture { picture, whole: None }))
    }

    fn start(&self, log: &Log) -> Start {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let LastPicture { picture, whole } = &mut *last;
        let whole = whole.get_or_insert_with(|| Event::new(&picture.frame().into_string()).into());
        Start { first: vec![whole.clone()], cursor: log.head() }
    }

    fn show(&self, log: &Log, rendered: Rendered) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let picture = match rendered {
            Rendered::All(picture) => picture,
            Rendered::Part(part) => last.picture.updated(part),
        };
        if let Some(changes) = picture.changes(&last.picture) {
            log.append(Event::new(&changes.into_string()));
            *last = LastPicture { picture, whole: None };
        }
    }
}
