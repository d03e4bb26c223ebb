//! Maya's house: one creator with a published space, passes, a stream that plays the test card, and one that waits for
//! its host. Scripts and tests rely on its people, addresses and passes.

use super::{DemoServer, air};
use crate::{Service, app::App};
use anyhow::{Context, Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::{
        offer::{ExperienceKind, PriceKind},
        topics::{Category, Topics},
    },
    id::{AccountId, SpaceId, StreamId},
    live::stream::{Stream, StreamState},
    time::{Millis, Span},
};
use media::Film;
use store::{ExperienceText, PassText, Profile, SpaceText};

pub const SESSION: &str = "friday-session";
pub const REHEARSAL: &str = "rehearsal-room";

pub const HOST: &str = "maya@demo.example";
pub const OPERATOR: &str = "olga@demo.example";

/// Whether there is no demo data yet.
///
/// # Errors
/// If the database has something else: everybody on this machine may sign in as any demo person, so real people's accounts
/// must not be exposed to this.
pub async fn is_fresh(app: &App, owner: &str) -> Result<bool> {
    let accounts = app.store.accounts();
    let known = accounts.by_email(owner).await?.is_some();
    ensure!(
        known || accounts.is_empty().await?,
        "the database contains something other than a demo: name an empty one with --data or --database-url"
    );
    Ok(!known)
}

/// The people of the house, and its space.
pub struct House {
    host: AccountId,
    viewer: AccountId,
    stranger: AccountId,
    operator: AccountId,
    space: SpaceId,
}

/// Creates what is missing: everything, in an empty database.
pub async fn seed(app: &App, now: Millis) -> Result<House> {
    let store = &app.store;
    let (maya, fresh) = store.accounts().find_or_create(HOST, now).await?;
    if fresh {
        store.accounts().name(maya.id, "maya").await?;
    }
    let (viewer, _) = store.accounts().find_or_create("vera@demo.example", now).await?;
    let (stranger, _) = store.accounts().find_or_create("sam@demo.example", now).await?;
    let operator = store.accounts().make_operator(OPERATOR, now).await?;
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
            store.accounts().name(id, username).await?;
            let profile = Profile {
                username: username.into(),
                name: name.into(),
                bio: String::new(),
                site: String::new(),
            };
            store.accounts().update(id, &profile).await?;
        }
    }
    Ok(House {
        host: maya.id,
        viewer: viewer.id,
        stranger: stranger.id,
        operator: operator.id,
        space: space.id,
    })
}

/// Finds the rooms of the house, and plans the stream that waits for its host.
pub async fn plan(app: &App, house: House, now: Millis) -> Result<DemoServer> {
    let store = &app.store;
    let experiences = store.experiences().list(house.space).await?;
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
        host: house.host,
        viewer: house.viewer,
        stranger: house.stranger,
        operator: house.operator,
        session,
        live: scheduled,
        scheduled,
        town: None,
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
        made.push(store.experiences().create(space, ExperienceKind::Show, &text, now).await?.id);
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

/// Puts Maya's session on air: the one that was live, with the test card again, or a new one.
pub async fn go_live(service: &Service, demo: &DemoServer, now: Millis) -> Result<StreamId> {
    let streams = service.app.store.streams();
    let current = streams.current(demo.session).await?.filter(|s| s.state != StreamState::Ended);
    let stream = match current {
        Some(stream) => stream,
        None => streams.schedule(demo.session, "Friday session: new songs, first takes", None, now).await?,
    };
    air::put_on_air(service, &stream, Film::TestCard, None).await?;
    Ok(stream.id)
}
