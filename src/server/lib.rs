//! The composition root, the only crate that depends on all others. [`build`] creates the parts; [`serve`] runs them
//! until the shutdown and then stops them in an order that loses nothing.

pub mod app;
mod audit_log;
pub mod cli;
pub mod clock;
pub mod config;
mod data;
pub mod demo;
mod jobs;
mod language;
pub mod limits;
mod live;
mod local;
pub mod memory;
mod recordings;
mod retention;
mod secret;
mod sent_mail;
mod stills;
mod telemetry;
pub mod web;

use anyhow::{Context, Result};
use app::{App, AppState};
use clock::ServiceClock;
use config::{Checked, Origin, Settings};
use data::DataDir;
use domain::{
    clock::Clock,
    live::{
        media::{MediaEnd, MediaEvent, MediaPlane},
        passes::{MediaHooks, OutsideIngest},
        recording::outside::OutsideRecorder,
        restream::Restreamer,
    },
    mail::Mailer,
    money::{billing::Billing, payments::Payments, payouts::provider::SellerPayments},
    objects::Objects,
};
use gateways::{
    BothPlanes, LiveKit, LiveKitIngest, ObjectFiles, ObjectsConfig, SmtpConfig, SmtpMailer, StripePayments,
};
use hyper_util::service::TowerToHyperService;
use limits::ConnectionGate;
use media::EmbeddedSfu;
use service::catalogue::disk::DiskRoom;
use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};
use web::{catalogue::pictures::PictureCache, live::passes::Planes, money::buying::own_page::PaymentForm};

/// A service that is ready to serve.
pub struct Service {
    pub app: App,
    pub media: Arc<EmbeddedSfu>,
    pub listener: fanout::Listener,
    /// Holds the lock on the data directory.
    pub data: DataDir,
    /// The built-in stand-in for Stripe, if it is used.
    pub local: Option<local::LocalMoney>,
}

/// Where a buyer pays, where they change their card, and where a seller says who is paid.
const STRIPES_PAGES: &str =
    "https://checkout.stripe.com https://billing.stripe.com https://connect.stripe.com";

/// Creates all parts in the order of their dependencies.
pub async fn build(settings: &Settings) -> Result<Service> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut settings = settings.check()?;
    let data = DataDir::open(settings.data.as_deref())?;
    let listener = listen(&settings)?;
    let address = listener.address()?;
    let public_url = public_url(&settings, address)?;
    let clock = ServiceClock::default();
    let secret = secret::Secret::open(settings.secret.as_ref(), data.path())?;
    let store = open_store(&settings, &data, &clock).await?;
    let sfu = Arc::new(start_media(&settings, address)?);
    let local = local::money(&settings, &data, address, &clock).await?;
    let (pay_origin, payment_form) = paying(&settings, local.as_ref());
    let stripe = provider(&mut settings, local.as_ref())?;
    let (mailer, mailbox) = mail(settings.smtp.take(), &data, address)?;
    let mailer = sent_mail::KeepingMailer { mailer, store: store.clone(), clock: clock.clone() };
    let recorder = recordings::outside::recorder(&settings, &data);
    let (plane, livekit, planes) = planes(&mut settings, &sfu, &clock);
    let restreamer = live::restreams::restreamer(&settings.restreams, &sfu, data.path())?;
    let ports = engine_ports(&clock, &store, stripe.clone(), plane.clone(), restreamer.clone());
    let config = actors::EngineConfig { chaos: settings.chaos, limits: settings.admission };
    let engine = actors::Engine::start(ports, config).await?;
    let gateways = (stripe, livekit, restreamer, recorder);
    let services = use_cases(&settings, &clock, &store, &engine, objects(&settings, &data)?, gateways);
    service::text::documents::learn_versions(&services).await?;
    let app = App::new(AppState {
        policy: web::policy(&pay_origin, planes.origins()),
        payment_form,
        passkeys: web::people::passkeys::Passkeys::new(&public_url),
        public_url,
        feeds: settings.limits.feeds(settings.places.feeds),
        openings: settings.limits.openings(),
        uploads: limits::Uploads::new(settings.limits.address_uploads),
        pictures: Default::default(),
        file_limits: Default::default(),
        picture_cache: PictureCache::of_uploads(),
        preview_cache: PictureCache::of_previews(),
        stills: Default::default(),
        clock,
        audit_log: audit_log::AuditLog::new(&secret, data.path()),
        secret,
        store,
        engine,
        machine: telemetry::machine::ProcessMeter::new(data.path()),
        media_sessions: sessions_of(&plane),
        attempts: Default::default(),
        media: plane,
        planes,
        mailer: Arc::new(mailer),
        mailbox,
        fanout: fanout::Fanout::start(fanout::Config::default())?,
        sign_in_links: Default::default(),
        sign_in_limits: web::people::sign_in::SignInLimits::new(settings.limits.address_asks),
        figures: telemetry::recorder(),
        settings,
        team_pages: web::access::teams::TeamPages::new(&*services.bus),
        post_pages: web::catalogue::content::posts::PostPages::new(&*services.bus),
        space_pages: web::catalogue::open_pages::SpacePages::new(&*services.bus),
        waitlist_pages: web::waitlist::place::WaitlistPages::new(&*services.bus),
        refund_pages: web::money::back::show_refunds::RefundPages::new(&*services.bus),
        holdings_pages: web::money::holdings::HoldingsPages::new(&*services.bus),
        services,
        health: Default::default(),
        room_logs: Default::default(),
        polls: Default::default(),
        boards: Default::default(),
        followed: Default::default(),
    });
    Ok(Service { app, media: sfu, listener, data, local })
}

