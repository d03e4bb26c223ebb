//! Everything that the documents name exists: paths, modules, commands and settings.

use clap::CommandFactory as _;
use std::{collections::BTreeSet, path::Path};

const DOCUMENTS: [&str; 5] =
    ["README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CONTRIBUTING.md", "SECURITY.md"];

/// The folders with which a path in a document may begin, and where these are.
const BASES: [(&str, &[&str]); 3] = [
    ("", &["src", "actors", "views", "tests", "load", "static", "migrations", ".ci"]),
    ("src", &["domain", "service", "server", "store", "media", "gateways", "stand_in", "fanout"]),
    ("src/server", &["web", "jobs", "limits", "config", "cli"]),
];

/// The worked example of CONTRIBUTING.md, which the product does not have.
const EXAMPLE: &str = "BACKSTAGE_HELP_URL";

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn read(document: &str) -> String {
    std::fs::read_to_string(root().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// The texts in backticks, and the words of code blocks.
fn quoted(text: &str) -> BTreeSet<String> {
    let (mut found, mut block) = (BTreeSet::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            block = !block;
        } else if block {
            found.extend(line.split_whitespace().map(String::from));
        } else {
            found.extend(line.split('`').skip(1).step_by(2).map(String::from));
        }
    }
    found
}

/// The path that a quoted word names; `None` for other words.
fn place(word: &str) -> Option<String> {
    if word.contains(|c: char| !(c.is_ascii_alphanumeric() || "_./-".contains(c))) {
        return None;
    }
    if let Some(rest) = word.strip_suffix(".md").filter(|rest| !rest.contains('/')) {
        return Some(format!("{rest}.md"));
    }
    let (first, _) = word.split_once('/')?;
    let (base, _) = BASES.iter().find(|(_, folders)| folders.contains(&first))?;
    Some(format!("{base}/{word}").trim_start_matches('/').to_string())
}

/// Whether a module of `domain` exists, given its path or that of one of its items.
fn module_exists(path: &str) -> bool {
    let file = |path: &str| root().join("src").join(path.replace("::", "/"));
    let is_module =
        |path: &str| file(path).with_extension("rs").exists() || file(path).join("mod.rs").exists();
    is_module(path) || path.rsplit_once("::").is_some_and(|(module, _)| is_module(module))
}

fn missing(text: &str) -> Vec<String> {
    let wrong = |word: &String| match place(word) {
        Some(place) => !root().join(place).exists(),
        None => word.starts_with("domain::") && !module_exists(word),
    };
    quoted(text).into_iter().filter(wrong).collect()
}

#[test]
fn paths_and_modules_in_the_documents_exist() {
    for document in DOCUMENTS {
        let text = read(document);
        assert!(quoted(&text).len() > 10, "{document} was not understood");
        assert_eq!(missing(&text), Vec::<String>::new(), "{document} names something that does not exist");
    }
    let planted = "`tests/nowhere`, `web/no.rs`, `domain::no::Such` and\n```sh\ntests/gone now\n```";
    assert_eq!(missing(planted), ["domain::no::Such", "tests/gone", "tests/nowhere", "web/no.rs"]);
}

/// Commands like `backstage jobs list` that the command line does not have.
fn unknown_commands(text: &str) -> Vec<String> {
    let root = server::cli::Cli::command();
    let mut unknown = Vec::new();
    for quoted in text.split('`').filter_map(|part| part.strip_prefix("backstage ")) {
        let mut command = &root;
        for word in quoted.split_whitespace() {
            let is_name = word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !word.starts_with('-');
            if !is_name || command.get_subcommands().next().is_none() {
                break;
            }
            match command.find_subcommand(word) {
                Some(found) => command = found,
                None => {
                    unknown.push(quoted.to_string());
                    break;
                }
            }
        }
    }
    unknown
}

#[test]
fn commands_and_settings_in_the_documents_exist() {
    let root = server::cli::Cli::command();
    let serve = root.find_subcommand("serve").expect("serve");
    let settings: BTreeSet<String> = serve
        .get_arguments()
        .filter_map(|arg| arg.get_env())
        .map(|env| env.to_string_lossy().into())
        .collect();
    for document in DOCUMENTS {
        let text = read(document);
        assert_eq!(unknown_commands(&text), Vec::<String>::new(), "{document}");
        let named = quoted(&text).into_iter().filter(|word| {
            word.starts_with("BACKSTAGE_") && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        });
        let unknown: Vec<String> = named.filter(|name| name != EXAMPLE && !settings.contains(name)).collect();
        assert_eq!(unknown, Vec::<String>::new(), "{document}");
    }
    assert_eq!(
        unknown_commands("`backstage fly` and `backstage jobs fly`, `backstage audit verify`").len(),
        2
    );
}
