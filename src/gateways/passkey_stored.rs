//! A passkey as its row keeps it: as webauthn-rs writes it, or as we did before we had that library. A row of the older form gets
//! the newer one when its passkey is used.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::people::passkeys::{Credential, PasskeyRefusal};
use serde::Deserialize;
use webauthn_rs::prelude::{
    AttestationFormat, COSEAlgorithm, COSEEC2Key, COSEKey, COSEKeyType, COSEOKPKey, COSERSAKey,
    Credential as Internals, ECDSACurve, EDDSACurve, ParsedAttestation, Passkey,
};
use webauthn_rs_core::proto::{CredentialV3, UserVerificationPolicy};

/// The longest credential id, in bytes (WebAuthn, 7.1).
const LONGEST_ID: usize = 1023;
/// The flags in a device's data, and the one that says that a passkey may be copied to other devices (WebAuthn, 6.1).
const FLAGS: usize = 32;
const BACKUP_ELIGIBLE: u8 = 1 << 3;

pub struct Stored {
    pub passkey: Passkey,
    /// Whether it is a row of the older form, which does not say whether the passkey may be copied.
    older: bool,
}

impl Stored {
    /// # Errors
    /// `Wrong` if it has neither form.
    pub fn read(text: &str) -> Result<Self, PasskeyRefusal> {
        let newer = serde_json::from_str(text).map(|passkey| Self { passkey, older: false });
        newer.or_else(|error| {
            let older = serde_json::from_str(text).ok().and_then(Older::passkey);
            older.map(|passkey| Self { passkey, older: true }).ok_or_else(|| {
                tracing::error!(%error, "a stored passkey cannot be read");
                PasskeyRefusal::Wrong
            })
        })
    }

    /// The passkey, for a use of which its device has said this. What an older row does not know is taken from there: it is
    /// signed, and whoever checks the signature checks that it is right.
    pub fn with_data(self, data: &[u8]) -> Passkey {
        if !self.older {
            return self.passkey;
        }
        let backup_eligible = data.get(FLAGS).is_some_and(|flags| flags & BACKUP_ELIGIBLE != 0);
        Internals { backup_eligible, ..self.passkey.into() }.into()
    }
}

/// What is kept of a new passkey: nothing of what its device says of its make, and not how it is connected.
///
/// # Errors
/// `Wrong` if its id is none.
pub fn kept(made: Passkey) -> Result<Credential, PasskeyRefusal> {
    let (attestation, attestation_format) = (ParsedAttestation::default(), AttestationFormat::None);
    let made = Internals { attestation, attestation_format, transports: None, ..made.into() };
    if !(1..=LONGEST_ID).contains(&made.cred_id.len()) {
        return Err(PasskeyRefusal::Wrong);
    }
    let (id, count) = (hex::encode(&made.cred_id), made.counter.into());
    Ok(Credential { id, count, stored: written(&made.into())? })
}

/// # Errors
/// `Wrong` if it cannot be written.
pub fn written(passkey: &Passkey) -> Result<String, PasskeyRefusal> {
    serde_json::to_string(passkey).map_err(|_| PasskeyRefusal::Wrong)
}

#[derive(Deserialize)]
struct Older {
    /// In base64.
    id: String,
    key: OlderKey,
    count: u32,
}

