//! Use cases live in `service`: every change has its audit line, and only `changed` invalidates caches and ejects
//! people.

use super::{Source, sources};

/// How a transaction begins; one in `service` must end with an audit line.
const BEGINS: &str = ".begin().await";
const COMMITS: &str = ".commit_audited(";

/// The functions of a file with their bodies, found by rustfmt's indentation.
fn functions(code: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in code.lines() {
        let text = line.trim_start();
        let name = text.split_once("fn ").filter(|(before, _)| {
            before
                .split_whitespace()
                .all(|w| ["pub", "pub(crate)", "pub(super)", "async", "const"].contains(&w))
        });
        if let Some((_, rest)) = name {
            let name = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((name, String::new()));
        }
        if let Some((_, body)) = found.last_mut() {
            body.push_str(line);
            body.push('\n');
        }
    }
    found
}

/// Transactions outside `store` that can commit without an audit line.
fn unaudited(sources: &[Source]) -> Vec<String> {
    let outside = sources.iter().filter(|s| !s.path.starts_with("src/store/"));
    let mut found = Vec::new();
    for source in outside {
        for (name, body) in functions(&source.code()) {
            if body.contains(BEGINS) && !body.contains(COMMITS) {
                found.push(format!("{}: {name}", source.path));
            }
        }
    }
    found
}

/// Cache invalidations and ejections outside `service::changes`.
fn forgotten_elsewhere(sources: &[Source]) -> Vec<String> {
    let allowed = |path: &str| path == "src/service/changes.rs" || path.starts_with("src/service/caches/");
    let mut found = Vec::new();
    for source in sources.iter().filter(|s| !allowed(&s.path)) {
        let code = source.code();
        let forgets = code.contains(".forget_person(")
            || code.contains(".forget_space(")
            || code.contains(".forget_account(")
            || code.contains("caches.sessions.end(");
        let ejects = code.contains(".eject(") && !source.path.starts_with("actors/");
        if forgets || ejects {
            found.push(source.path.clone());
        }
    }
    found
}

#[test]
fn nothing_is_changed_without_its_audit_line() {
    let mut sources = sources();
    assert_eq!(unaudited(&sources), Vec::<String>::new());
    sources.push(Source::planted(
        "src/service/catalogue/planted.rs",
        "pub async fn rename(services: &Services) -> ServiceResult<()> {\n    let mut tx = services.store.begin().await?;\n    tx.rename_space().await?;\n    Ok(())\n}\n",
    ));
    assert_eq!(unaudited(&sources), ["src/service/catalogue/planted.rs: rename"]);
}

#[test]
fn only_changed_forgets_caches_and_ejects() {
    let mut sources = sources();
    assert_eq!(forgotten_elsewhere(&sources), Vec::<String>::new());
    sources.push(Source::planted(
        "src/server/web/people/planted.rs",
        "fn f(app: &App) { app.services.caches.access.forget_space(id); }",
    ));
    sources.push(Source::planted(
        "src/server/jobs/planted.rs",
        "fn f(app: &App) { app.engine.eject(target, reason); }",
    ));
    assert_eq!(
        forgotten_elsewhere(&sources),
        ["src/server/web/people/planted.rs", "src/server/jobs/planted.rs"]
    );
}

/// The parts of the server that share code only through `service`.
const DOORS: &[&str] = &["web", "api", "jobs", "cli"];

fn meetings(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let Some(rest) = source.path.strip_prefix("src/server/") else { continue };
        let Some(door) = DOORS.iter().find(|door| rest.split(['/', '.']).next() == Some(**door)) else {
            continue;
        };
        let named = super::imports::named_below(source, "crate::");
        found.extend(
            DOORS
                .iter()
                .filter(|other| *other != door && named.contains(**other))
                .map(|other| format!("{} names {other}", source.path)),
        );
    }
    found
}

#[test]
fn web_api_jobs_and_command_line_never_import_each_other() {
    let mut sources = sources();
    assert_eq!(meetings(&sources), Vec::<String>::new());
    sources.push(Source::planted("src/server/jobs/planted.rs", "use crate::web::error::WebError;\n"));
    assert_eq!(meetings(&sources), ["src/server/jobs/planted.rs names web"]);
}
