//! The primitives, each from a well-kept crate: XChaCha20-Poly1305 for content, X25519 sealed boxes for keys, Argon2id
//! from a password to a key, and Shamir's scheme over GF(256) for the round's key. Pure: randomness apart, nothing is
//! read or written here.

pub mod code;
mod key;
mod share;
mod stretch;

use crate::error::{Error, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::OsRng;
use hmac::{Hmac, KeyInit as _, Mac};
pub use key::{Key, is_ciphertext};
use sha2::{Digest, Sha256};
pub use share::{Share, combine, split};
use zeroize::Zeroizing;

pub use stretch::{rest, stretch};

fn broken(what: &str) -> Error {
    Error::Internal(anyhow::anyhow!("{what}"))
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

/// Two digits a byte.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of hexadecimal digits, up to the first that is none.
pub fn from_hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks_exact(2)
        .map_while(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())
        .collect()
}

/// HMAC-SHA-256.
pub fn mac(secret: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length.
    Hmac::<Sha256>::new_from_slice(secret).map_or([0; 32], |mut mac| {
        mac.update(message);
        mac.finalize().into_bytes().into()
    })
}

/// Half of a key pair everybody may know: for sealing to its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(crypto_box::PublicKey);

impl PublicKey {
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        crypto_box::PublicKey::from_slice(bytes)
            .map(Self)
            .map_err(|_| broken("a public key has 32 bytes"))
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// Only the owner of the private half reads it.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        self.0
            .seal(&mut OsRng, plain)
            .map_err(|_| broken("cannot seal"))
    }
}

/// The half only its owner has.
#[derive(Clone)]
pub struct PrivateKey(crypto_box::SecretKey);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

impl PrivateKey {
    pub fn fresh() -> Self {
        Self(crypto_box::SecretKey::generate(&mut OsRng))
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        crypto_box::SecretKey::from_slice(bytes)
            .map(Self)
            .map_err(|_| broken("a private key has 32 bytes"))
    }

    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public_key())
    }

    /// None if it was not sealed to this key.
    pub fn unseal(&self, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.0.unseal(sealed).ok().map(Zeroizing::new)
    }

    pub fn unseal_key(&self, sealed: &[u8]) -> Option<Key> {
        Key::from_bytes(&self.unseal(sealed)?).ok()
    }
}

/// From a password to a key: Argon2id with a salt of its own, at the cost the password's hash was made with.
#[derive(Debug, Clone)]
pub struct Lock {
    pub salt: Vec<u8>,
    /// `m,t,p`: KiB of memory, passes, lanes.
    pub cost: String,
}

impl Lock {
    /// A lock as costly as this password hash.
    pub fn fresh(hash: &str) -> Self {
        let cost = argon2::password_hash::phc::PasswordHash::new(hash)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .unwrap_or_default();
        Self {
            salt: Key::fresh().as_bytes().iter().take(16).copied().collect(),
            cost: format!("{},{},{}", cost.m_cost(), cost.t_cost(), cost.p_cost()),
        }
    }

    /// Some 30 ms of CPU: call it on a blocking thread.
    pub fn key(&self, password: &str) -> Result<Key> {
        let numbers: Vec<u32> = self
            .cost
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect();
        let [memory, passes, lanes] = numbers.as_slice() else {
            return Err(broken("a lock's cost has three numbers"));
        };
        let params = Params::new(*memory, *passes, *lanes, Some(32))
            .map_err(|error| broken(&format!("a lock's cost is wrong: {error}")))?;
        let mut key = Zeroizing::new([0; 32]);
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        stretch(&argon, password.as_bytes(), &self.salt, key.as_mut_slice())
            .map_err(|error| broken(&format!("cannot derive a key: {error}")))?;
        Ok(Key(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_three_with_the_supervisor_open_and_nobody_else() {
        let key = PrivateKey::fresh();
        // Office, supervisor, chair.
        let shares = split(&key, 2, &[false, true, false]).unwrap();
        let stored: Vec<_> = shares.iter().map(Share::to_bytes).collect();
        let opens = |holders: &[usize]| {
            let held: Vec<Share> = holders
                .iter()
                .map(|at| Share::from_bytes(&stored[*at]).unwrap())
                .collect();
            combine(&held).is_some_and(|found| found.public() == key.public())
        };
        for (holders, enough) in [
            (vec![0, 1], true),
            (vec![1, 2], true),
            (vec![0, 1, 2], true),
            (vec![0, 2], false),
            (vec![1], false),
            (vec![0], false),
            (vec![], false),
        ] {
            assert_eq!(opens(&holders), enough, "{holders:?}");
        }
    }

    #[test]
    fn three_of_five_need_three() {
        let key = PrivateKey::fresh();
        let shares = split(&key, 3, &[true, true, false, false, false]).unwrap();
        let some = |at: &[usize]| {
            let held: Vec<Share> = at
                .iter()
                .map(|at| Share::from_bytes(&shares[*at].to_bytes()).unwrap())
                .collect();
            combine(&held).is_some_and(|found| found.public() == key.public())
        };
        assert!(some(&[0, 2, 4]) && some(&[1, 3, 4]) && some(&[0, 1, 2, 3, 4]));
        assert!(!some(&[0, 1]) && !some(&[2, 3, 4]));
    }

    #[test]
    fn a_lock_opens_with_its_password_only() {
        let lock = Lock {
            salt: vec![7; 16],
            cost: "8,1,1".to_owned(),
        };
        let private = PrivateKey::fresh();
        let locked = lock
            .key("对的口令")
            .unwrap()
            .encrypt("user", private.to_bytes().as_slice())
            .unwrap();
        assert!(
            lock.key("错的口令")
                .unwrap()
                .decrypt("user", &locked)
                .is_err()
        );
        let opened = lock
            .key("对的口令")
            .unwrap()
            .decrypt("user", &locked)
            .unwrap();
        assert_eq!(opened, private.to_bytes().as_slice());
    }
}
