//! The operators' pages: a healthy service, an unhealthy one, and one actor in either state.

use crate::sample::*;
use domain::time::Span;
use maud::Markup;
use views::{
    layout::Shell,
    ops::{
        self, ActorRow, Arrivals, Board, Branch, Confirm, Fault, Figures, Filter, Inspected, Machine, Need,
        Pulse, Remedy, Restart, Sort, StatusCount, SweepSeen, Value, Verdict,
    },
};

fn lost_webhooks() -> Option<Arrivals> {
    let sweep = Some(SweepSeen { at: NOW, found: 2, lost: Some((2, NOW)) });
    Some(Arrivals { webhook: Some(NOW), sweep, refusal: None })
}

pub fn pages(shell: &Shell) -> Vec<(&'static str, Markup)> {
    let (engine, branches) = (row("supervisor", "engine", "running"), branches());
    let figures = Figures {
        viewers: 4812,
        live_streams: 12,
        actors: 231,
        deepest: 3,
        restarts: 2,
        faults: 1,
        inside: 4980,
        waiting: 12,
        seats: 5000,
    };
    let machine = machine();
    let statuses = [("running", 229), ("parked", 1), ("restarting", 1)]
        .map(|(status, count)| StatusCount { status: status.into(), count });
    let (verdict, needs, well) = (parked(), needs(), well());
    let calm = Board {
        verdict: &well,
        needs: &[],
        figures,
        machine,
        arrivals: None,
        statuses: &statuses[..1],
        engine: &engine,
        branches: &branches[..1],
        filter: &Filter::default(),
        per_page: 200,
    };
    let tree = |filter: &Filter| {
        let board = Board {
            verdict: &verdict,
            needs: &needs,
            figures,
            machine,
            arrivals: lost_webhooks(),
            statuses: &statuses,
            engine: &engine,
            branches: &branches,
            filter,
            per_page: 200,
        };
        ops::tree(shell, &board, &ops::board(&board))
    };
    let one = Filter {
        search: "friday".into(),
        branch: "chat_rooms".into(),
        status: "parked".into(),
        sort: Sort::Rate,
        page: 2,
    };
    let actor = |inspected: &Inspected| ops::actor(shell, inspected, &ops::inspect(inspected));
    let confirm = Confirm {
        title: "Restart Friday session",
        consequence: "It is stopped and started again.",
        warning: Some("A fault still stands on it."),
        about: "chat_room · running",
        actor: "Friday session",
        back: "/ops/actors/chat_room.0193f2a7",
        verb: "restart",
        fields: &[("seconds", "30".into())],
        token: "token",
    };
    vec![
        ("ops", tree(&Filter::default())),
        ("ops-well", ops::tree(shell, &calm, &ops::board(&calm))),
        ("ops-branch", tree(&one)),
        ("ops-actor", actor(&inspected(&branches[1].rows[0]))),
        ("ops-actor-parked", actor(&inspected(&branches[1].rows[1]))),
        ("ops-confirm", ops::confirm(shell, &confirm)),
    ]
}

fn machine() -> Machine {
    Machine {
        processor: 38,
        memory: Some(412_300_000),
        disk_free: Some(81_000_000_000),
        files: Some(5312),
        most_files: Some(65_536),
        threads: Some(11),
        up: Span::hours(50),
    }
}

fn resume() -> Remedy {
    Remedy::Resume { place: "chat_room.0193f2a7".into() }
}

fn needs() -> [Need; 2] {
    [
        Need {
            what: "Friday session, chat room".into(),
            beside: "Maya Lin · index out of bounds".into(),
            since: Some(NOW),
            meaning: "The picture goes on. Nobody can write; what was said is kept.".into(),
            remedy: resume(),
        },
        Need {
            what: "1 job gave up".into(),
            beside: String::new(),
            since: Some(NOW),
            meaning: "Its work is not done.".into(),
            remedy: Remedy::Link { href: "/ops/jobs".into(), words: "Look".into() },
        },
    ]
}

fn parked() -> Verdict {
    Verdict {
        title: "1 room is parked".into(),
        about: "Friday session. 1,284 people watch without chat; nothing that was said is lost.".into(),
        more: Some("/ops/actors/chat_room.0193f2a7".into()),
        remedy: Some(resume()),
        bad: true,
    }
}

fn well() -> Verdict {
    Verdict {
        title: "All well".into(),
        about: "231 actors, 12 streams on air.".into(),
        more: None,
        remedy: None,
        bad: false,
    }
}

fn row(kind: &str, title: &str, status: &str) -> ActorRow {
    let handled: Vec<u32> = (0..60).map(|n| (n * 7) % 23).collect();
    let fell = status != "running";
    ActorRow {
        place: format!("{kind}.{}", title.replace(' ', "-")),
        title: title.into(),
        kind: kind.into(),
        status: status.into(),
        mailbox: 3,
        handled: 120_412,
        restarts: u64::from(fell) * 10,
        up: Some(Span::hours(50)),
        last_error: fell.then(|| "index out of bounds: the len is 3 but the index is 3".into()),
        pulse: Pulse {
            pace_secs: 3,
            room: 60,
            micros: handled.iter().map(|n| (*n > 4).then_some(n * 90)).collect(),
            depth: handled.iter().map(|n| n % 3).collect(),
            handled,
        },
        ..ActorRow::default()
    }
}

fn branches() -> [Branch; 2] {
    let id = "0193f2a7b1c07cc3a5d1f0e2d3c4b5a6";
    let room = |title, status| ActorRow {
        id: id.into(),
        beside: "Maya Lin".into(),
        ..row("chat_room", title, status)
    };
    let fault = Fault { words: "each message waits 200 ms".into(), until: NOW + Span::secs(30), met: 12 };
    let streams = Branch { head: row("supervisor", "streams", "running"), ..Branch::default() };
    let rooms = Branch {
        head: row("supervisor", "chat_rooms", "running"),
        rows: vec![
            ActorRow { fault: Some(fault), ..room("Friday session", "running") },
            room("A night with a very long name that goes on and on", "parked"),
        ],
        all: 2000,
        found: 500,
        sick: 1,
    };
    [streams, rooms]
}

fn inspected(row: &ActorRow) -> Inspected {
    Inspected {
        row: row.clone(),
        life: "0.17".into(),
        latency_mean: 1300,
        latency_longest: 41_000,
        facts: vec![
            ("last number of the journal".into(), Value::Text("4812".into())),
            ("started".into(), Value::At(Some(NOW))),
            ("ended".into(), Value::At(None)),
            ("who they are, and what they wrote".into(), Value::Hidden),
        ],
        restarts: vec![Restart { at: NOW, why: "an operator restarted it".into(), asked: true }],
        actions: true,
        faults: true,
    }
}
