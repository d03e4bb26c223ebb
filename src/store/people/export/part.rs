//! The parts of what is stored about a person: their names and columns.

use super::columns::{
    ANSWER, CARD, CLIP, CONSENT, ColumnKind, Columns, DESTINATION, FILE, GIFT, INVITATION, MEASURE, MESSAGE,
    ORDER, PASS, PERMIT, POST, PURCHASE, RECORDING, REMINDER, REPORT, SESSION, SPACE, STAGE, SUBSCRIPTION,
    WAITED,
};

/// One kind of thing that is stored about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Sessions,
    Passkeys,
    Spaces,
    Orders,
    Purchases,
    Subscriptions,
    /// As far as they are saved here: the numbers are with the payment provider.
    Cards,
    Passes,
    Waitlists,
    /// What lets them in beside passes.
    Permits,
    /// Those on which a limited pass is used.
    Devices,
    Gifts,
    Reminders,
    /// On which they are, or asked or were asked to come to.
    Stages,
    Measures,
    Mails,
    Follows,
    /// Of shows in spaces that the person owns.
    Recordings,
    Clips,
    /// Of spaces that the person owns, with videos.
    Files,
    /// Of spaces that the person owns, without the keys.
    Destinations,
    Preferences,
    Reports,
    Invitations,
    /// To holders of passes.
    Messages,
    /// To banks, about disputed payments.
    Evidence,
    Posts,
    /// In posts.
    Pictures,
    Chat,
    Viewings,
    Consents,
}

impl Part {
    pub const ALL: [Self; 31] = [
        Self::Sessions,
        Self::Passkeys,
        Self::Spaces,
        Self::Orders,
        Self::Purchases,
        Self::Subscriptions,
        Self::Cards,
        Self::Passes,
        Self::Waitlists,
        Self::Permits,
        Self::Devices,
        Self::Gifts,
        Self::Reminders,
        Self::Stages,
        Self::Measures,
        Self::Mails,
        Self::Follows,
        Self::Recordings,
        Self::Clips,
        Self::Files,
        Self::Destinations,
        Self::Preferences,
        Self::Reports,
        Self::Invitations,
        Self::Messages,
        Self::Evidence,
        Self::Posts,
        Self::Pictures,
        Self::Chat,
        Self::Viewings,
        Self::Consents,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Passkeys => "passkeys",
            Self::Spaces => "spaces",
            Self::Orders => "orders",
            Self::Purchases => "purchases",
            Self::Subscriptions => "subscriptions",
            Self::Cards => "cards",
            Self::Passes => "passes",
            Self::Waitlists => "waitlists",
            Self::Permits => "permits",
            Self::Devices => "devices",
            Self::Gifts => "gifts",
            Self::Reminders => "reminders",
            Self::Stages => "stages",
            Self::Measures => "measures",
            Self::Mails => "mails",
            Self::Follows => "follows",
            Self::Recordings => "recordings",
            Self::Clips => "clips",
            Self::Files => "files",
            Self::Destinations => "restream_destinations",
            Self::Preferences => "preferences",
            Self::Reports => "reports",
            Self::Invitations => "invitations",
            Self::Messages => "messages",
            Self::Evidence => "evidence",
            Self::Posts => "posts",
            Self::Pictures => "pictures",
            Self::Chat => "chat",
            Self::Viewings => "viewings",
            Self::Consents => "consents",
        }
    }

    pub const fn columns(self) -> Columns {
        use ColumnKind::{Text, Time};
        match self {
            Self::Sessions => SESSION,
            Self::Passkeys => &[("name", Text), ("created_at", Time), ("used_at", Time)],
            Self::Spaces => SPACE,
            Self::Orders => ORDER,
            Self::Purchases => PURCHASE,
            Self::Subscriptions => SUBSCRIPTION,
            Self::Cards => CARD,
            Self::Passes => PASS,
            Self::Waitlists => WAITED,
            Self::Permits => PERMIT,
            Self::Devices => &[("space", Text), ("title", Text), ("browser", Text), ("taken_at", Time)],
            Self::Gifts => GIFT,
            Self::Reminders => REMINDER,
            Self::Stages => STAGE,
            Self::Measures => MEASURE,
            Self::Mails => &[("email", Text), ("subject", Text), ("sent_at", Time)],
            Self::Follows => &[("space", Text), ("slug", Text), ("created_at", Time)],
            Self::Recordings => RECORDING,
            Self::Clips => CLIP,
            Self::Files => FILE,
            Self::Destinations => DESTINATION,
            Self::Preferences => &[("kind", Text), ("off_at", Time)],
            Self::Reports => REPORT,
            Self::Invitations => INVITATION,
            Self::Messages => MESSAGE,
            Self::Evidence => ANSWER,
            Self::Posts => POST,
            Self::Pictures => &[("post", Text), ("picture", Text), ("alt", Text)],
            Self::Chat => &[("space", Text), ("written_at", Time), ("words", Text), ("removed_at", Time)],
            Self::Viewings => &[("space", Text), ("title", Text), ("since", Time), ("until", Time)],
            Self::Consents => CONSENT,
        }
    }
}
