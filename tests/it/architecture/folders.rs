//! Rules for folders inside crates: they are named by nouns of one list, hold at most fourteen files, and do not depend
//! on each other in cycles.

use super::{Source, imports::named_below, sources};
use std::collections::{BTreeMap, BTreeSet};

/// The folders whose subfolders are checked, with the path prefix by which their files import each other.
const PLACES: &[(&str, &str)] = &[
    ("src/domain", "crate::"),
    ("src/service", "crate::"),
    ("src/store", "crate::"),
    ("src/gateways", "crate::"),
    ("src/media", "crate::"),
    ("src/fanout", "crate::"),
    ("src/stand_in", "crate::"),
    ("src/server/web", "crate::web::"),
    ("src/server/jobs", "crate::jobs::"),
    ("actors", "crate::"),
    ("views", "crate::"),
    ("load", "crate::"),
];

/// The product's nouns; each has the same name in every layer.
const NOUNS: &[&str] = &[
    "people",
    "catalogue",
    "access",
    "audience",
    "money",
    "live",
    "chat",
    "mail",
    "waitlist",
    "work",
    "ops",
    "text",
];

/// Folders that are not nouns, by crate.
const PARTS: &[(&str, &[&str])] = &[
    ("src/server/web", &["request"]),
    ("src/store", &["db"]),
    ("src/service", &["caches"]),
    ("src/gateways", &["livekit", "stripe"]),
    ("src/media", &["codec", "sfu", "net", "recording", "restream", "test_card"]),
    ("src/fanout", &["http", "log", "shard"]),
    ("src/stand_in", &["book", "pages", "rules"]),
    ("actors", &["engine", "feed", "presence"]),
    ("views", &["words"]),
    ("load", &["chaos", "cli", "crowd", "judge", "measure", "plan", "report", "truth", "wire"]),
];

/// A folder with more files probably mixes two nouns.
const MOST_FILES: usize = 14;
const MOST_LINES: usize = 500;
/// The engine is one unit with its own document.
const LARGE: &[&str] = &["actors/engine"];

/// The subfolder of `place` that holds a file; `None` for files directly in `place`.
fn folder<'a>(place: &str, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(place)?.strip_prefix('/')?;
    rest.split_once('/').map(|(folder, _)| folder)
}

fn strange_folders(sources: &[Source]) -> BTreeSet<String> {
    let mut strange = BTreeSet::new();
    for (place, _) in PLACES {
        let parts = PARTS.iter().find(|(of, _)| of == place).map_or(&[][..], |(_, parts)| parts);
        for source in sources {
            if let Some(folder) = folder(place, &source.path)
                && !NOUNS.contains(&folder)
                && !parts.contains(&folder)
            {
                strange.insert(format!("{place}/{folder}"));
            }
        }
    }
    strange
}

fn full_folders(sources: &[Source]) -> Vec<String> {
    let mut files = BTreeMap::<&str, usize>::new();
    for source in sources {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        *files.entry(folder).or_default() += 1;
    }
    let full = files.into_iter().filter(|(folder, count)| *count > MOST_FILES && !LARGE.contains(folder));
    full.map(|(folder, count)| format!("{folder}: {count} files")).collect()
}

/// Pairs of folders that depend on each other, as text.
fn circles(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for (place, root) in PLACES {
        let mut edges = BTreeMap::<&str, BTreeSet<String>>::new();
        for source in sources {
            if let Some(from) = folder(place, &source.path) {
                edges.entry(from).or_default().extend(named_below(source, root));
            }
        }
        let reach = |from: &str| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_string()]);
            while let Some(at) = next.pop() {
                for to in edges.get(at.as_str()).into_iter().flatten() {
                    if edges.contains_key(to.as_str()) && seen.insert(to.clone()) {
                        next.push(to.clone());
                    }
                }
            }
            seen
        };
        let names: Vec<_> = edges.keys().copied().collect();
        for (n, a) in names.iter().enumerate() {
            for b in &names[n + 1..] {
                if reach(a).contains(*b) && reach(b).contains(*a) {
                    found.push(format!("{place}: {a} <-> {b}"));
                }
            }
        }
    }
    found
}

#[test]
fn folders_are_nouns_of_the_list() {
    assert_eq!(strange_folders(&sources()), BTreeSet::new());
    let planted = [Source::planted("src/store/misc/things.rs", "")];
    assert_eq!(strange_folders(&planted).into_iter().collect::<Vec<_>>(), ["src/store/misc"]);
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    let long = |sources: &[Source]| -> Vec<String> {
        let lines = |source: &Source| source.text.lines().count();
        let long = sources.iter().filter(|source| lines(source) > MOST_LINES);
        long.map(|source| format!("{}: {} lines", source.path, lines(source))).collect()
    };
    let mut sources = sources();
    assert_eq!(long(&sources), Vec::<String>::new());
    for lines in [MOST_LINES, MOST_LINES + 1] {
        sources.push(Source::planted(&format!("src/store/planted_{lines}.rs"), &"//\n".repeat(lines)));
    }
    assert_eq!(long(&sources), ["src/store/planted_501.rs: 501 lines"]);
}

#[test]
fn no_folder_holds_more_than_fourteen_files() {
    let mut sources = sources();
    assert_eq!(full_folders(&sources), Vec::<String>::new());
    let here = sources.iter().filter(|s| s.path.starts_with("src/store/chat/")).count();
    for n in here..=MOST_FILES {
        sources.push(Source::planted(&format!("src/store/chat/planted_{n}.rs"), ""));
    }
    assert_eq!(full_folders(&sources), ["src/store/chat: 15 files"]);
}

#[test]
fn no_circle_crosses_two_folders() {
    let mut sources = sources();
    assert_eq!(circles(&sources), Vec::<String>::new());
    sources.push(Source::planted("src/domain/people/planted.rs", "use crate::chat::room::JournalEntry;"));
    let found = circles(&sources);
    assert!(found.contains(&"src/domain: chat <-> people".to_string()), "{found:?}");
}
