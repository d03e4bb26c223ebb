//! Every element id and SSE event name, each defined once.

use domain::id::{BanId, PassId, PostId};
use maud::{Markup, html};

/// Names of SSE events. htmx swaps unnamed messages into the page.
pub mod events {
    /// The page's feed has ended for good; the data is the reason, in plain words.
    pub const END: &str = "end";
    /// The page's feed has ended: its session, account or address has too many, or its pump panicked. The page polls its
    /// fragment instead.
    pub const DISPLACED: &str = "displaced";
    /// The page fell behind and fetches its fragment again.
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
    /// What the scripts of the page say.
    TEXTS = "texts",
    /// Carries the URL of the page's feed, and is the swap target of messages that name none.
    FEED = "feed",
    /// Says why a feed ended, or that it cannot be reached.
    NOTICE = "notice",
    NOTICE_TEXT = "notice-text",
    STAGE = "stage",
    VIDEO = "video",
    /// The line that is said now, and what the host of a show sends such lines with.
    CAPTION = "caption",
    CAPTION_ACCESS = "caption-access",
    CAPTION_ADDRESS = "caption-address",
    PLAYER_KEYS = "player-keys",
    PLAYER_STATS = "player-stats",
    /// Says that the server cannot be reached.
    CONNECTION = "connection",
    STREAM_STATE = "stream-state",
    /// The player of a recording.
    REPLAY = "replay",
    REPLAYS = "replays",
    /// The replays beside a show.
    SHELF = "shelf",
    CLIPS = "clips",
    REPLAY_CHAT = "replay-chat",
    /// What comes next in the space of a stream that is over.
    NEXT = "next",
    /// How many reactions there were.
    REACTIONS = "reactions",
    /// Who is on the stage beside the host, and the pictures of them.
    PARTICIPANTS = "participants",
    GUESTS = "guests",
    /// What a viewer can do about the stage, and what they send when they are up.
    HAND = "hand",
    OWN_PICTURE = "own-picture",
    /// The host's list of who is up and who waits.
    STAGE_DESK = "stage-desk",
    INVITED = "invited",
    PEOPLE = "people",
    /// Who is in a community now.
    MEMBERS = "members",
    /// The heading over what can be downloaded behind a door.
    FILES_INSIDE = "files-inside",
    /// The heading over what is still being sent.
    FILES_OPEN = "files-open",
    /// The names of the people in the room, once requested.
    HERE = "here",
    VIEWERSHIP = "viewership",
    /// Scrolls, and is announced by screen readers as lines arrive.
    LOG = "log",
    LINES = "lines",
    NEWER = "newer",
    /// Lines written here that are not confirmed yet.
    UNSENT = "unsent",
    UNSENT_HINT = "unsent-hint",
    COMPOSER = "composer",
    COMPOSER_HINT = "composer-hint",
    /// Says that the chat is parked.
    CHAT_PARKED = "chat-parked",
    /// Badges of the modes that are on, and what moderators set them by.
    MODES = "modes",
    MODE_CONTROLS = "mode-controls",
    BANS = "bans",
    /// The moderation card of one line.
    CARD = "card",
    STUDIO = "studio",
    PREVIEW = "preview",
    STUDIO_CONTROLS = "studio-controls",
    HEALTH = "health",
    /// The layers of the picture that a publisher pauses.
    PAUSED_LAYERS = "paused-layers",
    LEVEL = "level",
    CAMERA = "camera",
    MICROPHONE = "microphone",
    ENCODER = "encoder",
    WHIP_URL = "whip-url",
    WHIP_KEY = "whip-key",
    RTMP_URL = "rtmp-url",
    RTMP_KEY = "rtmp-key",
    /// Where the show is sent, too, and how that goes.
    RESTREAMS = "restreams",
    RESTREAM_STATES = "restream-states",
    /// The address of the page, for whoever wants to pass it on.
    SHARED = "shared",
    CHECKOUT = "checkout",
    /// The provider's form on the page of an order, its heading, and what the provider's script fills.
    PAYMENT_FORM = "payment-form",
    PAYMENT_TITLE = "payment-title",
    PAYMENT_FIELDS = "payment-fields",
    /// How far the refunds of a cancelled show are.
    SHOW_REFUNDS = "show-refunds",
    /// The place of a person on the list of those who wait for a pass.
    WAITLIST = "waitlist",
    /// The place of a person in the queue of a full stream.
    QUEUE = "queue",
    RESULTS = "results",
    /// Who is live in all spaces, and what comes next.
    ON_AIR = "on-air",
    COMING = "coming",
    /// What a person's passes open.
    HOLDINGS = "holdings",
    /// Their orders.
    PAYMENTS = "payments",
    PASSES = "passes",
    /// The posts of an experience.
    POSTS = "posts",
    /// The parts of a space's page that follow edits.
    SPACE_HEAD = "space-head",
    SPACE_ABOUT = "space-about",
    SPACE_PROGRAMME = "space-programme",
    SPACE_QUESTIONS = "space-questions",
    TEAM_MEMBERS = "team-members",
    TEAM_INVITATIONS = "team-invitations",
    TEAM_INVITE = "team-invite",
    TEAM_PASSKEYS = "team-passkeys",
    TEAM_HANDOVER = "team-handover",
    FIGURES = "figures",
    /// What the process uses of its machine.
    MACHINE = "machine",
    JOBS = "jobs",
    /// The queue of reports.
    REPORTS = "reports",
    /// The state of the service in one line.
    VERDICT = "verdict",
    /// The list of what waits for an operator.
    NEEDS = "needs",
    STATUSES = "statuses",
    /// How the payment provider's news come.
    ARRIVALS = "arrivals",
    NO_HITS = "no-hits",
    ACTOR_STATUS = "actor-status",
    ACTOR_PULSE = "actor-pulse",
    ACTOR_ACTIONS = "actor-actions",
    ACTOR_FACTS = "actor-facts",
    ACTOR_HISTORY = "actor-history",
}

