//! The keys a request may use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::crypto::{Key, PrivateKey, mac, to_hex};
use crate::error::Result;

/// Keys derived from the server's secret file, each for one purpose.
pub struct ServerKeys {
    drafts: Key,
    replies: Key,
    trail: Key,
    voting: Key,
}

/// What events of the trail are sealed with.
pub fn trail_key(secret: &[u8]) -> Key {
    Key::derive(secret, b"events of the trail")
}

impl std::fmt::Debug for ServerKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKeys(…)")
    }
}

impl ServerKeys {
    pub fn new(secret: &[u8]) -> Self {
        Self {
            drafts: Key::derive(secret, b"drafts"),
            replies: Key::derive(secret, b"replies"),
            trail: trail_key(secret),
            voting: Key::derive(secret, b"voting"),
        }
    }

    /// What events of the trail are sealed with.
    pub fn trail(&self) -> &Key {
        &self.trail
    }

    /// What voting codes are known by, and what keeps a running ballot box from who reads the database.
    pub fn voting(&self) -> &Key {
        &self.voting
    }

    /// What locks the keys of drafts and of opened bids.
    pub fn drafts(&self) -> &Key {
        &self.drafts
    }

    /// What locks the remembered answer to a call: only who knows the call's `Idempotency-Key` reads it again.
    pub fn reply(&self, idempotency_key: &str) -> Key {
        Key::derive(
            self.replies.as_bytes(),
            &mac(b"reply", idempotency_key.as_bytes()),
        )
    }

    /// A fingerprint of something low in entropy that must not be guessed from the database.
    pub fn fingerprint(&self, idempotency_key: &str, text: &str) -> String {
        to_hex(&mac(
            self.reply(idempotency_key).as_bytes(),
            text.as_bytes(),
        ))
    }
}

/// What an actor can open: the server's part, and one's own private key while a session carries it.
#[derive(Debug, Clone)]
pub struct Keyring {
    pub server: Arc<ServerKeys>,
    pub own: Option<PrivateKey>,
    unsealed: Unsealed,
}

/// What the sealed boxes held that this request opened: to open one is what a save costs most, and a call asks for the
/// same ones several times. By key and box.
#[derive(Clone, Default)]
struct Unsealed(Arc<Mutex<HashMap<[u8; 32], Plain>>>);

type Plain = Zeroizing<Vec<u8>>;

impl std::fmt::Debug for Unsealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unsealed(…)")
    }
}

impl Unsealed {
    fn open(&self, with: &PrivateKey, sealed: &[u8]) -> Option<Plain> {
        let name = mac(with.to_bytes().as_slice(), sealed);
        let mut opened = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plain) = opened.get(&name) {
            return Some(plain.clone());
        }
        let plain = with.unseal(sealed)?;
        opened.insert(name, plain.clone());
        Some(plain)
    }
}

impl Keyring {
    pub fn server_only(server: Arc<ServerKeys>) -> Self {
        Self {
            server,
            own: None,
            unsealed: Unsealed::default(),
        }
    }

    /// A session's keyring: the private key as the session row keeps it, opened by the secret in the token.
    pub fn of_session(
        server: Arc<ServerKeys>,
        secret: Option<&str>,
        locked: Option<&[u8]>,
    ) -> Self {
        let own = secret
            .zip(locked)
            .and_then(|(secret, locked)| open(secret, locked).ok());
        Self {
            server,
            own,
            unsealed: Unsealed::default(),
        }
    }

    /// What was sealed to this key; None if it was sealed to another.
    pub fn unseal(&self, with: &PrivateKey, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.unsealed.open(with, sealed)
    }
}

fn open(secret: &str, locked: &[u8]) -> Result<PrivateKey> {
    PrivateKey::from_bytes(&Key::from_hex(secret)?.decrypt("session", locked)?)
}

/// Locks a private key for one session: the secret goes into the token, the bytes into the session row.
pub fn lock_for_session(key: &PrivateKey) -> Result<(String, Vec<u8>)> {
    let secret = Key::fresh();
    let locked = secret.encrypt("session", key.to_bytes().as_slice())?;
    Ok((secret.to_hex(), locked))
}
