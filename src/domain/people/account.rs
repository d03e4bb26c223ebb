//! People: an account is one person, buyer and creator at once. A team owns spaces; holders of passes are never
//! members.

use crate::{
    id::*,
    people::impersonation::{name_key, names_a_role},
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
    /// The newest version of the terms that they accepted; 0: none yet.
    pub terms: i64,
    pub created_at: Millis,
    /// When the person was asked what to call them; `None`: not yet, and the name is a neutral one.
    pub name_asked_at: Option<Millis>,
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

/// How a session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Began {
    /// By a mailed code.
    Code,
    /// By a link that the server's own machine printed.
    Link,
    Recovery,
    Passkey,
}

impl Began {
    pub const ALL: [Self; 4] = [Self::Code, Self::Link, Self::Recovery, Self::Passkey];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
            Self::Recovery => "recovery",
            Self::Passkey => "passkey",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|began| began.code() == code)
    }
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub account: Account,
    pub began: Began,
    pub expires_at: Millis,
    /// When it was last seen, to within [`SEEN_APART`].
    pub seen_at: Millis,
    /// When it last proved that the account is its person's: by a mailed code, a recovery code or a passkey.
    pub confirmed_at: Option<Millis>,
    /// What happened to the account from another browser, until this one has read it; a line for each ([`add_notice`]).
    pub notice: Option<String>,
}

/// Lines of notices that a session keeps until they are read. There may be more of those that stay.
const MOST_NOTICES: usize = 6;
/// Lines of notices that a session keeps at most, with those that stay.
const MOST_LINES: usize = 20;
/// A line that stays begins with this character, which nobody sees.
const STAYS: char = '\u{2060}';

/// How long a line of a notice stays unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Until there are too many.
    Awhile,
    /// Until it is read: of what takes an account away, whatever is done afterwards.
    UntilRead,
}

/// What a session has not read, with a new line. When there are too many, the first one, the newest and those that are kept until they
/// are read stay: whatever is done afterwards pushes none of them out. What it says already is not said twice.
pub fn add_notice(unread: &str, new: &str, kept: Kept) -> String {
    let new = match kept {
        Kept::Awhile => new.to_owned(),
        Kept::UntilRead => format!("{STAYS}{new}"),
    };
    let mut lines: Vec<&str> = unread.lines().filter(|line| *line != new).chain([&*new]).collect();
    let newest = lines.len() - 1;
    if newest >= MOST_NOTICES {
        match (1..newest).find(|n| !lines[*n].starts_with(STAYS)) {
            Some(n) => {
                lines.remove(n);
            }
            None if newest >= MOST_LINES => {
                lines.remove(newest - 1);
            }
            None => {}
        }
    }
    lines.join("\n")
}

/// How long a proof is fresh. What would let a thief of a session take the account needs a fresh one.
pub const FRESH: Span = Span::minutes(10);

/// A session that is used all the time is noted as seen this often: each time is a write.
pub const SEEN_APART: Span = Span::hours(1);

impl Session {
    /// Whether to note that it is seen at `now`.
    pub fn is_seen_anew(&self, now: Millis) -> bool {
        now - self.seen_at >= SEEN_APART
    }
    /// Whether the person has proved within [`FRESH`] that the account is theirs.
    pub fn is_fresh(&self, now: Millis) -> bool {
        self.confirmed_at.is_some_and(|at| now - at < FRESH)
    }
    pub const fn identity(&self) -> Identity {
        Identity {
            session: self.id,
            account: self.account.id,
            operator: self.account.operator,
            passkey: matches!(self.began, Began::Passkey),
        }
    }
}

/// The identity of a signed-in browser: the part of a session that access checks need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    pub session: SessionId,
    pub account: AccountId,
    pub operator: bool,
    /// The session began with a passkey.
    pub passkey: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    #[error("A username has 2 to 30 letters, digits, underscores or hyphens.")]
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
    if names_a_role(&name) || name_key(&name) == name_key(DELETED) {
        Err(AccountError::Role)
    } else {
        Ok(name)
    }
}

/// The name of whoever has deleted their account, wherever one has to be shown.
pub const DELETED: &str = "Deleted person";

/// What stands in place of the address of a deleted account. It is no address, so nobody can have it.
pub fn no_address(id: AccountId) -> String {
    format!("deleted:{id}")
}

/// Whether this is what [`no_address`] makes: mail to it reaches nobody.
pub fn is_no_address(email: &str) -> bool {
    email.starts_with("deleted:")
}

