//! Passkeys as browsers make and use them (WebAuthn): what to ask a browser for, and whether its answer is right. webauthn-rs
//! does both. Which make a device is does not matter to us, so no attestation is asked for, and none is kept.

use crate::{
    passkey_ed25519::countersigned,
    passkey_stored::{Stored, kept, written},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{
    id::AccountId,
    people::{
        ceremonies::CEREMONY_LASTS,
        passkeys::{Credential, PasskeyRefusal},
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Webauthn, WebauthnBuilder, WebauthnError,
};

/// What browsers show beside the name of the site.
const NAME: &str = "Backstage Pass";

/// A site that browsers keep passkeys for.
pub struct Party {
    site: Webauthn,
    origin: String,
}

/// What is needed to check the answer to [`Party::ask_for_new`].
pub struct Registration(PasskeyRegistration);

/// What is needed to check the answer to [`Party::ask_for_use`].
pub struct Assertion(DiscoverableAuthentication);

/// What a browser answers when a passkey was used.
pub struct UseAnswer(PublicKeyCredential);

impl UseAnswer {
    /// # Errors
    /// If it is no such answer.
    pub fn parse(text: &str) -> Result<Self, PasskeyRefusal> {
        parsed(text.as_bytes()).map(Self)
    }
}

impl Party {
    /// The site at this origin, whose host is a name: browsers keep no passkeys for addresses.
    pub fn new(origin: &Url) -> Option<Self> {
        let builder = WebauthnBuilder::new(origin.domain()?, origin).ok()?;
        let site = builder.rp_name(NAME).timeout(CEREMONY_LASTS.to_std()).build().ok()?;
        Some(Self { site, origin: origin.origin().ascii_serialization() })
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
    ) -> Result<(Value, Registration), PasskeyRefusal> {
        let have =
            have.iter().map(|stored| Stored::read(stored)).collect::<Result<Vec<_>, PasskeyRefusal>>()?;
        let id = |one: &Stored| json!({ "type": "public-key", "id": BASE64.encode(one.passkey.cred_id()) });
        let known: Vec<_> = have.iter().map(id).collect();
        let asked = self.site.start_passkey_registration(account.0, email, name, None);
        let (asked, begun) = asked.map_err(refusal)?;
        let mut options = to_json(&asked.public_key)?;
        // Not given to webauthn-rs, which would keep them as long as the ceremony. The table takes no credential twice.
        options["excludeCredentials"] = json!(known);
        // Sign-in names no account, so the device has to know whose passkey it is. webauthn-rs leaves that to the device.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        Ok((options, Registration(begun)))
    }

    /// The new passkey of a browser's answer.
    ///
    /// # Errors
    /// `OtherSite` if it was made for another one, else `Wrong`.
    pub fn new_credential(&self, answer: &str, begun: &Registration) -> Result<Credential, PasskeyRefusal> {
        let answer: RegisterPublicKeyCredential = parsed(answer.as_bytes())?;
        let made = self.site.finish_passkey_registration(&answer, &begun.0).map_err(refusal)?;
        if *made.cred_id() != answer.raw_id {
            return Err(PasskeyRefusal::Wrong);
        }
        kept(made)
    }

    /// The options of `navigator.credentials.get`, for whatever passkey the browser has for us.
    ///
    /// # Errors
    /// `Wrong` if webauthn-rs cannot ask.
    pub fn ask_for_use(&self) -> Result<(Value, Assertion), PasskeyRefusal> {
        let (asked, begun) = self.site.start_discoverable_authentication().map_err(refusal)?;
        Ok((to_json(&asked.public_key)?, Assertion(begun)))
    }

    /// Whose passkey an answer claims to be, and the id of its credential. Nothing of it is checked yet.
    ///
    /// # Errors
    /// `Unknown` if it names no account.
    pub fn claimed(&self, UseAnswer(answer): &UseAnswer) -> Result<(AccountId, String), PasskeyRefusal> {
        let (account, id) = self.site.identify_discoverable_authentication(answer).map_err(refusal)?;
        Ok((AccountId(account), hex::encode(id)))
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
    ) -> Result<(String, i64), PasskeyRefusal> {
        let mut passkey = Stored::read(stored)?.with_data(&answer.response.authenticator_data);
        let instead = countersigned(&passkey, answer)?;
        let (checked, answer) = instead.as_ref().map_or((&passkey, answer), |(key, answer)| (key, answer));
        let used =
            self.site.finish_discoverable_authentication_v2(answer, begun.0, checked).map_err(refusal)?;
        check_unframed(&answer.response.client_data_json)?;
        passkey.update_credential(&used);
        Ok((written(&passkey)?, used.counter().into()))
    }
}

/// Refuses what was done on a page of ours that another site had in a frame. webauthn-rs does so for new passkeys only.
fn check_unframed(client: &[u8]) -> Result<(), PasskeyRefusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ClientData {
        cross_origin: Option<bool>,
    }
    let client: ClientData = parsed(client)?;
    if client.cross_origin == Some(true) { Err(PasskeyRefusal::OtherSite) } else { Ok(()) }
}

fn refusal(error: WebauthnError) -> PasskeyRefusal {
    tracing::debug!(%error, "a passkey was refused");
    match error {
        WebauthnError::InvalidRPOrigin
        | WebauthnError::InvalidRPIDHash
        | WebauthnError::CredentialCrossOrigin => PasskeyRefusal::OtherSite,
        WebauthnError::CredentialPossibleCompromise => PasskeyRefusal::Copied,
        WebauthnError::InvalidUserUniqueId => PasskeyRefusal::Unknown,
        _ => PasskeyRefusal::Wrong,
    }
}

fn parsed<T: DeserializeOwned>(json: &[u8]) -> Result<T, PasskeyRefusal> {
    serde_json::from_slice(json).map_err(|_| PasskeyRefusal::Wrong)
}

fn to_json(options: &impl Serialize) -> Result<Value, PasskeyRefusal> {
    serde_json::to_value(options).map_err(|_| PasskeyRefusal::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::{
        digest::{SHA256, digest},
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
    };
    use webauthn_rs::prelude::Uuid;

    const HERE: &str = "https://live.example.org";
    const ID: &[u8] = b"a credential";

    fn party(origin: &str) -> Option<Party> {
        Party::new(&Url::parse(origin).unwrap())
    }

    /// The key of a device.
    enum Key {
        P256(EcdsaKeyPair),
        Ed25519(Ed25519KeyPair),
    }

    impl Key {
        fn p256() -> Self {
            let (kind, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
            let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
            Self::P256(EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap())
        }

        fn ed25519() -> Self {
            let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
            Self::Ed25519(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
        }

        fn sign(&self, message: &[u8]) -> Vec<u8> {
            match self {
                Self::P256(key) => key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
                Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            }
        }

        /// `{1: 2, 3: -7, -1: 1, -2: x, -3: y}` or `{1: 1, 3: -8, -1: 6, -2: x}`
        fn cose(&self) -> Vec<u8> {
            match self {
                Self::P256(key) => {
                    let point = key.public_key().as_ref();
                    let x = &b"\xA5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..];
                    [x, &point[1..33], b"\x22\x58\x20", &point[33..]].concat()
                }
                Self::Ed25519(key) => {
                    [&b"\xA4\x01\x01\x03\x27\x20\x06\x21\x58\x20"[..], key.public_key().as_ref()].concat()
                }
            }
        }

        /// A row from before webauthn-rs checked passkeys.
        fn stored_before(&self, count: u32) -> String {
            let key = match self {
                Self::P256(key) => json!({ "es256": hex::encode(key.public_key()) }),
                Self::Ed25519(key) => json!({ "ed25519": hex::encode(key.public_key()) }),
            };
            json!({ "id": BASE64.encode(ID), "key": key, "count": count }).to_string()
        }
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
        /// Whether the signature loses its last byte, or gets another one.
        cut: bool,
        flipped: bool,
    }

    impl Says {
        fn right(kind: &'static str, options: &Value, flags: u8) -> Self {
            let challenge = options["challenge"].clone();
            let (origin, site) = (HERE, "live.example.org");
            let (framed, cut, flipped) = (false, false, false);
            Self { kind, challenge, origin, framed, site, flags, count: 5, id: ID, cut, flipped }
        }

        fn client(&self) -> String {
            json!({ "type": self.kind, "challenge": self.challenge, "origin": self.origin, "crossOrigin": self.framed })
                .to_string()
        }

        fn data(&self) -> Vec<u8> {
            [&sha256(self.site)[..], &[self.flags], &self.count.to_be_bytes()].concat()
        }

        fn makes(&self, key: &Key) -> String {
            let id = [&[0; 16][..], &[0, ID.len() as u8], ID].concat();
            let data = [self.data(), id, key.cose()].concat();
            let object = &b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x58"[..];
            let object = [object, &[data.len() as u8], &data].concat();
            self.answers(json!({
                "clientDataJSON": BASE64.encode(self.client()), "attestationObject": BASE64.encode(object),
            }))
        }

        fn uses(&self, key: &Key) -> UseAnswer {
            let message = [self.data(), sha256(&self.client())].concat();
            let mut signature = key.sign(&message);
            if self.cut {
                signature.pop();
            }
            if let (true, Some(last)) = (self.flipped, signature.last_mut()) {
                *last ^= 1;
            }
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

    fn sha256(text: &str) -> Vec<u8> {
        digest(&SHA256, text.as_bytes()).as_ref().to_vec()
    }

    fn made_by(party: &Party, key: &Key, flags: u8) -> Credential {
        let (options, begun) = party.ask_for_new(AccountId::new(), ("a", "A"), &[]).unwrap();
        let answer = Says::right("webauthn.create", &options, flags).makes(key);
        party.new_credential(&answer, &begun).unwrap()
    }

    /// Uses a stored passkey, after a change of what its device and its browser say.
    fn use_of(
        party: &Party,
        stored: &str,
        key: &Key,
        change: &dyn Fn(&mut Says),
    ) -> Result<(String, i64), PasskeyRefusal> {
        let (options, begun) = party.ask_for_use().unwrap();
        let mut says = Says { count: 6, ..Says::right("webauthn.get", &options, 0x05) };
        change(&mut says);
        let answer = says.uses(key);
        assert_eq!(party.claimed(&answer), Ok((AccountId(Uuid::from_bytes([1; 16])), hex::encode(says.id))));
        party.check_use(&answer, begun, stored)
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
        let (party, account, key) = (party(HERE).unwrap(), AccountId::new(), Key::p256());
        let ask = |have: &[String]| party.ask_for_new(account, ("ann@example.org", "Ann"), have);
        let (options, begun) = ask(&[]).unwrap();
        assert_eq!(options["rp"], json!({ "id": "live.example.org", "name": NAME }));
        assert_eq!(options["user"]["id"], json!(BASE64.encode(account.0.as_bytes())));
        assert_eq!((&options["attestation"], &options["timeout"]), (&json!("none"), &json!(300_000)));
        let selection = &options["authenticatorSelection"];
        assert_eq!(
            (&selection["residentKey"], &selection["userVerification"]),
            (&json!("required"), &json!("required"))
        );
        let made = party
            .new_credential(&Says::right("webauthn.create", &options, 0x45).makes(&key), &begun)
            .unwrap();
        assert_eq!((made.id.as_str(), made.count), (hex::encode(ID).as_str(), 5));
        // Those that are stored in either form.
        for stored in [made.stored, key.stored_before(5)] {
            let (again, _) = ask(&[stored]).unwrap();
            assert_eq!(
                again["excludeCredentials"],
                json!([{ "type": "public-key", "id": BASE64.encode(ID) }])
            );
            assert_ne!(again["challenge"], options["challenge"]);
        }
        assert!(matches!(ask(&["nonsense".into()]), Err(PasskeyRefusal::Wrong)));
        let (used, _) = party.ask_for_use().unwrap();
        assert_eq!(
            (&used["rpId"], &used["userVerification"], &used["allowCredentials"]),
            (&json!("live.example.org"), &json!("required"), &json!([]))
        );
    }

    type Change = (&'static str, fn(&mut Says), PasskeyRefusal);

    /// What is wrong with either kind of answer.
    const WRONG: [Change; 9] = [
        ("another ceremony", |says| says.challenge = json!(BASE64.encode([0; 32])), PasskeyRefusal::Wrong),
        ("no challenge", |says| says.challenge = json!(""), PasskeyRefusal::Wrong),
        ("another site", |says| says.origin = "https://evil.example", PasskeyRefusal::OtherSite),
        ("a site below", |says| says.origin = "https://a.live.example.org", PasskeyRefusal::OtherSite),
        ("another port", |says| says.origin = "https://live.example.org:8443", PasskeyRefusal::OtherSite),
        ("in a frame", |says| says.framed = true, PasskeyRefusal::OtherSite),
        ("another party", |says| says.site = "example.org", PasskeyRefusal::OtherSite),
        ("nobody there", |says| says.flags &= !1, PasskeyRefusal::Wrong),
        ("nobody recognised", |says| says.flags &= !4, PasskeyRefusal::Wrong),
    ];

    /// What is wrong with a use, of a passkey whose device has counted to five.
    const WRONGLY_USED: [Change; 8] = [
        ("made, not used", |says| says.kind = "webauthn.create", PasskeyRefusal::Wrong),
        ("another id", |says| says.id = b"another", PasskeyRefusal::Wrong),
        ("the same count", |says| says.count = 5, PasskeyRefusal::Copied),
        ("a smaller count", |says| says.count = 4, PasskeyRefusal::Copied),
        ("no count any more", |says| says.count = 0, PasskeyRefusal::Copied),
        ("a cut signature", |says| says.cut = true, PasskeyRefusal::Wrong),
        ("a tampered signature", |says| says.flipped = true, PasskeyRefusal::Wrong),
        ("backed up, but not to be", |says| says.flags = 0x15, PasskeyRefusal::Wrong),
    ];

    #[test]
    fn a_new_passkey_is_what_was_asked_for() {
        let (party, key) = (party(HERE).unwrap(), Key::p256());
        let more: [Change; 4] = [
            ("used, not made", |says| says.kind = "webauthn.get", PasskeyRefusal::Wrong),
            ("no credential", |says| says.flags = 0x05, PasskeyRefusal::Wrong),
            ("backed up, but not to be", |says| says.flags = 0x55, PasskeyRefusal::Wrong),
            ("another id", |says| says.id = b"another", PasskeyRefusal::Wrong),
        ];
        for (what, change, want) in WRONG.into_iter().chain(more) {
            let (options, begun) = party.ask_for_new(AccountId::new(), ("a", "A"), &[]).unwrap();
            let mut says = Says::right("webauthn.create", &options, 0x45);
            change(&mut says);
            assert_eq!(party.new_credential(&says.makes(&key), &begun), Err(want), "{what}");
        }
        let (options, begun) = party.ask_for_new(AccountId::new(), ("a", "A"), &[]).unwrap();
        let unasked = Says::right("webauthn.create", &options, 0x45).makes(&Key::ed25519());
        assert_eq!(
            party.new_credential(&unasked, &begun),
            Err(PasskeyRefusal::Wrong),
            "a kind that is not asked for"
        );
        for nonsense in ["", "null", "{}", r#"{"rawId":"","response":{}}"#] {
            assert_eq!(party.new_credential(nonsense, &begun), Err(PasskeyRefusal::Wrong), "{nonsense}");
        }
    }

    #[test]
    fn a_use_is_checked_against_what_is_stored() {
        let (party, key, old) = (party(HERE).unwrap(), Key::p256(), Key::ed25519());
        let stored = made_by(&party, &key, 0x45).stored;
        // As webauthn-rs stores it, and as we did before.
        for (form, stored, key) in [
            ("new", stored, &key),
            ("before", key.stored_before(5), &key),
            ("before, Ed25519", old.stored_before(5), &old),
        ] {
            for (what, change, want) in WRONG.into_iter().chain(WRONGLY_USED) {
                let got = use_of(&party, &stored, key, &change).map(|(_, count)| count);
                assert_eq!(got, Err(want), "{form}: {what}");
            }
            for other in [Key::p256(), Key::ed25519()] {
                let got = use_of(&party, &stored, &other, &|_| ()).map(|(_, count)| count);
                assert_eq!(got, Err(PasskeyRefusal::Wrong), "{form}: another key");
            }
            let (used, count) = use_of(&party, &stored, key, &|_| ()).unwrap();
            assert_eq!(count, 6, "{form}");
            // What is stored from now on.
            let again =
                |count: u32| use_of(&party, &used, key, &|says| says.count = count).map(|(_, count)| count);
            assert_eq!((again(6), again(7)), (Err(PasskeyRefusal::Copied), Ok(7)), "{form}");
        }
        assert_eq!(use_of(&party, "nonsense", &key, &|_| ()), Err(PasskeyRefusal::Wrong));
        assert!(UseAnswer::parse("{}").is_err());
    }

    #[test]
    fn whether_a_passkey_may_be_copied_to_other_devices_stays() {
        let (party, key) = (party(HERE).unwrap(), Key::p256());
        let used = |stored: &str, flags: u8| use_of(&party, stored, &key, &|says| says.flags = flags);
        let (bound, synced) = (made_by(&party, &key, 0x45).stored, made_by(&party, &key, 0x5D).stored);
        // Nobody wrote it down before: the first use says it.
        for (stored, flags, want) in [
            (&bound, 0x05, true),
            (&bound, 0x0D, false),
            (&synced, 0x1D, true),
            (&synced, 0x0D, true),
            (&synced, 0x05, false),
            (&key.stored_before(5), 0x05, true),
            (&key.stored_before(5), 0x1D, true),
            (&used(&key.stored_before(4), 0x1D).unwrap().0, 0x05, false),
        ] {
            let got = use_of(&party, stored, &key, &|says| (says.flags, says.count) = (flags, 7));
            assert_eq!(got.is_ok(), want, "{flags:x} {stored}");
        }
    }

    #[test]
    fn a_device_that_does_not_count_stays_at_zero() {
        let (party, key) = (party(HERE).unwrap(), Key::p256());
        let mut stored = key.stored_before(0);
        for _ in 0..3 {
            let (now, count) = use_of(&party, &stored, &key, &|says| says.count = 0).unwrap();
            assert_eq!(count, 0);
            stored = now;
        }
    }
}
