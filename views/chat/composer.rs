//! The message composer: enabled, or disabled with the reason.

use crate::{
    chat::ChatOf,
    dom,
    parts::{self, When},
    rich, t,
};
use domain::{
    chat::room::{LONGEST_LINE, Modes},
    id::ClientId,
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

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
pub fn composer(of: ChatOf, modes: Modes, speaking: Speaking, client: ClientId) -> Markup {
    foot(match speaking {
        Speaking::Yes => open(of, modes, client),
        Speaking::SignIn => {
            html! { p { (rich!("chat-sign-in"; link => |words| html! { a href="/sign-in" { (words) } })) } }
        }
        Speaking::NeedsPass => html! { p { (t!("chat-needs-pass")) } },
        Speaking::Muted { until: Some(until) } => muted_until(until),
        Speaking::Muted { until: None } => html! { p { (t!("chat-muted")) } },
        Speaking::Ended => return ended(),
    })
}

/// The foot of the chat panel of a stream that is over, the same for everybody.
pub fn ended() -> Markup {
    foot(html! { p { (t!("chat-ended")) } })
}

fn foot(content: Markup) -> Markup {
    html! { div.composer id=(dom::COMPOSER) { (content) } }
}

fn muted_until(at: Millis) -> Markup {
    html! { p data-until=(at.0) { (rich!("chat-muted-until"; time => |_| parts::time(at, When::Moment))) } }
}

fn open(of: ChatOf, modes: Modes, client: ClientId) -> Markup {
    html! {
        form method="post" action={ (of) "/messages" } data-composer {
            input name="body" aria-label=(t!("chat-message")) aria-describedby=(dom::COMPOSER_HINT) placeholder=(t!("chat-placeholder"))
                autocomplete="off" enterkeyhint="send" maxlength=(LONGEST_LINE) required;
            input type="hidden" name="client_id" value=(client);
            button.button.primary { (t!("chat-send")) }
        }
        small.hint id=(dom::COMPOSER_HINT) { (hint(modes)) }
    }
}

/// A mode that is on.
pub struct ModeWords {
    /// For badges.
    pub name: String,
    /// For people who write.
    pub rule: String,
}

/// The modes that are on.
pub fn modes(modes: Modes) -> Vec<ModeWords> {
    let Modes { slow_mode } = modes;
    let slow = (slow_mode != 0).then(|| ModeWords {
        name: t!("chat-slow-mode-name", seconds = slow_mode),
        rule: t!("chat-slow-mode-rule", seconds = slow_mode),
    });
    [slow].into_iter().flatten().collect()
}

/// The rules that apply to everybody who writes.
pub fn hint(on: Modes) -> Cow<'static, str> {
    let rules: Vec<String> = modes(on).into_iter().map(|words| words.rule).collect();
    if rules.is_empty() { t!("chat-hint") } else { rules.join(" ").into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speak;
    use domain::text::language::Language;

    #[test]
    fn the_hint_names_the_modes_that_are_on() {
        let told = |language, modes| speak(language, || hint(modes).into_owned());
        let slow = Modes::slow(30);
        assert_eq!(told(Language::English, slow), "Slow mode: one message every 30 seconds.");
        assert_eq!(told(Language::German, slow), "Langsamer Modus: eine Nachricht alle 30 Sekunden.");
        assert_eq!(told(Language::English, Modes::default()), "Be kind: moderators read along.");
        assert_eq!(
            told(Language::German, Modes::default()),
            "Seien Sie freundlich: Die Moderation liest mit."
        );
    }
}
