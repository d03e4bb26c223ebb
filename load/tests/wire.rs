//! Whole runs against a small server: a correct one yields no differences, and each fault is found.

mod fake;

use fake::{Fault, start};
use load::{
    measure::progress::Progress,
    plan::scenario::{Chat, Scenario},
    report::Report,
    run::{Job, run},
};

async fn report(fault: Fault) -> Report {
    report_of(fault, Chat::Paced(20.0)).await
}

async fn report_of(fault: Fault, chat: Chat) -> Report {
    let target = start(fault).await;
    let scenario = Scenario {
        viewers: 8,
        tabs: 2,
        churn: 0.0,
        stalled: 0,
        dead: 0,
        chat,
        seconds: 1.0,
        warm: 0.0,
        line_bytes: 80,
        seed: 1,
        soak: false,
    };
    let job = Job { target, scenario, chaos: None, server: None, ward: None };
    run(job, &mut Progress::new()).await.expect("a run").report
}

#[tokio::test]
async fn a_right_server_passes_and_everything_was_counted() {
    let report = report(Fault::None).await;
    assert_eq!(report.differences, [""; 0]);
    assert!(report.ok);
    assert_eq!((report.truth.accepted, report.truth.owed, report.truth.delivered), (20, 160, 160));
    assert_eq!((report.delivery_ms.count, report.speech.ack_ms.count), (160, 20));
    let people = report.people[0];
    assert_eq!((people.last_shown, people.last_true, people.wrong), (Some(4), 4, 0));
    assert!(people.made > 8 && report.pages[0].right && report.pages[0].lines == 20);
    assert!(report.places.each().iter().all(|(_, checks)| checks.made > 0 && checks.wrong == 0));
}

/// In parallel: a run is mostly waiting.
#[tokio::test]
async fn every_wrong_is_found() {
    let wrongs: [(Fault, &[&str]); 10] = [
        (Fault::Loses, &["1 lost", "1 gaps between the journal's numbers"]),
        (Fault::Doubles, &["1 doubled"]),
        (Fault::Swaps, &["1 out of order", "1 gaps between the journal's numbers"]),
        (Fault::Skips, &["8 gaps between the journal's numbers"]),
        (Fault::PageMiscounts, &["head counts elsewhere were wrong"]),
        (Fault::OpsMiscount, &["head counts elsewhere were wrong"]),
        (Fault::MetricsMiscount, &["head counts elsewhere were wrong"]),
        (Fault::Forgets, &["2 accepted but not in the journal"]),
        (Fault::Denies, &["1 refused but published", "1 lines were refused"]),
        (Fault::Miscounts, &["head counts were wrong"]),
    ];
    let mut runs = tokio::task::JoinSet::new();
    for (fault, wanted) in wrongs {
        runs.spawn(async move { (fault, wanted, report(fault).await.differences) });
    }
    while let Some(run) = runs.join_next().await {
        let (fault, wanted, found) = run.expect("a run");
        let same = found.len() == wanted.len() && found.iter().zip(wanted).all(|(f, w)| f.ends_with(w));
        assert!(same, "{fault:?}: {found:?}");
    }
}

#[tokio::test]
async fn broken_connections_come_back_and_miss_nothing_but_are_told() {
    let report = report(Fault::Hiccups).await;
    assert_eq!(report.differences, ["8 readers lost their connection"]);
    assert_eq!((report.truth.lost, report.audience.resumed_ms.count), (0, 8));
}

#[tokio::test]
async fn a_storm_keeps_to_each_persons_pace_and_its_truth() {
    let calm = report_of(Fault::None, Chat::Storm { speakers: 2 }).await;
    assert_eq!(calm.differences, [""; 0]);
    // Four people may post at 0 s and at 0.52 s.
    assert_eq!((calm.truth.accepted, calm.speech.statuses[&303]), (8, 8));
    let denied = report_of(Fault::Denies, Chat::Storm { speakers: 2 }).await;
    assert_eq!(denied.differences, ["1 refused but published", "1 lines were refused"]);
}

#[tokio::test]
async fn changes_of_a_moderator_are_followed_from_page_to_page() {
    let report = report_of(Fault::None, Chat::Moves(10.0)).await;
    assert_eq!(report.differences, [""; 0]);
    let truth = &report.truth;
    assert_eq!((truth.accepted, truth.owed, truth.delivered), (10, 80, 80));
    assert_eq!((truth.readers, truth.exact), (8, 8));
    assert_eq!((report.delivery_ms.count, report.speech.statuses[&303]), (80, 10));
    assert!(report.pages[0].right);
}

#[tokio::test]
async fn a_change_that_is_lost_doubled_or_late_is_found() {
    let wrongs = [
        (Fault::Loses, "1 lost", 7),
        (Fault::Doubles, "1 doubled", 7),
        (Fault::Swaps, "1 out of order", 7),
        (Fault::Forgets, "accepted but not in the journal", 8),
        (Fault::Denies, "1 refused but published", 8),
        (Fault::Lags, "ms until 95 % of the pages had a change; 250 ms are allowed", 8),
    ];
    let mut runs = tokio::task::JoinSet::new();
    for (fault, wanted, exact) in wrongs {
        runs.spawn(async move { (fault, wanted, exact, report_of(fault, Chat::Moves(10.0)).await) });
    }
    while let Some(run) = runs.join_next().await {
        let (fault, wanted, exact, report) = run.expect("a run");
        let found = &report.differences;
        assert!(found.iter().any(|words| words.ends_with(wanted)), "{fault:?}: {found:?}");
        assert_eq!(report.truth.exact, exact, "{fault:?}: {found:?}");
    }
}
