//! The arrows of the house, held against the manifests and the `use` lines. A false edge is shown to fail.

use serde_json::Value;
use std::{collections::BTreeMap, collections::BTreeSet, path::Path, process::Command};

/// Which of our crates each crate may use. Everything points at `domain`; only `server` sees everybody.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("fanout", &[]),
    ("stand_in", &[]),
    ("load", &[]),
    ("sse-fanout", &["load"]),
    ("store", &["domain"]),
    ("media", &["domain"]),
    ("gateways", &["domain"]),
    ("actors", &["domain"]),
    ("views", &["domain"]),
    ("server", &["actors", "domain", "fanout", "gateways", "media", "service", "stand_in", "store", "views"]),
    ("service", &["actors", "domain", "store"]),
    ("fuzz", &["domain", "fanout", "gateways", "media", "views"]),
    ("it", &["actors", "domain", "gateways", "media", "server", "service", "stand_in", "store", "views"]),
];

/// What would make `domain` impure.
const NOT_IN_DOMAIN: &[&str] =
    &["tokio", "axum", "sqlx", "ractor", "reqwest", "hyper", "maud", "async-stripe", "str0m"];

type Edges = BTreeMap<String, BTreeSet<String>>;

/// Every crate of the workspace with all its normal dependencies.
fn edges() -> Edges {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output();
    let metadata: Value =
        serde_json::from_slice(&run.expect("cargo metadata runs").stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let name = |v: &Value| v["name"].as_str().expect("a name").to_string();
    let normal = |p: &Value| -> BTreeSet<String> {
        let all = p["dependencies"].as_array().expect("dependencies").iter();
        let dev_counts = name(p) == "it";
        all.filter(|d| d["kind"].is_null() || dev_counts).map(name).collect()
    };
    packages.iter().map(|p| (name(p), normal(p))).collect()
}

/// Every edge that the table does not allow, in words.
fn broken(edges: &Edges) -> Vec<String> {
    let mut wrong = Vec::new();
    for (from, to) in edges {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| name == from) else {
            wrong.push(format!("{from} is not in the table"));
            continue;
        };
        let ours = to.iter().filter(|name| ARROWS.iter().any(|(ours, _)| ours == name));
        wrong.extend(
            ours.filter(|name| !allowed.contains(&name.as_str())).map(|name| format!("{from} -> {name}")),
        );
    }
    let domain = edges.get("domain").cloned().unwrap_or_default();
    wrong.extend(
        domain.iter().filter(|d| NOT_IN_DOMAIN.contains(&d.as_str())).map(|d| format!("domain -> {d}")),
    );
    wrong
}

#[test]
fn crates_use_only_what_the_picture_allows() {
    assert_eq!(broken(&edges()), Vec::<String>::new());
}

#[test]
fn a_false_edge_is_found() {
    for (from, to) in [
        ("views", "store"),
        ("actors", "views"),
        ("store", "gateways"),
        ("domain", "tokio"),
        ("load", "server"),
    ] {
        let mut edges = edges();
        edges.get_mut(from).expect(from).insert(to.into());
        assert_eq!(broken(&edges), [format!("{from} -> {to}")]);
    }
}

/// `use` lines of one half of the server that name the other.
fn meetings(dir: &str, other: &str, sources: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let names = [format!("crate::{other}"), format!("super::super::{other}"), format!("{other}::")];
    let mut found = Vec::new();
    for (file, text) in sources {
        // `{web::` inside a braced import counts as well as a path of its own.
        let hit = text.lines().map(str::trim).filter(|line| !line.starts_with("//")).any(|line| {
            names[..2].iter().any(|n| line.contains(n))
                || line.starts_with(&names[2])
                || line.contains(&format!("{{{}", names[2]))
        });
        if hit {
            found.push(format!("{dir}/{file} names {other}"));
        }
    }
    found
}

/// Every source file below a folder of the server, by its path in that folder.
fn sources(dir: &str) -> impl Iterator<Item = (String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/server").join(dir);
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).expect("a source file")));
            }
        }
    }
    found.into_iter()
}

#[test]
fn web_and_jobs_meet_only_in_the_outbox() {
    assert_eq!(meetings("web", "jobs", sources("web")), Vec::<String>::new());
    assert_eq!(meetings("jobs", "web", sources("jobs")), Vec::<String>::new());
    let false_edge = [("x.rs".to_string(), "use crate::web::sse;\n".to_string())];
    assert_eq!(meetings("jobs", "web", false_edge.into_iter()), ["jobs/x.rs names web"]);
}
