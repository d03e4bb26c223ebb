//! SSE frames: their exact bytes, shared by an audience, without personal data.

#[expect(dead_code, reason = "the gallery uses all of the samples, this file some")]
#[path = "../examples/gallery/sample.rs"]
mod sample;

use domain::{
    access::{admit::Role, ban::BanKind},
    chat::room::{JournalEntry, Modes, RoomChange},
    id::AccountId,
    live::{
        media::{Codec, LayerSet, MediaHealth, PictureHealth},
        stream::StreamState,
    },
};
use sample::{NOW, ban, id, lines, stream};
use views::{
    Audience::{self, Moderator, Viewer},
    chat::{
        self,
        ChatOf::Stream,
        composer::{self, Speaking},
    },
    dom, errors,
    live::{stream as show, studio},
};

fn entry(seq: u64, change: RoomChange) -> JournalEntry {
    JournalEntry { room: id(40), seq, at: NOW, change }
}

fn frame(change: RoomChange, audience: Audience) -> String {
    chat::frame(Stream(id(40)), &entry(9, change), audience).into_string()
}

fn slow(seconds: i64) -> RoomChange {
    RoomChange::Modes { from: Modes::default(), to: Modes::slow(seconds), by: by() }
}

fn by() -> AccountId {
    id(53)
}

#[test]
fn a_line_is_the_same_element_on_the_page_and_in_its_frame() {
    let lines = lines(8);
    for audience in [Viewer, Moderator] {
        let room = chat::Chat {
            of: Stream(id(40)),
            lines: &lines,
            seq: 8,
            modes: Modes::default(),
            audience,
            speaking: Speaking::Yes,
            client: id(99),
            bans: &[],
            parked: false,
        };
        let page = chat::panel(&room).into_string();
        for line in &lines {
            let frame = chat::frame(Stream(id(40)), line, audience).into_string();
            if audience == Viewer && line.line().is_some_and(|said| said.removed) {
                assert_eq!(frame, "", "viewers do not get removed lines");
                assert!(!page.contains(&dom::line(line.seq)), "line {}", line.seq);
                continue;
            }
            let element = frame
                .strip_prefix("<hx-partial hx-target=\"#lines\" hx-swap=\"beforeend\">")
                .and_then(|rest| rest.strip_suffix("</hx-partial>"))
                .expect("a line is one partial at the end of the list");
            assert!(page.contains(element), "line {} differs", line.seq);
        }
    }
}

#[test]
fn a_frame_holds_nothing_personal() {
    for line in lines(8) {
        for audience in [Viewer, Moderator] {
            let html = chat::frame(Stream(id(40)), &line, audience).into_string();
            assert!(!html.contains("mine") && !html.contains("data-me"), "{html}");
            assert!(!html.contains('\n'), "a frame is one line, whatever people write");
        }
    }
}

#[test]
fn viewers_get_no_tools_and_no_names_of_banned_people() {
    for line in lines(8) {
        let html = |audience| chat::frame(Stream(id(40)), &line, audience).into_string();
        assert!(!html(Viewer).contains("<form") && !html(Viewer).contains("class=\"tools\""));
        assert!(html(Moderator).contains("class=\"tools\""));
    }
    for kind in [BanKind::Ban, BanKind::Mute] {
        assert_eq!(frame(RoomChange::Banned(ban(kind)), Viewer), "");
        assert!(frame(RoomChange::Banned(ban(kind)), Moderator).contains("noor"));
    }
    let lifted = RoomChange::Lifted { ban: id(60), account: id(52), by: by() };
    assert_eq!(frame(lifted.clone(), Viewer), "");
    assert!(frame(lifted, Moderator).contains(&format!("#{}\" hx-swap=\"delete\"", dom::ban(id(60)))));
}

#[test]
fn a_removed_line_goes_for_viewers_and_leaves_a_tombstone_for_moderators() {
    let removed = RoomChange::Removed { targets: vec![3, 5], by: by() };
    let viewer = frame(removed.clone(), Viewer);
    assert!(viewer.contains("hx-target=\"#line-3\" hx-swap=\"delete\"") && viewer.contains("#line-5"));
    let moderator = frame(removed, Moderator);
    assert!(
        moderator.contains("hx-target=\"#said-5\"")
            && moderator.contains("<em class=\"gone\" id=\"said-5\">message removed</em>")
    );
}

#[test]
fn links_are_links_and_markup_is_text() {
    let html = chat::frame(Stream(id(40)), &lines(8)[5], Viewer).into_string();
    assert!(html.contains("<a href=\"https://mayalin.example/chords?song=3&amp;v=2\" rel=\"nofollow ugc noopener noreferrer\""), "{html}");
    let html = chat::frame(Stream(id(40)), &lines(8)[7], Viewer).into_string();
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
}

