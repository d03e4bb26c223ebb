//! Pages for watching and hosting.

use crate::sample::*;
use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    catalogue::{offer::PriceKind, topics::Category},
    chat::{
        reactions::ReactionCounts,
        room::{JournalEntry, Modes},
    },
    id::{AccountId, RestreamId},
    live::{
        media::{Codec, MediaHealth, PictureHealth},
        participants::Stage,
        passes::Plane,
        queue::Place,
        restream::{
            RestreamAddressError, RestreamDestination, RestreamFailure, RestreamOutput, RestreamState,
            StreamKey,
        },
        stream::{Stream, StreamState},
        viewership::Viewership,
    },
    mail::MailKind,
    time::{Millis, Span},
};
use maud::Markup;
use views::{
    Audience, Still,
    chat::{Chat, ChatOf, composer::Speaking},
    form::Errors,
    live::{
        now::{self, Coming, Now, OnAir},
        restream::{self, DestinationDraft, DestinationsPage},
        stream::{self, Watch},
        studio::{self, Studio},
    },
    people::{
        following::{self, Followed},
        mails,
    },
};

/// 28 November 2026, 12:00 UTC.
pub fn coming() -> Coming<'static> {
    Coming {
        stream: id(42),
        space_slug: "maya",
        space_name: "Maya Lin",
        experience_slug: "friday-session",
        title: "Choosing the ten",
        at: Millis(1_795_867_200_000),
    }
}

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = watched();
    pages.extend(hosted());
    let named = [(id(2), "Ada".into()), (id(53), "Jonas".into()), (id(71), "Anneliese Wagenknecht".into())];
    pages.extend([
        ("people", people(&named, Some(1284), true)),
        ("people-nobody", people(&[], Some(1), false)),
        ("people-hidden", people(&[], None, true)),
    ]);
    pages.extend(followed());
    pages.extend([("queue", queue(2, Some(Span::minutes(3)))), ("queue-unknown", queue(1, None))]);
    pages
}

/// Who is live, and what one follows.
fn followed() -> Vec<(&'static str, Markup)> {
    let (space, me) = (space(), account(2, "Ada"));
    let show = OnAir {
        space_slug: "maya",
        space_name: "Maya Lin",
        cover: None,
        logo: None,
        experience_slug: "friday-session",
        title: "Friday session: new songs, first takes",
        category: Some(Category::Music),
        still: Some(Still { stream: id(40), at: NOW }),
        people: Some(1284),
        lowest_price: Some(PriceKind::Once(euros(1200))),
    };
    let bare = OnAir { people: None, category: None, still: None, lowest_price: None, ..show };
    let live = [show, OnAir { space_name: "Kiln and clay", ..bare }];
    let live_page = |category, now: Now<'_>| now::page(&shell("/live", None), category, &now::picture(&now));
    let full = Now { category: None, live: &live, further: 3, coming: &[coming()] };
    let rows = [true, false].map(|open| Followed { space: &space, live: true, open });
    let mine = |path| shell(path, Some(&me));
    let address = "https://backstage.example/account/calendar/0a-0-1f.ics";
    vec![
        ("live", live_page(None, full)),
        ("live-empty", live_page(Some(Category::Talk), Now { live: &[], further: 0, ..full })),
        ("live-nothing", live_page(None, Now { live: &[], further: 0, coming: &[], ..full })),
        ("following", following::page(&mine(following::PATH), &rows, address)),
        ("following-empty", following::page(&mine(following::PATH), &[], address)),
        ("follow", following::confirm(&mine("/spaces/1/follow"), &space, false)),
        ("mails", mails::page(&mine(mails::PATH), &[MailKind::Live], &Markup::default())),
        ("mails-stop", mails::stop(&shell("", None), MailKind::Live, "/unsubscribe/1")),
        ("mails-stopped", mails::stopped(&shell("", None), MailKind::Reminders)),
    ]
}

