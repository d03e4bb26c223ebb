//! Finding people among those who hold or held a pass of a space.

use crate::id::PassId;

/// What a member is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberState {
    /// Holds a pass.
    Holds,
    /// Held one.
    Former,
    /// Is kept out.
    Banned,
}

impl MemberState {
    pub const ALL: [Self; 3] = [Self::Holds, Self::Former, Self::Banned];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Former => "former",
            Self::Banned => "banned",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// The longest text that is searched for, in characters.
pub const LONGEST_WORDS: usize = 120;

/// Which of them are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberSearch {
    /// How a name, a username or an address begins, in small letters; empty for all.
    pub words: String,
    /// Addresses are not searched, for whoever may not know them: what is found would tell them.
    pub names_only: bool,
    /// Only those who hold or held this pass.
    pub pass: Option<PassId>,
    pub state: Option<MemberState>,
}

impl MemberSearch {
    /// Reads what somebody typed and chose. What is no choice is none.
    pub fn read(words: &str, pass: &str, state: &str) -> Self {
        let words = words.trim().trim_start_matches('@');
        Self {
            words: words.chars().take(LONGEST_WORDS).collect::<String>().to_lowercase(),
            names_only: false,
            pass: pass.parse().ok(),
            state: MemberState::from_code(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_folded_and_what_is_no_choice_is_none() {
        let pass = PassId::new();
        let found = MemberSearch::read("  @Ada ", &pass.to_string(), "holds");
        assert_eq!(
            found,
            MemberSearch {
                words: "ada".into(),
                names_only: false,
                pass: Some(pass),
                state: Some(MemberState::Holds)
            }
        );
        assert_eq!(MemberSearch::read(" ", "no pass", "gone"), MemberSearch::default());
        assert_eq!(MemberSearch::read(&"x".repeat(999), "", "").words.len(), LONGEST_WORDS);
        for state in MemberState::ALL {
            assert_eq!(MemberState::from_code(state.code()), Some(state));
        }
    }
}
