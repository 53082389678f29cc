//! A symmetric key and what it encrypts.

use chacha20poly1305::aead::{AeadCore, AeadInPlace, OsRng};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use zeroize::Zeroizing;

use super::{broken, from_hex, mac, to_hex};
use crate::error::{Error, Result};

const NONCE: usize = 24;
const TAG: usize = 16;
/// What stands before the encrypted bytes: the format and the nonce. Behind them stands the tag.
const HEAD: usize = 1 + NONCE;
/// First byte of every ciphertext; plain JSON begins with a brace.
const FORMAT: u8 = 1;
/// Content is padded to a multiple of this, so that its length tells little.
const BLOCK: usize = 1024;

fn not_ours() -> Error {
    broken("not a ciphertext of ours")
}

/// Room for a ciphertext of so many bytes, with a head that is still empty.
fn begun(length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + length + TAG);
    out.resize(HEAD, 0);
    out
}

fn behind_head(out: &mut [u8]) -> Result<&mut [u8]> {
    out.get_mut(HEAD..).ok_or_else(not_ours)
}

/// Nonce, encrypted bytes, tag.
fn parts(sealed: &[u8]) -> Result<(&[u8; NONCE], &[u8], &[u8; TAG])> {
    sealed
        .strip_prefix(&[FORMAT])
        .and_then(|rest| rest.split_first_chunk::<NONCE>())
        .and_then(|(nonce, rest)| {
            let (body, tag) = rest.split_last_chunk::<TAG>()?;
            Some((nonce, body, tag))
        })
        .ok_or_else(not_ours)
}

/// A symmetric key. Wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct Key(pub(super) Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    pub fn fresh() -> Self {
        Self(Zeroizing::new(
            XChaCha20Poly1305::generate_key(OsRng).into(),
        ))
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| broken("a key has 32 bytes"))?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    pub fn from_hex(text: &str) -> Result<Self> {
        Self::from_bytes(&Zeroizing::new(from_hex(text)))
    }

    pub fn to_hex(&self) -> String {
        to_hex(self.0.as_slice())
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// A key for one purpose, from a secret.
    pub fn derive(secret: &[u8], purpose: &[u8]) -> Self {
        Self(Zeroizing::new(mac(secret, purpose)))
    }

    /// Encrypts; `about` says what it is and for what, and must be the same at decryption.
    pub fn encrypt(&self, about: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut out = begun(plain.len());
        out.extend_from_slice(plain);
        self.lock(about, &mut out)?;
        Ok(out)
    }

    pub fn decrypt(&self, about: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, body, tag) = parts(sealed)?;
        let mut plain = body.to_vec();
        self.unlock(about, (nonce, tag), &mut plain)?;
        Ok(plain)
    }

    /// Encrypts content padded to whole blocks.
    pub fn encrypt_padded(&self, about: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let length = u32::try_from(plain.len()).map_err(|_| broken("content too long"))?;
        let whole = (plain.len() + 4).next_multiple_of(BLOCK);
        let mut out = begun(whole);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(plain);
        out.resize(HEAD + whole, 0);
        self.lock(about, &mut out)?;
        Ok(out)
    }

    pub fn decrypt_padded(&self, about: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let mut padded = self.decrypt(about, sealed)?;
        let length = padded
            .first_chunk()
            .and_then(|length| usize::try_from(u32::from_be_bytes(*length)).ok())
            .filter(|length| *length <= padded.len() - 4)
            .ok_or_else(|| broken("padding is broken"))?;
        padded.drain(..4);
        padded.truncate(length);
        Ok(padded)
    }

    /// The same content under another key; it lies in the clear nowhere else meanwhile, and not for long.
    pub fn hand_over(&self, to: &Self, about: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, body, tag) = parts(sealed)?;
        let mut out = begun(body.len());
        out.extend_from_slice(body);
        self.unlock(about, (nonce, tag), behind_head(&mut out)?)?;
        to.lock(about, &mut out)?;
        Ok(out)
    }

    /// Encrypts what lies behind the head, where it lies, and makes the head.
    fn lock(&self, about: &str, out: &mut Vec<u8>) -> Result<()> {
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let tag = self
            .cipher()
            .encrypt_in_place_detached(&nonce, about.as_bytes(), behind_head(out)?)
            .map_err(|_| broken("cannot encrypt"))?;
        let head = out.first_chunk_mut::<HEAD>().ok_or_else(not_ours)?;
        let (format, place) = head.split_at_mut(1);
        format.fill(FORMAT);
        place.copy_from_slice(&nonce);
        out.extend_from_slice(&tag);
        Ok(())
    }

    fn unlock(
        &self,
        about: &str,
        (nonce, tag): (&[u8; NONCE], &[u8; TAG]),
        body: &mut [u8],
    ) -> Result<()> {
        self.cipher()
            .decrypt_in_place_detached(nonce.into(), about.as_bytes(), body, tag.into())
            .map_err(|_| broken("a ciphertext does not fit its key"))
    }

    pub fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_slice().into())
    }
}

/// Whether bytes are one of our ciphertexts; plain JSON is not.
pub fn is_ciphertext(bytes: &[u8]) -> bool {
    bytes.first() == Some(&FORMAT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn content_is_handed_over_to_another_key_whole(words: Vec<u8>, at in 0usize..4000) {
            let (from, to) = (Key::fresh(), Key::fresh());
            let sealed = from.encrypt_padded("bid 1", &words).unwrap();
            let after = from.hand_over(&to, "bid 1", &sealed).unwrap();
            prop_assert_eq!(after.len(), sealed.len());
            prop_assert_eq!(to.decrypt_padded("bid 1", &after).unwrap(), words);
            prop_assert!(from.decrypt_padded("bid 1", &after).is_err());
            prop_assert!(from.hand_over(&to, "bid 2", &sealed).is_err());
            let mut broken = sealed.clone();
            let place = at % broken.len();
            broken[place] ^= 1;
            prop_assert!(from.hand_over(&to, "bid 1", &broken).is_err());
            prop_assert!(from.decrypt_padded("bid 1", &broken).is_err());
            prop_assert!(from.decrypt_padded("bid 1", &sealed[..place]).is_err());
        }
    }

    proptest! {
        #[test]
        fn what_is_encrypted_comes_back_and_tells_little_of_its_length(plain in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let key = Key::fresh();
            let sealed = key.encrypt_padded("bid 7", &plain).unwrap();
            prop_assert!(is_ciphertext(&sealed));
            prop_assert_eq!((sealed.len() - 1 - NONCE - 16) % BLOCK, 0);
            prop_assert_eq!(&key.decrypt_padded("bid 7", &sealed).unwrap(), &plain);
            prop_assert!(key.decrypt_padded("bid 8", &sealed).is_err());
            prop_assert!(Key::fresh().decrypt_padded("bid 7", &sealed).is_err());
            if plain.len() >= 16 {
                prop_assert!(!sealed.windows(plain.len().min(32)).any(|part| plain.starts_with(part)));
            }
        }

        #[test]
        fn a_changed_ciphertext_is_refused(at in 1usize..60, flip in 1u8..) {
            let key = Key::fresh();
            let mut sealed = key.encrypt("x", b"twenty bytes of text").unwrap();
            let at = at % (sealed.len() - 1) + 1;
            sealed[at] ^= flip;
            prop_assert!(key.decrypt("x", &sealed).is_err());
        }
    }
}
