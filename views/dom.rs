//! Every element id and every SSE event name, once.

use domain::id::BanId;
use maud::{Markup, html};

/// Names of SSE events; unnamed messages are swapped into the page.
pub mod events {
    /// Every five seconds: the link is alive.
    pub const BEAT: &str = "beat";
    /// The page's feed is over for good; its data says why, in plain words.
    pub const END: &str = "end";
    /// This page is one of too many that follow something; it goes on by fetching its fragment.
    pub const DISPLACED: &str = "displaced";
    /// The page was overtaken and fetches its fragment again.
    pub const RESYNC: &str = "resync";
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $id:literal),* $(,)?) => {
        $($(#[$doc])* pub const $name: &str = $id;)*
        const FIXED: &[&str] = &[$($id),*];
    };
}

ids! {
    MAIN = "main",
    TOASTS = "toasts",
    /// Carries the address of the page's feed; messages without a target of their own have nowhere else to go.
    FEED = "feed",
    /// Says why a feed ended, or that it is away.
    NOTICE = "notice",
    NOTICE_TEXT = "notice-text",
    WATCH = "watch",
    STAGE = "stage",
    VIDEO = "video",
    PLAYER_KEYS = "player-keys",
    /// Says that the server cannot be reached.
    CONNECTION = "connection",
    STREAM_STATE = "stream-state",
    PEOPLE = "people",
    /// The names of those who are here, once asked for.
    HERE = "here",
    VIEWERSHIP = "viewership",
    /// Scrolls, and is read out as lines come in.
    LOG = "log",
    LINES = "lines",
    NEWER = "newer",
    /// Lines that were written here and are not confirmed yet.
    UNSENT = "unsent",
    UNSENT_HINT = "unsent-hint",
    COMPOSER = "composer",
    COMPOSER_HINT = "composer-hint",
    /// Says that nobody takes what is written.
    CHAT_PARKED = "chat-parked",
    SLOW_MODE = "slow-mode",
    BANS = "bans",
    /// What can be done about one line.
    CARD = "card",
    STUDIO = "studio",
    PREVIEW = "preview",
    STUDIO_CONTROLS = "studio-controls",
    HEALTH = "health",
    LEVEL = "level",
    CAMERA = "camera",
    MICROPHONE = "microphone",
    ENCODER = "encoder",
    WHIP_URL = "whip-url",
    WHIP_KEY = "whip-key",
    CHECKOUT = "checkout",
    /// The place of one who waits before a full house.
    QUEUE = "queue",
    RESULTS = "results",
    PASSES = "passes",
    FIGURES = "figures",
    JOBS = "jobs",
    /// How the service is, in one line.
    VERDICT = "verdict",
    /// What waits for an operator.
    NEEDS = "needs",
    STATUSES = "statuses",
    NO_HITS = "no-hits",
    ACTOR_STATUS = "actor-status",
    ACTOR_PULSE = "actor-pulse",
    ACTOR_ACTIONS = "actor-actions",
    ACTOR_FACTS = "actor-facts",
    ACTOR_HISTORY = "actor-history",
}

/// Sections of the operators' page outside of the table of actors.
pub const BOARD_SECTIONS: [&str; 4] = [VERDICT, NEEDS, FIGURES, STATUSES];

const LINE: &str = "line-";
const SAID: &str = "said-";
const BAN: &str = "ban-";
const BRANCH: &str = "branch-";
const REST: &str = "rest-";
const ACTOR: &str = "actor-at-";
const FIELD: &str = "field-";
const HINT: &str = "hint-";
const ERROR: &str = "error-";

/// A chat line.
pub fn line(seq: u64) -> String {
    format!("{LINE}{seq}")
}
/// The words of a chat line, which a tombstone takes the place of.
pub fn said(seq: u64) -> String {
    format!("{SAID}{seq}")
}
pub fn ban(id: BanId) -> String {
    format!("{BAN}{id}")
}
/// A branch of the supervision tree.
pub fn branch(name: &str) -> String {
    format!("{BRANCH}{}", safe(name))
}
/// What a branch has beyond the rows that are shown.
pub fn rest(name: &str) -> String {
    format!("{REST}{}", safe(name))
}
/// A row of the supervision tree, by its place.
pub fn actor(place: &str) -> String {
    format!("{ACTOR}{}", safe(place))
}
fn safe(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    name.chars().map(safe).collect()
}
pub fn field(form: &str, name: &str) -> String {
    format!("{FIELD}{form}-{name}")
}
pub fn hint(form: &str, name: &str) -> String {
    format!("{HINT}{form}-{name}")
}
pub fn error(form: &str, name: &str) -> String {
    format!("{ERROR}{form}-{name}")
}

/// Whether an id is one of ours.
pub fn known(id: &str) -> bool {
    FIXED.contains(&id)
        || [LINE, SAID, BAN, BRANCH, REST, ACTOR, FIELD, HINT, ERROR]
            .iter()
            .any(|prefix| id.starts_with(prefix))
}

/// One replaced part of a page: what htmx puts in place of, or into, the element with this id. An id that the page lacks is
/// passed over, so one frame serves several kinds of page.
pub fn partial(id: &str, swap: &str, content: Markup) -> Markup {
    html! { hx-partial hx-target={ "#" (id) } hx-swap=(swap) { (content) } }
}
