//! Reports, suspensions, and the service's own texts.

use crate::database::*;
use domain::{
    error::StoreError,
    id::*,
    ops::{
        jobs::{SendSuspensionNotice, TellOfSuspension},
        reports::{Kind, ReportDecision, ReportReason},
        suspension::Subject,
    },
    text::{
        documents::{Document, Text},
        language::Language,
    },
    time::{Millis, Span},
    work::Lane,
};
use sqlx::{Connection as _, Executor as _};
use store::{Accepted, Report, SUSPENDED_ACCOUNT, SUSPENDED_SPACE, Sought};

fn report(by: AccountId, kind: Kind, subject: String) -> Report {
    Report {
        id: ReportId::new(),
        kind,
        subject,
        space: None,
        person: None,
        stream: None,
        room: None,
        line: None,
        reporter: Some(by),
        email: None,
        reason: ReportReason::Spam,
        words: String::new(),
        created_at: NOW,
        decided_at: None,
        decision: None,
        answer: None,
    }
}

#[tokio::test]
async fn a_person_has_one_open_report_about_a_thing() {
    on_each(async |db| {
        let (ann, ben) = (db.person("ann@example.org").await, db.person("ben@example.org").await);
        let about = SpaceId::new().to_string();
        let file = async |by: AccountId, kind| {
            let report = report(by, kind, about.clone());
            db.change(async |tx| tx.file_report(&report).await).await.unwrap()
        };
        assert!(file(ann.id, Kind::Space).await && !file(ann.id, Kind::Space).await);
        assert!(file(ann.id, Kind::Picture).await && file(ben.id, Kind::Space).await);
        assert_eq!(db.store.reports().waiting().await.unwrap(), (3, Some(NOW)));
        let decide = async || {
            let decision = (ReportDecision::Acted, "Done.");
            db.change(async |tx| tx.decide_reports((Kind::Space, &about), ben.id, decision, NOW).await).await
        };
        assert_eq!(decide().await.unwrap(), 2);
        assert_eq!(decide().await.unwrap(), 0);
        assert!(file(ann.id, Kind::Space).await, "a decided one is no obstacle");
        let open = db.store.reports().open(9).await.unwrap();
        assert_eq!(open.len(), 2);
        assert!(open.iter().all(|filed| filed.reporter.as_deref() == Some("ann")));
        let decided = db.store.reports().decided(9).await.unwrap();
        assert_eq!(decided[0].report.answer.as_deref(), Some("Done."));
    })
    .await;
}

#[tokio::test]
async fn a_suspended_space_gets_back_what_it_had() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let (space, later) = (stream.space, NOW + Span::days(1));
        db.publish(space, NOW).await.unwrap();
        let published = async || db.store.spaces().by_id(space).await.unwrap().published_at;
        let before = published().await;
        let suspend =
            async || db.change(async |tx| tx.suspend_space(space, maya.id, "Fraud.", later).await).await;
        let restore =
            async || db.change(async |tx| tx.restore_space(space, maya.id, "Mistake.", later).await).await;
        assert_eq!(restore().await.unwrap_err().to_string(), conflict("suspended"));
        suspend().await.unwrap();
        assert_eq!((before.is_some(), published().await), (true, None));
        assert_eq!(suspend().await.unwrap_err().to_string(), conflict("suspended"));
        let again = db.change(async |tx| tx.publish_space(space, later).await).await;
        assert!(matches!(again, Err(StoreError::Conflict(SUSPENDED_SPACE))));
        let suspension = db.store.suspensions().of(Subject::Space(space)).await.unwrap().expect("one");
        assert!(matches!(db.store.streams().whip_key_version(stream.id).await, Err(StoreError::NotFound)));
        let job = TellOfSuspension { suspension: suspension.id, lifted: false };
        for _ in 0..2 {
            db.store.suspensions().spread(&job, space, later).await.unwrap();
        }
        let jobs = db.store.jobs().claim(Lane::Notices, Span::secs(1), 9, later).await.unwrap();
        let told = jobs.iter().filter_map(|job| job.read::<SendSuspensionNotice>().ok());
        assert_eq!(told.map(|mail| mail.account).collect::<Vec<_>>(), [maya.id], "once each");
        restore().await.unwrap();
        assert_eq!(published().await, before);
        assert!(db.store.suspensions().of(Subject::Space(space)).await.unwrap().is_none());
    })
    .await;
}

fn conflict(what: &'static str) -> String {
    StoreError::Conflict(what).to_string()
}

#[tokio::test]
async fn a_suspended_account_has_no_session() {
    on_each(async |db| {
        let (ann, ben) = (db.person("ann@example.org").await, db.person("ben@example.org").await);
        let session = db.store.sessions().create(ann.id, "Firefox", NOW).await.unwrap();
        let kept = db.store.sessions().create(ben.id, "Firefox", NOW).await.unwrap();
        let ended =
            db.change(async |tx| tx.suspend_account(ann.id, ben.id, "Spam.", NOW).await).await.unwrap();
        assert_eq!(ended.sessions, [session.id]);
        assert!(db.store.sessions().by_token(&session.token, NOW).await.unwrap().is_none());
        assert!(db.store.sessions().by_token(&kept.token, NOW).await.unwrap().is_some());
        let again = db.store.sessions().create(ann.id, "Firefox", NOW).await;
        assert!(matches!(again, Err(StoreError::Conflict(SUSPENDED_ACCOUNT))));
        db.change(async |tx| tx.restore_account(ann.id, ben.id, "Mistake.", NOW).await).await.unwrap();
        assert!(db.store.sessions().create(ann.id, "Firefox", NOW).await.is_ok());
        db.store.accounts().make_operator("ben@example.org", NOW).await.unwrap();
        let operator = db.change(async |tx| tx.suspend_account(ben.id, ann.id, "Spam.", NOW).await).await;
        assert!(matches!(operator, Err(StoreError::Conflict("operator"))));
    })
    .await;
}

