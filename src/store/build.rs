//! Lists the files of `migrations/` for `db.rs`. sqlx's own macro would do the same, but it compiles sqlx, both drivers and
//! tokio a second time, for the compiler's side.

use std::{env, error::Error, fs, path::Path};

const FOLDER: &str = "../../migrations";

/// Writes `migrations.rs`: a slice of `(version, description, text)`, from names like `0007_viewings.sql`.
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let mut entries = Vec::new();
    for file in fs::read_dir(FOLDER)? {
        let path = fs::canonicalize(file?.path())?;
        if path.extension().is_none_or(|ending| ending != "sql") {
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a name that is not UTF-8")?;
        let (version, description) = stem.split_once('_').ok_or("a name without an underscore")?;
        let (version, description) = (version.parse::<i64>()?, description.replace('_', " "));
        entries.push(format!("({version}, {description:?}, include_str!({path:?})),"));
    }
    entries.sort();
    let out = Path::new(&env::var("OUT_DIR")?).join("migrations.rs");
    fs::write(out, format!("&[{}]", entries.concat()))?;
    Ok(())
}
