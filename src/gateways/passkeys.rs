//! Passkeys as browsers make and use them (WebAuthn, level 3, sections 7.1 and 7.2): what to ask a browser for, and whether its
//! answer is right. Which make a device is does not matter to us, so no attestation is asked for and none is judged.

use crate::passkey_data::{Data, PublicKey, attested_data};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{
    id::AccountId,
    people::{
        ceremonies::CEREMONY_LASTS,
        passkeys::{Credential, Refusal},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

/// What browsers show beside the name of the site.
const NAME: &str = "Backstage Pass";
/// 256 random bits.
type Challenge = [u8; 32];

/// A site that browsers keep passkeys for.
pub struct Party {
    /// The host's name.
    id: String,
    hash: [u8; 32],
    origin: String,
}

/// What is needed to check the answer to [`Party::ask_for_new`].
pub struct Registration(Challenge);

/// What is needed to check the answer to [`Party::ask_for_use`].
pub struct Assertion(Challenge);

/// What a browser answers when a passkey was used.
pub struct UseAnswer(Answer<Used>);

/// A credential as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    id: String,
    key: PublicKey,
    count: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<T> {
    raw_id: String,
    response: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    #[serde(rename = "clientDataJSON")]
    client: String,
    attestation_object: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Used {
    #[serde(rename = "clientDataJSON")]
    client: String,
    authenticator_data: String,
    signature: String,
    /// Whose passkey it is.
    user_handle: Option<String>,
}

/// What the browser itself says of a ceremony; the device signs its hash.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

impl UseAnswer {
    /// # Errors
    /// If it is no such answer.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        serde_json::from_str(text).map(Self).map_err(|_| Refusal::Wrong)
    }
}

impl Party {
    /// The site at this origin, whose host is a name: browsers keep no passkeys for addresses.
    pub fn new(origin: &Url) -> Option<Self> {
        let id = origin.domain()?.to_owned();
        let hash = sha256(&id);
        Some(Self { id, hash, origin: origin.origin().ascii_serialization() })
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The options of `navigator.credentials.create`. `have`: the credentials of this account, of which no device shall have two.
    ///
    /// # Errors
    /// `Wrong` if what is stored cannot be read.
    pub fn ask_for_new(
        &self,
        account: AccountId,
        (email, name): (&str, &str),
        have: &[String],
    ) -> Result<(Value, Registration), Refusal> {
        let challenge: Challenge = rand::random();
        let have = have.iter().map(|stored| read(stored)).collect::<Result<Vec<_>, Refusal>>()?;
        let known: Vec<_> = have.iter().map(|one| json!({ "type": "public-key", "id": one.id })).collect();
        let kinds = PublicKey::KINDS.map(|kind| json!({ "type": "public-key", "alg": kind }));
        let options = json!({
            "rp": { "id": self.id, "name": NAME },
            "user": { "id": BASE64.encode(account.0.as_bytes()), "name": email, "displayName": name },
            "challenge": BASE64.encode(challenge),
            "pubKeyCredParams": kinds,
            "timeout": CEREMONY_LASTS.0,
            "excludeCredentials": known,
            // Sign-in names no account, so the device has to know whose passkey it is.
            "authenticatorSelection": {
                "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
            },
            "attestation": "none",
        });
        Ok((options, Registration(challenge)))
    }

    /// The new passkey of a browser's answer.
    ///
    /// # Errors
    /// `OtherSite` if it was made for another one, else `Wrong`.
    pub fn new_credential(&self, answer: &str, begun: &Registration) -> Result<Credential, Refusal> {
        let answer: Answer<Made> = serde_json::from_str(answer).map_err(|_| Refusal::Wrong)?;
        self.check_client(&decoded(&answer.response.client)?, "webauthn.create", begun.0)?;
        let object = decoded(&answer.response.attestation_object)?;
        let data = attested_data(&object).and_then(Data::read).ok_or(Refusal::Wrong)?;
        self.check_data(&data)?;
        let made = data.credential.ok_or(Refusal::Wrong)?;
        if decoded(&answer.raw_id)? != made.id {
            return Err(Refusal::Wrong);
        }
        let stored = Stored { id: BASE64.encode(made.id), key: made.key, count: data.count };
        Ok(Credential { id: hex::encode(made.id), count: data.count.into(), stored: written(&stored)? })
    }

    /// The options of `navigator.credentials.get`, for whatever passkey the browser has for us.
    pub fn ask_for_use(&self) -> (Value, Assertion) {
        let challenge: Challenge = rand::random();
        let options = json!({
            "challenge": BASE64.encode(challenge),
            "timeout": CEREMONY_LASTS.0,
            "rpId": self.id,
            "allowCredentials": [],
            "userVerification": "required",
        });
        (options, Assertion(challenge))
    }

    /// Whose passkey an answer claims to be, and the id of its credential. Nothing of it is checked yet.
    ///
    /// # Errors
    /// `Unknown` if it names no account.
    pub fn claimed(&self, UseAnswer(answer): &UseAnswer) -> Result<(AccountId, String), Refusal> {
        let handle = answer.response.user_handle.as_deref().ok_or(Refusal::Unknown)?;
        let account = hex::encode(decoded(handle)?).parse().map_err(|_| Refusal::Unknown)?;
        Ok((account, hex::encode(decoded(&answer.raw_id)?)))
    }

    /// Checks an answer against the stored credential that it claims to be. Returns the credential as it is from now on, and
    /// how often its device has used it.
    ///
    /// # Errors
    /// `OtherSite` if it was used for another one, `Copied` if its device counts backwards, else `Wrong`.
    pub fn check_use(
        &self,
        UseAnswer(answer): &UseAnswer,
        begun: Assertion,
        stored: &str,
    ) -> Result<(String, i64), Refusal> {
        let (mut stored, said) = (read(stored)?, &answer.response);
        let client = decoded(&said.client)?;
        self.check_client(&client, "webauthn.get", begun.0)?;
        let signed = decoded(&said.authenticator_data)?;
        let data = Data::read(&signed).ok_or(Refusal::Wrong)?;
        self.check_data(&data)?;
        let message = [&signed[..], &sha256(&client)].concat();
        let same = decoded(&answer.raw_id)? == decoded(&stored.id)?;
        if !same || !stored.key.has_signed(&message, &decoded(&said.signature)?) {
            return Err(Refusal::Wrong);
        }
        // A device that counts has to count upwards. Most do not count, and stay at zero.
        if (data.count, stored.count) != (0, 0) && data.count <= stored.count {
            return Err(Refusal::Copied);
        }
        stored.count = data.count;
        Ok((written(&stored)?, stored.count.into()))
    }

    /// What the browser says: that it did what we asked for now, and on a page of ours.
    fn check_client(&self, client: &[u8], kind: &str, challenge: Challenge) -> Result<(), Refusal> {
        let client: ClientData = serde_json::from_slice(client).map_err(|_| Refusal::Wrong)?;
        if client.kind != kind || decoded(&client.challenge)? != challenge {
            return Err(Refusal::Wrong);
        }
        if client.origin != self.origin || client.cross_origin {
            return Err(Refusal::OtherSite);
        }
        Ok(())
    }

    /// What the device says: that it was asked for our site, and that its owner was there and was recognised.
    fn check_data(&self, data: &Data<'_>) -> Result<(), Refusal> {
        if data.site != self.hash {
            return Err(Refusal::OtherSite);
        }
        if data.owner_was_there && data.owner_was_recognised { Ok(()) } else { Err(Refusal::Wrong) }
    }
}

fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn decoded(text: &str) -> Result<Vec<u8>, Refusal> {
    BASE64.decode(text.trim_end_matches('=')).map_err(|_| Refusal::Wrong)
}

fn read(stored: &str) -> Result<Stored, Refusal> {
    serde_json::from_str(stored).map_err(|error| {
        tracing::error!(%error, "a stored passkey cannot be read");
        Refusal::Wrong
    })
}

fn written(stored: &Stored) -> Result<String, Refusal> {
    serde_json::to_string(stored).map_err(|_| Refusal::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
    };

    const HERE: &str = "https://live.example.org";
    const ID: &[u8] = b"a credential";

    fn party(origin: &str) -> Option<Party> {
        Party::new(&Url::parse(origin).unwrap())
    }

    fn keys() -> EcdsaKeyPair {
        let (kind, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap()
    }

    /// What a device and its browser say; each test changes one thing.
    struct Says {
        kind: &'static str,
        challenge: Value,
        origin: &'static str,
        framed: bool,
        site: &'static str,
        flags: u8,
        count: u32,
        id: &'static [u8],
    }

    impl Says {
        fn right(kind: &'static str, options: &Value, flags: u8) -> Self {
            let challenge = options["challenge"].clone();
            Self {
                kind,
                challenge,
                origin: HERE,
                framed: false,
                site: "live.example.org",
                flags,
                count: 5,
                id: ID,
            }
        }

        fn client(&self) -> String {
            json!({ "type": self.kind, "challenge": self.challenge, "origin": self.origin, "crossOrigin": self.framed })
                .to_string()
        }

        fn data(&self) -> Vec<u8> {
            [&sha256(self.site)[..], &[self.flags], &self.count.to_be_bytes()].concat()
        }

        fn makes(&self, keys: &EcdsaKeyPair) -> String {
            let point = keys.public_key().as_ref();
            let cose = [
                &b"\xA5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..],
                &point[1..33],
                b"\x22\x58\x20",
                &point[33..],
            ];
            let id = [&[0; 16][..], &[0, ID.len() as u8], ID].concat();
            let data = [self.data(), id, cose.concat()].concat();
            let object = [&b"\xA1\x68authData\x58"[..], &[data.len() as u8], &data].concat();
            self.answers(json!({
                "clientDataJSON": BASE64.encode(self.client()), "attestationObject": BASE64.encode(object),
            }))
        }

        fn uses(&self, keys: &EcdsaKeyPair) -> UseAnswer {
            let message = [&self.data()[..], &sha256(self.client())].concat();
            let signature = keys.sign(&SystemRandom::new(), &message).unwrap();
            let answer = self.answers(json!({
                "clientDataJSON": BASE64.encode(self.client()), "authenticatorData": BASE64.encode(self.data()),
                "signature": BASE64.encode(signature), "userHandle": BASE64.encode([1; 16]),
            }));
            UseAnswer::parse(&answer).unwrap()
        }

        fn answers(&self, response: Value) -> String {
            json!({ "id": "", "rawId": BASE64.encode(self.id), "type": "public-key", "response": response })
                .to_string()
        }
    }

    #[test]
    fn only_a_name_has_passkeys() {
        for (origin, want) in [
            (HERE, Some(HERE)),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("http://127.0.0.1:3000", None),
            ("https://[2001:db8::1]", None),
        ] {
            assert_eq!(party(origin).as_ref().map(Party::origin), want, "{origin}");
        }
    }

    #[test]
    fn a_passkey_is_asked_for_that_knows_its_person_and_checks_who_uses_it() {
        let (party, account) = (party(HERE).unwrap(), AccountId::new());
        let ask = |have: &[String]| party.ask_for_new(account, ("ann@example.org", "Ann"), have);
        let (options, begun) = ask(&[]).unwrap();
        assert_eq!(options["rp"], json!({ "id": "live.example.org", "name": NAME }));
        let selection = &options["authenticatorSelection"];
        assert_eq!(
            (&selection["residentKey"], &selection["userVerification"]),
            (&json!("required"), &json!("required"))
        );
        let made = party
            .new_credential(&Says::right("webauthn.create", &options, 0x45).makes(&keys()), &begun)
            .unwrap();
        assert_eq!((made.id.as_str(), made.count), (hex::encode(ID).as_str(), 5));
        let (again, _) = ask(&[made.stored]).unwrap();
        assert_eq!(again["excludeCredentials"], json!([{ "type": "public-key", "id": BASE64.encode(ID) }]));
        assert_ne!(again["challenge"], options["challenge"]);
        assert!(matches!(ask(&["nonsense".into()]), Err(Refusal::Wrong)));
        let (used, _) = party.ask_for_use();
        assert_eq!(
            (&used["rpId"], &used["userVerification"]),
            (&json!("live.example.org"), &json!("required"))
        );
    }

    type Change = (&'static str, fn(&mut Says), Refusal);

    /// What is wrong with either kind of answer.
    const WRONG: [Change; 9] = [
        ("another ceremony", |says| says.challenge = json!(BASE64.encode([0; 32])), Refusal::Wrong),
        ("no challenge", |says| says.challenge = json!(""), Refusal::Wrong),
        ("another site", |says| says.origin = "https://evil.example", Refusal::OtherSite),
        ("a site below", |says| says.origin = "https://a.live.example.org", Refusal::OtherSite),
        ("another port", |says| says.origin = "https://live.example.org:8443", Refusal::OtherSite),
        ("in a frame", |says| says.framed = true, Refusal::OtherSite),
        ("another party", |says| says.site = "example.org", Refusal::OtherSite),
        ("nobody there", |says| says.flags &= !1, Refusal::Wrong),
        ("nobody recognised", |says| says.flags &= !4, Refusal::Wrong),
    ];

    #[test]
    fn a_new_passkey_is_what_was_asked_for() {
        let (party, keys) = (party(HERE).unwrap(), keys());
        let more: [Change; 4] = [
            ("used, not made", |says| says.kind = "webauthn.get", Refusal::Wrong),
            ("no credential", |says| says.flags = 0x05, Refusal::Wrong),
            ("backed up, but not to be", |says| says.flags = 0x55, Refusal::Wrong),
            ("another id", |says| says.id = b"another", Refusal::Wrong),
        ];
        for (what, change, want) in WRONG.into_iter().chain(more) {
            let (options, begun) = party.ask_for_new(AccountId::new(), ("a", "A"), &[]).unwrap();
            let mut says = Says::right("webauthn.create", &options, 0x45);
            change(&mut says);
            assert_eq!(party.new_credential(&says.makes(&keys), &begun), Err(want), "{what}");
        }
        let (_, begun) = party.ask_for_new(AccountId::new(), ("a", "A"), &[]).unwrap();
        for nonsense in ["", "null", "{}", r#"{"rawId":"","response":{}}"#] {
            assert_eq!(party.new_credential(nonsense, &begun), Err(Refusal::Wrong), "{nonsense}");
        }
    }

    #[test]
    fn a_use_is_checked_against_what_is_stored() {
        let (party, keys) = (party(HERE).unwrap(), keys());
        let (options, begun) = party.ask_for_new(AccountId::new(), ("a", "A"), &[]).unwrap();
        let made = party
            .new_credential(&Says::right("webauthn.create", &options, 0x45).makes(&keys), &begun)
            .unwrap();
        let try_with = |keys: &EcdsaKeyPair, change: &dyn Fn(&mut Says)| {
            let (options, begun) = party.ask_for_use();
            let mut says = Says { count: 6, ..Says::right("webauthn.get", &options, 0x05) };
            change(&mut says);
            let answer = says.uses(keys);
            party.claimed(&answer).unwrap();
            party.check_use(&answer, begun, &made.stored)
        };
        let more: [Change; 4] = [
            ("made, not used", |says| says.kind = "webauthn.create", Refusal::Wrong),
            ("another id", |says| says.id = b"another", Refusal::Wrong),
            ("the same count", |says| says.count = 5, Refusal::Copied),
            ("no count any more", |says| says.count = 0, Refusal::Copied),
        ];
        for (what, change, want) in WRONG.into_iter().chain(more) {
            assert_eq!(try_with(&keys, &change).map(|(_, count)| count), Err(want), "{what}");
        }
        assert_eq!(try_with(&self::keys(), &|_| ()), Err(Refusal::Wrong), "another key");
        let (stored, count) = try_with(&keys, &|_| ()).unwrap();
        assert_eq!((count, read(&stored).unwrap().count), (6, 6));
        let (options, begun) = party.ask_for_use();
        let answer = Says::right("webauthn.get", &options, 0x05).uses(&keys);
        assert_eq!(party.check_use(&answer, begun, "nonsense"), Err(Refusal::Wrong));
        assert!(UseAnswer::parse("{}").is_err());
    }
}