/// Where buyers pay: the provider's pages, and its form for ours, if we have one.
fn paying(settings: &Checked, local: Option<&local::LocalMoney>) -> (String, Option<PaymentForm>) {
    match local {
        Some(local) => (local.origin().to_owned(), Some(PaymentForm::of_stand_in(local.origin()))),
        None => {
            let key = settings.publishable_key.clone();
            (STRIPES_PAGES.to_owned(), key.map(|key| PaymentForm::of_stripe(key, STRIPES_PAGES)))
        }
    }
}

fn listen(settings: &Checked) -> Result<fanout::Listener> {
    served(settings)
        .listen(settings.listen)
        .with_context(|| format!("cannot listen on {} (BACKSTAGE_LISTEN)", settings.listen))
}

async fn open_store(settings: &Checked, data: &DataDir, clock: &ServiceClock) -> Result<store::Store> {
    let url = settings.database_url.clone().unwrap_or_else(|| store::default_url(data.path()));
    let store = data::open_database(&url).await?;
    store.documents().ship(clock.now()).await.context("cannot store the texts of the service")?;
    data::name_shadowed_spaces(&store).await?;
    Ok(store)
}

fn start_media(settings: &Checked, address: std::net::SocketAddr) -> Result<EmbeddedSfu> {
    let media = media_config(settings, address);
    EmbeddedSfu::start(media)
        .with_context(|| format!("cannot use UDP and TCP on {} (BACKSTAGE_MEDIA_LISTEN)", media.listen))
}

/// The embedded plane, and LiveKit beside it where that is set up.
fn planes(
    settings: &mut Checked,
    sfu: &Arc<EmbeddedSfu>,
    clock: &ServiceClock,
) -> (Arc<dyn MediaPlane>, Option<Arc<LiveKit>>, Planes) {
    let Some(config) = settings.livekit.take() else {
        return (sfu.clone(), None, Planes::default());
    };
    let given: &Settings = settings;
    let planes = Planes::with_livekit(&config, given.livekit.plane);
    let livekit = Arc::new(LiveKit::start(config, Arc::new(clock.clone())));
    let both = BothPlanes { embedded: sfu.clone(), livekit: livekit.clone() };
    (Arc::new(both), Some(livekit), planes)
}

/// Where browsers find the service: where the settings say, else where it listens.
fn public_url(settings: &Checked, address: SocketAddr) -> Result<Origin> {
    let own = || Origin::parse(&format!("http://{address}"));
    Ok(settings.public_url.clone().map_or_else(own, Ok)?)
}

/// The stand-in on this machine, else what is set up; `None` without either.
fn provider(
    settings: &mut Checked,
    local: Option<&local::LocalMoney>,
) -> Result<Option<Arc<StripePayments>>> {
    let timeout = Duration::from_millis(settings.stripe_timeout);
    let config = local.map(|local| local.stripe()).or_else(|| settings.stripe.take());
    config.map(|config| Ok(Arc::new(StripePayments::with_timeout(config, timeout)?))).transpose()
}

