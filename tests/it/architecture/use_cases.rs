//! Use cases live in `service`: every change has its audit line, only `changed` invalidates caches and ejects people,
//! and web, jobs and command line neither begin transactions nor call functions that write rows.

use super::{Source, sources};
use std::collections::BTreeSet;

/// How a transaction begins; one in `service` must end with an audit line.
const BEGINS: &str = ".begin().await";
const COMMITS: &str = ".commit_audited(";

/// Use cases that no person requests: expiry, and counters of strangers' tries. All others have an audit line.
const UNATTENDED: &[&str] = &[
    "src/service/access/comps.rs: end_late",
    "src/service/access/mod.rs: end_due_grants",
    // Orders of visitors that came to nothing, by the clock.
    "src/service/money/buying/guests.rs: forget",
    "src/service/people/confirmation.rs: refused",
    // A name leaves the journals after the deletion of its account, which has the line.
    "src/service/people/deletion.rs: forget_in",
    "src/service/people/recovery.rs: enter",
    "src/service/people/sign_in.rs: enter",
    // Offers are made and end by the clock; the history of each entry has them.
    "src/service/waitlist/mod.rs: serve",
];

/// Use cases whose audit lines are not counted against what an account and its network may change: sign-in and sign-out,
/// of which each needs a mailed code or a passkey's ceremony, the end of an account, the end of mail by the link in it, turning
/// an invitation down, and what only operators may do.
const UNBOUNDED: &[&str] = &[
    // What follows a closing, which was counted.
    "src/service/catalogue/closings.rs: finish",
    "src/service/money/buying/gifts.rs: return_untaken",
    // By the link in the mail.
    "src/service/audience/letters.rs: stop",
    // What follows a decision, which was counted.
    "src/service/money/back/show_refunds.rs: call_off",
    "src/service/ops/actors.rs: act_on",
    "src/service/ops/pictures.rs: take_down",
    "src/service/ops/reports.rs: decide",
    "src/service/ops/suspensions.rs: end_shows",
    "src/service/ops/suspensions.rs: restore_account",
    "src/service/ops/suspensions.rs: restore_space",
    "src/service/ops/suspensions.rs: suspend_account",
    "src/service/ops/suspensions.rs: suspend_space",
    // Once for each change of an address, which was counted; whoever took the account must not use up its owner's allowance.
    "src/service/people/address.rs: take_back",
    "src/service/people/confirmation.rs: enter",
    "src/service/people/deletion.rs: delete",
    "src/service/people/invitations.rs: decline",
    "src/service/people/mails.rs: stop",
    "src/service/people/passkeys/mod.rs: confirm",
    "src/service/people/passkeys/mod.rs: sign_in",
    "src/service/people/recovery.rs: enter",
    "src/service/people/sessions.rs: revoke",
    "src/service/people/sessions.rs: revoke_others",
    "src/service/people/sign_in.rs: start",
    "src/service/text/documents.rs: publish",
];

/// Writing functions of the repositories that commit by themselves and may be called outside the store and the demo:
/// leases and results of the outbox, input from strangers, files that are about to be written, sightings, clean-up. None is an
/// action of a person.
const UPKEEP: &[&str] = &[
    // By a program with the key of its show.
    "captions().keep",
    "closings().spread",
    "customers().enqueue_erasures",
    "customers().keep",
    "customers().keep_price",
    "customers().mark_erased",
    "files().advance",
    "files().complete",
    "files().count_download",
    "files().examined",
    "files().forget",
    "holder_messages().spread",
    "jobs().claim",
    "jobs().done",
    "jobs().drop_expired",
    "jobs().enqueue",
    "jobs().failed",
    "jobs().park",
    "jobs().waits",
    "ledger().ask_again",
    "ledger().move_available",
    "listings().move_on",
    "pictures().doom",
    "pictures().expect",
    "pictures().forget",
    "notices().spread",
    "payouts().ask_again",
    "payouts().next_attempt",
    "page_visits().forget",
    "page_visits().store",
    "purchases().adopt",
    "purchases().enqueue_owed_refunds",
    "recordings().begin_awaited",
    "recordings().begin_outside",
    "recordings().complete",
    "recordings().follow_wish",
    "recordings().forget",
    "recordings().forget_outside",
    "recordings().keep",
    "recordings().lose",
    "recordings().pass_over",
    "recordings().stop",
    "reminders().spread",
    "saved_cards().apply",
    "seller_accounts().ask_again",
    "seller_refunds().next_attempt",
    "sessions().saw",
    "show_refunds().decide_next",
    "show_refunds().spread",
    "sign_in().ask",
    "space_days().keep",
    "subscriptions().next_charge",
    "subscriptions().put_off",
    "suspensions().spread",
    "sweeps().ask_unsettled",
    "sweeps().keep",
    "webhook_inbox().keep",
    "webhook_inbox().refuse",
    // The command line: nobody is signed in, and the function writes its own audit line.
    "accounts().make_operator",
];

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
            let place = format!("{}: {name}", source.path);
            let unattended = body.contains(".commit_unattended(");
            let begins = body.contains(BEGINS) && !passes_on(&body) && !body.contains(COMMITS);
            if (begins || unattended) && !UNATTENDED.contains(&place.as_str()) {
                found.push(place);
            }
        }
    }
    found
}

