//! A webhook: a signature (the first line) and a payload (the rest). Only a payload signed with our secret becomes an
//! event.

use domain::{money::payments::Payments, secret::SharedSecret};
use gateways::{StripeConfig, StripePayments};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::{
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

const SECRET: &str = "whsec_of_the_fuzz_target";

static STRIPE: LazyLock<StripePayments> = LazyLock::new(|| {
    let secret = |text| SharedSecret::parse(text).expect("a long secret");
    let config = StripeConfig {
        secret_key: secret("sk_test_of_the_fuzz_target"),
        webhook_secret: secret(SECRET),
        api_base: None,
    };
    StripePayments::new(config).expect("good settings")
});

pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (signature, payload) = crate::head_and_body(&text);
    assert!(STRIPE.verify(payload, signature).is_err(), "a foreign signature is accepted: {signature:?}");
    let event = STRIPE.verify(payload, &signed(payload)).expect("what we signed is ours");
    assert!(!event.id.is_empty(), "an event without an id");
    let again = STRIPE.verify(payload, &signed(payload)).expect("what we signed is ours");
    assert_eq!(event.id, again.id, "the same bytes have a different id");
}

fn signed(payload: &str) -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{seconds}.{payload}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(mac.finalize().into_bytes()))
}
