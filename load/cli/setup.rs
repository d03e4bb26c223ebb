//! What a run needs before it starts: rooms, people, and the survival probe.

use crate::{
    chaos::survival::SurvivalProbe,
    cli::args,
    truth::mark::RunTag,
    wire::{
        doors::{self, Demo, Room, Target},
        rooms,
    },
};
use anyhow::{Context, Result, ensure};

/// Creates everything in the given demo, or uses what the command line names. `count`: how many people to create.
pub async fn prepare(
    run: &args::RunArgs,
    demo: Option<Demo>,
    chaos: bool,
    count: usize,
) -> Result<(Target, Option<SurvivalProbe>)> {
    let known = demo.is_some();
    let demo = demo.unwrap_or_default();
    let mut target = run.target(known.then_some(&demo))?;
    let name = RunTag::new(rand::random());
    let mut pass = run.pass.clone();
    if run.rooms > 0 {
        let made = rooms::make(&target, &demo.space, name.name(), run.rooms).await?;
        (target.rooms, pass) = (made.rooms, made.pass);
    }
    target.people = people(run, &demo, &pass, count)?;
    ensure!(
        target.people.iter().any(|cookie| !cookie.is_empty()),
        "no readers: give --cookies or --demo-json"
    );
    let ward = match &demo.data {
        Some(data) if chaos && !target.host.is_empty() => {
            let made = rooms::make(&target, &demo.space, &format!("{}-ward", name.name()), 1).await?;
            let room: Room = made.rooms.into_iter().next().context("a room that was just made")?;
            let people = doors::make_people(data, &run.space, &made.pass, 3)?;
            let [banned, slow, buyer] = people.try_into().ok().context("three people that were just made")?;
            Some(SurvivalProbe::admit(&target, room, [banned, slow], buyer, &demo.pass_paid).await?)
        }
        _ => None,
    };
    Ok((target, ward))
}

fn people(run: &args::RunArgs, demo: &Demo, pass: &str, count: usize) -> Result<Vec<String>> {
    match (&run.cookies, &demo.data) {
        (Some(file), _) => {
            let text = std::fs::read_to_string(file);
            Ok(doors::cookies(&text.with_context(|| format!("{} cannot be read", file.display()))?))
        }
        (None, Some(data)) => doors::make_people(data, &run.space, pass, count),
        (None, None) => Ok(vec![demo.cookies.viewer.clone()]),
    }
}
