//! What the potter's recipes are: two small files, one written and one drawn.

use super::{creators::CLAY, settled::Settled};
use crate::app::App;
use anyhow::{Context, Result};
use domain::catalogue::{content::files::NewFile, cover::Seed, offer::ExperienceKind};
use service::catalogue::content::files;

const RECIPE: &str = "\
Tenmoku, cone 10, for a lot of patience

Feldspar     45
Silica       25
Whiting      18
Kaolin       12
Iron oxide    9

Sieve twice. Thick where it may run, thin where it must not.
Cool slowly from 1,000 degrees, or the rust does not come.
";

/// Uploads them into the first place for files in the potter's space.
pub async fn bring(app: &App, settled: &Settled) -> Result<()> {
    let of = settled.at(CLAY.space.slug).context("the potter's space")?;
    let shelf = CLAY.rooms.iter().position(|room| room.kind == ExperienceKind::Files);
    let shelf = of.rooms[shelf.context("a place for files")?];
    let tile = gateways::preview(Seed::of("Tenmoku"));
    for (name, about, bytes) in [
        ("Tenmoku.txt", "The dark one from the spring kiln.", RECIPE.as_bytes().to_vec()),
        ("Test tile.jpg", "How it breaks over an edge, simplified.", tile),
    ] {
        let new = NewFile { name: name.into(), about: about.into(), size: bytes.len() as i64 };
        let file = files::begin(&app.services, of.host, shelf, &new).await.context(name)?;
        files::append(&app.services, of.host, file.id, 0, bytes).await.context(name)?;
        files::finish(&app.services, file.id).await.context(name)?;
    }
    Ok(())
}
