//! What belongs to the stage of a show: co-hosts in each state, recordings, replays with their chat, and the other plane.

use crate::{sample::*, shows::chat};
use domain::{
    access::admit::Role,
    chat::{reactions::ReactionCounts, room::JournalEntry},
    live::{
        media::Codec,
        participants::{Participant, ParticipantState, Participants, Stage},
        passes::{Ingest, IngestKind, IngestOwner, Plane},
        recording::{Recorded, Recording, RecordingState, StopReason, clips::Clip},
        stream::{Stream, StreamState},
        viewership::Viewership,
    },
    people::account::Account,
    time::{Millis, Span},
};
use maud::Markup;
use views::{
    Audience,
    chat::composer::Speaking,
    form::{Errors, FieldError},
    live::{
        captions::{self, CaptionsPage},
        recording::{
            self, RecordingsPage, ReplayPage,
            clips::{self, ClipDraft, ClipPage, ClipPlay, ClipsPage},
        },
        replay_chat::{self, ReplayChatPage},
        stream::{self, Watch},
        studio::{self, Studio},
    },
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = cohosts();
    pages.extend(recorded());
    pages.extend(recordings());
    pages.extend(replays());
    pages.extend(clip_pages());
    let scheduled = stream(StreamState::Scheduled);
    let live = stream(StreamState::Live);
    pages.extend([
        ("livekit-studio-scheduled", desk(&scheduled, &Stage::default(), Plane::LiveKit)),
        ("livekit-studio", desk(&live, &Stage::default(), Plane::LiveKit)),
        ("livekit-watch", watch(&live, (&Stage::default(), None), &[], Plane::LiveKit)),
    ]);
    pages
}

fn participant(n: u64, name: &str, state: ParticipantState, muted: bool) -> Participant {
    let since = NOW + Span::secs(n as i64);
    Participant { id: id(n), account: id(n + 100), name: name.into(), state, muted, since }
}

/// Three are up, of whom one does not send yet and one is muted; one asks, and one is asked.
fn stage() -> Stage {
    use ParticipantState::{Invited, Raised, Up};
    let all = vec![
        participant(201, "Noor", Up, false),
        participant(202, "Anneliese Wagenknecht", Up, true),
        participant(203, "Kofi", Up, false),
        participant(204, "Ada", Raised, false),
        participant(205, "Luca", Invited, false),
    ];
    Stage { participants: Participants::new(all), sending: vec![id(201), id(202)] }
}

fn watch(
    stream: &Stream,
    (stage, mine): (&Stage, Option<&Participant>),
    replays: &[Recording],
    plane: Plane,
) -> Markup {
    let (space, experiences, lines) = (space(), experiences(), lines(8));
    let watch = Watch {
        space: &space,
        experience: &experiences[0],
        stream,
        role: Role::Viewer,
        people: Some(1284),
        chat: chat(&lines, &[], Audience::Viewer, Speaking::Yes, 0),
        pass: Some("Front Row"),
        free: None,
        next: None,
        replays,
        stage,
        mine,
        reactions: ReactionCounts([12, 3, 0, 0, 41]),
        plane,
    };
    stream::watch(&shell("/maya/friday-session", Some(&account(2, "Ada"))), &watch)
}

fn desk(stream: &Stream, stage: &Stage, plane: Plane) -> Markup {
    let (space, experiences, lines) = (space(), experiences(), lines(12));
    let ingests = [Ingest {
        id: "IN_1".into(),
        owner: IngestOwner { stream: stream.id, kind: IngestKind::Rtmp, version: 1 },
        room: stream.room,
        url: "rtmps://encoders.example/x".into(),
        key: "a-key-of-livekits".into(),
    }];
    let studio = Studio {
        space: &space,
        experience: &experiences[0],
        stream,
        people: 1284,
        viewership: Viewership { people: 2310, peak: 1402, watched: Span::hours(961) },
        stage,
        health: None,
        chat: chat(&lines, &[], Audience::Moderator, Speaking::Yes, 0),
        whip_url: "https://backstage.example/streams/40/whip",
        whip_key: "a-key-that-opens-the-stage",
        captions: "https://backstage.example/streams/40/captions/a-key",
        plane,
        has_livekit: true,
        livekit_records: true,
        ingests: (plane == Plane::LiveKit).then_some(&ingests[..]),
        restreams: None,
    };
    studio::page(&shell("/account/streams/40/studio", Some(&maya())), &studio)
}

