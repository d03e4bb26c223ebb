//! What we know of the subscriber's money: a line for each row of each table that is about it, by the provider's ids. So that lives can
//! be compared, the ids are replaced by names that follow from the order in which the provider made its objects, and moments by days
//! since it began the subscription.

use super::life::SubscriberYear;
use crate::support::{TestServer, plans::ADA};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use std::collections::{BTreeMap, BTreeSet};

/// Each table with its lines. `ACCOUNT` is the subscriber's id; `DAY(…)` counts days. What is left out of a row is when we learned of it
/// and wrote it (`created_at`, `paid_at`, `written_at`, `asked_at`, `version`), and our ids, by which the rows are joined here.
const COMPARED: &[(&str, &str)] = &[
    (
        "checkouts",
        "SELECT COALESCE(c.provider_session, '-') || ' ' || c.state || ' ' || CAST(c.amount AS TEXT) || ' ' || c.currency
            || ' of ' || c.title || ', ended by ' || COALESCE(c.ended_by, '-') || ', plan ' || COALESCE(c.plan_every, '-')
            || ', trial ' || COALESCE(CAST(c.plan_trial_days AS TEXT), '-') || ', discount ' || CAST(c.discount AS TEXT)
        FROM checkouts c WHERE c.account_id = 'ACCOUNT'",
    ),
    (
        "purchases",
        "SELECT COALESCE(p.provider_session, '-') || ' by ' || COALESCE(p.provider_intent, '-') || ' of '
            || COALESCE(b.provider_id, '-') || ' ' || CAST(p.amount AS TEXT) || ' ' || p.currency
            || ', refunded ' || CAST(p.refunded AS TEXT) || ', owed ' || COALESCE(p.refund_reason, '-')
            || ', sent back ' || CASE WHEN p.refund_failed_at IS NULL THEN 'no' ELSE 'yes' END
            || ', dispute ' || COALESCE(p.dispute, '-') || ', fee ' || COALESCE(CAST(p.platform_fee AS TEXT), '-')
            || ', number ' || COALESCE(CAST(p.number AS TEXT), '-') || ', invoice ' || COALESCE(CAST(p.invoice_number AS TEXT), '-')
        FROM purchases p LEFT JOIN subscriptions b ON b.id = p.subscription_id WHERE p.account_id = 'ACCOUNT'",
    ),
    (
        "subscriptions",
        "SELECT b.provider_id || ' ' || b.status || ' by the ' || b.charged_every || ' for ' || CAST(b.amount AS TEXT)
            || ' ' || b.currency || ', days ' || DAY(b.period_start) || ' to ' || DAY(b.period_end)
            || ', ends with it ' || CAST(b.ends_with_period AS TEXT) || ', ended on ' || COALESCE(DAY(b.ended_at), '-')
            || ', paused ' || CAST(b.collection_paused AS TEXT)
            || ', owes ' || CASE WHEN b.past_due_since IS NULL THEN 'no' ELSE 'yes' END
            || ', refused ' || COALESCE(b.refused, '-') || ', looked at ' || CASE WHEN b.look_at IS NULL THEN 'no' ELSE 'yes' END
        FROM subscriptions b WHERE b.account_id = 'ACCOUNT'",
    ),
    (
        "grants",
        "SELECT COALESCE(b.provider_id, '-') || ' by ' || g.source || ' until day ' || COALESCE(DAY(g.expires_at), '-')
            || ', suspended ' || CASE WHEN g.suspended_at IS NULL THEN 'no' ELSE 'yes' END
            || ', revoked ' || COALESCE(g.revoked_reason, '-')
            || CASE WHEN g.closed_at IS NULL THEN ', open' WHEN g.closed_at = g.expires_at THEN ', closed at its end'
                ELSE ', closed otherwise' END
        FROM grants g LEFT JOIN subscriptions b ON b.grant_id = g.id WHERE g.account_id = 'ACCOUNT'",
    ),
    (
        "ledger_sets",
        "SELECT s.kind || ' ' || s.object || ' of ' || COALESCE(p.provider_session, '-') || ' ' || CAST(s.amount AS TEXT)
            || ' ' || s.currency || ', fee known ' || CAST(s.fee_known AS TEXT) || ', note ' || COALESCE(s.note, '-')
            || ', cleared ' || CASE WHEN s.cleared_at IS NULL THEN 'no' ELSE 'yes' END
        FROM ledger_sets s JOIN purchases p ON p.id = s.purchase_id WHERE p.account_id = 'ACCOUNT'",
    ),
    (
        "ledger_entries",
        "SELECT e.kind || ' ' || e.object || ' ' || e.account || ' ' || CAST(e.amount AS TEXT) || ' ' || e.currency
        FROM ledger_entries e JOIN ledger_sets s ON s.kind = e.kind AND s.object = e.object
            JOIN purchases p ON p.id = s.purchase_id WHERE p.account_id = 'ACCOUNT'",
    ),
    (
        "ledger_sums",
        "SELECT u.account || ' ' || CAST(u.amount AS TEXT) || ' ' || u.currency FROM ledger_sums u",
    ),
    (
        "provider_customers",
        "SELECT k.customer || CASE WHEN k.erase_at IS NULL THEN ' stays' ELSE ' goes' END
        FROM provider_customers k WHERE k.account_id = 'ACCOUNT'",
    ),
    (
        "provider_prices",
        "SELECT 'by the ' || o.charged_every FROM provider_prices o JOIN subscriptions b ON b.price_id = o.price_id
        WHERE b.account_id = 'ACCOUNT'",
    ),
    (
        "saved_cards",
        "SELECT a.brand || ' ' || a.last4 || ' ' || CAST(a.exp_month AS TEXT) || '/' || CAST(a.exp_year AS TEXT)
        FROM saved_cards a WHERE a.account_id = 'ACCOUNT'",
    ),
    (
        "plan_changes",
        "SELECT b.provider_id || ' to the ' || f.charged_every || ' for ' || CAST(f.due AS TEXT)
        FROM plan_changes f JOIN subscriptions b ON b.id = f.subscription_id WHERE b.account_id = 'ACCOUNT'",
    ),
    (
        "seller_refunds",
        "SELECT p.provider_session || ' ' || CAST(r.amount AS TEXT) || ' ' || r.currency
            || ', done ' || CASE WHEN r.done_at IS NULL THEN 'no' ELSE 'yes' END || ', refused ' || COALESCE(r.refusal, '-')
        FROM seller_refunds r JOIN purchases p ON p.id = r.purchase_id WHERE p.account_id = 'ACCOUNT'",
    ),
    (
        "dispute_evidence",
        "SELECT p.provider_session || CASE WHEN e.sent_at IS NULL THEN ' kept' ELSE ' sent' END
        FROM dispute_evidence e JOIN purchases p ON p.id = e.purchase_id WHERE p.account_id = 'ACCOUNT'",
    ),
    (
        "stock_holds",
        "SELECT 'for a ' || h.holder FROM stock_holds h",
    ),
    (
        "payouts",
        "SELECT o.state || ' ' || CAST(o.amount AS TEXT) || ' ' || o.currency FROM payouts o",
    ),
];