/// What reaches beyond the service, where it is set up.
type Gateways = (
    Option<Arc<StripePayments>>,
    Option<Arc<LiveKit>>,
    Option<Arc<dyn Restreamer>>,
    Option<Arc<dyn OutsideRecorder>>,
);

fn use_cases(
    settings: &Checked,
    clock: &ServiceClock,
    store: &store::Store,
    engine: &actors::Engine,
    (objects, disk): (Arc<dyn Objects>, DiskRoom),
    (stripe, livekit, restreamer, recorder): Gateways,
) -> service::Services {
    service::Services::new(service::Parts {
        clock: Arc::new(clock.clone()),
        store: store.clone(),
        engine: engine.clone(),
        caches: Default::default(),
        limits: service::Limits::new(settings.limits.rates()),
        webhook_refusals: Default::default(),
        provider_seen: Default::default(),
        fee_share: settings.fee_share,
        payout_minimum: settings.payout_minimum,
        bus: Arc::new(service::LocalBus::default()),
        visits: Default::default(),
        objects,
        files: settings.files.into(),
        disk,
        payments: stripe.clone().map(|p| p as Arc<dyn Payments>),
        billing: stripe.clone().map(|p| p as Arc<dyn Billing>),
        sellers: stripe.map(|p| p as Arc<dyn SellerPayments>),
        ingest: livekit
            .clone()
            .map(|livekit| Arc::new(LiveKitIngest::new(livekit)) as Arc<dyn OutsideIngest>),
        media_hooks: livekit.map(|livekit| livekit as Arc<dyn MediaHooks>),
        recorder,
        restreamer,
        operators_passkeys: settings.operators_passkeys,
    })
}

/// The folder in the data directory, unless the settings name another place.
fn objects_config(settings: &Checked, data: &DataDir) -> ObjectsConfig {
    let config = settings.objects.clone();
    config.unwrap_or_else(|| ObjectsConfig::Folder(data.path().join("objects")))
}

/// The object store, and the room on its disk.
fn objects(settings: &Checked, data: &DataDir) -> Result<(Arc<dyn Objects>, DiskRoom)> {
    let config = objects_config(settings, data);
    let files = ObjectFiles::open(&config, config::object_store_variables());
    let files = Arc::new(files.context("cannot use the object store (OBJECT_STORE_URL)")?);
    let disk = match config {
        ObjectsConfig::Folder(path) => {
            DiskRoom::new(settings.recordings.recording_reserve, move || data::free_bytes(&path))
        }
        ObjectsConfig::Bucket { .. } => DiskRoom::default(),
    };
    Ok((files, disk))
}

fn engine_ports(
    clock: &ServiceClock,
    store: &store::Store,
    stripe: Option<Arc<StripePayments>>,
    media: Arc<dyn MediaPlane>,
    restreamer: Option<Arc<dyn Restreamer>>,
) -> actors::Ports {
    actors::Ports {
        clock: Arc::new(clock.clone()),
        journals: Arc::new(store.clone()),
        streams: Arc::new(store.clone()),
        checkouts: Arc::new(store.clone()),
        payments: stripe.map(|p| p as Arc<dyn Payments>),
        media,
        restreams: Arc::new(store.clone()),
        restreamer,
    }
}

/// How connections are served, and the gate that decides which to keep.
fn served(settings: &Checked) -> fanout::Serve {
    let usual = fanout::Serve::default();
    let send_buffer = settings.stream_buffer.unwrap_or(usual.send_buffer);
    let trusted = settings.trusted_proxies.clone();
    let gate = ConnectionGate::new(settings.places, settings.limits.address_connections, trusted);
    settings.limits.serve(Arc::new(gate), fanout::Serve { send_buffer, ..usual })
}

fn media_config(settings: &Checked, address: SocketAddr) -> media::Config {
    let listen = settings.media_listen.unwrap_or_else(|| SocketAddr::new(address.ip(), 0));
    let tcp = media::LineLimits {
        total: settings.places.media,
        per_network: settings.limits.address_media_connections,
    };
    let public_ips = settings.media_public_ip.unwrap_or_default();
    media::Config { listen, public_ips, tcp, ..media::Config::default() }
}

