//! What a device writes when it makes a passkey: the raw input as its attestation object, and the input as the data behind our
//! site's hash. Whatever is taken as a passkey has an id and a key, and nothing that was not signed with it is taken as its use.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::id::AccountId;
use gateways::{Party, UseAnswer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use url::Url;
use uuid::Uuid;

const ACCOUNT: AccountId = AccountId(Uuid::from_u128(1));
const SITE: &str = "live.example.org";
/// Flags, count, and the model of the device stand before the length of the id.
const BEFORE_ID: usize = 1 + 4 + 16;
/// In bytes: what an object of ours can say with two bytes of length.
const LONGEST: usize = 60_000;

static PARTY: LazyLock<Party> = LazyLock::new(|| {
    let origin = Url::parse(&format!("https://{SITE}")).expect("a URL");
    Party::new(&origin).expect("a site with a name")
});

pub fn run(input: &[u8]) {
    let input = &input[..input.len().min(LONGEST)];
    make(input, b"abc", input);
    let data = [&Sha256::digest(SITE)[..], input].concat();
    let length = u16::try_from(data.len()).expect("short");
    let object =
        [&b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x59"[..], &length.to_be_bytes(), &data].concat();
    let id = input
        .get(BEFORE_ID..BEFORE_ID + 2)
        .map_or(0, |length| (usize::from(length[0]) << 8) | usize::from(length[1]));
    let id = input.get(BEFORE_ID + 2..BEFORE_ID + 2 + id).unwrap_or_default();
    make(&object, id, input);
}

fn make(object: &[u8], id: &[u8], signature: &[u8]) {
    let (options, begun) =
        PARTY.ask_for_new(ACCOUNT, ("ann@example.org", "Ann"), &[]).expect("nothing is stored");
    let response = json!({
        "clientDataJSON": client("webauthn.create", &options), "attestationObject": BASE64.encode(object),
    });
    let Ok(made) = PARTY.new_credential(&answer(id, response), &begun) else { return };
    assert!((2..=2046).contains(&made.id.len()) && made.id == hex::encode(id), "{made:?}");
    let (options, begun) = PARTY.ask_for_use().expect("it is asked");
    let data = [&Sha256::digest(SITE)[..], b"\x05\xFF\xFF\xFF\xFF"].concat();
    let response = json!({
        "clientDataJSON": client("webauthn.get", &options), "authenticatorData": BASE64.encode(data),
        "signature": BASE64.encode(signature), "userHandle": BASE64.encode(ACCOUNT.0.as_bytes()),
    });
    let used = UseAnswer::parse(&answer(id, response)).expect("it has the form");
    assert_eq!(PARTY.claimed(&used).expect("it names both"), (ACCOUNT, made.id.clone()));
    assert!(PARTY.check_use(&used, begun, &made.stored).is_err(), "forged: {made:?}");
}

fn client(kind: &str, options: &Value) -> String {
    let (challenge, origin) = (&options["challenge"], PARTY.origin());
    BASE64.encode(json!({ "type": kind, "challenge": challenge, "origin": origin }).to_string())
}

fn answer(id: &[u8], response: Value) -> String {
    json!({ "id": "", "rawId": BASE64.encode(id), "type": "public-key", "response": response }).to_string()
}