/// The tables that are left out: how we learned of it, when mail was sent (what was sent is compared), and what is not about money.
const LEFT_OUT: &[&str] = &[
    // How we learned of it, and what followed.
    "_sqlx_migrations",
    "audit",
    "audit_pending",
    "audit_seals",
    "changes",
    "jobs",
    "probes",
    "provider_sweeps",
    "sent_mails",
    "webhook_inbox",
    "webhook_refusals",
    // Sums for each day of what is compared: they are counted again each hour.
    "space_day_money",
    "space_days",
    // Ways to buy and to be paid that a subscription does not go.
    "comps",
    "promo_codes",
    "promo_uses",
    "refund_wishes",
    "seller_accounts",
    "seller_counters",
    "show_refund_passes",
    "show_refunds",
    "waitlist_entries",
    "waitlist_history",
    // What is sold, by whom and to whom.
    "accounts",
    "consents",
    "experiences",
    "files",
    "listings",
    "pass_includes",
    "pass_includes_before",
    "passes",
    "pictures",
    "post_pictures",
    "posts",
    "prices",
    "sales_pages",
    "slugs",
    "space_slugs",
    "spaces",
    "streams",
    "team_members",
    "teams",
    // People, rooms and shows.
    "bans",
    "calendar_feeds",
    "captions",
    "clips",
    "device_seats",
    "document_texts",
    "document_versions",
    "entry_rules",
    "follows",
    "former_addresses",
    "holder_message_passes",
    "holder_messages",
    "invitations",
    "invites",
    "journal",
    "participants",
    "recording_segments",
    "recordings",
    "restream_destinations",
    "restreams",
    "mail_preferences",
    "name_keys",
    "passkeys",
    "permits",
    "preview_rules",
    "recovery_codes",
    "reminders",
    "reports",
    "rooms",
    "sessions",
    "sign_in_asks",
    "sign_in_codes",
    "sign_in_uses",
    "space_visits",
    "suspensions",
    "unwanted_messages",
    "viewings",
    "visit_secrets",
];

