//! Passwords: argon2id at the crate's defaults, behind a semaphore because each check costs some 30 ms of CPU.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use crate::sealing::crypto::{Key, Lock};

/// How many hashes may be computed at once.
static TURNS: Semaphore = Semaphore::const_new(2);

/// The password of the demo's accounts, accepted in `demo` alone.
pub const DEMO_PASSWORD: &str = "Biaogan#2026";

/// What is kept of a password: its hash, and a lock for the person's private key that only the password opens.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub hash: String,
    pub lock: Lock,
    /// What the password opens the lock with.
    pub key: Key,
}

impl Credentials {
    /// Two runs of Argon2id, some 60 ms of CPU.
    pub fn of(password: &str) -> Result<Self> {
        Self::with_hash(password, hash(password)?)
    }

    /// With a hash made before; the lock costs as much as it did.
    pub fn with_hash(password: &str, hash: String) -> Result<Self> {
        let lock = Lock::fresh(&hash);
        let key = lock.key(password)?;
        Ok(Self { hash, lock, key })
    }
}

pub fn hash(password: &str) -> Result<String> {
    Ok(Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| Error::Internal(anyhow::anyhow!("cannot hash a password: {error}")))?
        .to_string())
}

/// The same on a blocking thread, in turn.
pub async fn make(password: String) -> Result<Credentials> {
    let _turn = TURNS
        .acquire()
        .await
        .map_err(|error| Error::Internal(error.into()))?;
    actix_web::web::block(move || Credentials::of(&password))
        .await
        .map_err(|error| Error::Internal(error.into()))?
}

/// Opens a lock on a blocking thread, in turn.
pub async fn open_lock(lock: Lock, password: String) -> Result<Key> {
    let _turn = TURNS
        .acquire()
        .await
        .map_err(|error| Error::Internal(error.into()))?;
    actix_web::web::block(move || lock.key(&password))
        .await
        .map_err(|error| Error::Internal(error.into()))?
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// Checks a password against a stored hash on a blocking thread. With no hash (unknown user) the same work is done,
/// so that the answer's time does not tell whether the user exists.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    let _turn = TURNS
        .acquire()
        .await
        .map_err(|error| Error::Internal(error.into()))?;
    actix_web::web::block(move || match hash {
        Some(hash) => matches(&password, &hash),
        None => {
            matches(&password, decoy());
            false
        }
    })
    .await
    .map_err(|error| Error::Internal(error.into()))
}

fn decoy() -> &'static str {
    static DECOY: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| hash("a password nobody has").unwrap_or_default());
    &DECOY
}

/// What is wrong with a new password, or nothing.
pub fn weakness(password: &str, username: &str) -> Option<&'static str> {
    let length = password.chars().count();
    if length < 10 {
        return Some("口令至少 10 个字符。");
    }
    if length > 128 {
        return Some("口令最多 128 个字符。");
    }
    let kinds = [
        password.chars().any(|c| c.is_lowercase()),
        password.chars().any(|c| c.is_uppercase()),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_alphanumeric()),
    ];
    if kinds.iter().filter(|has| **has).count() < 3 {
        return Some("口令须包含大写字母、小写字母、数字、符号中的三类。");
    }
    if !username.is_empty() && password.to_lowercase().contains(&username.to_lowercase()) {
        return Some("口令不能包含用户名。");
    }
    if password == DEMO_PASSWORD {
        return Some("这是演示口令，不能用于正式账号。");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_matches_its_password_only() {
        let stored = hash("Correct#Horse1").unwrap();
        assert!(matches("Correct#Horse1", &stored));
        assert!(!matches("correct#Horse1", &stored));
        assert!(!matches("Correct#Horse1", "not a hash"));
    }

    #[test]
    fn weak_passwords_are_named() {
        for (password, weak) in [
            ("short#1A", true),
            ("alllowercaseletters", true),
            ("Zhoumin#2026x", true),
            ("Biaogan#2026", true),
            ("Correct#Horse1", false),
        ] {
            assert_eq!(weakness(password, "zhoumin").is_some(), weak, "{password}");
        }
    }
}
