//! What concerns one person, or one space, is found by an index, however much there is of others.

use crate::database::*;

#[tokio::test]
async fn what_concerns_somebody_is_found_by_an_index() {
    on_each(async |db| {
        // PostgreSQL decides by how much there is.
        if !db.url.starts_with("sqlite") {
            return;
        }
        for (head, index) in [
            (
                "SELECT e.room_id AS id, MIN(e.seq) AS head",
                "SEARCH journal USING INDEX sqlite_autoindex_journal_1",
            ),
            ("SELECT stream_id AS id FROM viewings WHERE account_id = $1", "viewings_account"),
            ("SELECT b.id AS id, s.name AS space, b.kind", "bans_person"),
            ("UPDATE bans SET name", "bans_person"),
            ("SELECT r.id AS id, r.kind AS kind, r.subject_id", "reports_reporter"),
            ("UPDATE reports SET email = NULL", "reports_reporter"),
            ("DELETE FROM invitations WHERE invited_by = $1", "invitations_sender"),
            ("DELETE FROM invitations WHERE email = $1", "invitations_email"),
            ("DELETE FROM space_slugs WHERE space_id = $1", "space_slugs_space"),
            ("DELETE FROM pass_includes WHERE experience_id = $1", "pass_includes_experience"),
            ("SELECT k.action AS action", "audit_action"),
            ("SELECT x.id AS id, s.name AS space, e.title AS experience", "permits_account"),
            ("SELECT COUNT(*) AS had FROM permits", "permits_account"),
            ("SELECT c.id AS id, s.name AS space, p.title AS title, c.email AS email", "comps_email"),
            ("SELECT m.id AS id, s.name AS space, CASE", "holder_messages_author"),
            ("SELECT d.purchase_id AS id", "dispute_evidence_author"),
            ("SELECT q.amount, q.refunded, q.dispute FROM purchases p", "purchases_subscription"),
        ] {
            let plan = db.plan(|text| text.starts_with(head)).await;
            assert!(plan.contains(index), "{head}: {plan}");
        }
        let given = db.plan(|text| text.contains("FROM comps x WHERE x.space_id")).await;
        assert!(given.contains("comps_space"), "{given}");
    })
    .await;
}

/// What many are told of is looked up once for each batch of them.
#[tokio::test]
async fn a_batch_of_people_to_tell_reads_nothing_of_other_spaces() {
    on_each(async |db| {
        if !db.url.starts_with("sqlite") {
            return;
        }
        let people = "SELECT x.account_id AS account_id FROM ";
        let (concerned, readers) =
            ("(\n            SELECT r.account_id", "(\n            SELECT f.account_id");
        for from in ["follows x", concerned, readers] {
            let plan = db.plan(|text| text.starts_with(&format!("{people}{from}"))).await;
            let read: Vec<&str> = plan.split("; ").filter(|step| step.starts_with("SCAN")).collect();
            assert!(read.iter().all(|step| *step == "SCAN x"), "{from}: {read:?}");
            assert!(plan.contains("SEARCH"), "{from}: {plan}");
        }
    })
    .await;
}