/// Whether the transaction is passed to a function of the same file, which is checked by itself.
fn passes_on(body: &str) -> bool {
    body.contains("start(tx, ")
}

/// Audit lines and journal entries of people that no allowance bounds.
fn unbounded(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in
        sources.iter().filter(|s| s.path.starts_with("src/service/") && s.path != "src/service/lib.rs")
    {
        for (name, body) in functions(&source.code()) {
            let place = format!("{}: {name}", source.path);
            // What an actor decides for a person is stored by the actor, with the line.
            let by_an_actor =
                [".post(post)", ".moderate(command)", ".command("].iter().any(|ask| body.contains(ask));
            let free = by_an_actor && !body.contains("services.limits.");
            if (free || body.contains("unbounded_act(")) && !UNBOUNDED.contains(&place.as_str()) {
                found.push(place);
            }
        }
    }
    found
}

/// The callers of use cases: web, jobs and command line.
fn is_door(path: &str) -> bool {
    ["src/server/web/", "src/server/jobs/", "src/server/cli/"].iter().any(|door| path.starts_with(door))
}

/// `noun().function` of each repository function that writes and commits by itself.
fn writers(sources: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in sources.iter().filter(|s| s.path.starts_with("src/store/")) {
        let path = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let noun = path.rsplit('/').next().unwrap_or_default();
        for (name, body) in functions(&source.code()) {
            let by_itself = [
                "self.0.begin()",
                "self.0.run(",
                "self.again(",
                "self.0.returning(",
                "self.db.begin()",
                "self.db.run(",
                "self.again(",
                "enqueue_for_each(self.0",
            ]
            .iter()
            .any(|write| body.contains(write));
            if by_itself && body.trim_start().starts_with("pub async fn") {
                found.insert(format!("{noun}().{name}"));
            }
        }
    }
    found
}

