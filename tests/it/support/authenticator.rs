//! A device with a passkey, as a browser would ask it: one key on P-256, a counter, no attestation.

use crate::support::{Browser, Reply};
use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{id::AccountId, people::passkeys::Credential};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

const PRESENT_AND_VERIFIED: u8 = 0x05;
const WITH_A_KEY: u8 = 0x40;

pub struct Device {
    key: EcdsaKeyPair,
    /// Of its credential.
    pub id: Vec<u8>,
    /// The user handle: whose passkey it is.
    pub person: String,
    /// Where its browser is.
    pub origin: String,
    /// How often it was used.
    pub count: u32,
}

impl Device {
    /// A device in a browser that is at this origin.
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random);
        let mut id = vec![0; 16];
        random.fill(&mut id).expect("random bytes");
        Self { key: key.expect("the key"), id, person: String::new(), origin: origin.into(), count: 0 }
    }

    /// The answer of `navigator.credentials.create`.
    pub fn make(&mut self, options: &Value) -> String {
        self.person = text(&options["user"]["id"]);
        let client = self.client_data("webauthn.create", options);
        let public = self.key.public_key().as_ref();
        let mut data = self.data(&text(&options["rp"]["id"]), PRESENT_AND_VERIFIED | WITH_A_KEY);
        data.extend([0; 16]);
        data.extend((self.id.len() as u16).to_be_bytes());
        data.extend(&self.id);
        // A COSE key: {kty: EC2, alg: ES256, crv: P-256, x, y}.
        data.extend([0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&public[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&public[33..65]);
        // {fmt: "none", attStmt: {}, authData}
        let mut object = b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("short data"));
        object.extend(data);
        self.answer(json!({
            "clientDataJSON": BASE64.encode(client), "attestationObject": BASE64.encode(object),
        }))
    }

    /// Its passkey for this account, as we stored it before webauthn-rs checked passkeys.
    pub fn stored_before(&mut self, account: AccountId) -> Credential {
        self.person = BASE64.encode(account.0.as_bytes());
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let key = json!({ "es256": hex(self.key.public_key().as_ref()) });
        let stored = json!({ "id": BASE64.encode(&self.id), "key": key, "count": self.count }).to_string();
        Credential { id: hex(&self.id), stored, count: self.count.into() }
    }

    /// The answer of `navigator.credentials.get`.
    pub fn use_once(&mut self, options: &Value) -> String {
        self.count += 1;
        let client = self.client_data("webauthn.get", options);
        let data = self.data(&text(&options["rpId"]), PRESENT_AND_VERIFIED);
        let signed = [&data[..], digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        self.answer(json!({
            "clientDataJSON": BASE64.encode(client), "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(signature), "userHandle": self.person,
        }))
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let (challenge, origin) = (&options["challenge"], &self.origin);
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false }).to_string()
    }

    fn data(&self, party: &str, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, party.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn answer(&self, response: Value) -> String {
        let id = BASE64.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
            .to_string()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A ceremony that the server has begun.
pub struct Ceremony {
    pub token: String,
    pub options: Value,
}

impl Browser {
    pub async fn ceremony(&self, path: &str) -> Result<Ceremony> {
        let begun = self.post(path, &[]).await?;
        ensure!(begun.status == 200, "{path}: {} {}", begun.status, begun.text);
        let json = begun.json();
        let token = json["ceremony"].as_str().context("a token")?.to_owned();
        Ok(Ceremony { token, options: json["publicKey"].clone() })
    }

    /// Adds this device's passkey to the account that is signed in.
    pub async fn add_device(&self, device: &mut Device, name: &str) -> Result<Reply> {
        let begun = self.ceremony("/account/passkeys/ceremony").await?;
        let answer = device.make(&begun.options);
        let form = [("name", name), ("ceremony", &begun.token), ("credential", &answer)];
        self.post("/account/passkeys", &form).await
    }

    /// Signs in with this device's passkey.
    pub async fn enter_with(&self, device: &mut Device) -> Result<Reply> {
        let begun = self.ceremony("/sign-in/passkey/ceremony").await?;
        let answer = device.use_once(&begun.options);
        self.post("/sign-in/passkey", &[("ceremony", &begun.token), ("credential", &answer)]).await
    }
}
