//! What the pages of operators say, in each language.

use domain::{money::payments::WebhookRefusal, text::language::Language, time::Millis, work::Lane};
use maud::Markup;
use uuid::Uuid;
use views::{
    ops::{self, JobRow, Jobs, LaneRow, Webhooks, names},
    words::speak,
};

fn in_both(render: impl Fn() -> Markup) -> [String; 2] {
    [Language::English, Language::German].map(|language| speak(language, || render().into_string()))
}

fn failed() -> Jobs {
    let job = JobRow {
        id: domain::id::JobId(Uuid::from_u128(7)),
        name: "send_receipt".into(),
        attempts: 9,
        error: "connection refused".into(),
        at: Millis(0),
    };
    Jobs {
        lanes: Lane::ALL
            .map(|lane| LaneRow { lane, waiting: 1, running: 0, failing: 1, late_since: None })
            .into(),
        parked_count: 1,
        parked: vec![job],
        webhooks: Webhooks {
            last: Some(("charge.refunded".into(), Millis(0))),
            refusals: vec![(WebhookRefusal::Unsigned, Millis(0))],
        },
        ..Jobs::default()
    }
}

#[test]
fn the_page_of_jobs_speaks_both_languages() {
    let [english, german] = in_both(|| ops::jobs_content(&failed()));
    for (page, words) in [
        (&english, "1 job needs you. Fix the cause first, then let them run again.</p>"),
        (
            &english,
            r#"<th scope="row">doors</th><td data-name="Waiting">1</td><td data-name="Running">0</td>"#,
        ),
        (&english, r#"<td class="why" data-name="Last error">connection refused</td>"#),
        (&english, r#"aria-label="Revive send_receipt 0000"#),
        (&english, ">Revive…</button>"),
        (&english, "<p>The last one, <code>charge.refunded</code>, came <time"),
        (&english, ": it carries no signature.</p>"),
        (&german, "1 Job wartet auf Sie."),
        (&german, r#"<th scope="row">Türen</th><td data-name="Wartend">1</td>"#),
        (&german, r#"<span lang="en">connection refused</span>"#),
        (&german, "Er trägt keine Signatur.</p>"),
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
}

#[test]
fn what_a_program_knows_by_a_code_has_words() {
    for language in Language::ALL {
        let codes = ["stream", "chat_room", "checkout", "job_worker", "media_worker", "supervisor"];
        speak(language, || {
            for code in codes {
                assert!(!names::kind(code).contains('_'), "{code}");
            }
            assert_eq!(names::kind("new_kind"), "new kind");
            assert_eq!(names::status("new_status"), "new_status");
            assert_eq!(names::fact_value("rehearsal"), "rehearsal");
        });
    }
    assert_eq!(in_both(|| names::fact("people here")), ["people here", "Personen hier"]);
    assert_eq!(in_both(|| names::fact("parked")), ["parked", "geparkt"]);
    assert_eq!(in_both(|| names::fact("new fact")), ["new fact", r#"<span lang="en">new fact</span>"#]);
}

#[test]
fn an_action_names_the_kind_of_its_actor_and_says_what_follows() {
    let asked = |language, verb: &str, kind| speak(language, || ops::action(verb, kind, "Friday"));
    let (title, consequence) = asked(Language::English, "stop", "chat_room").unwrap();
    assert_eq!(title, "Stop the chat room Friday");
    assert!(consequence.starts_with("What waits in its mailbox is dropped."));
    let (title, consequence) = asked(Language::German, "stop", "job_worker").unwrap();
    assert_eq!(title, "Friday (Job-Worker) anhalten");
    assert!(consequence.starts_with("Seine Schleife wird abgebrochen."));
    let (_, consequence) = asked(Language::English, "resume", "job_worker").unwrap();
    assert_eq!(consequence, "It is started again with a fresh budget.");
    assert_eq!(asked(Language::English, "explode", "stream"), None);
}
