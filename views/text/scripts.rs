//! What the files of `static/` say, in the language of the page that loads them. A script finds its texts by name; `tests/scripts.rs`
//! compares both sides.

use crate::{dom, t, words::spoken};
use domain::text::language::Language;
use maud::{Markup, PreEscaped, html};
use std::{borrow::Cow, collections::BTreeMap, sync::OnceLock};

/// A name as the script writes it, and the text. What the script fills in stands in braces.
pub type Text = (&'static str, Cow<'static, str>);

/// The scripts that say something.
pub const SPEAKING: [&str; 8] =
    ["chat.js", "cohosts.js", "composer.js", "feed.js", "page.js", "player.js", "publisher.js", "quality.js"];

/// Any of them may be together on a page.
const COMBINATIONS: usize = 1 << SPEAKING.len();
/// The texts of each combination in each language, once some page has had them.
static MADE: [[OnceLock<String>; COMBINATIONS]; Language::ALL.len()] =
    [const { [const { OnceLock::new() }; COMBINATIONS] }; Language::ALL.len()];

/// The texts of scripts for one page. Data, not code: the content security policy does not concern it.
pub fn texts(scripts: &[&str]) -> Markup {
    let loaded = SPEAKING.iter().enumerate().filter(|(_, script)| scripts.contains(script));
    let combination = loaded.fold(0, |combination, (at, _)| combination | (1 << at));
    let json = MADE[spoken() as usize][combination].get_or_init(|| json(scripts));
    html! { script type="application/json" id=(dom::TEXTS) { (PreEscaped(json)) } }
}

fn json(scripts: &[&str]) -> String {
    let texts: BTreeMap<_, _> = scripts.iter().flat_map(|script| texts_of(script)).collect();
    // An end tag in a text would end the element.
    serde_json::to_string(&texts).unwrap_or_default().replace('<', "\\u003c")
}

pub fn texts_of(script: &str) -> Vec<Text> {
    match script {
        "chat.js" => chat(),
        "cohosts.js" => vec![
            ("connectingUp", t!("scripts-connecting")),
            ("youAreUp", t!("scripts-you-are-up")),
            ("notUp", t!("scripts-not-started")),
            ("notAllowedUp", t!("scripts-not-allowed")),
            ("guestMuted", t!("live-stage-is-muted")),
        ],
        "composer.js" => composer(),
        "feed.js" => {
            vec![("away", t!("scripts-away")), ("closed", t!("scripts-closed")), ("lost", t!("scripts-lost"))]
        }
        "page.js" => page(),
        "player.js" => vec![
            ("play", t!("scripts-play")),
            ("pause", t!("scripts-pause")),
            ("mute", t!("scripts-mute")),
            ("unmute", t!("scripts-unmute")),
            ("soundOnly", t!("scripts-sound-only")),
            ("heard", t!("scripts-heard")),
            ("connecting", t!("scripts-connecting")),
            ("reconnecting", t!("scripts-connecting-again")),
            ("mediaAway", t!("scripts-media-away")),
            ("size", t!("scripts-size")),
            ("frames", t!("scripts-frames")),
            ("bitrate", t!("live-bitrate")),
            ("loss", t!("live-loss")),
            ("roundTrip", t!("live-round-trip")),
            ("codec", t!("scripts-codec")),
            ("layer", t!("scripts-layer")),
        ],
        "publisher.js" => publisher(),
        "quality.js" => vec![
            ("automatic", t!("scripts-quality-auto")),
            ("high", t!("scripts-quality-high")),
            ("medium", t!("scripts-quality-medium")),
            ("low", t!("scripts-quality-low")),
        ],
        _ => Vec::new(),
    }
}

fn chat() -> Vec<Text> {
    let lines =
        |count: i64, n: &str| -> Cow<'static, str> { t!("scripts-new-lines", count = count, n = n).into() };
    vec![
        ("delete", t!("scripts-delete")),
        ("deleteThis", t!("scripts-delete-this")),
        ("report", t!("scripts-report")),
        ("reportThis", t!("scripts-report-this")),
        ("newLine", lines(1, "1")),
        ("newLines", lines(2, "{n}")),
    ]
}

fn composer() -> Vec<Text> {
    let unsent =
        |count: i64, n: &str| -> Cow<'static, str> { t!("scripts-unsent", count = count, n = n).into() };
    vec![
        ("you", t!("scripts-you")),
        ("tryAgain", t!("scripts-try-again")),
        ("discard", t!("scripts-discard")),
        ("sending", t!("scripts-sending")),
        ("unsure", t!("scripts-unsure")),
        ("later", t!("scripts-later", why = "{why}").into()),
        ("refused", t!("scripts-refused", why = "{why}").into()),
        ("oneUnsent", unsent(1, "1")),
        ("moreUnsent", unsent(2, "{n}")),
    ]
}

fn page() -> Vec<Text> {
    vec![
        ("daysHours", t!("scripts-days-hours", days = "{days}", hours = "{hours}").into()),
        ("hoursMinutes", t!("scripts-hours-minutes", hours = "{hours}", minutes = "{minutes}").into()),
        ("inTime", t!("scripts-in-time", left = "{left}").into()),
        ("inNoTime", t!("scripts-in-no-time")),
        ("forTime", t!("scripts-for-time", left = "{left}").into()),
        ("forNoTime", t!("scripts-for-no-time")),
        ("inUtc", t!("scripts-in-utc")),
        ("inZone", t!("scripts-in-zone", zone = "{zone}").into()),
        ("copy", t!("scripts-copy")),
        ("copied", t!("scripts-copied")),
        ("pressCopy", t!("scripts-press-copy")),
    ]
}

fn publisher() -> Vec<Text> {
    vec![
        ("startCamera", t!("scripts-start-camera")),
        ("startScreen", t!("scripts-start-screen")),
        ("startCard", t!("scripts-start-card")),
        ("unnamed", t!("scripts-unnamed")),
        ("connecting", t!("scripts-connecting")),
        ("connectingAgain", t!("scripts-connecting-again")),
        ("sends", t!("scripts-sends")),
        ("lost", t!("scripts-lost")),
        ("notTaken", t!("scripts-not-taken")),
        ("notStarted", t!("scripts-not-started")),
        ("notAllowed", t!("scripts-not-allowed")),
        ("notFound", t!("scripts-not-found")),
        ("notFree", t!("scripts-not-free")),
        ("cameraGone", t!("scripts-camera-gone")),
        ("microphoneGone", t!("scripts-microphone-gone")),
        ("noSound", t!("scripts-no-sound")),
        ("noSpeaker", t!("scripts-no-speaker")),
        ("limitedProcessor", t!("scripts-limited-processor")),
        ("limitedNetwork", t!("scripts-limited-network")),
    ]
}
