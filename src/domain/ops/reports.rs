//! Reports: what people tell the operators about a space, a show, a clip, a post, a person or a picture; and letters, which are
//! about anything else.

use crate::text::{self, TextError};

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Space,
    Show,
    /// Of a show.
    Clip,
    Post,
    /// Somebody who wrote a chat line, or whose profile it is.
    Person,
    /// The cover or the logo of a space.
    Picture,
    /// Written at the contact page; also by people who are not signed in.
    Letter,
}

impl Kind {
    pub const ALL: [Self; 7] =
        [Self::Space, Self::Show, Self::Clip, Self::Post, Self::Person, Self::Picture, Self::Letter];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Show => "show",
            Self::Clip => "clip",
            Self::Post => "post",
            Self::Person => "person",
            Self::Picture => "picture",
            Self::Letter => "letter",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Why somebody reports something, or what a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportReason {
    Minors,
    Illegal,
    Violence,
    Hate,
    Harassment,
    Sexual,
    Fraud,
    Copyright,
    Impersonation,
    Spam,
    Purchase,
    Account,
    Suspended,
    Broken,
    Other,
}

impl ReportReason {
    /// Those of a report, the gravest first.
    pub const OF_REPORTS: &[Self] = &[
        Self::Minors,
        Self::Illegal,
        Self::Violence,
        Self::Hate,
        Self::Harassment,
        Self::Sexual,
        Self::Fraud,
        Self::Copyright,
        Self::Impersonation,
        Self::Spam,
        Self::Other,
    ];
    /// Those of a letter.
    pub const OF_LETTERS: &[Self] =
        &[Self::Purchase, Self::Account, Self::Suspended, Self::Broken, Self::Other];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Minors => "minors",
            Self::Illegal => "illegal",
            Self::Violence => "violence",
            Self::Hate => "hate",
            Self::Harassment => "harassment",
            Self::Sexual => "sexual",
            Self::Fraud => "fraud",
            Self::Copyright => "copyright",
            Self::Impersonation => "impersonation",
            Self::Spam => "spam",
            Self::Purchase => "purchase",
            Self::Account => "account",
            Self::Suspended => "suspended",
            Self::Broken => "broken",
            Self::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::OF_REPORTS.iter().chain(Self::OF_LETTERS).copied().find(|reason| reason.code() == code)
    }
}

/// The longest text of a report or a letter, in characters.
pub const LONGEST_WORDS: usize = 2000;
/// Shorter letters say nothing.
const SHORTEST_LETTER: usize = 10;
/// The longest answer to whoever reported, in characters.
pub const LONGEST_ANSWER: usize = 1000;

/// Why a report's text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    #[error("Choose one of the reasons.")]
    Reason,
    #[error(transparent)]
    Words(#[from] TextError),
}

/// The reason that was chosen for a kind of report.
pub fn reason(kind: Kind, code: &str) -> Result<ReportReason, ReportError> {
    let offered = if kind == Kind::Letter { ReportReason::OF_LETTERS } else { ReportReason::OF_REPORTS };
    offered.iter().copied().find(|reason| reason.code() == code).ok_or(ReportError::Reason)
}

/// What was written. A report may go without words, unless its reason is none of the list; a letter may not.
pub fn words(kind: Kind, reason: Option<ReportReason>, typed: &str) -> Result<String, ReportError> {
    let least = match (kind, reason) {
        (Kind::Letter, _) => SHORTEST_LETTER,
        (_, Some(ReportReason::Other)) => 1,
        _ => 0,
    };
    Ok(text::paragraphs(typed, least..=LONGEST_WORDS)?)
}

/// What operators tell whoever reported; may be empty.
pub fn answer(typed: &str) -> Result<String, TextError> {
    text::paragraphs(typed, 0..=LONGEST_ANSWER)
}

/// What operators decided about a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportDecision {
    /// Nothing is wrong with it; a letter needs nothing more.
    Dismissed,
    /// Something was done about it.
    Acted,
}

impl ReportDecision {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Dismissed => "dismissed",
            Self::Acted => "acted",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Dismissed, Self::Acted].into_iter().find(|decision| decision.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        for reason in ReportReason::OF_REPORTS.iter().chain(ReportReason::OF_LETTERS) {
            assert_eq!(ReportReason::from_code(reason.code()), Some(*reason));
        }
        for decision in [ReportDecision::Dismissed, ReportDecision::Acted] {
            assert_eq!(ReportDecision::from_code(decision.code()), Some(decision));
        }
        assert_eq!(Kind::from_code("pass"), None);
    }

    #[test]
    fn each_kind_has_its_reasons() {
        use Kind::*;
        for (kind, code, taken) in [
            (Space, "fraud", true),
            (Space, "purchase", false),
            (Person, "harassment", true),
            (Picture, "other", true),
            (Letter, "purchase", true),
            (Letter, "fraud", false),
            (Show, "", false),
        ] {
            assert_eq!(reason(kind, code).is_ok(), taken, "{kind:?} {code}");
        }
    }

    #[test]
    fn who_names_no_reason_has_to_say_it_in_words() {
        use Kind::*;
        for (kind, reason, typed, taken) in [
            (Space, Some(ReportReason::Spam), "", true),
            (Space, Some(ReportReason::Other), "", false),
            (Space, Some(ReportReason::Other), "It is odd.", true),
            (Letter, Some(ReportReason::Broken), "short", false),
            (Letter, Some(ReportReason::Broken), "The page is blank.", true),
            (Space, Some(ReportReason::Spam), &"x".repeat(LONGEST_WORDS + 1), false),
        ] {
            assert_eq!(words(kind, reason, typed).is_ok(), taken, "{kind:?} {reason:?} {typed}");
        }
    }
}
