//! Passwords: argon2id at the crate's defaults, some 30 ms of CPU and 19 MB of memory each, computed in turn on threads
//! of their own.

use std::sync::LazyLock;
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use crossbeam_channel::{RecvTimeoutError, Sender, unbounded};
use tokio::sync::oneshot;

use crate::crypto::{self, Key, Lock};
use crate::error::{Error, Result};

/// How many hashes are computed at once.
const HASHERS: usize = 2;
const IDLE: Duration = Duration::from_secs(1);

type Job = Box<dyn FnOnce() + Send>;

/// A thread that once hashed keeps the memory for the next time, so it is always the same few threads, not whichever of
/// the server's happens to be free. With nothing to do for [`IDLE`] it gives the memory back.
static JOBS: LazyLock<Sender<Job>> = LazyLock::new(|| {
    let (sender, receiver) = unbounded::<Job>();
    for _ in 0..HASHERS {
        let receiver = receiver.clone();
        std::thread::spawn(move || {
            loop {
                match receiver.recv_timeout(IDLE) {
                    Ok(job) => {
                        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)).is_err() {
                            log::error!("hashing a password panicked");
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => crypto::rest(),
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        });
    }
    sender
});

/// Runs what costs as much as a hash on one of the threads for it, in turn.
pub async fn in_turn<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (answer, wait) = oneshot::channel();
    let job = move || {
        // Whoever asked may have gone away meanwhile.
        let _ = answer.send(job());
    };
    JOBS.send(Box::new(job))
        .map_err(|error| Error::Internal(anyhow::anyhow!("no thread hashes passwords: {error}")))?;
    wait.await.map_err(|error| Error::Internal(error.into()))
}

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
    let failed = |error: &dyn std::fmt::Display| {
        Error::Internal(anyhow::anyhow!("cannot hash a password: {error}"))
    };
    let argon = Argon2::default();
    let salt = Salt::generate();
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    crypto::stretch(&argon, password.as_bytes(), &salt, &mut out)
        .map_err(|error| failed(&error))?;
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon.params()).map_err(|error| failed(&error))?,
        salt: Some(salt),
        hash: Some(Output::new(&out).map_err(|error| failed(&error))?),
    };
    Ok(hash.to_string())
}

/// Hash and lock, in turn.
pub async fn make(password: String) -> Result<Credentials> {
    in_turn(move || Credentials::of(&password)).await?
}

/// Opens a lock, in turn.
pub async fn open_lock(lock: Lock, password: String) -> Result<Key> {
    in_turn(move || lock.key(&password)).await?
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| output_of(password, &hash).is_some_and(|out| hash.hash == Some(out)))
}

/// What this password gives at the cost and with the salt of a hash; outputs are compared in constant time.
fn output_of(password: &str, hash: &PasswordHash) -> Option<Output> {
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = Version::try_from(hash.version?).ok()?;
    let argon = Argon2::new(algorithm, version, Params::try_from(hash).ok()?);
    let mut out = vec![0; argon.params().output_len()?];
    crypto::stretch(&argon, password.as_bytes(), hash.salt.as_ref()?, &mut out).ok()?;
    Output::new(&out).ok()
}

/// Checks a password against a stored hash, in turn. With no hash (unknown user) the same work is done, so that the
/// answer's time does not tell whether the user exists.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    in_turn(move || match hash {
        Some(hash) => matches(&password, &hash),
        None => {
            matches(&password, decoy());
            false
        }
    })
    .await
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
        // Of the same form as the crate's own.
        use argon2::{PasswordHasher, PasswordVerifier};
        let parsed = PasswordHash::new(&stored).unwrap();
        assert!(
            Argon2::default()
                .verify_password(b"Correct#Horse1", &parsed)
                .is_ok()
        );
        let theirs = Argon2::default().hash_password(b"Correct#Horse1").unwrap();
        assert!(matches("Correct#Horse1", &theirs.to_string()));
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
