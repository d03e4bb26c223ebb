//! People: an account is one person, buyer and creator at once. A team owns spaces; holders of passes are never
//! members.

use crate::{
    id::*,
    people::impersonation::names_a_role,
    picture::PictureId,
    text::{self, TextError},
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    /// Lower-case letters, digits, `_` and `-`; unique; part of the address `/@username`.
    pub username: String,
    pub name: String,
    pub bio: String,
    pub site: String,
    pub avatar: Option<PictureId>,
    pub operator: bool,
    pub created_at: Millis,
}

/// The role of a team member; `access::may` defines what each may do. Ordered from the least to the most powerful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamRole {
    Analyst,
    Moderator,
    Editor,
    Admin,
    Owner,
}

impl TeamRole {
    /// From the least to the most powerful.
    pub const ALL: [Self; 5] = [Self::Analyst, Self::Moderator, Self::Editor, Self::Admin, Self::Owner];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::Moderator => "moderator",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub account: Account,
    pub expires_at: Millis,
    /// When it was last seen, to within [`SEEN_APART`].
    pub seen_at: Millis,
}

/// A session that is used all the time is noted as seen this often: each time is a write.
pub const SEEN_APART: Span = Span::hours(1);

impl Session {
    /// Whether to note that it is seen at `now`.
    pub fn is_seen_anew(&self, now: Millis) -> bool {
        now - self.seen_at >= SEEN_APART
    }
    pub const fn identity(&self) -> Identity {
        Identity { session: self.id, account: self.account.id, operator: self.account.operator }
    }
}

/// The identity of a signed-in browser: the part of a session that access checks need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    pub session: SessionId,
    pub account: AccountId,
    pub operator: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    #[error("a username has 2 to 30 letters, digits, underscores or hyphens")]
    Username,
    #[error(transparent)]
    Name(#[from] TextError),
    #[error(
        "Names that begin or end with a role, such as admin, host or support, are reserved. Choose one without a role."
    )]
    Role,
}

/// The longest display name, in characters.
const LONGEST_NAME: usize = 60;

/// Normalises a username: lower case, 2 to 30 characters of `[a-z0-9_-]`.
pub fn username(text: &str) -> Result<String, AccountError> {
    let text = text.trim().to_ascii_lowercase();
    let fits = (2..=30).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
    match fits {
        false => Err(AccountError::Username),
        true if names_a_role(&text) => Err(AccountError::Role),
        true => Ok(text),
    }
}

/// Normalises a display name.
pub fn name(given: &str) -> Result<String, AccountError> {
    let name = text::line(given, 1..=LONGEST_NAME)?;
    if names_a_role(&name) { Err(AccountError::Role) } else { Ok(name) }
}

/// Derives a username for a new account from its e-mail address; the store appends digits until it is unique.
pub fn username_from_email(email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let kept: String =
        local.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').take(24).collect();
    username(&kept).unwrap_or_else(|_| "guest".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_lowered_and_bounded() {
        assert_eq!(username(" Maya_Lin "), Ok("maya_lin".into()));
        for bad in ["a", "has space", "ü", "a.b", &"x".repeat(31)] {
            assert_eq!(username(bad), Err(AccountError::Username), "{bad}");
        }
    }

    #[test]
    fn names_are_cleaned_and_are_nobodys_role() {
        assert_eq!(name(" Maya\u{202E}  Lin "), Ok("Maya Lin".into()));
        for blank in ["\u{200B}", "\u{3164}", "\u{2800}", "\u{202E}", "\u{AD}", "\u{E0041}"] {
            assert_eq!(name(blank), Err(AccountError::Name(TextError::Invisible)), "{blank:?}");
        }
        assert_eq!(name(&"x".repeat(61)), Err(AccountError::Name(TextError::Long { most: 60, count: 61 })));
        for role in ["Admin", "Backstage Support", "Mоderator", "h0st", "Admin Maya", "Maya (owner)"] {
            assert_eq!(name(role), Err(AccountError::Role), "{role}");
        }
        for role in ["the-host", "security", "backstage-billing", "maya_owner"] {
            assert_eq!(username(role), Err(AccountError::Role), "{role}");
        }
    }

    #[test]
    fn a_username_is_proposed() {
        assert_eq!(username_from_email("Jo.Ann+x@y.org"), "joannx");
        assert_eq!(username_from_email("ü@y.org"), "guest");
        assert_eq!(username_from_email("admin@y.org"), "guest");
    }
}