fn cohosts() -> Vec<(&'static str, Markup)> {
    use ParticipantState::{Invited, Raised, Up};
    let (live, stage) = (stream(StreamState::Live), stage());
    let mine = |state, muted| {
        let one = participant(204, "Ada", state, muted);
        watch(&live, (&stage, Some(&one)), &[], Plane::Embedded)
    };
    vec![
        ("stage-studio", desk(&live, &stage, Plane::Embedded)),
        ("stage-watch", watch(&live, (&stage, None), &[], Plane::Embedded)),
        ("stage-raised", mine(Raised, false)),
        ("stage-invited", mine(Invited, false)),
        ("stage-up", mine(Up, false)),
        ("stage-up-muted", mine(Up, true)),
    ]
}

/// The host's switch, and what viewers are told.
fn recorded() -> Vec<(&'static str, Markup)> {
    let of = |recorded| Stream { recorded, ..stream(StreamState::Live) };
    let studio = |recorded| desk(&of(recorded), &Stage::default(), Plane::Embedded);
    vec![
        ("recorded-watch", watch(&of(Recorded::On), (&Stage::default(), None), &[], Plane::Embedded)),
        ("recorded-studio", studio(Recorded::On)),
        ("recorded-studio-disk", studio(Recorded::Stopped(StopReason::Disk))),
        ("recorded-studio-room", studio(Recorded::Stopped(StopReason::Room))),
        ("recorded-studio-failed", studio(Recorded::Stopped(StopReason::Failed))),
        ("recorded-studio-codec", studio(Recorded::Stopped(StopReason::Codec))),
        ("recorded-studio-asked", studio(Recorded::Asked)),
        ("recorded-studio-elsewhere", studio(Recorded::Elsewhere)),
        ("recorded-studio-no-recorder", studio(Recorded::Stopped(StopReason::NoRecorder))),
        ("recorded-studio-outside", studio(Recorded::Stopped(StopReason::Outside))),
        ("recorded-watch-asked", watch(&of(Recorded::Asked), (&Stage::default(), None), &[], Plane::LiveKit)),
    ]
}

fn recording(n: u64, title: &str) -> Recording {
    Recording {
        stream: id(n),
        space: id(10),
        title: title.into(),
        state: RecordingState::Ready,
        hidden: false,
        began_at: Millis(NOW.0 - Span::days(2).0),
        length: Span(3_723_000),
        width: 1280,
        height: 720,
        codec: Codec::Vp8,
        setup: vec![],
        segments: 930,
        bytes: 812_000_000,
        head: 41_000,
        lost: 0,
        expires_at: Some(NOW + Span::days(88)),
        outside: None,
    }
}

fn some() -> [Recording; 4] {
    let running = RecordingState::Recording;
    [
        Recording { state: running, expires_at: None, head: 0, ..recording(44, "Friday session, live now") },
        recording(43, "Friday session: new songs, first takes"),
        Recording { hidden: true, ..recording(42, "Rehearsal for the team") },
        Recording { lost: 37, ..recording(41, "The one with the bad connection") },
    ]
}

fn recordings() -> Vec<(&'static str, Markup)> {
    let (space, shell, all) = (space(), shell("/account/spaces/10/recordings", Some(&maya())), some());
    let page = RecordingsPage {
        space: &space,
        recordings: &all,
        used: 3_248_000_000,
        room: 10_000_000_000,
        errors: &Errors::default(),
        draft: None,
    };
    let refused = Errors::one("recording", FieldError::new("title", "Write something here."));
    let sent = all[1].stream.to_string();
    let no_file = Errors::one(captions::FORM, FieldError::new("file", "Choose a file."));
    let fine = Errors::default();
    let file = CaptionsPage { space: &space, recording: &all[1], exist: true, errors: &fine };
    vec![
        ("captions-desk", captions::desk(&shell, &file)),
        (
            "captions-desk-refused",
            captions::desk(&shell, &CaptionsPage { exist: false, errors: &no_file, ..file }),
        ),
        ("recordings", recording::list(&shell, &page)),
        ("recordings-none", recording::list(&shell, &RecordingsPage { recordings: &[], used: 0, ..page })),
        (
            "recordings-refused",
            recording::list(&shell, &RecordingsPage { errors: &refused, draft: Some((&sent, "")), ..page }),
        ),
    ]
}