/// What is known at the end of a year, sorted.
pub async fn known(year: &SubscriberYear) -> Result<Vec<String>> {
    let server = &year.server;
    let data = server.doors["data"].as_str().context("the data directory")?;
    let mut connection = AnyConnection::connect(&year.database.url(data.as_ref())).await?;
    let account = server.account(ADA).await?.to_string();
    let names = names(server).await?;
    let mut lines = Vec::new();
    for (table, query) in COMPARED {
        let query = days(&query.replace("ACCOUNT", &account), year.begun.0)?;
        for row in connection.fetch_all(AssertSqlSafe(query)).await.with_context(|| (*table).to_owned())? {
            let line: String = row.try_get(0).with_context(|| (*table).to_owned())?;
            lines.push(format!("{table}: {}", named(line, &names)));
        }
    }
    connection.close().await?;
    lines.extend(mails(server).await?);
    lines.sort_unstable();
    Ok(lines)
}

/// Fails unless each table of the database is compared or named as left out.
pub async fn names_all_tables(year: &SubscriberYear) -> Result<()> {
    let data = year.server.doors["data"].as_str().context("the data directory")?;
    let address = year.database.url(data.as_ref());
    let query = if address.starts_with("postgres") {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    };
    let mut connection = AnyConnection::connect(&address).await?;
    let mut found = BTreeSet::new();
    for row in connection.fetch_all(query).await? {
        found.insert(row.try_get::<String, _>(0)?);
    }
    connection.close().await?;
    let compared = COMPARED.iter().map(|(table, _)| *table);
    let named: BTreeSet<String> = compared.chain(LEFT_OUT.iter().copied()).map(str::to_owned).collect();
    ensure!(named.len() == COMPARED.len() + LEFT_OUT.len(), "a table is named twice");
    let missing: Vec<_> = found.symmetric_difference(&named).collect();
    ensure!(missing.is_empty(), "compared, left out, or gone? {missing:?}");
    Ok(())
}

/// Replaces `DAY(moment)` by the number of the day since the subscription began, as text: the nearest one, because some tellings take
/// some minutes longer.
fn days(query: &str, begun: i64) -> Result<String> {
    let mut rest = query;
    let mut written = String::new();
    while let Some((before, after)) = rest.split_once("DAY(") {
        let (moment, after) = after.split_once(')').context("a closing parenthesis")?;
        written.push_str(before);
        written.push_str(&format!("CAST(({moment} - {begun} + 43200000) / 86400000 AS TEXT)"));
        rest = after;
    }
    written.push_str(rest);
    Ok(written)
}

fn named(mut line: String, names: &[(String, String)]) -> String {
    for (id, name) in names {
        line = line.replace(id, name);
    }
    line
}

/// The provider's objects, in the order in which it made them.
fn objects<'a>(state: &'a Value, kind: &str, order: impl Fn(&Value) -> (i64, String)) -> Vec<&'a Value> {
    let mut all: Vec<&Value> = state[kind].as_array().into_iter().flatten().collect();
    all.sort_by_key(|one| order(one));
    all
}

fn text(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_default().to_owned()
}

