//! Dependency rules between crates, checked against the manifests and the `use` lines. Each check is shown to find a
//! planted fault.

use super::{Source, imports::named_below, sources};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

/// The workspace crates that each crate may use. All arrows point at `domain`; only `server` may use every crate.
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

/// Dependencies that `service` must not have: a use case knows no framework, HTML, SQL or actor runtime.
const NOT_IN_SERVICE: &[&str] = &["axum", "hyper", "maud", "sqlx", "ractor", "reqwest"];

/// Dependencies that would give `domain` I/O or a runtime.
const NOT_IN_DOMAIN: &[&str] =
    &["tokio", "axum", "sqlx", "ractor", "reqwest", "hyper", "maud", "async-stripe", "str0m"];

type Edges = BTreeMap<String, BTreeSet<String>>;

/// Each workspace crate with its normal dependencies.
fn edges() -> Edges {
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(super::root())
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

/// Every edge that the table does not allow, as text.
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
    let service = edges.get("service").cloned().unwrap_or_default();
    wrong.extend(
        service.iter().filter(|d| NOT_IN_SERVICE.contains(&d.as_str())).map(|d| format!("service -> {d}")),
    );
    wrong
}

#[test]
fn crates_depend_only_on_what_the_table_allows() {
    assert_eq!(broken(&edges()), Vec::<String>::new());
}

#[test]
fn a_forbidden_edge_is_found() {
    for (from, to) in [
        ("views", "store"),
        ("actors", "views"),
        ("store", "gateways"),
        ("domain", "tokio"),
        ("service", "axum"),
        ("load", "server"),
    ] {
        let mut edges = edges();
        edges.get_mut(from).expect(from).insert(to.into());
        assert_eq!(broken(&edges), [format!("{from} -> {to}")]);
    }
}

/// The modules of `domain` that the engine may name: none of the product's nouns.
const OF_DOMAIN_IN_ENGINE: &[&str] = &["clock", "id", "time"];

fn nouns_in_engine(sources: &[Source]) -> Vec<String> {
    let engine = sources.iter().filter(|source| source.path.starts_with("actors/engine/"));
    let named = engine.flat_map(|source| {
        named_below(source, "domain::").into_iter().map(move |name| (source.path.clone(), name))
    });
    let wrong = named.filter(|(_, name)| !OF_DOMAIN_IN_ENGINE.contains(&name.as_str()));
    wrong.map(|(path, name)| format!("{path} names domain::{name}")).collect()
}

#[test]
fn the_engine_knows_of_domain_only_ids_time_and_the_clock() {
    let mut sources = sources();
    assert_eq!(nouns_in_engine(&sources), Vec::<String>::new());
    let planted = "use domain::{chat::room::JournalEntry, time::Millis};";
    sources.push(Source::planted("actors/engine/planted.rs", planted));
    assert_eq!(nouns_in_engine(&sources), ["actors/engine/planted.rs names domain::chat"]);
}
