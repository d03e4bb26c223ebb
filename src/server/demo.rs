//! The demo data: one creator with a published space, passes, a stream that plays the test card, and a scheduled
//! stream. It is created only in an empty database, and resumed otherwise.

use crate::{
    Service,
    app::App,
    build, cli,
    config::{LogFormat, Settings},
    limits::{LimitSettings, TrustedProxies},
    serve, telemetry,
};
use anyhow::{Context, Result, ensure};
use clap::Args;
use domain::{
    amount::{Currency, Money},
    catalogue::{
        offer::PriceKind,
        topics::{Category, Topics},
    },
    clock::Clock,
    id::{AccountId, ExperienceId, SpaceId, StreamId},
    live::stream::{Stream, StreamCommand, StreamState},
    time::{Millis, Span},
};
use serde_json::{Value, json};
use std::{io::Write, net::SocketAddr, os::unix::fs::OpenOptionsExt, path::PathBuf, time::Duration};
use store::{ExperienceText, PassText, Profile, SpaceText};

#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Kept if given; otherwise a temporary directory is used.
    #[arg(long)]
    data: Option<PathBuf>,
    /// `postgres://…` or `sqlite://…`, either empty or with demo data; a file in the data directory when unset.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Print one JSON object with all links as the first line.
    #[arg(long)]
    json: bool,
    /// Let operators make an actor panic or kill it.
    #[arg(long)]
    chaos: bool,
    /// Open `POST /dev/clock`.
    #[arg(long)]
    test_clock: bool,
    /// People who may be inside at once.
    #[arg(long, env = "BACKSTAGE_ADMIT_LIMIT")]
    admit_limit: Option<usize>,
    /// Bytes that the kernel buffers for one feed reader who does not read them.
    #[arg(long, env = "BACKSTAGE_STREAM_BUFFER")]
    stream_buffer: Option<u32>,
    /// Networks of reverse proxies, separated by commas, whose `Forwarded` and `X-Forwarded-For` headers are trusted.
    #[arg(long, env = "BACKSTAGE_TRUSTED_PROXIES", default_value = "")]
    trusted_proxies: TrustedProxies,
    #[command(flatten)]
    limits: LimitSettings,
    /// `text` or `json`.
    #[arg(long, env = "BACKSTAGE_LOG", default_value = "text")]
    log: LogFormat,
}

impl DemoArgs {
    fn settings(&self) -> Settings {
        Settings {
            chaos: self.chaos,
            test_clock: self.test_clock,
            admit_limit: self.admit_limit,
            stream_buffer: self.stream_buffer,
            trusted_proxies: self.trusted_proxies.clone(),
            limits: self.limits.clone(),
            database_url: self.database_url.clone(),
            ..Settings::local(self.listen, self.data.clone())
        }
    }
}

pub async fn run(args: DemoArgs) -> Result<()> {
    telemetry::start_logging(args.log);
    let service = build(&args.settings()).await?;
    let app = service.app.clone();
    let engine = open(&service).await?;
    let doors = engine.doors(&app, service.data.path()).await?;
    let _left = LeftDoors::leave(&app, &doors)?;
    if args.json {
        println!("{doors}");
    } else {
        print!("{}", welcome(&app, &engine, &doors));
    }
    serve(service, cli::stop_signal()).await
}

/// Creates the demo data if the database is empty, and puts the stream on air.
pub async fn open(service: &Service) -> Result<DemoServer> {
    let app = &service.app;
    let mut engine = seed(app, app.clock.now()).await.context("cannot fill the demo server")?;
    engine.live = go_live(app, &service.media, &engine).await?;
    Ok(engine)
}

/// The people and things of the demo.
pub struct DemoServer {
    host: AccountId,
    viewer: AccountId,
    stranger: AccountId,
    operator: AccountId,
    session: ExperienceId,
    scheduled: StreamId,
    live: StreamId,
}

const SESSION: &str = "friday-session";
const REHEARSAL: &str = "rehearsal-room";

const HOST: &str = "maya@demo.example";

