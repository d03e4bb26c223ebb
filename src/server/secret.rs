//! The server's secret: created once, kept in the data directory, never shown. Codes, keys and tokens are HMACs under
//! it.

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::secret::SharedSecret;
use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use sha2::{Digest, Sha256};
use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Returns the given secret or the one in `dir/secret`, which is created at the first start.
    pub fn open(given: Option<&SharedSecret>, dir: &Path) -> Result<Self> {
        if let Some(secret) = Self::find(given, dir)? {
            return Ok(secret);
        }
        let made = random_token();
        let path = dir.join("secret");
        let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let kept = file.and_then(|mut file| file.write_all(made.as_bytes()).and_then(|()| file.sync_all()));
        kept.with_context(|| format!("cannot keep the server's secret in {}", path.display()))?;
        Ok(Self(made.into_bytes()))
    }

    /// Like [`Self::open`], but does not create one: returns `None` if the server has no secret yet.
    pub fn find(given: Option<&SharedSecret>, dir: &Path) -> Result<Option<Self>> {
        if let Some(given) = given {
            return Ok(Some(Self(given.expose().as_bytes().to_vec())));
        }
        let path = dir.join("secret");
        match std::fs::read(&path) {
            Ok(bytes) if bytes.len() >= 32 => Ok(Some(Self(bytes))),
            Ok(_) => anyhow::bail!(
                "{} is too short to be the server's secret; restore it, or set BACKSTAGE_SECRET",
                path.display()
            ),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// HMAC-SHA256 of the parts under this secret, in hexadecimal. `purpose` separates the uses.
    pub fn sign(&self, purpose: &str, parts: &[&str]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex::encode(mac.finalize().into_bytes())
    }
}

/// 256 random bits in URL-safe base64.
pub fn random_token() -> String {
    let mut bytes = [0u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 in hexadecimal: the stored form of an opaque token.
pub fn digest(token: &str) -> String {
    hex::encode(fingerprint(token))
}

/// The same digest as bytes, for use in memory.
pub fn fingerprint(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Compares in constant time.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |diff, (x, y)| diff | (x ^ y)) == 0
}
