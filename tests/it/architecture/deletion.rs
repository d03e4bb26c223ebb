//! What becomes of each column that names an account when the account is deleted. A new one has to be in a list here, and what
//! is forgotten has to be forgotten by a statement.

use super::{root, sources};
use std::collections::BTreeSet;

/// `table.column` of rows that a deletion deletes, or takes what tells of the person out of.
const FORGOTTEN: &[&str] = &[
    "bans.account_id",
    "follows.account_id",
    "former_addresses.account_id",
    "invitations.invited_by",
    "journal.author_id",
    "mail_preferences.account_id",
    "name_keys.account_id",
    "passkeys.account_id",
    "recovery_codes.account_id",
    "reminders.account_id",
    "sent_mails.account_id",
    "sessions.account_id",
    "team_members.account_id",
];

/// Of rows that stay and tell nothing of the person but the id: money and access that others rely on, what was done and decided.
const KEPT: &[&str] = &[
    "audit.actor_id",
    "audit_pending.actor_id",
    "bans.by_id",
    "bans.lifted_by",
    // It counts on, so that no link from before is good again.
    "calendar_feeds.account_id",
    "checkouts.account_id",
    "consents.account_id",
    "document_versions.by_id",
    "grants.account_id",
    "posts.author_id",
    "purchases.account_id",
    "reports.decided_by",
    "reports.person_id",
    "reports.reporter_id",
    "suspensions.by_id",
    "suspensions.lifted_by",
    "viewings.account_id",
];

/// All migrations, in their order.
fn migrations() -> String {
    let folder = std::fs::read_dir(root().join("migrations")).expect("the migrations");
    let mut paths: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "sql"));
    paths.sort();
    let read = |path: &std::path::PathBuf| std::fs::read_to_string(path).expect("a migration");
    paths.iter().map(read).collect::<Vec<_>>().join("\n")
}

/// `table.column` of each reference to an account.
fn references(migrations: &str) -> BTreeSet<String> {
    let (mut table, mut found) = ("", BTreeSet::new());
    for line in migrations.lines() {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("CREATE" | "ALTER"), Some("TABLE"), Some(name)) => table = name,
            (Some("DROP"), Some("TABLE"), Some(name)) => {
                let gone = format!("{}.", name.trim_end_matches(';'));
                found.retain(|column: &String| !column.starts_with(&gone));
            }
            _ => {}
        }
        if let Some((before, _)) =
            line.split_once(" TEXT").filter(|(_, rest)| rest.contains("REFERENCES accounts"))
        {
            let column = before.split_whitespace().next_back().unwrap_or_default();
            found.insert(format!("{table}.{column}"));
        }
    }
    found
}

/// References that are in neither list.
fn unlisted(migrations: &str) -> Vec<String> {
    let listed: BTreeSet<String> = FORGOTTEN.iter().chain(KEPT).map(|column| (*column).to_owned()).collect();
    references(migrations).difference(&listed).cloned().collect()
}

#[test]
fn a_deletion_knows_each_column_that_names_an_account() {
    let mut migrations = migrations();
    assert_eq!(unlisted(&migrations), Vec::<String>::new());
    let there = references(&migrations);
    for column in FORGOTTEN.iter().chain(KEPT) {
        assert!(there.contains(*column), "{column} names no account");
    }
    let sources = sources();
    let store = sources.iter().filter(|source| source.path.starts_with("src/store/"));
    let store: String = store.map(|source| source.text.as_str()).collect();
    for column in FORGOTTEN {
        let table = column.split('.').next().unwrap_or_default();
        let forgets = [format!("DELETE FROM {table} "), format!("UPDATE {table} SET")];
        assert!(forgets.iter().any(|statement| store.contains(statement)), "nothing forgets {column}");
    }
    migrations
        .push_str("\nCREATE TABLE planted (\n    person_id TEXT NOT NULL REFERENCES accounts (id)\n);\n");
    assert_eq!(unlisted(&migrations), ["planted.person_id"]);
}
