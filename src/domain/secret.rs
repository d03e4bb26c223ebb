//! Secrets shared with another system as text.

use std::fmt;

/// Authenticates a caller: a bearer token, an API key, a signing key. Never empty, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SharedSecret(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("is a secret of {0} bytes; it needs at least {least}", least = SharedSecret::SHORTEST)]
    Short(usize),
    #[error("contains a blank or a control character, which a secret cannot")]
    Unprintable,
}

impl SharedSecret {
    /// In bytes. 128 bits if every byte is random; anything shorter is likely to be a made-up word.
    pub const SHORTEST: usize = 16;

    /// Trims the surrounding whitespace that env files and shells add.
    ///
    /// # Errors
    /// When it is shorter than [`Self::SHORTEST`], or has characters that an HTTP header cannot carry.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        if text.len() < Self::SHORTEST {
            return Err(SecretError::Short(text.len()));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(SecretError::Unprintable);
        }
        Ok(Self(text.to_string()))
    }

    /// The secret itself. Use it only in the call or comparison that needs it, never in a message.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_enough_and_is_not_printed() {
        for (text, length) in [("", 0), ("   ", 0), ("\n", 0), ("short", 5), ("123456789012345", 15)] {
            assert_eq!(SharedSecret::parse(text), Err(SecretError::Short(length)), "{text:?}");
        }
        for text in ["two words of sixteen", "a\u{0}bcdefghijklmnopq", "line\nbreak-in-a-secret"] {
            assert_eq!(SharedSecret::parse(text), Err(SecretError::Unprintable), "{text:?}");
        }
        let secret = SharedSecret::parse(" 1234567890123456\n").unwrap();
        assert_eq!(secret.expose(), "1234567890123456");
        assert_eq!(format!("{secret:?}"), "SharedSecret(…)");
    }
}