/// Sections of the operators' page outside the table of actors.
pub const BOARD_SECTIONS: [&str; 6] = [VERDICT, NEEDS, FIGURES, MACHINE, ARRIVALS, STATUSES];

const LINE: &str = "line-";
const SAID: &str = "said-";
const BAN: &str = "ban-";
const POST: &str = "post-";
const BRANCH: &str = "branch-";
const REST: &str = "rest-";
const ACTOR: &str = "actor-at-";
const FIELD: &str = "field-";
const PASSES_WITH: &str = "passes-with-";
const SALE: &str = "sale-";
const SALE_BAR: &str = "bar-sale-";
const HINT: &str = "hint-";
const ERROR: &str = "error-";

/// A chat line.
pub fn line(seq: u64) -> String {
    format!("{LINE}{seq}")
}
/// The text of a chat line, which a tombstone replaces.
pub fn said(seq: u64) -> String {
    format!("{SAID}{seq}")
}
pub fn ban(id: BanId) -> String {
    format!("{BAN}{id}")
}
pub fn post(id: PostId) -> String {
    format!("{POST}{id}")
}
/// A branch of the supervision tree.
pub fn branch(name: &str) -> String {
    format!("{BRANCH}{}", safe(name))
}
/// The link to the rows of a branch that are not shown.
pub fn rest(name: &str) -> String {
    format!("{REST}{}", safe(name))
}
/// A row of the supervision tree; `place` is the actor's place.
pub fn actor(place: &str) -> String {
    format!("{ACTOR}{}", safe(place))
}
fn safe(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    name.chars().map(safe).collect()
}
/// The passes of a space with one of them chosen; `None` if there is none. A page has one of these, so one frame serves pages with
/// different choices.
pub fn passes_with(chosen: Option<PassId>) -> String {
    chosen.map_or_else(|| format!("{PASSES_WITH}none"), |pass| format!("{PASSES_WITH}{pass}"))
}
/// Whether a pass is sold at the moment, and how many are left; on its ticket.
pub fn sale(pass: PassId) -> String {
    format!("{SALE}{pass}")
}
/// The same at the foot of a phone's screen.
pub fn sale_bar(pass: PassId) -> String {
    format!("{SALE_BAR}{pass}")
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

/// Whether an id is one that this module defines.
pub fn known(id: &str) -> bool {
    FIXED.contains(&id)
        || [LINE, SAID, BAN, POST, BRANCH, REST, ACTOR, FIELD, PASSES_WITH, SALE, SALE_BAR, HINT, ERROR]
            .iter()
            .any(|prefix| id.starts_with(prefix))
}

/// An `<hx-partial>`: htmx swaps `content` into, or in place of, the element with this id. A page without the id
/// ignores it, so one frame serves several kinds of page.
pub fn partial(id: &str, swap: &str, content: Markup) -> Markup {
    html! { hx-partial hx-target={ "#" (id) } hx-swap=(swap) { (content) } }
}
