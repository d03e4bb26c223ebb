//! `Stripe-Signature`: HMAC-SHA256 over `{seconds}.{body}` with the endpoint's secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};

/// The header for a body sent now. It uses the machine's own clock, not the one that tests move: receivers compare the
/// time with theirs and tolerate five minutes.
pub fn header(body: &str, secret: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    header_at(body, secret, now)
}

fn header_at(body: &str, secret: &str, seconds: u64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected value comes from OpenSSL: `printf '1492774577.{"id":"evt_1"}' | openssl dgst -sha256 -hmac
    /// whsec_test`.
    #[test]
    fn the_signature_is_the_one_openssl_makes() {
        let want = "t=1492774577,v1=7656fc2882a7ca0a651666b36bf2f2f22ee204f54f608f227498a2419f2890b2";
        assert_eq!(header_at(r#"{"id":"evt_1"}"#, "whsec_test", 1_492_774_577), want);
    }
}
