//! The message composer: enabled, or disabled with the reason.

use crate::{
    dom,
    parts::{self, When},
};
use domain::{
    chat::room::{LONGEST_LINE, Modes},
    id::{ClientId, StreamId},
    time::Millis,
};
use maud::{Markup, html};

/// Whether the viewer may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaking {
    Yes,
    SignIn,
    NeedsPass,
    /// `None`: until a moderator lifts it.
    Muted {
        until: Option<Millis>,
    },
    Ended,
}

/// The foot of the chat panel. `client` is the message id for a send without scripts; `chat.js` makes a new one for
/// each message.
pub fn composer(stream: StreamId, modes: Modes, speaking: Speaking, client: ClientId) -> Markup {
    foot(match speaking {
        Speaking::Yes => open(stream, modes, client),
        Speaking::SignIn => html! { p { a href="/sign-in" { "Sign in" } " to write." } },
        Speaking::NeedsPass => html! { p { "Only holders of a pass can write here." } },
        Speaking::Muted { until: Some(until) } => muted_until(until),
        Speaking::Muted { until: None } => {
            html! { p { "A moderator muted you in this space. You can still watch." } }
        }
        Speaking::Ended => return ended(),
    })
}

/// The foot of the chat panel of a stream that is over, the same for everybody.
pub fn ended() -> Markup {
    foot(html! { p { "The stream is over, and so is its chat." } })
}

fn foot(content: Markup) -> Markup {
    html! { div.composer id=(dom::COMPOSER) { (content) } }
}

fn muted_until(at: Millis) -> Markup {
    html! { p data-until=(at.0) { "A moderator muted you. You can write again at " (parts::time(at, When::Moment)) "." } }
}

fn open(stream: StreamId, modes: Modes, client: ClientId) -> Markup {
    html! {
        form method="post" action={ "/streams/" (stream) "/messages" } data-composer {
            input name="body" aria-label="Message" aria-describedby=(dom::COMPOSER_HINT) placeholder="Say something"
                autocomplete="off" enterkeyhint="send" maxlength=(LONGEST_LINE) required;
            input type="hidden" name="client_id" value=(client);
            button.button.primary { "Send" }
        }
        small.hint id=(dom::COMPOSER_HINT) { (hint(modes)) }
    }
}

/// The rules that apply to everybody who writes.
pub fn hint(modes: Modes) -> String {
    let rules: Vec<String> = modes.words().into_iter().map(|words| words.rule).collect();
    if rules.is_empty() { "Be kind: moderators read along.".into() } else { rules.join(" ") }
}
