//! The rules of ARCHITECTURE.md, checked against manifests and sources. Each rule is also shown to find a planted
//! fault.

mod arrows;
mod deletion;
mod folders;
mod imports;
mod jobs;
mod names;
mod statements;
mod use_cases;

use std::path::{Path, PathBuf};

/// A source file of the product; tests, examples and benches are left out.
#[derive(Clone, Debug)]
struct Source {
    /// Relative to the repository root, like `src/store/chat/journal.rs`.
    path: String,
    text: String,
}

impl Source {
    fn planted(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Without comments, so that prose does not count as an import.
    fn code(&self) -> String {
        self.text
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file of the product's crates.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for place in ["src", "actors", "views", "load"] {
        collect(&root().join(place), &mut found);
    }
    assert!(found.len() > 300, "too few sources found");
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["tests", "examples", "benches", "peers"].contains(&name.as_str()) {
                collect(&path, found);
            }
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            let path = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            found.push(Source { path, text });
        }
    }
}