/// The name and the username of an account whose person was not asked yet. Neither tells anything of the address.
pub fn neutral_names(number: u32) -> (String, String) {
    (format!("Guest {number}"), format!("guest{number}"))
}

/// Proposes a username for a display name: its letters in ASCII, words joined by hyphens. `None` if nothing usable is left.
/// The store appends digits until it is unique.
pub fn username_from_name(name: &str) -> Option<String> {
    let plain = deunicode::deunicode(name).to_ascii_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let joined: String = words.collect::<Vec<_>>().join("-").chars().take(24).collect();
    username(joined.trim_matches('-')).ok()
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
        for role in [
            "Admin",
            "Backstage Support",
            "Mоderator",
            "h0st",
            "Admin Maya",
            "Maya (owner)",
            DELETED,
            "deleted-person",
        ] {
            assert_eq!(name(role), Err(AccountError::Role), "{role}");
        }
        for role in ["the-host", "security", "backstage-billing", "maya_owner"] {
            assert_eq!(username(role), Err(AccountError::Role), "{role}");
        }
    }

    #[test]
    fn a_username_is_proposed_from_the_name() {
        for (name, want) in [
            ("Maya Lin", Some("maya-lin")),
            ("Jörg  Müller!", Some("jorg-muller")),
            ("山田", Some("shan-tian")),
            ("ann_b", Some("ann_b")),
            ("★", None),
            ("x", None),
            ("Admin", None),
        ] {
            assert_eq!(username_from_name(name).as_deref(), want, "{name}");
        }
        let long = username_from_name(&"word ".repeat(20)).expect("a proposal");
        assert!(long.len() <= 24 && username(&long).is_ok(), "{long}");
        let (name, neutral) = neutral_names(4711);
        assert_eq!((self::name(&name), username(&neutral)), (Ok(name.clone()), Ok(neutral.clone())));
    }

    #[test]
    fn a_notice_hides_none_that_is_not_read() {
        for (unread, new, want) in [
            ("", "a", "a"),
            ("a", "b", "a\nb"),
            ("a\nb", "a", "b\na"),
            ("a\nb\nc\nd\ne", "f", "a\nb\nc\nd\ne\nf"),
            ("a\nb\nc\nd\ne\nf", "g", "a\nc\nd\ne\nf\ng"),
        ] {
            assert_eq!(add_notice(unread, new, Kept::Awhile), want, "{unread:?}");
        }
    }

    #[test]
    fn what_took_the_account_away_is_not_pushed_out() {
        let mut unread = add_notice("own passkey", "codes made", Kept::UntilRead);
        unread = add_notice(&unread, "address changed", Kept::UntilRead);
        for n in 0..100 {
            unread = add_notice(&unread, &format!("passkey {n}"), Kept::Awhile);
            assert!(unread.lines().count() <= MOST_NOTICES, "{unread}");
        }
        for words in ["own passkey", "codes made", "address changed", "passkey 99"] {
            assert!(unread.lines().any(|line| line.trim_start_matches(STAYS) == words), "{words}: {unread}");
        }
        for n in 0..100 {
            unread = add_notice(&unread, &format!("codes {n}"), Kept::UntilRead);
            assert!(unread.lines().count() <= MOST_LINES, "{unread}");
        }
        for words in ["own passkey", "address changed", "codes 0", "codes 99"] {
            assert!(unread.lines().any(|line| line.trim_start_matches(STAYS) == words), "{words}: {unread}");
        }
        assert_eq!(add_notice(&unread, "codes 99", Kept::UntilRead), unread, "it says so");
    }

    #[test]
    fn a_proof_is_fresh_for_ten_minutes() {
        let session = |confirmed_at| Session {
            id: SessionId::new(),
            account: Account {
                id: AccountId::new(),
                email: "ann@example.org".into(),
                username: "ann".into(),
                name: "Ann".into(),
                bio: String::new(),
                site: String::new(),
                avatar: None,
                operator: false,
                created_at: Millis(0),
                terms: 0,
                name_asked_at: None,
            },
            began: Began::Code,
            expires_at: Millis(9),
            seen_at: Millis(0),
            confirmed_at,
            notice: None,
        };
        let now = Millis(0) + FRESH;
        assert!(!session(None).is_fresh(now) && !session(Some(Millis(0))).is_fresh(now));
        assert!(session(Some(Millis(1))).is_fresh(now));
    }
}
