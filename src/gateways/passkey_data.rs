//! The bytes that a passkey's device writes: its data about a ceremony, in CBOR where it makes a key, and its signatures. All of
//! it comes from strangers: whatever does not fit is `None`, and no length is believed before its bytes are there.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, Serialize};

/// Bits of the data's flags.
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const WITH_CREDENTIAL: u8 = 1 << 6;
const WITH_EXTENSIONS: u8 = 1 << 7;
/// The longest credential id, in bytes (WebAuthn, 7.1).
const LONGEST_ID: usize = 1023;
/// How deep CBOR may nest: four levels are the most that devices write (CTAP 2.1, 8).
const DEEPEST: u8 = 4;

/// Authenticator data (WebAuthn, 6.1).
pub struct Data<'a> {
    /// SHA-256 of the site's id.
    pub site: &'a [u8],
    pub owner_was_there: bool,
    /// By PIN, finger or face.
    pub owner_was_recognised: bool,
    /// How often this credential was used; 0 if the device does not count.
    pub count: u32,
    /// The credential that was just made.
    pub credential: Option<NewCredential<'a>>,
}

pub struct NewCredential<'a> {
    pub id: &'a [u8],
    pub key: PublicKey,
}

impl<'a> Data<'a> {
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (site, rest) = bytes.split_at_checked(32)?;
        let (&flags, rest) = rest.split_first()?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let has = |bit| flags & bit != 0;
        // Only what may be copied to other devices can have been.
        if has(BACKED_UP) && !has(BACKUP_ELIGIBLE) {
            return None;
        }
        let mut reader = Reader(rest);
        let credential = match has(WITH_CREDENTIAL) {
            true => Some(NewCredential::read(&mut reader)?),
            false => None,
        };
        if has(WITH_EXTENSIONS) {
            reader.skip(DEEPEST)?;
        }
        reader.0.is_empty().then_some(Self {
            site,
            owner_was_there: has(PRESENT),
            owner_was_recognised: has(VERIFIED),
            count: u32::from_be_bytes(*count),
            credential,
        })
    }
}

impl<'a> NewCredential<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        // The model of the device.
        reader.take(16)?;
        let length: [u8; 2] = reader.take(2)?.try_into().ok()?;
        let length = usize::from(u16::from_be_bytes(length));
        let id = (1..=LONGEST_ID).contains(&length).then(|| reader.take(length))??;
        Some(Self { id, key: PublicKey::read(reader)? })
    }
}

/// The authenticator data in an attestation object. What it says about the device's make is left out.
pub fn attested_data(object: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader(object);
    let mut data = None;
    for _ in 0..reader.length(MAP)? {
        let name = reader.text()?;
        match name {
            b"authData" => data = Some(reader.bytes()?),
            _ => reader.skip(DEEPEST)?,
        }
    }
    data.filter(|_| reader.0.is_empty())
}

/// A key with which we check signatures. Its parts are in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicKey {
    /// ECDSA on P-256 with SHA-256: the point, not compressed.
    Es256(#[serde(with = "hex::serde")] Vec<u8>),
    Ed25519(#[serde(with = "hex::serde")] Vec<u8>),
    /// RSA PKCS#1 with SHA-256, as Windows Hello has it.
    Rs256 {
        #[serde(with = "hex::serde")]
        n: Vec<u8>,
        #[serde(with = "hex::serde")]
        e: Vec<u8>,
    },
}

impl PublicKey {
    /// The kinds that we check, by their numbers in COSE; the first is preferred.
    pub const KINDS: [i64; 3] = [-7, -8, -257];

    /// Reads a COSE key (RFC 9053): a map from small numbers.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let (mut kind, mut algorithm, mut curve) = (None, None, None);
        let (mut first, mut second, mut third): (&[u8], &[u8], &[u8]) = (&[], &[], &[]);
        for _ in 0..reader.length(MAP)? {
            match reader.number()? {
                1 => kind = Some(reader.number()?),
                3 => algorithm = Some(reader.number()?),
                // A curve, or the modulus of RSA.
                -1 if kind == Some(3) => first = reader.bytes()?,
                -1 => curve = Some(reader.number()?),
                -2 => second = reader.bytes()?,
                -3 => third = reader.bytes()?,
                _ => reader.skip(DEEPEST)?,
            }
        }
        match (kind?, algorithm?, curve) {
            (2, -7, Some(1)) if second.len() == 32 && third.len() == 32 => {
                Some(Self::Es256([&[4][..], second, third].concat()))
            }
            (1, -8, Some(6)) if second.len() == 32 => Some(Self::Ed25519(second.to_vec())),
            (3, -257, None) if (256..=1024).contains(&first.len()) && (1..=8).contains(&second.len()) => {
                Some(Self::Rs256 { n: first.to_vec(), e: second.to_vec() })
            }
            _ => None,
        }
    }

    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        }
        .is_ok()
    }
}