async fn seed(app: &App, now: Millis) -> Result<DemoServer> {
    let store = &app.store;
    // Everybody on this machine may sign in as any demo person, so real people's accounts must not be exposed to this.
    ensure!(
        store.accounts().by_email(HOST).await?.is_some() || store.accounts().is_empty().await?,
        "the database contains something other than a demo: name an empty one with --data or --database-url"
    );
    let (maya, fresh) = store.accounts().find_or_create(HOST, now).await?;
    let (viewer, _) = store.accounts().find_or_create("vera@demo.example", now).await?;
    let (stranger, _) = store.accounts().find_or_create("sam@demo.example", now).await?;
    let operator = store.accounts().make_operator("olga@demo.example", now).await?;
    for person in [&maya, &viewer, &stranger, &operator] {
        store.documents().accept_terms(person.id, app.services.caches.terms.current(), now).await?;
    }
    let spaces = store.spaces().of_account(maya.id).await?;
    let (space, _) = spaces.into_iter().next().context("Maya has no space")?;
    if fresh {
        furnish(app, maya.id, viewer.id, space.id, now).await?;
        for (id, username, name) in
            [(viewer.id, "vera", "Vera"), (stranger.id, "sam", "Sam"), (operator.id, "olga", "Olga")]
        {
            let profile = Profile {
                username: username.into(),
                name: name.into(),
                bio: String::new(),
                site: String::new(),
            };
            store.accounts().update(id, &profile).await?;
        }
    }
    let experiences = store.experiences().list(space.id).await?;
    let find = |slug: &str| {
        experiences.iter().find(|e| e.slug == slug).map(|e| e.id).with_context(|| format!("no {slug}"))
    };
    let (session, rehearsal) = (find(SESSION)?, find(REHEARSAL)?);
    let waiting = |s: &Stream| s.state != StreamState::Ended;
    let scheduled = match store.streams().current(rehearsal).await?.filter(waiting) {
        Some(stream) => stream.id,
        None => {
            store.streams().schedule(rehearsal, "Choosing the ten", Some(now + Span::days(1)), now).await?.id
        }
    };
    Ok(DemoServer {
        host: maya.id,
        viewer: viewer.id,
        stranger: stranger.id,
        operator: operator.id,
        session,
        live: scheduled,
        scheduled,
    })
}

async fn furnish(app: &App, maya: AccountId, viewer: AccountId, space: SpaceId, now: Millis) -> Result<()> {
    let store = &app.store;
    let profile = Profile {
        username: "maya".into(),
        name: "Maya Lin".into(),
        bio: "Songs in the making, from a kitchen in Lisbon.".into(),
        site: "https://maya.example".into(),
    };
    store.accounts().update(maya, &profile).await?;
    let text = SpaceText {
        slug: "maya".into(),
        name: "Maya Lin".into(),
        tagline: "Songs in the making".into(),
        about: "Watch them get written, ask for the chords, vote for what goes on the record.".into(),
        topics: Topics { category: Some(Category::Music), tags: vec!["songwriting".into(), "lisbon".into()] },
        zone: None,
    };
    store.spaces().update(space, &text, now).await?;
    let mut made = Vec::new();
    for (slug, title, about) in [
        (SESSION, "Friday session", "New songs and first takes, live every Friday."),
        (REHEARSAL, "Rehearsal room", "Half-finished things, played for those who want to hear them early."),
    ] {
        let text = ExperienceText { slug: slug.into(), title: title.into(), about: about.into() };
        made.push(store.experiences().create(space, &text, now).await?.id);
    }
    let euros = |minor| PriceKind::Once(Money { minor, currency: Currency::Eur });
    let lobby = PassText {
        slug: "lobby".into(),
        title: "Lobby".into(),
        about: "The rehearsal room\nChat with the others".into(),
        price: PriceKind::Free,
        includes: vec![made[1]],
    };
    store.passes().create(space, &lobby, now).await?;
    let front_row = PassText {
        slug: "front-row".into(),
        title: "Front Row".into(),
        about: "Every live session\nThe rehearsal room\nChat with Maya".into(),
        price: euros(1200),
        includes: made.clone(),
    };
    let front_row = store.passes().create(space, &front_row, now).await?;
    service::catalogue::spaces::publish(&app.services, maya, space).await?;
    store.grants().give(viewer, front_row.id, now).await?;
    Ok(())
}

