//! A subscriber's year: a trial, renewals, a pause, a failure within whose grace it recovers, to the year and back, ended and gone on
//! with, renewed by credit, refunded in part, a dispute that is won and one that is lost.
//!
//! It is lived once with all events told in order; ten times with events shuffled and older ones late; and once with none told at all,
//! while the sweep alone looks as the clock moves. What we know in the end is the same, and is what the provider has. `projection` lists
//! the tables that are compared, and names those that are left out.
//!
//! `states` has a row for each state of each object of the provider and of ours; `forward` lets a year pass over orders and subscriptions.

mod forward;
mod life;
mod projection;
mod states;
mod telling;

use crate::support::{Database, on_both};
use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use life::SubscriberYear;
use telling::Telling;

on_both!(a_subscribers_year_is_the_same_in_the_end_however_it_is_told);

const SHUFFLED: [u64; 10] = [3, 17, 404, 1_790, 2_718, 31_415, 65_537, 271_828, 3_141_592, 20_261_130];
/// Lives that are lived at the same time: most of their time they wait for each other's servers.
const AT_ONCE: usize = 3;

/// What is known at the end of a year.
struct YearEnd {
    lines: Vec<String>,
    /// Events of the provider, its objects, and how often the clock was moved on.
    counts: [usize; 3],
}

async fn live(database: &Database, telling: Telling) -> Result<YearEnd> {
    let year = SubscriberYear::live(database, telling).await.with_context(|| format!("{telling:?}"))?;
    projection::is_what_the_provider_has(&year).await.with_context(|| format!("{telling:?}"))?;
    projection::names_all_tables(&year).await?;
    let compared = service::money::ledger::compare(&year.server.app.services).await?;
    ensure!(!compared.differences.is_empty(), "{compared:?}");
    for one in &compared.differences {
        ensure!(one.ledger == one.provider, "{telling:?}: {one:?}");
    }
    let (events, state) = (telling::happened(&year.server).await?, year.server.stand_in_knows().await?);
    let kinds = ["sessions", "subscriptions", "invoices", "charges", "refunds", "disputes"];
    let objects = kinds.iter().map(|kind| state[*kind].as_array().map_or(0, Vec::len)).sum();
    let lines = projection::known(&year).await?;
    let counts = [events.len(), objects, year.moves];
    year.server.close().await?;
    Ok(YearEnd { lines, counts })
}

/// The lines of which one has more than the other.
fn differences(ours: &[String], theirs: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = theirs.iter().collect();
    let mut found = Vec::new();
    for line in ours {
        match left.iter().position(|other| *other == line) {
            Some(place) => {
                left.remove(place);
            }
            None => found.push(format!("+ {line}")),
        }
    }
    found.extend(left.into_iter().map(|line| format!("- {line}")));
    found
}

/// What the story is about has happened, and is known.
fn has_all_of_it(year: &YearEnd) -> Result<()> {
    let of = |table: &str| year.lines.iter().filter(|line| line.starts_with(table)).collect::<Vec<_>>();
    let orders = of("purchases: ");
    ensure!(orders.len() == 5, "{orders:#?}");
    for words in ["refunded 200,", "dispute won,", "dispute lost,"] {
        ensure!(orders.iter().filter(|order| order.contains(words)).count() == 1, "{words}: {orders:#?}");
    }
    let [one] = of("subscriptions: ")[..] else { anyhow::bail!("{:#?}", year.lines) };
    ensure!(one.contains("canceled by the month for 500 eur") && one.contains("paused 0, owes no"), "{one}");
    let [grant] = of("grants: ")[..] else { anyhow::bail!("{:#?}", year.lines) };
    ensure!(grant.contains("suspended yes, revoked -, closed at its end"), "{grant}");
    for (mail, count) in [("Your trial", 1), ("Your pass", 5), ("Payment failed", 1), ("Ended: ", 1)] {
        let found =
            of("mail ").into_iter().any(|line| line.contains(mail) && line.ends_with(&format!(": {count}")));
        ensure!(found, "{count} of {mail}: {:#?}", year.lines);
    }
    let [events, objects, moves] = year.counts;
    println!("a year: {events} events of {objects} objects of the provider, {moves} moves of the clock");
    ensure!(events > 60 && objects >= 20 && moves > 10, "{:?}", year.counts);
    Ok(())
}

async fn a_subscribers_year_is_the_same_in_the_end_however_it_is_told(database: Database) -> Result<()> {
    let told = live(&database, Telling::InOrder).await?;
    has_all_of_it(&told)?;
    let others: Vec<Telling> = SHUFFLED.into_iter().map(Telling::Shuffled).chain([Telling::Swept]).collect();
    for some in others.chunks(AT_ONCE) {
        let ends = try_join_all(some.iter().map(|telling| live(&database, *telling))).await?;
        for (telling, end) in some.iter().zip(ends) {
            let differences = differences(&end.lines, &told.lines);
            ensure!(differences.is_empty(), "{telling:?}: {differences:#?}");
            ensure!(end.counts[1..] == told.counts[1..], "{telling:?}: {:?} {:?}", end.counts, told.counts);
        }
    }
    Ok(())
}