/// Major types of CBOR (RFC 8949).
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const LIST: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The major type and the argument of the next item. Items of indefinite length are not allowed here.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = self.take(1)?[0];
        let argument = match first & 31 {
            small @ 0..=23 => return Some((first >> 5, u64::from(small))),
            size @ 24..=27 => self.take(1 << (size - 24))?,
            _ => return None,
        };
        Some((first >> 5, argument.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte))))
    }

    /// The argument of an item of this type: a length, or how many items follow.
    fn length(&mut self, kind: u8) -> Option<usize> {
        let (found, argument) = self.head()?;
        (found == kind).then(|| usize::try_from(argument).ok())?
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.length(BYTES)?;
        self.take(length)
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.length(TEXT)?;
        self.take(length)
    }

    fn number(&mut self) -> Option<i64> {
        let (kind, argument) = self.head()?;
        let argument = i64::try_from(argument).ok()?;
        match kind {
            UNSIGNED => Some(argument),
            NEGATIVE => Some(-1 - argument),
            _ => None,
        }
    }

    /// Reads over one item, which nests at most so deep. Each step takes at least one byte.
    fn skip(&mut self, deep: u8) -> Option<()> {
        let (kind, argument) = self.head()?;
        let items = match kind {
            BYTES | TEXT => return self.take(usize::try_from(argument).ok()?).map(drop),
            LIST => argument,
            MAP => argument.checked_mul(2)?,
            TAG => 1,
            // Numbers, and simple values whose bytes are their argument.
            _ => return Some(()),
        };
        let deep = deep.checked_sub(1)?;
        (0..items).try_for_each(|_| self.skip(deep))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
    };

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

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        hex::decode(hexadecimal).unwrap()
    }

    /// `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`
    fn es256(point: &[u8]) -> Vec<u8> {
        [&b"\xA5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..], &point[1..33], b"\x22\x58\x20", &point[33..]]
            .concat()
    }

    /// `{1: 1, 3: -8, -1: 6, -2: key}`
    fn ed25519(key: &[u8]) -> Vec<u8> {
        [&b"\xA4\x01\x01\x03\x27\x20\x06\x21\x58\x20"[..], key].concat()
    }

    /// `{1: 3, 3: -257, -1: n, -2: e}`
    fn rs256() -> Vec<u8> {
        [&b"\xA4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00"[..], &bytes(MODULUS), b"\x21\x43\x01\x00\x01"]
            .concat()
    }

    fn key(cose: &[u8]) -> Option<PublicKey> {
        let mut reader = Reader(cose);
        PublicKey::read(&mut reader).filter(|_| reader.0.is_empty())
    }

    #[test]
    fn a_signature_of_each_kind_is_checked() {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pair.as_ref(), &random).unwrap();
        let other = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let other = Ed25519KeyPair::from_pkcs8(other.as_ref()).unwrap();
        let table = [
            (es256(pair.public_key().as_ref()), pair.sign(&random, MESSAGE).unwrap().as_ref().to_vec()),
            (ed25519(other.public_key().as_ref()), other.sign(MESSAGE).as_ref().to_vec()),
            (rs256(), bytes(SIGNATURE)),
        ];
        for (n, (cose, signature)) in table.iter().enumerate() {
            let key = key(cose).unwrap_or_else(|| panic!("{n}: no key"));
            assert!(key.has_signed(MESSAGE, signature), "{n}");
            assert!(!key.has_signed(b"something else", signature), "{n}");
            assert!(!key.has_signed(MESSAGE, &signature[1..]) && !key.has_signed(MESSAGE, &[]), "{n}");
            let another = &table[(n + 1) % table.len()].1;
            assert!(!key.has_signed(MESSAGE, another), "{n}: the signature of another key");
            let stored = serde_json::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<PublicKey>(&stored).unwrap(), key, "{stored}");
        }
    }

    #[test]
    fn a_key_that_is_not_wanted_is_none() {
        let point = [4; 65];
        for (wrong, cose) in [
            ("nothing", vec![]),
            ("not a map", vec![0x80]),
            ("an empty map", vec![0xA0]),
            (
                "another curve",
                es256(&point).iter().enumerate().map(|(n, b)| if n == 6 { 2 } else { *b }).collect(),
            ),
            (
                "another algorithm",
                es256(&point).iter().enumerate().map(|(n, b)| if n == 4 { 0x27 } else { *b }).collect(),
            ),
            ("a short coordinate", ed25519(&[0; 31])),
            ("a small modulus", b"\xA4\x01\x03\x03\x39\x01\x00\x20\x41\x05\x21\x43\x01\x00\x01".to_vec()),
        ] {
            assert_eq!(key(&cose), None, "{wrong}");
        }
        let cut = es256(&point);
        assert!((0..cut.len()).all(|length| key(&cut[..length]).is_none()));
    }

    fn data(flags: u8, rest: &[u8]) -> Vec<u8> {
        [&[7; 32][..], &[flags], &[0, 0, 1, 2], rest].concat()
    }

    #[test]
    fn data_is_read_to_its_last_byte() {
        let key = ed25519(&[9; 32]);
        let credential = [&[0; 16][..], &[0, 3], b"abc", &key].concat();
        /// Was the owner there, recognised, is there a credential?
        type Read = Option<(bool, bool, bool)>;
        // Flags, what follows, and what is read.
        let table: &[(u8, &[u8], Read)] = &[
            (0x05, b"", Some((true, true, false))),
            (0x01, b"", Some((true, false, false))),
            (0x04, b"", Some((false, true, false))),
            (0x1D, b"", Some((true, true, false))),
            (0x15, b"", None),
            (0x45, &credential, Some((true, true, true))),
            (0x45, b"", None),
            (0x05, &credential, None),
            (0x85, b"\xA1\x61x\xF5", Some((true, true, false))),
            (0x85, b"\xA1\x61x", None),
            (0x05, b"\x00", None),
        ];
        for (flags, rest, want) in table {
            let bytes = data(*flags, rest);
            let read = Data::read(&bytes);
            let got =
                read.as_ref().map(|d| (d.owner_was_there, d.owner_was_recognised, d.credential.is_some()));
            assert_eq!(got, *want, "{flags:x} {rest:x?}");
            if let Some(read) = read {
                assert_eq!((read.site, read.count), (&[7; 32][..], 258));
                assert!(read.credential.is_none_or(|made| made.id == b"abc"));
            }
        }
        let whole = data(0x45, &credential);
        assert!((0..whole.len()).all(|length| Data::read(&whole[..length]).is_none()), "cut anywhere");
        let long = [&[0; 16][..], &[4, 0], &[1; 1024], &key].concat();
        assert!(Data::read(&data(0x45, &long)).is_none(), "too long an id");
    }

    #[test]
    fn an_attestation_object_gives_its_data_whatever_else_it_says() {
        let object = |statement: &[u8]| {
            [&b"\xA3\x63fmt\x64none\x67attStmt"[..], statement, b"\x68authData\x43abc"].concat()
        };
        let nested = |levels: usize| [vec![0x81; levels], vec![0x01]].concat();
        for statement in
            [&b"\xA0"[..], b"\xA2\x63alg\x26\x63x5c\x81\x42xy", b"\xC1\x1A\x00\x00\x00\x01", &nested(4)]
        {
            assert_eq!(attested_data(&object(statement)), Some(&b"abc"[..]), "{statement:x?}");
        }
        for (wrong, object) in [
            ("too deep", object(&nested(5))),
            ("an indefinite length", object(b"\xBF\xFF")),
            ("a length without its bytes", object(b"\x5B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")),
            ("a map without its items", b"\xBB\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec()),
            ("no data", b"\xA1\x63fmt\x64none".to_vec()),
            ("more than it says", [object(b"\xA0"), vec![0]].concat()),
        ] {
            assert_eq!(attested_data(&object), None, "{wrong}");
        }
        let whole = object(b"\xA0");
        assert!((0..whole.len()).all(|length| attested_data(&whole[..length]).is_none()), "cut anywhere");
    }
}
