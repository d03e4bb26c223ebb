//! Every file that pages refer to exists, and vendored files match their recorded hashes.

#[path = "../examples/gallery/content.rs"]
mod content;
#[path = "../examples/gallery/doors.rs"]
mod doors;
#[path = "../examples/gallery/files.rs"]
mod files;
#[path = "../examples/gallery/market/mod.rs"]
mod market;
#[path = "../examples/gallery/operators.rs"]
mod operators;
#[path = "../examples/gallery/pages.rs"]
mod pages;
#[path = "../examples/gallery/sample.rs"]
mod sample;
#[path = "../examples/gallery/shows.rs"]
mod shows;
#[path = "../examples/gallery/stage.rs"]
mod stage;
#[path = "../examples/gallery/teams.rs"]
mod teams;
#[path = "../examples/gallery/trust.rs"]
mod trust;

use sha2::{Digest, Sha256};
use std::{fs, path::PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../static"))
}

#[test]
fn every_file_that_a_page_names_exists() {
    for (name, page) in pages::all() {
        let html = page.into_string();
        let files: Vec<&str> = html
            .split("\"static/")
            .skip(1)
            .filter_map(|rest| rest.split_once('"'))
            // One attribute names several: those that are loaded later.
            .flat_map(|(files, _)| files.split(" static/"))
            .collect();
        assert!(files.contains(&"site.css") && files.contains(&"page.js"), "{name}: {files:?}");
        for file in files {
            assert!(folder().join(file).is_file(), "{name} asks for {file}");
        }
    }
}

#[test]
fn vendored_files_match_their_recorded_hashes() {
    let list = fs::read_to_string(folder().join("VENDORED.md")).expect("VENDORED.md is readable");
    let rows: Vec<Vec<&str>> = list
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    assert_eq!(rows.len(), 3, "htmx, its SSE extension, and LiveKit's client");
    for row in rows {
        let (file, hash) = (row[1], row[4]);
        let bytes = fs::read(folder().join(file)).expect("a listed file exists");
        let got: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(got, hash, "{file}");
    }
}

/// All style sheets, one after the other.
fn styles() -> String {
    let files = fs::read_dir(folder()).expect("the folder").map(|file| file.expect("a file").path());
    let sheets: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "css")).collect();
    assert!(sheets.len() > 1);
    sheets.iter().map(|path| fs::read_to_string(path).expect("the style sheet is there")).collect()
}

/// A browser drops a declaration whose custom property is not defined, without a word.
#[test]
fn the_style_sheet_defines_each_custom_property_that_it_uses() {
    let css = styles();
    let name = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default().to_owned()
    };
    let defined = |name: &str| css.contains(&format!("{name}:"));
    let used: Vec<String> = css.split("var(").skip(1).map(name).collect();
    let undefined: Vec<_> = used.iter().filter(|name| !defined(name)).collect();
    assert!(used.len() > 100 && undefined.is_empty(), "not defined: {undefined:?}");
    assert!(!defined("--planted"));
}

/// Words of a style sheet would be in one language: what it shows comes from an attribute.
#[test]
fn the_style_sheet_has_no_words_of_its_own() {
    let css = styles();
    let shown = css.split("content: \"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
    let spoken: Vec<&str> = shown.filter(|text| text.contains(|c: char| c.is_ascii_lowercase())).collect();
    assert!(css.contains("content: attr(") && spoken.is_empty(), "{spoken:?}");
}
