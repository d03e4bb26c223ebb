//! Writes every page in every state, with sample data, into a folder, for review and for screenshots.
//!
//! `cargo run -p views --example gallery -- FOLDER`, or `FOLDER de` for the German pages

mod content;
mod doors;
mod files;
mod market;
mod operators;
mod pages;
mod sample;
mod shows;
mod stage;
mod teams;
mod trust;

use domain::text::language::Language;
use std::{env, error::Error, fs, path::PathBuf};
use views::words::speak;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("name a folder to write into")?);
    let (from, to) =
        (PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../static")), folder.join("static"));
    fs::create_dir_all(&to)?;
    for file in fs::read_dir(from)? {
        let file = file?;
        fs::copy(file.path(), to.join(file.file_name()))?;
    }
    let language = env::args().nth(2).as_deref().and_then(Language::of).unwrap_or_default();
    let pages = speak(language, pages::all);
    for (name, page) in &pages {
        fs::write(folder.join(format!("{name}.html")), page.clone().into_string())?;
    }
    println!("{} pages in {}", pages.len(), folder.display());
    Ok(())
}