fn replays() -> Vec<(&'static str, Markup)> {
    let (space, experiences, all, said) = (space(), experiences(), some(), lines(30));
    let ended = stream(StreamState::Ended);
    let (ada, maya) = (account(2, "Ada"), maya());
    let reader = shell("/streams/43/replay", Some(&ada));
    let experience = ("/maya/friday-session", experiences[0].title.as_str());
    let cut = made_of(&all[1]);
    let page = ReplayPage {
        space: &space,
        experience,
        recording: &all[1],
        captions: true,
        stream: &ended,
        clips: &cut,
        reader: (ada.id, false),
        manages: false,
        at: 0,
    };
    let reader_of_team = (maya.id, true);
    let hidden = ReplayPage {
        recording: &all[2],
        captions: false,
        clips: &[],
        reader: reader_of_team,
        manages: true,
        at: 61,
        ..page
    };
    let chat = |lines: &[JournalEntry], further| {
        replay_chat::page(&reader, &ReplayChatPage { space: &space, recording: &all[1], lines, further })
    };
    vec![
        ("replays", watch(&ended, (&Stage::default(), None), &all[1..2], Plane::Embedded)),
        ("replay", recording::replay(&reader, &page)),
        ("replay-hidden", recording::replay(&shell("/streams/42/replay", Some(&maya)), &hidden)),
        ("replay-chat", chat(&said, Some(30))),
        ("replay-chat-empty", chat(&[], None)),
    ]
}

fn made_of(recording: &Recording) -> [Clip; 2] {
    let clip = |n, maker: &Account, title: &str, begins| Clip {
        id: id(n),
        stream: recording.stream,
        space: recording.space,
        maker: maker.id,
        by: maker.name.clone(),
        title: title.to_owned(),
        begins: Span::secs(begins),
        until: Span::secs(begins + 60),
        created_at: NOW,
    };
    [
        clip(61, &account(2, "Ada"), "The chorus, at last", 1_260),
        clip(62, &maya(), "Where the string breaks, and what she plays instead of it", 2_405),
    ]
}

fn clip_pages() -> Vec<(&'static str, Markup)> {
    let (space, experiences, all) = (space(), experiences(), some());
    let (ada, live) = (account(2, "Ada"), stream(StreamState::Live));
    let experience = ("/maya/friday-session", experiences[0].title.as_str());
    let (cut, shell) = (made_of(&all[1]), shell("/streams/43/clips", Some(&ada)));
    let refused = Errors::one("clip", FieldError::new("title", "Write something here."));
    let (none, draft) = (Errors::default(), ClipDraft::default());
    let list = ClipsPage {
        space: &space,
        experience,
        stream: &live,
        recording: Some(&all[0]),
        clips: &[],
        reader: (ada.id, false),
        hosts: false,
        draft: &draft,
        errors: &none,
    };
    let ready = ClipsPage { recording: Some(&all[1]), clips: &cut, errors: &refused, ..list };
    let page = ClipPage {
        space: &space,
        experience,
        recording: &all[1],
        clip: &cut[0],
        play: ClipPlay::Plays { lead: Span(1_640) },
        replay: true,
        removable: true,
    };
    let waits = ClipPage { play: ClipPlay::Waits, replay: false, ..page };
    vec![
        ("clips-none", clips::list(&shell, &list)),
        ("clips-refused", clips::list(&shell, &ready)),
        ("clips-hosts", clips::list(&shell, &ClipsPage { hosts: true, errors: &none, ..ready })),
        ("clips-not-recorded", clips::list(&shell, &ClipsPage { recording: None, ..list })),
        ("clip", clips::one(&shell, &page)),
        ("clip-waits", clips::one(&shell, &waits)),
    ]
}