/// Transactions that such a caller begins, and rows that it or a use case writes outside a transaction.
fn written_past_use_cases(sources: &[Source]) -> Vec<String> {
    let writers = writers(sources);
    let mut found = Vec::new();
    for source in sources.iter().filter(|s| is_door(&s.path) || s.path.starts_with("src/service/")) {
        // Whitespace is removed, so that a chain over several lines is found.
        let code: String = source.code().chars().filter(|c| !c.is_whitespace()).collect();
        if is_door(&source.path) && code.contains(BEGINS) {
            found.push(format!("{} begins a transaction", source.path));
        }
        let called = writers.iter().filter(|writer| !UPKEEP.contains(&writer.as_str()));
        found.extend(
            called
                .filter(|writer| code.contains(&format!(".{writer}(")))
                .map(|writer| format!("{} calls {writer}", source.path)),
        );
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
    sources.push(Source::planted(
        "src/service/people/planted.rs",
        "async fn quiet(tx: Tx<'_>) -> ServiceResult<()> {\n    Ok(tx.commit_unattended(&[]).await?)\n}\n",
    ));
    assert_eq!(
        unaudited(&sources),
        ["src/service/catalogue/planted.rs: rename", "src/service/people/planted.rs: quiet"]
    );
}

#[test]
fn whatever_a_person_makes_us_keep_is_bounded() {
    let mut sources = sources();
    assert_eq!(unbounded(&sources), Vec::<String>::new());
    for (path, text) in [
        (
            "src/service/people/planted.rs",
            "pub async fn rename(services: &Services, tx: Tx<'_>) {\n    tx.commit_audited(unbounded_act(by, \"x\", by, \"\"), &[], now)\n}\n",
        ),
        (
            "src/service/live/planted.rs",
            "pub async fn end(services: &Services) {\n    services.engine.stream(id).command(command, Some(by)).await\n}\n",
        ),
    ] {
        sources.push(Source::planted(path, text));
    }
    assert_eq!(
        unbounded(&sources),
        ["src/service/people/planted.rs: rename", "src/service/live/planted.rs: end"]
    );
}

#[test]
fn callers_write_only_through_use_cases() {
    let mut sources = sources();
    let writers = writers(&sources);
    for known in UPKEEP.iter().chain(&["sessions().create", "grants().give", "audit().append"]) {
        assert!(writers.contains(*known), "{known} is no function that writes: {writers:?}");
    }
    assert_eq!(written_past_use_cases(&sources), Vec::<String>::new());
    for (path, text) in [
        ("src/server/web/people/planted.rs", "let mut tx = app\n    .store\n    .begin()\n    .await?;"),
        ("src/server/jobs/people/planted.rs", "app.store.sessions().create(account, agent, now).await?;"),
        ("src/server/cli/planted.rs", "store\n    .audit()\n    .append(&act, now)\n    .await?;"),
        ("src/service/people/planted.rs", "services.store.grants().give(account, pass, now).await?;"),
    ] {
        sources.push(Source::planted(path, text));
    }
    assert_eq!(
        written_past_use_cases(&sources),
        [
            "src/server/web/people/planted.rs begins a transaction",
            "src/server/jobs/people/planted.rs calls sessions().create",
            "src/server/cli/planted.rs calls audit().append",
            "src/service/people/planted.rs calls grants().give",
        ]
    );
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

/// The audit lines of what could take an account, or what is its person's, away.
const TAKING: &[&str] = &[
    "account.address",
    "account.delete",
    "account.export",
    "account.recovery_codes",
    "invitation.hand_over",
    "invitation.resend",
    "member.leave",
    "member.role",
    "passkey.add",
    "passkey.remove",
    "space.close",
];

/// Use cases with such a line that do not ask whether a mailbox is enough.
fn taken_by_mailbox(sources: &[Source]) -> Vec<String> {
    let asks =
        |body: &str| ["check_owner(", "check_proof(", "may_make_codes("].iter().any(|ask| body.contains(ask));
    let mut found = Vec::new();
    for source in sources.iter().filter(|s| s.path.starts_with("src/service/")) {
        let functions = functions(&source.code());
        // `send` sends all invitations, and asks for those that hand a team over.
        let send_asks = functions.iter().any(|(name, body)| name == "send" && asks(body));
        for (name, body) in &functions {
            let takes = TAKING.iter().any(|action| body.contains(&format!("\"{action}\"")));
            let sends = send_asks && body.contains("send(services, &new, ");
            if takes && !asks(body) && !sends {
                found.push(format!("{}: {name}", source.path));
            }
        }
    }
    found
}

#[test]
fn nothing_is_taken_away_by_a_mailbox_where_a_passkey_is_required() {
    let mut sources = sources();
    assert_eq!(taken_by_mailbox(&sources), Vec::<String>::new());
    let service = sources.iter().filter(|s| s.path.starts_with("src/service/"));
    let code: String = service.map(Source::code).collect();
    for action in TAKING {
        assert!(code.contains(&format!("\"{action}\"")), "no use case writes {action}");
    }
    sources.push(Source::planted(
        "src/service/people/planted.rs",
        "pub async fn export(services: &Services) {\n    services.act(by, \"account.export\", by, \"\")\n}\n",
    ));
    sources.push(Source::planted(
        "src/service/people/planted_too.rs",
        "pub async fn hand_over(services: &Services) {\n    send(services, &new, \"invitation.hand_over\").await\n}\nasync fn send() {\n    tx.add_invitation(new, now).await\n}\n",
    ));
    assert_eq!(
        taken_by_mailbox(&sources),
        ["src/service/people/planted.rs: export", "src/service/people/planted_too.rs: hand_over"]
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