/// Puts a stream of the experience on air: the one that was live, with the test card again, or a new one.
async fn go_live(app: &App, media: &media::EmbeddedSfu, engine: &DemoServer) -> Result<StreamId> {
    let now = app.clock.now();
    let current =
        app.store.streams().current(engine.session).await?.filter(|s| s.state != StreamState::Ended);
    let stream = match current {
        Some(stream) => stream,
        None => {
            app.store
                .streams()
                .schedule(engine.session, "Friday session: new songs, first takes", None, now)
                .await?
        }
    };
    let handle = app.engine.stream(stream.id);
    handle.get().await?;
    media.play_test_card(stream.room).await?;
    for _ in 0..100 {
        match handle.get().await?.state {
            StreamState::Live => return Ok(stream.id),
            StreamState::Rehearsal => {
                handle.command(StreamCommand::GoLive, None).await?;
            }
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    anyhow::bail!("the test card did not go on air")
}

impl DemoServer {
    /// All links of the demo by the names that scripts rely on, and a session for each of its people.
    pub async fn doors(&self, app: &App, data: &std::path::Path) -> Result<Value> {
        let (engine, live, waiting) = (self, self.live, self.scheduled);
        let key = crate::web::live::whip::whip_key(
            app,
            waiting,
            app.store.streams().whip_key_version(waiting).await?,
        );
        let mut cookies = serde_json::Map::new();
        for (who, account) in [
            ("host", engine.host),
            ("viewer", engine.viewer),
            ("stranger", engine.stranger),
            ("operator", engine.operator),
        ] {
            let session = app.store.sessions().create(account, "demo", app.clock.now()).await?;
            cookies.insert(who.into(), format!("{}={}", app.cookie_name(), session.token).into());
        }
        Ok(json!({
            "url": app.public_url.to_string(), "pid": std::process::id(), "data": data,
            "space": "/maya", "pass_free": "/maya/lobby", "pass_paid": "/maya/front-row",
            "watch": format!("/maya/{SESSION}"), "events": format!("/streams/{live}/events"),
            "messages": format!("/streams/{live}/messages"), "message_field": "body", "whep": format!("/streams/{live}/whep"),
            "scheduled": {
                "watch": format!("/maya/{REHEARSAL}"), "studio": format!("/account/streams/{waiting}/studio"),
                "state": format!("/streams/{waiting}/state"), "events": format!("/streams/{waiting}/events"),
                "messages": format!("/streams/{waiting}/messages"), "whip": format!("/streams/{waiting}/whip"), "whip_key": key,
                "whep": format!("/streams/{waiting}/whep"),
            },
            "ops": "/ops", "ops_tree": "/ops/tree.json", "metrics": "/metrics", "mailbox": "/dev/mailbox", "cookies": cookies,
        }))
    }
}

/// The links in a file that only this user can read, for load tools. Deleted with the server.
struct LeftDoors(PathBuf);

impl LeftDoors {
    fn leave(app: &App, doors: &Value) -> Result<Self> {
        let port = app.public_url.port();
        let path = std::env::temp_dir().join(format!("backstage-demo-{port}.json"));
        // Recreated each time: another user's file is neither followed nor written to.
        let _ = std::fs::remove_file(&path);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "{doors}")?;
        Ok(Self(path))
    }
}

impl Drop for LeftDoors {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn welcome(app: &App, engine: &DemoServer, doors: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let url = text(&doors["url"]);
    let enter = |account: AccountId, to: &Value| {
        format!("{url}/dev/enter/{}?next={}", app.sign_in_links.make(account), text(to))
    };
    format!(
        "\nBackstage Pass is open: {url}\n\n  watch      {}\n  go live    {}\n  operators  {}\n  buy a pass {}\n  mail       {url}{}\n\nThe first three sign you in as Vera, Maya and Olga, once each. Ctrl-C stops the server.\n\n",
        enter(engine.viewer, &doors["watch"]),
        enter(engine.host, &doors["scheduled"]["studio"]),
        enter(engine.operator, &doors["ops"]),
        text(&doors["url"]) + &text(&doors["pass_paid"]),
        text(&doors["mailbox"]),
    )
}
