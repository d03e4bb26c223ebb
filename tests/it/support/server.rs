//! The server in this process, on its own port, with demo data in its own directory.

use crate::support::{Browser, Database, Room, eventually};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::{AccountId, PassId, RoomId, SpaceId},
    time::Millis,
};
use media::EmbeddedSfu;
use serde_json::Value;
use server::{
    Service,
    app::App,
    config::Settings,
    demo::{self, DemoServer},
};
use std::time::{Duration, Instant};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};
use store::{Found, LaneBacklog, Resolved};
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

/// How long a story waits for the server to notice something.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct TestServer {
    pub app: App,
    pub demo: DemoServer,
    /// The output of `demo --json`.
    pub doors: Value,
    pub url: String,
    /// The listener's address, which may differ from the public URL's.
    pub address: SocketAddr,
    pub media: Arc<EmbeddedSfu>,
    /// The URL of the stand-in Stripe.
    pub stand_in: String,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<Result<()>>,
    _data: tempfile::TempDir,
}

/// A person who holds the paid pass.
pub struct Fan {
    pub browser: Browser,
    pub account: AccountId,
}

impl TestServer {
    /// The demo on SQLite.
    pub async fn open() -> Result<Self> {
        Self::open_on(Database::Sqlite).await
    }

    /// The demo with fault injection and a clock that can be advanced.
    pub async fn open_on(database: Database) -> Result<Self> {
        Self::begin(database, |_| {}).await
    }

    /// With this number of seats.
    pub async fn with_room(seats: usize) -> Result<Self> {
        Self::with_settings(|settings| settings.admit_limit = Some(seats)).await
    }

    /// Behind a proxy that it trusts, so that browsers choose their networks with [`Browser::at`].
    pub async fn behind_a_proxy(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        Self::with_settings(|settings| {
            settings.trusted_proxies = "127.0.0.0/8".parse().expect("a network");
            change(settings);
        })
        .await
    }

    /// With changed settings.
    pub async fn with_settings(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        Self::begin(Database::Sqlite, change).await
    }

    /// On this database, with changed settings.
    pub async fn begin(database: Database, change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let (service, data) = Self::build(&database, change).await?;
        let demo = demo::open(&service).await?;
        Self::serve(service, demo, data).await
    }

    /// The demo with its town, in which nobody comes by themselves. Also returns the statements that it took.
    pub async fn with_town(database: Database) -> Result<(Self, u64)> {
        let (service, data) = Self::build(&database, |_| {}).await?;
        let count = || service.app.store.counted();
        let all = |counts: store::Counts| counts.select + counts.insert + counts.update + counts.delete;
        let before = all(count());
        let demo = demo::open_town(&service).await?;
        let statements = all(count()) - before;
        Ok((Self::serve(service, demo, data).await?, statements))
    }

    async fn build(
        database: &Database,
        change: impl FnOnce(&mut Settings),
    ) -> Result<(Service, tempfile::TempDir)> {
        let data = tempfile::tempdir()?;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut settings = Settings {
            chaos: true,
            test_clock: true,
            database_url: Some(database.url(data.path())),
            ..Settings::local(listen, Some(data.path().into()))
        };
        // Pages offer it, and it sends nothing. The stories that send name the real one.
        settings.restreams.ffmpeg = "true".into();
        change(&mut settings);
        Ok((server::build(&settings).await?, data))
    }

