//! A job that mails somebody names who gets the mail by a field that a deletion knows, so a deleted account gets no mail. And every
//! job is run by this release.

use super::{Source, sources};
use domain::work::READERS;

/// The lines of the block that begins with `head`, without its braces.
fn block<'a>(code: &'a str, head: &str) -> Option<&'a str> {
    let body = code.split_once(head)?.1.split_once('{')?.1;
    Some(body.split_once("\n}").map_or(body, |(body, _)| body))
}

/// Jobs in the lane of mail that name people, but not who gets the mail.
fn without_reader(sources: &[Source]) -> (usize, Vec<String>) {
    let (mut seen, mut found) = (0, Vec::new());
    for source in sources.iter().filter(|s| s.path.starts_with("src/domain/")) {
        let code = source.code();
        for after in code.split("impl Job for ").skip(1) {
            let name: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
            let mails = block(after, "").is_some_and(|body| body.contains("Lane::Notices"));
            let Some(fields) = block(&code, &format!("pub struct {name} ")).filter(|_| mails) else {
                continue;
            };
            let people: Vec<&str> = fields
                .lines()
                .filter_map(|line| line.trim().trim_start_matches("pub ").split_once(": "))
                .filter(|(_, kind)| kind.contains("AccountId"))
                .map(|(field, _)| field)
                .collect();
            seen += usize::from(!people.is_empty());
            if !people.is_empty() && !people.iter().any(|field| READERS.contains(field)) {
                found.push(format!("{}: {name}", source.path));
            }
        }
    }
    (seen, found)
}

#[test]
fn a_job_that_mails_somebody_names_its_reader() {
    let mut sources = sources();
    let (seen, found) = without_reader(&sources);
    assert_eq!(found, Vec::<String>::new());
    assert!(seen >= 8, "only {seen} jobs that mail people were found");
    sources.push(Source::planted(
        "src/domain/live/planted.rs",
        "pub struct SendPlanted {\n    pub person: AccountId,\n}\n\nimpl Job for SendPlanted {\n    const LANE: Lane = Lane::Notices;\n}\n",
    ));
    assert_eq!(without_reader(&sources).1, ["src/domain/live/planted.rs: SendPlanted"]);
}

/// Jobs that `server` does not list: they would be parked.
fn unlisted(sources: &[Source]) -> Vec<String> {
    let mut code = String::new();
    for source in sources.iter().filter(|s| s.path.starts_with("src/server/jobs/")) {
        code.push_str(&source.code());
    }
    let mut found = Vec::new();
    for source in sources.iter().filter(|s| s.path.starts_with("src/domain/")) {
        let jobs = source.code();
        for after in jobs.split("impl Job for ").skip(1) {
            let name: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
            if !code.contains(&format!("Entry::of::<{name}>()")) {
                found.push(format!("{}: {name}", source.path));
            }
        }
    }
    found
}

#[test]
fn every_job_is_run() {
    let mut sources = sources();
    assert_eq!(unlisted(&sources), Vec::<String>::new());
    sources.push(Source::planted("src/domain/live/planted.rs", "impl Job for Planted {}\n"));
    assert_eq!(unlisted(&sources), ["src/domain/live/planted.rs: Planted"]);
}