#[test]
fn moderators_cannot_ban_a_host_or_a_moderator() {
    let card = |line: usize, bans: &[domain::access::ban::Ban]| {
        chat::moderation::card(Stream(id(40)), &lines(8)[line], Role::Moderator, bans, true).into_string()
    };
    let host = card(2, &[]);
    assert!(host.contains("Remove message") && !host.contains("Ban from"), "{host}");
    let viewer = card(0, &[ban(BanKind::Mute)]);
    for length in ["1 min", "10 min", "1 hour", "1 day", "For ever"] {
        assert_eq!(viewer.matches(&format!(">{length}<")).count(), 2, "a mute and a ban of {length}");
    }
    assert!(viewer.contains("Ban from this space") && viewer.contains("Lift mute"), "{viewer}");
    assert!(
        chat::frame(Stream(id(40)), &lines(8)[0], Moderator)
            .into_string()
            .contains("/messages/1\" aria-label=\"Moderate")
    );
}

#[test]
fn a_ban_says_beforehand_that_it_removes_lines_and_what_brings_them_back() {
    let card = |toasts| {
        chat::moderation::card(Stream(id(40)), &lines(8)[0], Role::Moderator, &[], toasts).into_string()
    };
    for (toasts, undo) in [
        (
            true,
            "Undo within 30 seconds brings them back; lifting the ban later only lets the person in again.",
        ),
        (false, "from this chat. Lifting the ban later only lets the person in again."),
    ] {
        let card = card(toasts);
        let (mute, ban) = card.split_once("Ban from this space").expect("the ban");
        assert!(ban.contains("Also removes their lines from this chat.") && ban.contains(undo), "{ban}");
        assert!(!mute.contains("removes"), "{mute}");
    }
}

#[test]
fn a_restored_line_comes_back_as_it_was_and_never_after_it_was_removed_again() {
    let line = lines(8)[0].clone();
    let back = |line: JournalEntry| RoomChange::Restored { line: Box::new(line), by: by() };
    assert_eq!(frame(back(line.clone()), Viewer), chat::frame(Stream(id(40)), &line, Viewer).into_string());
    let moderator = frame(back(line.clone()), Moderator);
    assert!(moderator.contains("hx-target=\"#said-1\" hx-swap=\"outerHTML\""), "{moderator}");
    for audience in [Viewer, Moderator] {
        assert_eq!(frame(back(line.blanked()), audience), "");
    }
}

#[test]
fn a_line_stays_within_its_byte_budget() {
    let line = chat::frame(Stream(id(40)), &lines(8)[0], Viewer).into_string();
    let words = lines(8)[0].line().map_or(0, |said| said.body.len() + said.name.len());
    assert!(line.len() - words <= 245, "{} bytes around the words: {line}", line.len() - words);
}

#[test]
fn slow_mode_reaches_badge_and_composer_and_leaves_what_is_typed() {
    let html = frame(slow(10), Viewer);
    assert!(html.contains("slow mode 10 s") && html.contains("one message every 10 seconds"), "{html}");
    assert!(!html.contains("<input"), "the composer itself is not replaced");
    assert!(frame(slow(0), Viewer).contains("hidden"));
    assert!(!html.contains("<select"), "only moderators get the menu");
    let moderator = frame(slow(10), Moderator);
    assert!(moderator.contains("<option value=\"10\" selected"), "{moderator}");
}

#[test]
fn a_state_change_updates_the_stage_and_moderators_also_get_studio_controls() {
    for state in StreamState::ALL {
        let viewer = show::frame_state(&stream(state), Viewer, None).into_string();
        assert!(viewer.contains(&format!("data-state=\"{}\"", state.code())), "{viewer}");
        assert!(!viewer.contains(dom::STUDIO_CONTROLS), "{viewer}");
        let moderator = show::frame_state(&stream(state), Moderator, Some(1284)).into_string();
        assert!(moderator.contains(dom::STUDIO_CONTROLS) && moderator.contains("1,284"), "{moderator}");
        assert!(!viewer.contains("People here"), "a hidden count is shown to nobody: {viewer}");
        let closed = viewer.contains("The stream is over, and so is its chat.");
        assert_eq!(closed, state == StreamState::Ended, "the composer goes with the stream: {viewer}");
        assert_eq!(viewer.contains("/follow\""), state == StreamState::Ended, "{viewer}");
        assert!(!moderator.contains("/follow\""), "its team: {moderator}");
    }
    let interrupted = show::frame_state(&stream(StreamState::Interrupted), Viewer, Some(3)).into_string();
    assert!(
        interrupted.contains("The host's connection dropped.")
            && interrupted.contains("We keep your place; chat goes on.")
    );
}