fn people(named: &[(AccountId, String)], count: Option<usize>, listed: bool) -> Markup {
    let people = views::live::people::People {
        of: ChatOf::Stream(id(40)),
        title: "Friday session",
        count,
        named,
        me: id(2),
        listed,
    };
    views::live::people::page(&shell("/maya/friday-session", Some(&account(2, "Ada"))), &people)
}

fn queue(number: usize, expected: Option<Span>) -> Markup {
    let (space, experience, place) = (space(), &experiences()[0], Place { number, expected });
    let waiting =
        views::live::queue::Waiting { space: &space, experience, of: ChatOf::Stream(id(40)), place };
    views::live::queue::page(&shell("/maya/friday-session", Some(&account(2, "Ada"))), &waiting)
}

pub fn chat<'a>(
    lines: &'a [JournalEntry],
    bans: &'a [Ban],
    audience: Audience,
    speaking: Speaking,
    slow_mode: i64,
) -> Chat<'a> {
    Chat {
        of: ChatOf::Stream(id(40)),
        lines,
        seq: lines.len() as u64,
        modes: Modes::slow(slow_mode),
        audience,
        speaking,
        client: id(99),
        bans,
        parked: false,
    }
}

fn watch(stream: &Stream, role: Role, chat: Chat<'_>) -> Markup {
    let (space, experiences) = (space(), experiences());
    let (ada, jonas) = (account(2, "Ada"), account(53, "Jonas"));
    let me = if role == Role::Viewer { &ada } else { &jonas };
    let watch = Watch {
        space: &space,
        experience: &experiences[0],
        stream,
        role,
        people: Some(1284),
        chat,
        pass: (role == Role::Viewer).then_some("Front Row"),
        free: None,
        next: (stream.state == StreamState::Ended).then(coming),
        replays: &[],
        stage: &Stage::default(),
        mine: None,
        reactions: ReactionCounts([12, 3, 0, 0, 41]),
        plane: Plane::Embedded,
    };
    stream::watch(&shell("/maya/friday-session", Some(me)), &watch)
}

fn watched() -> Vec<(&'static str, Markup)> {
    let (lines, many) = (lines(8), lines(60));
    let viewer = |speaking, slow| chat(&lines, &[], Audience::Viewer, speaking, slow);
    let at = |state, chat| watch(&stream(state), Role::Viewer, chat);
    let (muted, forever) =
        (Speaking::Muted { until: Some(NOW + Span::minutes(10)) }, Speaking::Muted { until: None });
    let bans = [ban(BanKind::Ban), ban(BanKind::Mute)];
    let undated = Stream { scheduled_at: None, ..stream(StreamState::Scheduled) };
    vec![
        ("watch-scheduled", at(StreamState::Scheduled, chat(&[], &[], Audience::Viewer, Speaking::Yes, 0))),
        ("watch-undated", watch(&undated, Role::Viewer, viewer(Speaking::Yes, 0))),
        ("watch-rehearsal", at(StreamState::Rehearsal, viewer(Speaking::Yes, 0))),
        ("watch-live", at(StreamState::Live, viewer(Speaking::Yes, 5))),
        ("watch-full", at(StreamState::Live, chat(&many, &[], Audience::Viewer, Speaking::Yes, 0))),
        ("watch-interrupted", at(StreamState::Interrupted, viewer(muted, 0))),
        ("watch-muted", at(StreamState::Live, viewer(forever, 0))),
        ("watch-signed-out", at(StreamState::Live, viewer(Speaking::SignIn, 0))),
        ("watch-no-pass", at(StreamState::Live, viewer(Speaking::NeedsPass, 0))),
        ("watch-ended", at(StreamState::Ended, viewer(Speaking::Ended, 0))),
        (
            "watch-moderator",
            watch(
                &stream(StreamState::Live),
                Role::Moderator,
                chat(&lines, &bans, Audience::Moderator, Speaking::Yes, 5),
            ),
        ),
        (
            "watch-host",
            watch(
                &stream(StreamState::Live),
                Role::Host,
                chat(&many, &[], Audience::Moderator, Speaking::Yes, 0),
            ),
        ),
        (
            "quiet",
            stream::quiet(
                &shell("/maya/friday-session", Some(&account(2, "Ada"))),
                &space(),
                &experiences()[0],
                false,
            ),
        ),
        (
            "quiet-team",
            stream::quiet(&shell("/maya/friday-session", Some(&maya())), &space(), &experiences()[0], true),
        ),
    ]
}