    async fn serve(service: Service, demo: DemoServer, data: tempfile::TempDir) -> Result<Self> {
        let (app, media) = (service.app.clone(), service.media.clone());
        let address = service.listener.address()?;
        let stand_in = service.local.as_ref().context("no stand-in")?.origin().to_string();
        let doors = demo.doors(&app, data.path()).await?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::serve(service, async move {
            let _ = stopped.await;
        }));
        let url = app.public_url.to_string();
        Ok(Self { url, address, app, demo, doors, media, stand_in, stop: Some(stop), server, _data: data })
    }

    /// A browser of one of the demo's people: host, viewer, stranger, operator.
    pub fn person(&self, who: &str) -> Browser {
        Browser::with_cookie(&self.url, self.doors["cookies"][who].as_str().unwrap_or_default())
    }

    pub fn anybody(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// A URL from the demo's JSON, by its key.
    pub fn door(&self, name: &str) -> &str {
        self.doors[name].as_str().unwrap_or_default()
    }

    /// A person, signed in by a mailed code.
    pub async fn signed_in(&self, email: &str) -> Result<Browser> {
        let browser = self.anybody();
        browser.sign_in(email).await?;
        Ok(browser)
    }

    /// The same, who holds one of Maya's passes by its slug.
    pub async fn holder(&self, email: &str) -> Result<Browser> {
        let browser = self.signed_in(email).await?;
        browser.post("/maya/lobby/purchase", &[]).await?;
        Ok(browser)
    }

    /// The live stream, to which the test card is published.
    pub fn live(&self) -> Room {
        room_of(self.door("events"))
    }

    /// The scheduled stream, to which nobody publishes.
    pub fn scheduled(&self) -> Room {
        room_of(self.doors["scheduled"]["events"].as_str().unwrap_or_default())
    }

    /// The id of a stream's room. It differs from the stream's id, so that a story notices code that mixes up the two.
    pub async fn room(&self, Room(stream): Room) -> Result<RoomId> {
        let room = self.app.store.streams().room_of(stream).await?;
        ensure!(room.0 != stream.0, "the room has its stream's id");
        Ok(room)
    }

    /// Advances the server's clock through its HTTP endpoint.
    pub async fn advance(&self, seconds: i64) -> Result<()> {
        let moved = self.anybody().post("/dev/clock", &[("advance", &seconds.to_string())]).await?;
        ensure!(moved.status == 200, "{} {}", moved.status, moved.text);
        Ok(())
    }

    /// The same once no job runs or is due. The lease of one that runs would expire, and it would rightly be run twice.
    pub async fn advance_after_jobs(&self, seconds: i64) -> Result<()> {
        eventually("jobs run without end", async || {
            let now = self.app.clock.now();
            let lanes = self.app.store.backlog().lanes(now).await?;
            let is_due = |lane: &LaneBacklog| lane.oldest.is_some_and(|at| at <= now);
            Ok((!lanes.iter().any(|lane| lane.running > 0 || is_due(lane))).then_some(()))
        })
        .await?;
        self.advance(seconds).await
    }

    /// [`Self::advance`] to a moment, and at least by a second.
    pub async fn advance_to(&self, at: Millis) -> Result<()> {
        self.advance((at - self.app.clock.now()).ceil_secs().max(1)).await
    }

    /// Waits until the server has noticed that pages closed, and `open` attendances are left.
    pub async fn wait_for_attendances(&self, open: usize) -> Result<()> {
        let begun = Instant::now();
        while self.app.engine.attendances() != open {
            ensure!(
                begun.elapsed() < PATIENCE,
                "{} pages are open, not {open}",
                self.app.engine.attendances()
            );
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    pub async fn account(&self, email: &str) -> Result<AccountId> {
        Ok(self.app.store.accounts().by_email(email).await?.context("no such account")?.id)
    }

    pub async fn space(&self, slug: &str) -> Result<SpaceId> {
        match self.app.store.spaces().by_slug(slug).await? {
            Found::Here(space) => Ok(space.id),
            other => anyhow::bail!("{slug}: {other:?}"),
        }
    }

    pub async fn pass(&self, slug: &str) -> Result<PassId> {
        match self.app.store.spaces().resolve(self.space("maya").await?, slug).await? {
            Resolved::Pass(id) => Ok(id),
            other => anyhow::bail!("{slug}: {other:?}"),
        }
    }

    /// People who hold the paid pass, created by `backstage identities`.
    pub async fn fans(&self, count: usize) -> Result<Vec<Fan>> {
        let pass = self.pass("front-row").await?;
        let holders = self.app.store.grants().make_holders(pass, count, self.app.clock.now()).await?;
        let (name, first) = (self.app.cookie_name(), self.anybody());
        let fan = |holder: store::Holder| Fan {
            browser: first.beside(&format!("{name}={}", holder.token)),
            account: holder.account,
        };
        Ok(holders.into_iter().map(fan).collect())
    }

    /// Shuts down as on SIGTERM, and waits until everything has stopped.
    pub async fn close(mut self) -> Result<()> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        (&mut self.server).await?
    }
}

fn room_of(path: &str) -> Room {
    let id = path.split('/').nth(2).and_then(|id| id.parse().ok());
    Room(id.unwrap_or_else(|| panic!("no stream in {path:?}")))
}
