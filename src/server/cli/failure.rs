//! How every command says that it failed: one sentence that names the file or setting and what to do about it.

use super::NotHere;
use crate::config::BadSettings;
use domain::error::StoreError;
use service::ServiceError;
use std::io::{self, ErrorKind};

/// The exit code of a command that failed.
const FAILED: u8 = 1;
/// Of one that cannot be carried out by this program.
const NOT_HERE: u8 = 2;

/// Prints why a command failed, and returns its exit code.
pub fn report(error: &anyhow::Error) -> u8 {
    for sentence in sentences(error) {
        eprintln!("backstage: {sentence}");
    }
    if error.is::<NotHere>() { NOT_HERE } else { FAILED }
}

/// One sentence, or one for each setting.
fn sentences(error: &anyhow::Error) -> Vec<String> {
    if let Some(BadSettings(faults)) = error.downcast_ref() {
        return faults.iter().map(|fault| in_one_line(fault)).collect();
    }
    let mut words = in_one_line(&format!("{error:#}"));
    if let Some(advice) = error.chain().find_map(advice) {
        words = format!("{words}; {advice}");
    }
    vec![words]
}

/// Without line breaks, and without the numbers of the operating system.
fn in_one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts = line.split(" (os error ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |line, rest| line + rest.split_once(')').map_or("", |(_, after)| after))
}

fn advice(cause: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    let away = matches!(cause.downcast_ref(), Some(StoreError::Unavailable(_)))
        || matches!(cause.downcast_ref(), Some(ServiceError::Unavailable(_)));
    if away {
        return Some("check --data and DATABASE_URL, and that the database runs and lets this user write");
    }
    Some(match cause.downcast_ref::<io::Error>()?.kind() {
        ErrorKind::NotFound => "check the path",
        ErrorKind::PermissionDenied => "check the owner and the permissions",
        ErrorKind::ReadOnlyFilesystem => "choose a place that can be written",
        ErrorKind::AlreadyExists => "choose another name, or move what is there",
        ErrorKind::NotADirectory | ErrorKind::IsADirectory => "check the path",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk",
        ErrorKind::AddrInUse => "stop the program that listens there, or choose another address",
        ErrorKind::AddrNotAvailable => "choose an address of this machine",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, anyhow};

    #[test]
    fn a_failure_is_one_sentence_that_says_what_to_do() {
        let gone = std::fs::File::open("/nowhere/at/all").context("cannot open /nowhere/at/all").unwrap_err();
        let away = anyhow::Error::from(StoreError::Unavailable("refused,\nit said".into()));
        for (error, want) in [
            (gone, "cannot open /nowhere/at/all: No such file or directory; check the path"),
            (
                away.context("cannot open the database /x"),
                "cannot open the database /x: the database is away: refused, it said; check --data and DATABASE_URL, and that the database runs and lets this user write",
            ),
            (anyhow!("one (os error 2), two (os error 13)"), "one, two"),
            (anyhow!("plain words"), "plain words"),
        ] {
            assert_eq!(sentences(&error), [want]);
        }
        let two = BadSettings(vec!["A is 0".into(), "B is not set".into()]);
        assert_eq!(sentences(&two.into()), ["A is 0", "B is not set"]);
    }
}