/// A destination that takes the show, one that does not, and one that is off.
fn restream_outputs() -> [RestreamOutput; 3] {
    let output = |name: &str, address: &str, state: Option<RestreamState>| RestreamOutput {
        destination: RestreamDestination {
            id: id(90),
            space: id(10),
            name: name.into(),
            address: address.parse().expect("an address"),
            key: StreamKey::parse("a-key-of-another-platform").expect("a key"),
        },
        restream: state.map(|state| (RestreamId::new(), state)),
    };
    let why = RestreamFailure::Refused;
    [
        output(
            "Channel two",
            "rtmp://live.example/app",
            Some(RestreamState::Sending { bits_per_second: 2_610_000 }),
        ),
        output("The old page", "rtmps://old.example/rtmp", Some(RestreamState::GaveUp { why })),
        output("Archive", "rtmp://archive.example:1936/in", None),
    ]
}

/// The destinations of a space, with an address that was refused.
fn destinations(all: &[RestreamDestination]) -> Markup {
    let mut errors = Errors::of(restream::FORM);
    let draft = DestinationDraft { name: "Channel three".into(), address: "rtmp://10.0.0.7/app".into() };
    errors.check("address", Err::<(), _>(RestreamAddressError::Private));
    let page = DestinationsPage { space: &space(), destinations: all, draft: &draft, errors: &errors };
    restream::list(&shell("/account/spaces/10/restreams", Some(&maya())), &page)
}

const PICTURE: PictureHealth =
    PictureHealth { codec: Codec::Vp8, size: Some((1280, 720)), frames_per_second: 30, keyframe_ms: None };

fn hosted() -> Vec<(&'static str, Markup)> {
    let (space, experiences, lines) = (space(), experiences(), lines(12));
    let bans = [ban(BanKind::Mute)];
    let good = MediaHealth {
        bits_per_second: 2_340_000,
        loss: 0.002,
        rtt_ms: Some(31),
        viewers: 1180,
        picture: Some(PICTURE),
    };
    let of_encoder = PictureHealth { codec: Codec::H264, keyframe_ms: Some(8_300), ..PICTURE };
    let bad = MediaHealth { loss: 0.083, rtt_ms: None, picture: Some(of_encoder), ..good };
    let outputs = restream_outputs();
    let page = |state, health| {
        let stream = stream(state);
        let chat = chat(
            &lines,
            &bans,
            Audience::Moderator,
            if state == StreamState::Ended { Speaking::Ended } else { Speaking::Yes },
            0,
        );
        let studio = Studio {
            space: &space,
            experience: &experiences[0],
            stream: &stream,
            people: 1284,
            viewership: Viewership { people: 2310, peak: 1402, watched: Span::hours(961) },
            stage: &Stage::default(),
            health,
            chat,
            whip_url: "https://backstage.example/streams/40/whip",
            whip_key: "a-key-that-opens-the-stage",
            captions: "https://backstage.example/streams/40/captions/a-key",
            plane: Plane::Embedded,
            has_livekit: true,
            livekit_records: true,
            ingests: None,
            restreams: Some(&outputs),
        };
        studio::page(&shell("/account/streams/40/studio", Some(&maya())), &studio)
    };
    vec![
        ("studio-scheduled", page(StreamState::Scheduled, None)),
        ("studio-rehearsal", page(StreamState::Rehearsal, Some(good))),
        ("studio-live", page(StreamState::Live, Some(bad))),
        ("studio-interrupted", page(StreamState::Interrupted, None)),
        ("studio-ended", page(StreamState::Ended, None)),
        ("restreams", destinations(&outputs.map(|output| output.destination))),
    ]
}
