//! Every dependency in the manifests is used; an unused one would still be compiled and audited.

use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The name of a crate in `use` lines, where it differs from the package's name.
fn import(package: &str) -> String {
    match package {
        "async-stripe" => "stripe".into(),
        _ => package
            .strip_prefix("async-")
            .filter(|p| p.starts_with("stripe"))
            .unwrap_or(package)
            .replace('-', "_"),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

struct Member {
    name: String,
    folder: PathBuf,
    dependencies: BTreeSet<String>,
}

fn members() -> Vec<Member> {
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output();
    let metadata: Value =
        serde_json::from_slice(&run.expect("cargo metadata runs").stdout).expect("cargo metadata is JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    let member = |package: &Value| Member {
        name: text(&package["name"]),
        folder: Path::new(&text(&package["manifest_path"])).parent().expect("a folder").into(),
        dependencies: package["dependencies"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|d| text(&d["name"]))
            .collect(),
    };
    metadata["packages"].as_array().expect("packages").iter().map(member).collect()
}

/// All Rust sources of a crate including examples, tests and benches, but without crates in its subfolders.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let other =
            path.join("Cargo.toml").exists() || path.ends_with("target") || path.ends_with("node_modules");
        if path.is_dir() && !other {
            text += &sources(&path);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text += &fs::read_to_string(&path).expect("a source file");
        }
    }
    text
}

/// Whether the text uses the name as a crate: `name::`, `use name`, `{name,`.
fn names(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let alone = !before.ends_with(word) && !after.starts_with(word);
        alone && (after.starts_with("::") || before.ends_with("use ") || before.ends_with("extern crate "))
    })
}

fn unused(dependencies: &BTreeSet<String>, text: &str) -> Vec<String> {
    dependencies.iter().filter(|package| !names(text, &import(package))).cloned().collect()
}

#[test]
fn every_dependency_of_a_crate_is_used() {
    for member in members() {
        let unused = unused(&member.dependencies, &sources(&member.folder));
        assert_eq!(unused, Vec::<String>::new(), "{} does not use", member.name);
    }
}

#[test]
fn every_workspace_dependency_is_used_by_a_crate() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let table = manifest.split("[workspace.dependencies]").nth(1).expect("the table");
    let table = table.split("\n[").next().unwrap_or_default();
    let listed =
        table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    let listed: BTreeSet<String> = listed.map(|(name, _)| name.trim().to_string()).collect();
    let asked: BTreeSet<String> = members().into_iter().flat_map(|m| m.dependencies).collect();
    let ours: BTreeSet<String> = members().into_iter().map(|m| m.name).collect();
    let idle: Vec<_> = listed.difference(&asked).filter(|name| !ours.contains(*name)).collect();
    assert!(listed.len() > 20 && idle.is_empty(), "no crate uses {idle:?}");
}

#[test]
fn an_unused_dependency_is_found() {
    let asked = ["uuid", "tokio-util", "async-stripe-checkout"].map(String::from).into();
    let text = "use stripe_checkout::Session;\n// uuid is only talked about\nlet x = my_tokio_util::y;";
    assert_eq!(unused(&asked, text), ["tokio-util", "uuid"]);
}
