//! Covers, logos and faces of some of the creators: drawn here, and taken like the file of any person.

mod brush;
mod covers;
mod small;

use super::address;
use crate::{app::App, web::upload};
use anyhow::{Context, Result, anyhow};
use domain::{
    catalogue::cover::Scene,
    picture::{NewPicture, Purpose},
};
use service::catalogue::pictures;

type Paint = fn() -> Scene;

struct PictureSet {
    username: &'static str,
    /// With the words about it.
    cover: Option<(Paint, &'static str)>,
    logo: Option<Paint>,
    face: Option<Paint>,
}

static LOOKS: [PictureSet; 5] = [
    PictureSet {
        username: "jonas",
        cover: Some((covers::clay, "A bowl on a potter’s wheel, seen from above")),
        logo: Some(small::bowl),
        face: Some(small::jonas),
    },
    PictureSet {
        username: "kofi",
        cover: Some((covers::sea, "A sailing boat at night below a constellation")),
        logo: Some(small::sail),
        face: Some(small::kofi),
    },
    PictureSet {
        username: "ana",
        cover: Some((covers::dawn, "Birds above hills while the sun comes up")),
        logo: Some(small::sunrise),
        face: None,
    },
    PictureSet {
        username: "noor",
        cover: Some((covers::synth, "Knobs and cables of a synthesizer")),
        logo: Some(small::knob),
        face: None,
    },
    PictureSet {
        username: "hana",
        cover: Some((covers::table, "A table that is laid, seen from above")),
        logo: None,
        face: Some(small::hana),
    },
];

/// Hangs what is missing. In a debug build it takes a few seconds, so nobody waits for it.
pub async fn hang(app: &App) -> Result<()> {
    for look in &LOOKS {
        dress(app, look).await.with_context(|| format!("the pictures of {}", look.username))?;
    }
    Ok(())
}

async fn dress(app: &App, look: &PictureSet) -> Result<()> {
    let Some(host) = app.store.accounts().by_email(&address(look.username)).await? else { return Ok(()) };
    let (services, by) = (&app.services, host.id);
    let spaces = app.store.spaces().of_account(by).await?;
    let space = &spaces.first().context("a creator without a space")?.0;
    if let (Some((cover, words)), None) = (look.cover, space.cover) {
        let new = hand_in(app, Purpose::Cover, cover).await?;
        pictures::set_cover(services, by, space.id, Some(&new), words).await?;
    }
    if let (Some(logo), None) = (look.logo, space.logo) {
        let new = hand_in(app, Purpose::Logo, logo).await?;
        pictures::set_logo(services, by, space.id, Some(&new)).await?;
    }
    if let (Some(face), None) = (look.face, host.avatar) {
        let new = hand_in(app, Purpose::Avatar, face).await?;
        pictures::set_avatar(services, by, Some(&new)).await?;
    }
    Ok(())
}

/// Draws the picture, and takes it as an upload.
async fn hand_in(app: &App, purpose: Purpose, scene: fn() -> Scene) -> Result<NewPicture> {
    let file = tokio::task::spawn_blocking(move || gateways::drawn(&scene())).await?;
    let taken = upload::process(app, purpose, Ok(file.into())).await;
    taken.map_err(|errors| anyhow!("refused: {:?}", errors.iter().map(|e| &e.message).collect::<Vec<_>>()))
}