#[tokio::test]
async fn operators_find_people_by_name_or_by_a_whole_address() {
    on_each(async |db| {
        for name in ["ann", "anna", "ben"] {
            db.person(&format!("{name}@example.org")).await;
        }
        let find = async |words: &str, before: &str| {
            let sought = Sought { words, suspended: false, before, limit: 2 };
            let found = db.store.directory().people(sought, NOW).await.unwrap();
            found.into_iter().map(|person| (person.username, person.id.to_string())).collect::<Vec<_>>()
        };
        let names = |found: &[(String, String)]| found.iter().map(|one| one.0.clone()).collect::<Vec<_>>();
        assert_eq!(names(&find("AN", "").await), ["anna", "ann"]);
        assert_eq!(names(&find("ben@example.org", "").await), ["ben"]);
        assert!(find("example.org", "").await.is_empty() && find("%", "").await.len() == 2);
        let first = find("", "").await;
        assert_eq!(names(&find("", &first[1].1).await), ["ann"], "the next page");
    })
    .await;
}

#[tokio::test]
async fn each_version_of_a_text_is_kept() {
    on_each(async |db| {
        let ann = db.person("ann@example.org").await;
        let texts = db.store.documents();
        for _ in 0..2 {
            texts.ship(NOW).await.unwrap();
        }
        let shipped = texts.current(Document::Terms).await.unwrap();
        assert_eq!((shipped.version, shipped.at), (1, NOW));
        assert_eq!(shipped.texts, Document::Terms.all_shipped());
        let german = [Text::of(Language::German, "Seien Sie fair.\n")];
        let publish = async |based_on| {
            db.change(async |tx| tx.publish_document(Document::Terms, based_on, &german, ann.id, NOW).await)
                .await
        };
        assert_eq!(publish(1).await.unwrap(), 2);
        assert!(matches!(publish(1).await, Err(StoreError::Conflict("version"))));
        // Opening it again does not put the release's text over an operator's.
        let again = open(&db.url).await;
        again.documents().ship(Millis(NOW.0 + 1)).await.unwrap();
        assert_eq!(texts.current(Document::Terms).await.unwrap().texts, german);
        assert_eq!(
            again.documents().current(Document::Terms).await.unwrap().by_username.as_deref(),
            Some("ann")
        );
        assert_eq!(texts.version(Document::Terms, 1).await.unwrap().texts, shipped.texts);
        let versions: Vec<i64> =
            texts.history(Document::Terms).await.unwrap().iter().map(|version| version.version).collect();
        assert_eq!(versions, [2, 1]);
        assert_eq!(texts.all_current().await.unwrap().len(), Document::ALL.len());
        // The second version is in German only, and so was what she read of it.
        let (english, german) = (Language::English, Language::German);
        let later = Millis(NOW.0 + 1);
        for (version, language, now, new) in
            [(1, english, NOW, true), (2, english, later, true), (1, german, later, false)]
        {
            let accepted = db.change(async |tx| tx.accept_terms(ann.id, version, language, now).await).await;
            assert_eq!(accepted.unwrap(), new);
        }
        let accepted = texts.accepted(ann.id, Document::Terms).await.unwrap();
        let kept = |version, shown, at| Accepted { version, shown: Some(shown), at };
        assert_eq!(accepted, [kept(1, english, NOW), kept(2, german, later)]);
        assert_eq!(db.store.accounts().by_id(ann.id).await.unwrap().terms, 2, "the newest one");
    })
    .await;
}

#[tokio::test]
async fn a_text_of_an_earlier_release_gets_its_other_language_and_keeps_its_number() {
    on_each(async |db| {
        let texts = db.store.documents();
        texts.ship(NOW).await.unwrap();
        // As an earlier release left them: in English alone, without saying so, and one of them changed since.
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        for statement in [
            "DELETE FROM document_texts",
            "UPDATE document_versions SET language = NULL",
            "UPDATE document_versions SET body = 'Help.' WHERE document = 'help'",
        ] {
            connection.execute(statement).await.unwrap();
        }
        let terms = texts.current(Document::Terms).await.unwrap();
        assert_eq!(terms.texts.as_slice(), &Document::Terms.all_shipped()[..1]);
        for _ in 0..2 {
            texts.ship(Millis(NOW.0 + 1)).await.unwrap();
        }
        for (document, version) in [(Document::Terms, 1), (Document::Help, 2)] {
            let current = texts.current(document).await.unwrap();
            assert_eq!((current.version, current.by), (version, None), "{document:?}");
            assert_eq!(current.texts, document.all_shipped(), "{document:?}");
        }
    })
    .await;
}