#[test]
fn going_live_is_offered_in_rehearsal_only() {
    for state in StreamState::ALL {
        let html = studio::controls(&stream(state)).into_string();
        let enabled = html.contains("value=\"live\"");
        assert_eq!(enabled, state == StreamState::Rehearsal, "{state:?}");
        assert_eq!(html.contains("value=\"ended\""), state.on_air(), "{state:?}");
    }
}

#[test]
fn counts_are_grouped_and_health_warns() {
    assert!(show::frame_people(1_234_567).into_string().contains("1,234,567"));
    let health =
        |loss| MediaHealth { bits_per_second: 2_340_000, loss, rtt_ms: Some(31), viewers: 3, picture: None };
    let html = |loss| studio::frame_health(Some(&health(loss))).into_string();
    assert!(html(0.08).contains("8.0 %") && html(0.08).contains("class=\"bad\""));
    assert!(html(0.01).contains("2.3 Mbit/s") && !html(0.01).contains("class=\"bad\""));
}

#[test]
fn the_host_sees_what_is_sent_and_is_warned_of_few_keyframes() {
    let html = |keyframe_ms, size| {
        let picture = PictureHealth { codec: Codec::H264, size, frames_per_second: 60, keyframe_ms };
        let health = MediaHealth { picture: Some(picture), ..MediaHealth::default() };
        studio::frame_health(Some(&health)).into_string()
    };
    let obs = html(Some(2_000), Some((1920, 1080)));
    for part in ["H264", "1920 × 1080", "60 fps", "every 2.0 s"] {
        assert!(obs.contains(part), "{part} is missing in {obs}");
    }
    assert!(!obs.contains("class=\"bad\""), "{obs}");
    let few = html(Some(8_300), None);
    assert!(few.contains("every 8.3 s") && few.contains("class=\"bad\"") && !few.contains("×"), "{few}");
    assert!(few.contains("set it to 2 s"), "{few}");
    assert!(!html(None, None).contains("eyframe"), "a browser sends them when they are asked for");
}

#[test]
fn the_studio_is_told_which_layers_its_session_pauses() {
    let html = |layers: &[u8]| {
        let layers: LayerSet = layers.iter().copied().collect();
        studio::frame_paused_layers(id(70), layers).into_string()
    };
    let session: domain::id::MediaSessionId = id(70);
    assert!(
        html(&[1, 2]).contains(&format!("data-session=\"{session}\" data-layers=\"1 2\"")),
        "{}",
        html(&[1, 2])
    );
    assert!(html(&[]).contains("data-layers=\"\""), "all are sent: {}", html(&[]));
}

#[test]
fn a_composer_says_until_when_one_is_muted() {
    let muted =
        composer::composer(Stream(id(40)), Modes::default(), Speaking::Muted { until: Some(NOW) }, id(1))
            .into_string();
    assert!(muted.contains("<time datetime=\"2026-01-02T20:14:00Z\"") && !muted.contains("<form"), "{muted}");
    assert!(muted.contains(&format!("data-until=\"{}\"", NOW.0)), "the page asks again by then: {muted}");
}

#[test]
fn a_toast_lands_among_the_toasts_and_is_escaped() {
    let html = errors::toast("<b>no</b>").into_string();
    assert!(
        html.starts_with("<hx-partial hx-target=\"#toasts\" hx-swap=\"beforeend\">")
            && html.contains("&lt;b&gt;no"),
        "{html}"
    );
    assert!(html.contains("<div class=\"toast bad\" role=\"alert\">"), "a refusal is an alert: {html}");
    let html = errors::toast("slow mode is on: wait 3 s").into_string();
    assert!(html.contains("<p>Slow mode is on: wait 3 s.</p>"), "{html}");
    let undo = chat::toast_banned(Stream(id(40)), &ban(BanKind::Ban)).into_string();
    assert!(undo.contains("/bans/0000000000000000000000000000003c/lift") && undo.contains("Undo"), "{undo}");
    assert!(undo.contains("their lines were removed"), "{undo}");
    let undo_mute = chat::toast_banned(Stream(id(40)), &ban(BanKind::Mute)).into_string();
    assert!(undo_mute.contains("was muted until <time") && !undo_mute.contains("removed"), "{undo_mute}");
    let toast =
        "<div class=\"toast\" data-stays=\"30000\" data-while=\"#ban-0000000000000000000000000000003c\">";
    assert!(undo.contains(toast), "it goes when the ban is lifted, which is always possible: {undo}");
    let removed = chat::moderation::toast_removed(Stream(id(40)), 7).into_string();
    let toast = "<div class=\"toast\" data-undo=\"30000\" data-while=";
    assert!(removed.contains(toast), "it goes when the removal can be undone no longer: {removed}");
}
