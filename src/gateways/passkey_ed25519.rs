//! Passkeys on Ed25519. webauthn-rs 0.6 neither asks for them nor checks their signatures; before we had it we took them, and those
//! that are stored go on working.

use domain::people::passkeys::PasskeyRefusal;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING as P256, ED25519, EcdsaKeyPair, KeyPair, UnparsedPublicKey},
};
use webauthn_rs::prelude::{
    COSEAlgorithm, COSEEC2Key, COSEKey, COSEKeyType, COSEOKPKey, Credential as Internals, ECDSACurve,
    EDDSACurve, Passkey, PublicKeyCredential,
};

/// What webauthn-rs can check in place of a passkey on Ed25519 and an answer of its device: if the device's signature is right, the
/// same bytes are signed with a key on P-256 that lives for this one check, so every other check is that of webauthn-rs. `None`
/// for other passkeys, which it checks as they are.
///
/// # Errors
/// `Wrong` if the signature is.
pub fn countersigned(
    passkey: &Passkey,
    answer: &PublicKeyCredential,
) -> Result<Option<(Passkey, PublicKeyCredential)>, PasskeyRefusal> {
    let COSEKeyType::EC_OKP(COSEOKPKey { curve: EDDSACurve::ED25519, x }) = &passkey.get_public_key().key
    else {
        return Ok(None);
    };
    let (mut answer, mut key) = (answer.clone(), Internals::from(passkey.clone()));
    let said = &mut answer.response;
    let hash = digest(&SHA256, &said.client_data_json);
    let message = [&said.authenticator_data[..], hash.as_ref()].concat();
    UnparsedPublicKey::new(&ED25519, x)
        .verify(&message, &said.signature)
        .map_err(|_| PasskeyRefusal::Wrong)?;
    let (once, signature) = sign(&message).ok_or(PasskeyRefusal::Wrong)?;
    said.signature = signature;
    key.cred = once;
    Ok(Some((key.into(), answer)))
}

/// Signs with a key that nobody else has, and that is forgotten.
fn sign(message: &[u8]) -> Option<(COSEKey, Vec<u8>)> {
    let random = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(&P256, &random).ok()?;
    let pair = EcdsaKeyPair::from_pkcs8(&P256, made.as_ref(), &random).ok()?;
    let signature = pair.sign(&random, message).ok()?.as_ref().to_vec();
    // The point, not compressed.
    let (x, y) = pair.public_key().as_ref().get(1..)?.split_at_checked(32)?;
    let (curve, x, y) = (ECDSACurve::SECP256R1, x.to_vec(), y.to_vec());
    let key = COSEKeyType::EC_EC2(COSEEC2Key { curve, x, y });
    Some((COSEKey { type_: COSEAlgorithm::ES256, key }, signature))
}