type Mail = (Arc<dyn Mailer>, Option<Arc<gateways::LocalMailer>>);

fn mail(smtp: Option<SmtpConfig>, data: &DataDir, address: SocketAddr) -> Result<Mail> {
    if let Some(smtp) = smtp {
        return Ok((Arc::new(SmtpMailer::new(smtp)), None));
    }
    let proof = gateways::LocalOnly::for_listener(address)?;
    let local = Arc::new(gateways::LocalMailer::open(proof, data.path().join("mailbox"))?);
    Ok((local.clone(), Some(local)))
}

/// The URLs of media sessions: that of one that the media plane has ended is forgotten.
fn sessions_of(plane: &Arc<dyn MediaPlane>) -> Arc<web::live::whip_sessions::MediaSessions> {
    let kept = Arc::<web::live::whip_sessions::MediaSessions>::default();
    let sessions = kept.clone();
    plane.listen(Box::new(move |event| {
        match event {
            MediaEvent::ViewerDown { session, .. } => sessions.close(session),
            // A silent publisher may continue.
            MediaEvent::PublisherDown { session, end, .. } if end != MediaEnd::Silent => {
                sessions.close(session)
            }
            _ => {}
        }
    }));
    kept
}

/// Runs the service until `shutdown` resolves, then stops it: pages are asked to reconnect, and work in progress is
/// finished.
pub async fn serve(service: Service, shutdown: impl Future<Output = ()>) -> Result<()> {
    let Service { app, listener, data, local, media } = service;
    for lane in domain::work::Lane::ALL {
        let worker = app.clone();
        app.engine.spawn_job_worker(lane.name(), move |w| jobs::run_lane(worker.clone(), lane, w));
    }
    let sealed = app.clone();
    app.engine.spawn_job_worker("audit", move |w| jobs::ops::seal_audit::work(sealed.clone(), w));
    let daily = app.clone();
    app.engine.spawn_job_worker("daily", move |w| jobs::daily::work(daily.clone(), w));
    let expiring = app.clone();
    app.engine.spawn_job_worker("expiries", move |w| jobs::expire_grants::work(expiring.clone(), w));
    let serving = app.clone();
    app.engine.spawn_job_worker("waitlists", move |w| jobs::waitlist::work(serving.clone(), w));
    let seen = app.clone();
    app.engine.spawn_job_worker("sightings", move |w| jobs::sightings::work(seen.clone(), w));
    if app.services.billing.is_some() {
        let swept = app.clone();
        app.engine.spawn_job_worker("sweep", move |w| jobs::sweep::work(swept.clone(), w));
    }
    let shown = app.clone();
    app.engine.spawn_job_worker("stills", move |w| stills::work(shown.clone(), w));
    let (recorded, plane, folder) = (app.clone(), media.clone(), data.path().join("recordings"));
    app.engine.spawn_job_worker("recordings", move |w| {
        recordings::work(recorded.clone(), plane.clone(), folder.clone(), w)
    });
    if app.services.ingest.is_some() {
        let encoders = app.clone();
        app.engine.spawn_job_worker("ingests", move |w| live::ingests::work(encoders.clone(), w));
    }
    let elsewhere = app.clone();
    app.engine
        .spawn_job_worker("outside_recordings", move |w| recordings::outside::work(elsewhere.clone(), w));
    let tidied = app.clone();
    app.engine.spawn_job_worker("memory", move |w| memory::tidy(tidied.clone(), w));
    let followed = app.services.clone();
    app.engine.spawn_job_worker("changes", move |w| service::follow(followed.clone(), w));
    let pages = TowerToHyperService::new(web::router(app.clone()));
    let stop = tokio_util::sync::CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    let server = fanout::serve(listener, pages, app.fanout.clone(), stopped);
    let told = async {
        let gave_up = tokio::select! {
            () = shutdown => false,
            () = app.engine.ended() => true,
        };
        tracing::info!(gave_up, "stopping");
        stop.cancel();
        gave_up
    };
    let ((), gave_up) = tokio::join!(server, told);
    app.engine.drain().await;
    // The engine and the media plane know each other, so neither is dropped by itself.
    media.stop();
    app.store.close().await;
    drop((data, local));
    anyhow::ensure!(
        !gave_up,
        "the engine gave up after too many failures, which the log tells: start the service again"
    );
    Ok(())
}