/// Its parts are in hexadecimal.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum OlderKey {
    /// The point on P-256, not compressed.
    Es256(#[serde(with = "hex::serde")] Vec<u8>),
    Ed25519(#[serde(with = "hex::serde")] Vec<u8>),
    Rs256 {
        #[serde(with = "hex::serde")]
        n: Vec<u8>,
        #[serde(with = "hex::serde")]
        e: Vec<u8>,
    },
}

impl Older {
    fn passkey(self) -> Option<Passkey> {
        let older = CredentialV3 {
            cred_id: BASE64.decode(self.id).ok()?,
            cred: self.key.cose()?,
            counter: self.count,
            // None was taken otherwise.
            verified: true,
            registration_policy: UserVerificationPolicy::Required,
        };
        Some(Internals::from(older).into())
    }
}

impl OlderKey {
    fn cose(self) -> Option<COSEKey> {
        let (type_, key) = match self {
            Self::Es256(point) => {
                let (x, y) = point.get(1..)?.split_at_checked(32)?;
                let (curve, x, y) = (ECDSACurve::SECP256R1, x.to_vec(), y.to_vec());
                (COSEAlgorithm::ES256, COSEKeyType::EC_EC2(COSEEC2Key { curve, x, y }))
            }
            Self::Ed25519(x) => {
                let curve = EDDSACurve::ED25519;
                (COSEAlgorithm::EDDSA, COSEKeyType::EC_OKP(COSEOKPKey { curve, x }))
            }
            Self::Rs256 { n, e } => {
                // Devices have 65,537, which is what three bytes are for.
                let zeros = vec![0; 3_usize.checked_sub(e.len())?];
                let e = [zeros, e].concat().try_into().ok()?;
                (COSEAlgorithm::RS256, COSEKeyType::RSA(COSERSAKey { n, e }))
            }
        };
        Some(COSEKey { type_, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use webauthn_rs::prelude::{AttestationMetadata, ParsedAttestationData, Uuid};
    use webauthn_rs_core::proto::AuthenticatorTransport;

    const MESSAGE: &[u8] = b"what the device signs";
    /// A key of openssl, which is used for nothing else, and its signature of [`MESSAGE`].
    const MODULUS: &str = "da5535f29d0e2449621df6f2ca6954991529963f886793518ddc8089284250f0baeda75f0d97bd8f3f8627c5ac8bb3a3\
         d9c3ab1752679457aff33ad4c2af6ad834077d24236597ffcf0518131ed54d51bd1b31df026cb9c09a056eb5a7d70aa6\
         0bbc449c9b7cab0580033f4839e45925cc5ad20b39be1ec72263d287f4aac776f018eba90ac87f8440bd04c2ca43cce3\
         4e912b6ed2e57cf43790dcf95e1ed9b8c3207912d1384f96b632135146d6655a8303f4fc424a0a7cb9215d3ded095014\
         cea4c820bdf6d7cba6c800831770b65aed0334d0a05c79279446b7d93e1db9873cd90636284cdfb5da999f6d63b2acad\
         84de20c11d3afa297db003ddea17e87d";
    const SIGNATURE: &str = "20e8843b71d5efd9c6baa34b3cb771df93bd7cf35e5170e47bafb85c8589d786e71f4c6eab028bb625df761dc3e80a9a\
         916bb3cb3c9f6c08ce8a0164c204fe03e22d0afc4dc46b11da982f31aec88bb033b6678344f4fb49e17ce13b9d47aa95\
         7e5dd096b2495283d172898d7bca887f0fc8022bcc02ee31580d4dd88feb8b38de7a88164b306a207602bfdd5a1a06f8\
         b03c1fec94a81b06872e3c003aa320267a5ac9a28c5685d83fa6ccc80f61132eaecf43dd978d94e0cfce7dbc7e44ad91\
         f1766c54c6bdf1680fe31c0c4a7f7e1a31b6e6e7016e1e7495cb980a3def57090d35d61f4c9a8d28d2b1301f70c0a677\
         10d4833c6644cb0bf9385ddf377fb6e8";
    /// The point from which P-256 begins.
    const POINT: &str = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
         4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

    fn older(key: &Value) -> String {
        json!({ "id": "YWJj", "key": key, "count": 7 }).to_string()
    }

    #[test]
    fn a_row_of_the_older_form_is_read_and_written_in_the_newer_one() {
        for (key, want) in [
            (json!({ "es256": POINT }), COSEAlgorithm::ES256),
            (json!({ "ed25519": "58".repeat(32) }), COSEAlgorithm::EDDSA),
            (json!({ "rs256": { "n": MODULUS, "e": "010001" } }), COSEAlgorithm::RS256),
            (json!({ "rs256": { "n": MODULUS, "e": "03" } }), COSEAlgorithm::RS256),
        ] {
            let read = Stored::read(&older(&key)).unwrap();
            assert!(read.older, "{key}");
            let again = Stored::read(&written(&read.passkey).unwrap()).unwrap();
            assert!(!again.older, "{key}");
            assert_eq!(read.passkey.get_public_key(), again.passkey.get_public_key(), "{key}");
            let internals = Internals::from(again.passkey);
            assert_eq!(
                (&internals.cred.type_, internals.cred_id, internals.counter),
                (&want, b"abc".to_vec(), 7)
            );
        }
    }

    #[test]
    fn what_an_rsa_key_of_the_older_form_has_signed_is_right() {
        let signature = hex::decode(SIGNATURE).unwrap();
        let read =
            |e: &str| Stored::read(&older(&json!({ "rs256": { "n": MODULUS, "e": e } }))).unwrap().passkey;
        let verified =
            |e: &str, message: &[u8]| read(e).get_public_key().verify_signature(&signature, message).unwrap();
        assert!(verified("010001", MESSAGE));
        assert!(!verified("010001", b"something else") && !verified("03", MESSAGE));
    }

    #[test]
    fn what_has_neither_form_is_refused() {
        for (wrong, text) in [
            ("no JSON", "nonsense".to_owned()),
            ("nothing", "{}".to_owned()),
            ("no key", json!({ "id": "YWJj", "count": 7 }).to_string()),
            ("no base64", json!({ "id": "!", "key": { "es256": POINT }, "count": 7 }).to_string()),
            ("a short point", older(&json!({ "es256": "0458" }))),
            ("a long exponent", older(&json!({ "rs256": { "n": MODULUS, "e": "01000001" } }))),
            ("a kind that never was", older(&json!({ "es512": POINT }))),
        ] {
            assert!(matches!(Stored::read(&text), Err(PasskeyRefusal::Wrong)), "{wrong}");
        }
    }

    #[test]
    fn an_older_row_learns_from_its_device_whether_it_may_be_copied() {
        let stored = older(&json!({ "es256": POINT }));
        let eligible = |stored: &str, data: &[u8]| {
            Internals::from(Stored::read(stored).unwrap().with_data(data)).backup_eligible
        };
        let data = |flags: u8| [&[0; FLAGS][..], &[flags]].concat();
        for (data, want) in [(vec![], false), (data(0x05), false), (data(0x0D), true)] {
            assert_eq!(eligible(&stored, &data), want, "{data:?}");
            let newer = written(&Stored::read(&stored).unwrap().with_data(&data)).unwrap();
            assert_eq!(eligible(&newer, &[0xFF; 37]), want, "{data:?}: and keeps it");
        }
    }

    #[test]
    fn of_a_new_passkey_its_make_is_not_kept() {
        let mut made = Internals::from(Stored::read(&older(&json!({ "es256": POINT }))).unwrap().passkey);
        let metadata = AttestationMetadata::Packed { aaguid: Uuid::nil() };
        made.attestation = ParsedAttestation { data: ParsedAttestationData::Self_, metadata };
        made.attestation_format = AttestationFormat::Packed;
        made.transports = Some(vec![AuthenticatorTransport::Usb]);
        let credential = kept(made.clone().into()).unwrap();
        assert_eq!((credential.id.as_str(), credential.count), ("616263", 7));
        let stored: Value = serde_json::from_str(&credential.stored).unwrap();
        assert_eq!(stored["cred"]["attestation"], json!({ "data": "None", "metadata": "None" }));
        assert_eq!(stored["cred"]["attestation_format"], json!("none"));
        assert_eq!(stored["cred"]["transports"], Value::Null);
        for length in [0, LONGEST_ID + 1] {
            let wrong = Internals { cred_id: vec![1; length], ..made.clone() };
            assert_eq!(kept(wrong.into()), Err(PasskeyRefusal::Wrong), "{length}");
        }
    }
}
