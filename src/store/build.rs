//! Lists the files of `migrations/` for `db/connections.rs`. sqlx's own macro would do the same, but it compiles sqlx,
//! both drivers and tokio a second time for the build host.

use std::{env, error::Error, fs, path::Path};

/// Relative to this crate's manifest.
const FOLDER: &str = "../../migrations";

/// Writes `migrations.rs`: a slice of `(version, description, text)`, from names like `0007_viewings.sql`. Its paths
/// are relative to the manifest of the crate that includes it, so a checkout can be moved together with its build
/// directory.
fn main() -> Result<(), Box<dyn Error>> {
    // Cargo watches each file in the folder, and the folder itself for new and deleted files.
    println!("cargo::rerun-if-changed={FOLDER}");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join(FOLDER);
    let mut migrations = Vec::new();
    for file in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let name = file?.file_name().into_string().map_err(|name| format!("{name:?} is not UTF-8"))?;
        let Some(stem) = name.strip_suffix(".sql") else { continue };
        let (version, description) =
            stem.split_once('_').ok_or_else(|| format!("{name} has no underscore after its number"))?;
        let version: i64 = version.parse().map_err(|_| format!("{name} does not begin with a number"))?;
        migrations.push((version, description.replace('_', " "), format!("/{FOLDER}/{name}")));
    }
    migrations.sort();
    if let Some(twice) = migrations.windows(2).find(|two| two[0].0 == two[1].0) {
        return Err(format!("two migrations have the number {}", twice[0].0).into());
    }
    let entries: String = migrations
        .iter()
        .map(|(version, description, path)| {
            format!(
                "({version}, {description:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),\n"
            )
        })
        .collect();
    fs::write(Path::new(&env::var("OUT_DIR")?).join("migrations.rs"), format!("&[\n{entries}]\n"))?;
    Ok(())
}
