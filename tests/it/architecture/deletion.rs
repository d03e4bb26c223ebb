//! What becomes of each column that names an account when the account is deleted. A new one has to be in a list here, and what
//! is forgotten has to be forgotten by a statement that the deletion runs.

use super::{Source, root, sources};
use std::collections::BTreeSet;

/// Of rows that a deletion deletes, or takes what tells of the person out of: `table.column`, the statement, and what
/// `delete_account` runs it by.
const FORGOTTEN: &[(&str, &str, &str)] = &[
    ("bans.account_id", r#""UPDATE bans SET name = $2 WHERE account_id = $1""#, "BANS"),
    ("clips.account_id", r#""DELETE FROM clips WHERE account_id = $1""#, "CLIPS"),
    ("follows.account_id", r#""DELETE FROM follows WHERE account_id = $1""#, "FOLLOWS"),
    (
        "former_addresses.account_id",
        r#""DELETE FROM former_addresses WHERE account_id = $1""#,
        "forget_former_addresses(",
    ),
    ("invitations.invited_by", r#""DELETE FROM invitations WHERE invited_by = $1""#, "INVITED_BY"),
    ("journal.author_id", r#""UPDATE journal SET payload = $3 WHERE room_id = $1"#, "&ForgetName {"),
    ("mail_preferences.account_id", r#""DELETE FROM mail_preferences WHERE account_id = $1""#, "PREFERENCES"),
    ("name_keys.account_id", r#""DELETE FROM name_keys WHERE account_id = $1""#, "name_keys::replace("),
    ("participants.account_id", r#""DELETE FROM participants WHERE account_id = $1""#, "PARTICIPANTS"),
    ("passkeys.account_id", r#""DELETE FROM passkeys WHERE account_id = $1""#, "forget_passkeys("),
    (
        "recovery_codes.account_id",
        r#""DELETE FROM recovery_codes WHERE account_id = $1""#,
        "forget_recovery_codes(",
    ),
    ("reminders.account_id", r#""DELETE FROM reminders WHERE account_id = $1""#, "REMINDERS"),
    ("restreams.account_id", r#""DELETE FROM restreams WHERE account_id = $1""#, "renew_keys_of("),
    ("sent_mails.account_id", r#""DELETE FROM sent_mails WHERE account_id = $1""#, " MAILS"),
    (
        "saved_cards.account_id",
        r#""DELETE FROM saved_cards WHERE account_id = $1 RETURNING id""#,
        "forget_cards(",
    ),
    (
        "sessions.account_id",
        r#""DELETE FROM sessions WHERE account_id = $1 RETURNING id""#,
        "delete_sessions(",
    ),
    (
        "waitlist_entries.account_id",
        r#""DELETE FROM waitlist_entries WHERE account_id = $1""#,
        " WAITLIST_ENTRIES",
    ),
    ("unwanted_messages.account_id", r#""DELETE FROM unwanted_messages WHERE account_id = $1""#, "UNWANTED"),
    ("team_members.account_id", r#""DELETE FROM team_members WHERE account_id = $1 AND"#, "LEAVE_TEAMS"),
];

/// Of rows that stay and tell nothing of the person but the id: money and access that others rely on, what was done and decided.
const KEPT: &[&str] = &[
    "audit.actor_id",
    "audit_pending.actor_id",
    "bans.by_id",
    "bans.lifted_by",
    // Whoever answered for the team; the buyer's data in the answer goes with their account.
    "dispute_evidence.by_id",
    // It counts on, so that no link from before is good again.
    "calendar_feeds.account_id",
    "checkouts.account_id",
    "comps.by_id",
    "consents.account_id",
    "document_versions.by_id",
    "grants.account_id",
    "holder_messages.by_id",
    "invites.created_by",
    "permits.account_id",
    "posts.author_id",
    "posts.edited_by",
    "provider_customers.account_id",
    "purchases.account_id",
    "refund_wishes.answered_by",
    "reports.decided_by",
    "reports.person_id",
    "reports.reporter_id",
    // Whoever decided it; the money stays as it is.
    "seller_refunds.by_id",
    "show_refunds.by_id",
    "subscriptions.account_id",
    "suspensions.by_id",
    "suspensions.lifted_by",
    "viewings.account_id",
    // Whoever decided it; the history of a person's own entries goes with them.
    "waitlist_history.by_id",
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

fn listed() -> impl Iterator<Item = &'static str> {
    FORGOTTEN.iter().map(|(column, ..)| *column).chain(KEPT.iter().copied())
}

/// Columns of which the store has no such statement, or whose statement the deletion does not run.
fn remembered(store: &str, deletion: &str) -> Vec<&'static str> {
    let (_, runs) = deletion.split_once("pub async fn delete_account(").expect("the deletion");
    let forgets = |(_, statement, by): &&(&str, &str, &str)| store.contains(statement) && runs.contains(by);
    FORGOTTEN.iter().filter(|row| !forgets(row)).map(|(column, ..)| *column).collect()
}

/// References that are in neither list.
fn unlisted(migrations: &str) -> Vec<String> {
    let listed: BTreeSet<String> = listed().map(str::to_owned).collect();
    references(migrations).difference(&listed).cloned().collect()
}

#[test]
fn a_deletion_knows_each_column_that_names_an_account() {
    let mut migrations = migrations();
    assert_eq!(unlisted(&migrations), Vec::<String>::new());
    let there = references(&migrations);
    for column in listed() {
        assert!(there.contains(column), "{column} names no account");
    }
    let sources = sources();
    let store = sources.iter().filter(|source| source.path.starts_with("src/store/"));
    let store: String = store.map(Source::code).collect();
    let deletion = sources.iter().find(|source| source.path == "src/store/people/deletion.rs");
    let deletion = deletion.expect("the deletion").code();
    assert_eq!(remembered(&store, &deletion), Vec::<&str>::new());
    let planted = deletion.replace("[REMINDERS, PARTICIPANTS,", "[PARTICIPANTS,");
    assert_eq!(remembered(&store, &planted), ["reminders.account_id"]);
    migrations
        .push_str("\nCREATE TABLE planted (\n    person_id TEXT NOT NULL REFERENCES accounts (id)\n);\n");
    assert_eq!(unlisted(&migrations), ["planted.person_id"]);
}
