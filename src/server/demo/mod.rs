//! The demo: Maya's house, on which scripts and tests rely, in a small town of other creators, shows and people. It is
//! created only in an empty database, and resumed otherwise.

mod air;
mod args;
mod doors;
mod house;
mod links;
mod past;
mod people;
mod town;
mod wire;

pub use args::DemoArgs;
pub(crate) use house::OPERATOR;
pub use links::DemoLink;

use crate::{Service, app::App, build, cli, serve, telemetry};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    id::{AccountId, ExperienceId, StreamId},
    time::Span,
};
use doors::LeftDoors;
use house::HOST;
use past::PastClock;
use std::time::{Duration, Instant};
use town::Town;

/// The people and things of the demo.
pub struct DemoServer {
    host: AccountId,
    viewer: AccountId,
    stranger: AccountId,
    operator: AccountId,
    session: ExperienceId,
    scheduled: StreamId,
    live: StreamId,
    town: Option<Town>,
}

pub async fn run(args: DemoArgs) -> Result<()> {
    telemetry::start_logging(args.log);
    let service = build(&args.settings()).await?;
    let app = service.app.clone();
    let begun = Instant::now();
    let (doors, links) = if args.empty {
        let operator = open_empty(&app).await?;
        (doors::of_empty(&app, operator, service.data.path()).await?, links::of_empty(&app, operator))
    } else {
        let demo = match args.stand_in {
            Some(_) => open(&service).await?,
            None => open_town(&service).await?,
        };
        if args.is_lively() {
            demo.invite(&app);
            tokio::spawn(decorate(app.clone()));
        }
        (demo.doors(&app, service.data.path()).await?, demo.links(&app))
    };
    let took = begun.elapsed();
    let _left = LeftDoors::leave(&app, &doors)?;
    if args.json {
        println!("{doors}");
    } else {
        print!("{}", welcome(&app, &links, took));
    }
    serve(service, cli::stop_signal()).await
}

/// Creates Maya's house if the database is empty, and puts her stream on air.
pub async fn open(service: &Service) -> Result<DemoServer> {
    let (app, now) = (&service.app, service.app.clock.now());
    house::is_fresh(app, HOST).await?;
    let house = house::seed(app, now).await.context("cannot fill the demo server")?;
    let mut demo = house::plan(app, house, now).await?;
    demo.live = house::go_live(service, &demo, now).await?;
    Ok(demo)
}

/// The same with the town around it. A power cut while it is made the first time may damage it; it is made again then.
pub async fn open_town(service: &Service) -> Result<DemoServer> {
    if house::is_fresh(&service.app, HOST).await? {
        service.app.store.fill_at_once(settle(service, true)).await
    } else {
        settle(service, false).await
    }
}

async fn settle(service: &Service, fresh: bool) -> Result<DemoServer> {
    let (app, now) = (&service.app, service.app.clock.now());
    let mut past = PastClock::of(&app.clock);
    if fresh {
        past.set(town::FIRST);
    }
    let house = house::seed(app, app.clock.now()).await.context("cannot fill the demo server")?;
    if fresh {
        town::settle(service, &mut past, now).await.context("cannot make the town")?;
    }
    past.set(Span::default());
    let town = town::go_live(service, &mut past).await?;
    let mut demo = house::plan(app, house, app.clock.now()).await?;
    demo.live = house::go_live(service, &demo, app.clock.now()).await?;
    Ok(DemoServer { town, ..demo })
}

/// Makes an operator, and nothing else.
pub async fn open_empty(app: &App) -> Result<AccountId> {
    house::is_fresh(app, OPERATOR).await?;
    Ok(app.store.accounts().make_operator(OPERATOR, app.clock.now()).await?.id)
}

impl DemoServer {
    /// Covers, logos and faces, as [`run`] makes them beside its first requests.
    pub async fn decorate(&self, app: &App) -> Result<()> {
        town::pictures::hang(app).await
    }

    /// Scripted people come to the live rooms as soon as the service is served.
    pub fn invite(&self, app: &App) {
        if let Some(town) = &self.town {
            people::invite(app, self.live, town.wheel);
        }
    }
}

/// Gives the town its pictures while people can already look around.
async fn decorate(app: App) {
    if let Err(error) = town::pictures::hang(&app).await {
        tracing::error!("the town has not all of its pictures: {error:#}");
    }
}

fn welcome(app: &App, links: &[DemoLink], took: Duration) -> String {
    let width = links.iter().map(|link| link.what.chars().count()).max().unwrap_or_default();
    let mut said =
        format!("\nBackstage Pass is open: {} (made in {} ms)\n", app.public_url, took.as_millis());
    let mut part = "";
    for link in links {
        if link.part != part {
            part = link.part;
            said += &format!("\n{part}\n");
        }
        said += &format!("  {:width$}  {}\n", link.what, link.url);
    }
    said + "\nCtrl-C stops the server.\n\n"
}
