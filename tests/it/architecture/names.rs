//! Within a crate each name of a type belongs to one type, so that a search for it finds one thing. Across crates one noun may
//! be a value, a row and a view.

use super::{Source, sources};
use std::collections::BTreeMap;

const KINDS: &[&str] = &["struct", "enum", "trait", "type", "union"];

/// What every actor has, by the names of the engine's framework. Each actor is a module that is read alone, and nobody but its own
/// parts names these.
const OF_EACH_ACTOR: &[&str] = &["Msg", "SlotState", "State"];

/// The crate of a file: `src/store`, or a folder beside `src`.
fn home(path: &str) -> &str {
    let mut ends = path.match_indices('/').map(|(at, _)| at);
    let end = if path.starts_with("src/") { ends.nth(1) } else { ends.next() };
    &path[..end.unwrap_or(path.len())]
}

/// The name of the type whose definition begins this line. What is indented is local to a function, a macro or a test.
fn defined(line: &str) -> Option<&str> {
    let item = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.strip_prefix(' ')?,
        None => line,
    };
    let (kind, rest) = item.split_once(' ')?;
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (KINDS.contains(&kind) && !name.is_empty()).then_some(name)
}

/// The files that define a type, by crate and name. Tests are left out.
fn types(sources: &[Source]) -> BTreeMap<(&str, &str), Vec<&str>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for source in sources.iter().filter(|source| !source.path.ends_with("tests.rs")) {
        for name in source.text.lines().filter_map(defined) {
            found.entry((home(&source.path), name)).or_default().push(source.path.as_str());
        }
    }
    found
}

/// Names of types that a crate defines twice, with their files.
fn doubled(sources: &[Source]) -> Vec<String> {
    let mut found = types(sources);
    found.retain(|(home, name), paths| {
        paths.sort_unstable();
        paths.len() > 1 && !(*home == "actors" && OF_EACH_ACTOR.contains(name))
    });
    found.into_iter().map(|((home, name), paths)| format!("{home}: {name} in {}", paths.join(", "))).collect()
}

#[test]
fn each_name_of_a_type_belongs_to_one_type_of_its_crate() {
    let mut sources = sources();
    let count = types(&sources).len();
    assert!(count > 1_000, "only {count} types were found");
    assert_eq!(doubled(&sources), Vec::<String>::new());
    for (path, text) in [
        ("src/domain/money/planted.rs", "#[derive(Debug)]\npub(crate) enum ChatLine {}\n"),
        ("src/domain/money/planted_tests.rs", "struct ChatLine;\n"),
        ("src/media/planted.rs", "pub struct ChatLine<'a>(&'a str);\n"),
    ] {
        sources.push(Source::planted(path, text));
    }
    assert_eq!(
        doubled(&sources),
        ["src/domain: ChatLine in src/domain/chat/room.rs, src/domain/money/planted.rs"]
    );
}

#[test]
fn the_names_that_actors_share_are_those_of_several_actors() {
    let sources = sources();
    let types = types(&sources);
    for name in OF_EACH_ACTOR {
        let count = types.get(&("actors", *name)).map_or(0, Vec::len);
        assert!(count > 1, "{name} is no exception: it is defined {count} times");
    }
}