/// A name for each id.
async fn names(server: &TestServer) -> Result<Vec<(String, String)>> {
    let state = server.stand_in_knows().await?;
    let made = |one: &Value| (one["created"].as_i64().unwrap_or(0), text(one, "number"));
    let mut names = vec![(server.host_team().await?.to_string(), "the team".to_owned())];
    for kind in ["sessions", "subscriptions", "invoices"] {
        for (n, one) in objects(&state, kind, made).into_iter().enumerate() {
            let name = format!("{} {}", kind.trim_end_matches('s'), n + 1);
            names.push((text(one, "intent"), format!("the payment of {name}")));
            names.push((text(one, "customer"), "the customer".to_owned()));
            names.push((text(one, "id"), name));
        }
    }
    let of_payment = |one: &Value| {
        let payment = text(one, "intent");
        let name = names.iter().find(|(id, _)| *id == payment);
        name.map_or(payment, |(_, name)| name.clone())
    };
    let mut more = Vec::new();
    for kind in ["refunds", "disputes", "charges"] {
        for one in objects(&state, kind, made) {
            let word = kind.trim_end_matches('s');
            more.push((text(one, "id"), format!("the {word} of {}", of_payment(one))));
        }
    }
    names.extend(more);
    names.retain(|(id, _)| !id.is_empty());
    Ok(names)
}

/// The subjects of the mails that the subscriber got, without their numbers, and how many there are of each.
async fn mails(server: &TestServer) -> Result<Vec<String>> {
    let request = server.anybody().request(reqwest::Method::GET, "/dev/mailbox");
    let mails = server.anybody().send(request.header("accept", "application/json")).await?.json();
    let mut kinds = BTreeMap::<String, usize>::new();
    for mail in mails.as_array().context("mails")?.iter().filter(|mail| mail["to"] == ADA) {
        let subject = mail["subject"].as_str().unwrap_or_default();
        *kinds.entry(subject.replace(|c: char| c.is_ascii_digit(), "")).or_default() += 1;
    }
    Ok(kinds.into_iter().map(|(kind, count)| format!("mail {kind}: {count}")).collect())
}

/// Fails unless our rows say what the provider's own objects say: each paid invoice is one order with its refunds and its dispute, no
/// other invoice is one, and the subscription is as it is there.
pub async fn is_what_the_provider_has(year: &SubscriberYear) -> Result<()> {
    let (state, ada) = (year.server.stand_in_knows().await?, year.server.account(ADA).await?);
    let sum = |kind: &str, intent: &Value, count: &dyn Fn(&Value) -> i64| -> i64 {
        let all = state[kind].as_array().into_iter().flatten();
        all.filter(|one| one["intent"] == *intent).map(count).sum()
    };
    let status = |intent: &Value| {
        let mut all = state["disputes"].as_array().into_iter().flatten();
        all.find(|one| one["intent"] == *intent).map(|one| text(one, "status"))
    };
    let mut theirs = BTreeMap::new();
    for one in state["invoices"].as_array().context("invoices")? {
        let (due, intent) = (one["amount_due"].as_i64().unwrap_or(0), &one["intent"]);
        if one["status"] == "paid" && due > 0 {
            let refunded = sum("refunds", intent, &|refund| refund["amount"].as_i64().unwrap_or(0));
            theirs.insert(text(one, "id"), (due, refunded, status(intent)));
        }
    }
    let mut ours = BTreeMap::new();
    for one in year.server.app.store.purchases().of_account(ada).await? {
        let dispute = one.dispute.map(|dispute| dispute.code().to_owned());
        let session = one.provider_session.context("an invoice")?;
        ours.insert(session, (one.amount.minor, one.refunded, dispute));
    }
    ensure!(ours == theirs, "{ours:#?} {theirs:#?}");
    let (one, there) = (year.one().await?, &state["subscriptions"][0]);
    let seconds = |field: &str| there[field].as_i64().map(|seconds| seconds * 1000);
    ensure!(there["id"] == one.provider.as_str() && there["status"] == one.status.code(), "{one:?} {there}");
    ensure!(
        seconds("period_end") == Some(one.period_end.0) && seconds("ended_at") == one.ended_at.map(|at| at.0)
    );
    Ok(())
}
