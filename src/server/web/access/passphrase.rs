//! The slow hash of passphrases: PBKDF2 with HMAC-SHA-256 (RFC 8018), of the phrase under the server's secret. Whoever has the
//! database alone can try none; whoever has the secret, too, needs long for each.

use crate::secret::{self, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::Semaphore;

/// Of new hashes. The number is stored beside each, so that it can grow.
const ROUNDS: u32 = 100_000;
const KIND: &str = "pbkdf2-sha256";

/// One at a time, because each takes a core for a while.
static HASHING: Semaphore = Semaphore::const_new(1);
/// Apart from those, so that visitors never wait behind teams that set new ones.
static COMPARING: Semaphore = Semaphore::const_new(1);

/// The stored form of a passphrase; `None` if the work broke off.
pub async fn hash(secret: &Secret, phrase: &str) -> Option<String> {
    let salt = secret::random_token();
    let hash = derive(&HASHING, secret, phrase, (&salt, ROUNDS)).await?;
    Some(format!("{KIND}${ROUNDS}${salt}${hash}"))
}

/// Whether a stored form is that of this passphrase. What cannot be read fits none.
pub async fn matches(secret: &Secret, stored: &str, phrase: &str) -> bool {
    let parts: Vec<&str> = stored.split('$').collect();
    let [KIND, rounds, salt, hash] = parts[..] else { return false };
    let Ok(rounds) = rounds.parse() else { return false };
    let ours = derive(&COMPARING, secret, phrase, (salt, rounds)).await;
    ours.is_some_and(|ours| secret::same(&ours, hash))
}

async fn derive(
    turns: &Semaphore,
    secret: &Secret,
    phrase: &str,
    (salt, rounds): (&str, u32),
) -> Option<String> {
    let (keyed, salt) = (secret.sign("passphrase", &[phrase]), salt.to_owned());
    let _turn = turns.acquire().await.ok()?;
    let work = move || hex::encode(pbkdf2(keyed.as_bytes(), salt.as_bytes(), rounds));
    tokio::task::spawn_blocking(work).await.ok()
}

/// The first block, which is all that a hash of this length needs.
fn pbkdf2(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let keyed = Hmac::<Sha256>::new_from_slice(password).expect("HMAC takes a key of any length");
    let mut mac = keyed.clone();
    mac.update(salt);
    mac.update(&1_u32.to_be_bytes());
    let mut last: [u8; 32] = mac.finalize().into_bytes().into();
    let mut sum = last;
    for _ in 1..rounds {
        let mut mac = keyed.clone();
        mac.update(&last);
        last = mac.finalize().into_bytes().into();
        sum.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 7914, section 11.
    #[test]
    fn it_is_the_published_function() {
        for (password, salt, rounds, want) in [
            ("passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
            ("Password", "NaCl", 80_000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"),
        ] {
            let hash = hex::encode(pbkdf2(password.as_bytes(), salt.as_bytes(), rounds));
            assert_eq!(hash, want, "{password}");
        }
    }
}
