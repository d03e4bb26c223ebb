//! `backstage catalogue`: fills a database with published spaces and planned shows, for load tools. The same numbers make the
//! same spaces; only times follow the clock. It may be repeated, and adds what is missing.

use super::{DataLocation, say};
use crate::{clock::ServiceClock, data::open_database, demo};
use anyhow::{Context, Result, ensure};
use clap::Args;
use domain::{
    amount::{Currency, Money},
    catalogue::{
        offer::PriceKind,
        slug,
        topics::{self, Category, Topics},
    },
    clock::Clock,
    time::{Millis, Span},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use store::{NewHost, Profile, SpaceText, Store};

#[derive(Args)]
pub struct Catalogue {
    /// Spaces, each with an owner of its own.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    spaces: u32,
    /// Shows in these spaces, from three hours ago until in 60 days.
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    shows: u32,
    /// Another seed makes other spaces, beside those of the first one in a demo.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=999))]
    seed: u32,
    #[command(flatten)]
    place: DataLocation,
}

/// At most so many shows per space, on average.
const MOST_SHOWS: u32 = 100;
/// Spaces that are held in memory at once.
const AT_ONCE: usize = 1000;
/// Spaces of one seed have numbers below this.
const OF_A_SEED: u64 = 1_000_000;
/// Minutes.
const WEEK: i64 = 7 * 24 * 60;

/// What a space is about, with nouns of its name and its tags. The load tool searches for some of them (`load/catalogue`).
const SUBJECTS: [(Category, [&str; 4], [&str; 4]); 9] = [
    (Category::Music, ["Jazz", "Chor", "Geigen", "音楽"], ["jazz", "chor", "hausmusik", "ピアノ"]),
    (Category::Cooking, ["Küche", "Brot", "Ramen", "料理"], ["küche", "brot", "vegan", "日本料理"]),
    (
        Category::Code,
        ["Rust", "Compiler", "Debugging", "Löten"],
        ["rust", "open-source", "embedded", "löten"],
    ),
    (Category::Drawing, ["Skizzen", "Manga", "Aquarell", "水彩"], ["skizzen", "manga", "tusche", "水彩"]),
    (Category::Craft, ["Töpfern", "Holz", "Letterpress", "折り紙"], ["keramik", "holz", "origami", "nähen"]),
    (
        Category::Movement,
        ["Yoga", "Tanz", "Climbing", "合気道"],
        ["yoga", "tanz", "bouldern", "rückenschule"],
    ),
    (
        Category::Talk,
        ["Gespräche", "Debatte", "Stories", "落語"],
        ["gespräche", "podcast", "philosophie", "news"],
    ),
    (Category::Games, ["Schach", "Speedrun", "Würfel", "囲碁"], ["schach", "speedrun", "retro", "囲碁"]),
    (
        Category::Learning,
        ["Physics", "Französisch", "Algebra", "日本語"],
        ["mathe", "französisch", "history", "日本語"],
    ),
];
const MANNERS: [&str; 16] = [
    "Blaue",
    "Leise",
    "Open",
    "Midnight",
    "Grüne",
    "Süße",
    "Little",
    "Große",
    "Slow",
    "Wild",
    "Zweite",
    "Übermütige",
    "Evening",
    "夜の",
    "みんなの",
    "春の",
];
const TOWNS: [&str; 16] = [
    "Berlin",
    "Köln",
    "Zürich",
    "Łódź",
    "Malmö",
    "Lyon",
    "Kraków",
    "Düsseldorf",
    "Bristol",
    "Leeds",
    "Aarhus",
    "São Paulo",
    "Nairobi",
    "京都",
    "大阪",
    "東京",
];
/// None begins with another one, so that a given name, a family name and a number never look like those of somebody else.
const GIVEN: [&str; 16] = [
    "Ada", "Ben", "Clara", "Dilan", "Emre", "Frida", "Goran", "Hanna", "Igor", "Jörg", "Keiko", "Léa",
    "Mats", "Noor", "Özlem", "Pia",
];
const FAMILIES: [&str; 16] = [
    "Acker", "Blum", "Cerny", "Dubois", "Ekström", "Fuchs", "Gruber", "Haddad", "Ito", "Jansen", "Köhler",
    "Lindgren", "Mori", "Novák", "Okafor", "Pereira",
];
const PROSE: [&str; 24] = [
    "we",
    "begin",
    "slowly",
    "bring",
    "your",
    "questions",
    "every",
    "week",
    "something",
    "new",
    "jeder",
    "kann",
    "mitmachen",
    "für",
    "Anfänger",
    "und",
    "alle",
    "anderen",
    "fragen",
    "erwünscht",
    "初心者",
    "歓迎",
    "毎週",
    "together",
];

pub async fn run(args: Catalogue) -> Result<()> {
    ensure!(args.shows <= args.spaces * MOST_SHOWS, "--shows may be at most {MOST_SHOWS} times --spaces");
    let store = open_database(&args.place.url()?).await?;
    let made = fill(&store, &args).await;
    store.close().await;
    let made = made?;
    say(format_args!("new spaces: {made}, known ones: {}\n", args.spaces as usize - made))
}

/// Returns the number of new spaces.
async fn fill(store: &Store, args: &Catalogue) -> Result<usize> {
    let accounts = store.accounts();
    let first = u64::from(args.seed) * OF_A_SEED;
    let known = [demo::OPERATOR.to_owned(), email(first)];
    let mut free = accounts.is_empty().await?;
    for email in &known {
        free = free || accounts.by_email(email).await?.is_some();
    }
    ensure!(
        free,
        "this database has accounts and is no demo's, and its people would find thousands of spaces that nobody made; name an \
         empty one by --data or --database-url"
    );
    let now = ServiceClock::default().now();
    let (mut made, mut number) = (0, first);
    for shows in shows_of_each(args.spaces as usize, args.shows, args.seed).chunks(AT_ONCE) {
        let hosts: Vec<NewHost> = shows.iter().zip(number..).map(|(shows, n)| host(n, *shows, now)).collect();
        number += hosts.len() as u64;
        made += store.spaces().make_hosts(&hosts).await.context("cannot write the spaces")?;
    }
    Ok(made)
}

/// How many shows each space has. Every third one has four times as many as the others.
fn shows_of_each(spaces: usize, shows: u32, seed: u32) -> Vec<u32> {
    let mut rng = StdRng::seed_from_u64(seed.into());
    let mut each = vec![0; spaces];
    for _ in 0..shows {
        let place = match rng.random_bool(0.5) {
            true => 3 * rng.random_range(0..spaces.div_ceil(3)),
            false => rng.random_range(0..spaces),
        };
        each[place] += 1;
    }
    each
}

fn email(number: u64) -> String {
    format!("{number}@catalogue.invalid")
}

fn pick(rng: &mut StdRng, of: &[&'static str]) -> &'static str {
    of[rng.random_range(0..of.len())]
}

/// The host with a number, which also seeds everything in their space.
fn host(number: u64, shows: u32, now: Millis) -> NewHost {
    let mut rng = StdRng::seed_from_u64(number);
    let rng = &mut rng;
    let (category, nouns, tags) = SUBJECTS[rng.random_range(0..SUBJECTS.len())];
    let (given, family) = (pick(rng, &GIVEN), pick(rng, &FAMILIES));
    let profile = Profile {
        username: format!("{}-{number}", slug::from_title(given, "a")),
        name: format!("{given} {family} {number}"),
        bio: String::new(),
        site: String::new(),
    };
    let noun = pick(rng, &nouns);
    let name = format!("{} {noun} {}", pick(rng, &MANNERS), pick(rng, &TOWNS));
    // Each at most once.
    let begin = rng.random_range(0..tags.len());
    let tags: Vec<&str> = tags.iter().cycle().skip(begin).take(rng.random_range(1..=3)).copied().collect();
    let words: Vec<&str> = (0..rng.random_range(20..60)).map(|_| pick(rng, &PROSE)).collect();
    let space = SpaceText {
        slug: format!("{}-{number}", slug::from_title(&name, "space")),
        tagline: format!("{noun}, {} {}", pick(rng, &PROSE), pick(rng, &PROSE)),
        name,
        about: words.join(" "),
        topics: Topics { category: Some(category), tags: topics::tags(&tags.join(", ")).unwrap_or_default() },
        zone: None,
    };
    let passes = (0..rng.random_range(1..=3)).map(|n| (format!("{noun} {}", n + 1), price(rng))).collect();
    let shows =
        (0..shows).map(|_| (format!("{} {noun}", pick(rng, &MANNERS)), Some(soon(rng, now)))).collect();
    NewHost {
        email: email(number),
        profile,
        space,
        since: Millis(now.0 - Span::minutes(rng.random_range(60..600_000)).0),
        stage: noun.into(),
        passes,
        shows,
    }
}

fn price(rng: &mut StdRng) -> PriceKind {
    let once = |minor: i64, currency| PriceKind::Once(Money { minor, currency });
    match rng.random_range(0..20) {
        0..5 => PriceKind::Free,
        5..16 => once(50 * rng.random_range(1..=160_i64), Currency::Eur),
        16 | 17 => once(50 * rng.random_range(1..=160_i64), Currency::Usd),
        18 => once(50 * rng.random_range(1..=160_i64), Currency::Gbp),
        _ => once(100 * rng.random_range(1..=90_i64), Currency::Jpy),
    }
}

/// A third of the shows are in the next week.
fn soon(rng: &mut StdRng, now: Millis) -> Millis {
    let minutes = match rng.random_bool(0.3) {
        true => rng.random_range(-180..WEEK),
        false => rng.random_range(WEEK..60 * 24 * 60),
    };
    now + Span::minutes(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::{account, impersonation::name_key};
    use std::collections::HashSet;

    #[test]
    fn the_same_numbers_make_the_same_spaces_and_none_is_refused() {
        let now = Millis(1_700_000_000_000);
        let hosts: Vec<NewHost> = (1..=300).map(|n| host(OF_A_SEED + n, 4, now)).collect();
        let mut seen = HashSet::new();
        for (n, made) in (1..).zip(&hosts) {
            let again = host(OF_A_SEED + n, 4, now);
            assert_eq!((&made.space, &made.passes, &made.shows), (&again.space, &again.passes, &again.shows));
            let NewHost { email, profile, space, passes, .. } = made;
            assert_eq!(account::username(&profile.username).as_ref(), Ok(&profile.username));
            assert_eq!(account::name(&profile.name).as_ref(), Ok(&profile.name));
            assert_eq!(slug::space(&space.slug).as_ref(), Ok(&space.slug));
            assert!(!space.topics.tags.is_empty() && !passes.is_empty() && made.shows.len() == 4);
            for unique in [email, &profile.username, &space.slug, &name_key(&profile.name)] {
                assert!(seen.insert(unique.clone()), "{unique} twice");
            }
        }
        let has = |word: &str| hosts.iter().any(|host| host.space.name.contains(word));
        assert!(has("Köln") && has("京都") && has("Jazz"));
        assert!(hosts.iter().any(|host| host.passes.iter().any(|(_, price)| *price == PriceKind::Free)));
    }

    #[test]
    fn every_show_has_its_space() {
        for (spaces, shows) in [(1, 50), (2, 7), (50, 200), (1000, 5000)] {
            let each = shows_of_each(spaces, shows, 1);
            assert_eq!((each.len(), each.iter().sum::<u32>()), (spaces, shows));
            assert_eq!(each, shows_of_each(spaces, shows, 1));
        }
    }
}
